//! Reads constraints as the jobspec writes them (RFC 31; `docs/semantics/jobspec.md`, Constraints).

use fluxion_sets::Idset;
use fluxion_sets::hostlist::{Hosts, Problem};

use super::flaws::Flaws;
use crate::constraint::{Constraint, PropertyTest};
use crate::error::JobspecError;
use crate::limits::MAX_HOST_NAMES;
use crate::notation::node::{Node, Spelling, Value};
use crate::notation::scalar::string;

/// Reads one constraint; recursion ends with the depth of the document. `left` is how many bytes the host
/// names of the constraint may yet take.
pub(crate) fn constraint(node: &Node<'_>, left: &mut usize) -> Result<Constraint, JobspecError> {
    let (key, value) = match node.map_or("constraint is not a mapping")? {
        [] => return Ok(Constraint::And(Vec::new())),
        [entry] => (&entry.0, &entry.1),
        [_, (second, _), ..] => {
            return Err(second.breaks("constraint map may not contain > 1 operation"));
        }
    };
    let operator = string(key).map_err(|error| error.of("constraints"))?;
    let operands = value
        .items()
        .ok_or_else(|| value.breaks(format!("{operator} operator value must be an array")))?;
    match operator {
        "and" => nested(operands, left).map(Constraint::And),
        "or" => nested(operands, left).map(Constraint::Or),
        "not" => nested(operands, left).map(Constraint::Not),
        "properties" => {
            operands.iter().map(property).collect::<Result<_, _>>().map(Constraint::Properties)
        }
        "hostlist" => hostlist(operands, left),
        "ranks" => ranks(operands),
        _ => Err(key.breaks(format!("unknown constraint operator: {operator}"))),
    }
}

/// What is wrong with a constraint: of each operand what is wrong with it, else what is wrong with the whole.
pub(super) fn note_constraint(node: &Node<'_>, flaws: &mut Flaws) {
    let only = node.entries().and_then(|entries| match entries {
        [(key, value)] => key.scalar().zip(value.items()),
        _ => None,
    });
    match only {
        Some(("and" | "or" | "not", operands)) => {
            operands.iter().for_each(|operand| note_constraint(operand, flaws));
        }
        Some(("properties", operands)) => {
            operands.iter().for_each(|operand| flaws.check(property(operand)));
        }
        _ => flaws.check(constraint(node, &mut MAX_HOST_NAMES.clone())),
    }
}

fn nested(operands: &[Node<'_>], left: &mut usize) -> Result<Vec<Constraint>, JobspecError> {
    operands.iter().map(|operand| constraint(operand, left)).collect()
}

fn property(node: &Node<'_>) -> Result<PropertyTest, JobspecError> {
    let Value::Scalar(text, Spelling::Quoted) = node.value() else {
        return Err(node.breaks("non-string property specified"));
    };
    let (name, negated) = match text.strip_prefix('^') {
        Some(name) => (name, true),
        None => (text.as_ref(), false),
    };
    if name.contains(['!', '&', '\'', '"', '^', '`', '|', '(', ')']) {
        return Err(node.breaks(format!("{text} is invalid")));
    }
    Ok(PropertyTest { name: name.to_owned(), negated })
}

fn hostlist(operands: &[Node<'_>], left: &mut usize) -> Result<Constraint, JobspecError> {
    let mut hosts = Hosts::default();
    for operand in operands {
        let text = string(operand).map_err(|error| error.of("hostlist"))?;
        let taken = hosts.append(text, *left).map_err(|error| match error.problem {
            Problem::Total => JobspecError::limit("hostlists name too many hosts", operand.at()),
            _ => operand.breaks(format!("Invalid hostlist `{text}'")),
        })?;
        *left -= taken;
    }
    Ok(Constraint::Hostlist(hosts))
}

fn ranks(operands: &[Node<'_>]) -> Result<Constraint, JobspecError> {
    let mut union = Idset::new();
    for operand in operands {
        let text = string(operand).map_err(|error| error.of("ranks"))?;
        let set: Idset =
            text.parse().map_err(|_| operand.breaks(format!("Invalid idset `{text}'")))?;
        union = union.union(&set);
    }
    Ok(Constraint::Ranks(union))
}
