//! Reads the `count` of a resource (`docs/semantics/jobspec.md`, Counts).

use super::count_text;
use crate::count::{Count, Operator};
use crate::error::JobspecError;
use crate::notation::node::Node;
use crate::notation::scalar::{character, signed, unsigned};

/// What the `count` of a resource can be, for people.
const ACCEPTED: &str =
    "a whole number, a range such as 2-8, 2+ or 2-8:2:*, or evenly spaced numbers such as 2,4,6";

/// Reads a number, a text of RFC 45 or RFC 22, or a map of `min` and perhaps `max`, `operator` and `operand` (RFC 14).
/// Other keys are ignored.
pub(crate) fn count(node: &Node<'_>) -> Result<Count, JobspecError> {
    if node.is_scalar() {
        let text = node.scalar().and_then(count_text::read);
        let number = || unsigned(node).map(Count::exactly).map_err(|_| node.mistaken(ACCEPTED));
        return text.map_or_else(number, Ok).map_err(|error| error.of("count"));
    }
    node.map_or("count is not a mapping")?;
    let min = node.get_or("min", r#"Key "min" missing from count"#)?;
    min.scalar_or(r#"Value of "min" must be a scalar"#)?;
    let max = node.get("max");
    match (node.get("operator"), node.get("operand")) {
        (None, None) => range(min, max),
        (Some(operator), Some(operand)) => moldable(min, max, operator, operand),
        _ => {
            Err(node.breaks(r#"All or none of "max", "operator", and "operand" must be specified"#))
        }
    }
}

fn positive(node: &Node<'_>) -> Result<u32, JobspecError> {
    let min = unsigned(node).map_err(|error| error.of("min"))?;
    if min < 1 {
        return Err(node.breaks(r#""min" must be greater than zero"#));
    }
    Ok(min)
}

/// The largest count; without one, any.
fn largest(node: Option<&Node<'_>>) -> Result<u32, JobspecError> {
    node.map_or(Ok(u32::MAX), |node| unsigned(node).map_err(|error| error.of("max")))
}

fn check_order(min: u32, max: u32, max_node: Option<&Node<'_>>) -> Result<(), JobspecError> {
    match max_node {
        Some(node) if max < min => {
            Err(node.breaks(r#""max" must be greater than or equal to "min""#))
        }
        _ => Ok(()),
    }
}

fn range(min_node: &Node<'_>, max_node: Option<&Node<'_>>) -> Result<Count, JobspecError> {
    if let Some(max) = max_node {
        max.scalar_or(r#"Value of "max" must be a scalar"#)?;
    }
    let max = largest(max_node)?;
    let min = positive(min_node)?;
    check_order(min, max, max_node)?;
    Ok(Count { max, ..Count::at_least(min) })
}

fn moldable(
    min_node: &Node<'_>,
    max_node: Option<&Node<'_>>,
    operator_node: &Node<'_>,
    operand_node: &Node<'_>,
) -> Result<Count, JobspecError> {
    if let Some(max) = max_node {
        max.scalar_or(r#"Value of "max" must be a scalar"#)?;
    }
    operator_node.scalar_or(r#"Value of "operator" must be a scalar"#)?;
    operand_node.scalar_or(r#"Value of "operand" must be a scalar"#)?;
    let max = largest(max_node)?;
    let operator = character(operator_node).map_err(|error| error.of("operator"))?;
    let operand = signed(operand_node).map_err(|error| error.of("operand"))?;
    let min = positive(min_node)?;
    check_order(min, max, max_node)?;
    let (operator, operand) = growth(operator, operand, operator_node, operand_node)?;
    if operator == Operator::Power && min < 2 {
        let message = r#""min" must be greater than one for exponentiation '^'"#;
        return Err(min_node.breaks(message));
    }
    Ok(Count { min, max, operator, operand })
}

/// An operator with an operand that moves the count.
fn growth(
    operator: u8,
    operand: i32,
    operator_node: &Node<'_>,
    operand_node: &Node<'_>,
) -> Result<(Operator, u32), JobspecError> {
    let (operator, least, message) = match operator {
        b'+' => (Operator::Add, 1, r#""operand" must be greater than zero for addition '+'"#),
        b'*' => {
            (Operator::Multiply, 2, r#""operand" must be greater than one for multiplication '*'"#)
        }
        b'^' => {
            (Operator::Power, 2, r#""operand" must be greater than one for exponentiation '^'"#)
        }
        _ => return Err(operator_node.breaks("Invalid count operator")),
    };
    match u32::try_from(operand) {
        Ok(operand) if operand >= least => Ok((operator, operand)),
        _ => Err(operand_node.breaks(message)),
    }
}
