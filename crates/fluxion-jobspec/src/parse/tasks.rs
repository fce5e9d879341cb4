//! Reads the `tasks` of a jobspec: checked and dropped, since matching does not use them
//! (`docs/semantics/jobspec.md`, Tasks).

use crate::error::JobspecError;
use crate::notation::node::Node;
use crate::notation::scalar::string;

/// Checks a list of tasks.
pub(crate) fn tasks(node: &Node<'_>) -> Result<(), JobspecError> {
    node.sequence_or(r#""tasks" is not a sequence"#)?.iter().try_for_each(task)
}

fn task(node: &Node<'_>) -> Result<(), JobspecError> {
    let size = node.map_or("task is not a mapping")?.len();
    let command = node.get_or("command", r#"Key "command" missing from task"#)?;
    for word in command.sequence_or(r#""command" value must be a sequence"#)? {
        check_string(word).map_err(|error| error.of("command"))?;
    }
    let slot = node.get_or("slot", r#"Key "slot" missing from task"#)?;
    slot.scalar_or(r#"Value of task "slot" must be a YAML scalar"#)?;
    node.get("count").map_or(Ok(()), count)?;
    if let Some(distribution) = node.get("distribution") {
        distribution.scalar_or(r#"Value of task "distribution" must be a YAML scalar"#)?;
    }
    node.get("attributes").map_or(Ok(()), attributes)?;
    if !(3..=5).contains(&size) {
        return Err(node.breaks("impossible number of entries in task mapping"));
    }
    Ok(())
}

fn count(node: &Node<'_>) -> Result<(), JobspecError> {
    match node.map_or(r#""count" in task is not a mapping"#)? {
        [(key, value)] => {
            check_string(key).and_then(|()| check_string(value)).map_err(|error| error.of("count"))
        }
        _ => Err(node.breaks(r#""count" in task must have exactly one entry"#)),
    }
}

fn attributes(node: &Node<'_>) -> Result<(), JobspecError> {
    for (key, value) in node.map_or(r#""attributes" in task is not a mapping"#)? {
        check_string(key)
            .and_then(|()| check_string(value))
            .map_err(|error| error.of("attributes"))?;
    }
    Ok(())
}

/// A value whose text does not matter; a number is as good as a string.
fn check_string(node: &Node<'_>) -> Result<(), JobspecError> {
    if node.is_scalar() { Ok(()) } else { string(node).map(drop) }
}
