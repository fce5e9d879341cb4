//! Reads the `count` of a resource (`docs/semantics/jobspec.md`, Counts).

use crate::count::{Count, Operator};
use crate::error::JobspecError;
use crate::notation::node::Node;
use crate::notation::scalar::{character, signed, unsigned};

/// Reads a number, or a map of `min` and perhaps all of `max`, `operator`, `operand`. Other keys are ignored.
pub(crate) fn count(node: &Node<'_>) -> Result<Count, JobspecError> {
    if node.is_scalar() {
        return unsigned(node).map(Count::exactly);
    }
    node.map_or("count is not a mapping")?;
    let min = node.get_or("min", r#"Key "min" missing from count"#)?;
    min.scalar_or(r#"Value of "min" must be a scalar"#)?;
    match (node.get("max"), node.get("operator"), node.get("operand")) {
        (None, None, None) => unsigned(min).and_then(|n| positive(n, min)).map(Count::at_least),
        (Some(max), Some(operator), Some(operand)) => moldable(min, max, operator, operand),
        _ => {
            Err(node.breaks(r#"All or none of "max", "operator", and "operand" must be specified"#))
        }
    }
}

fn positive(min: u32, node: &Node<'_>) -> Result<u32, JobspecError> {
    if min < 1 {
        return Err(node.breaks(r#""min" must be greater than zero"#));
    }
    Ok(min)
}

fn moldable(
    min_node: &Node<'_>,
    max_node: &Node<'_>,
    operator_node: &Node<'_>,
    operand_node: &Node<'_>,
) -> Result<Count, JobspecError> {
    max_node.scalar_or(r#"Value of "max" must be a scalar"#)?;
    operator_node.scalar_or(r#"Value of "operator" must be a scalar"#)?;
    operand_node.scalar_or(r#"Value of "operand" must be a scalar"#)?;
    let max = unsigned(max_node)?;
    let operator = character(operator_node)?;
    let operand = signed(operand_node)?;
    let min = positive(unsigned(min_node)?, min_node)?;
    if max < min {
        return Err(max_node.breaks(r#""max" must be greater than or equal to "min""#));
    }
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
