//! Reads the `tasks` of a jobspec: checked and dropped, since matching does not use them
//! (`docs/semantics/jobspec.md`, Tasks).

use super::flaws::Flaws;
use crate::error::JobspecError;
use crate::notation::node::Node;
use crate::notation::scalar::string;

const NO_LIST: &str = r#""tasks" is not a sequence"#;
const NO_MAP: &str = "task is not a mapping";

/// Checks a list of tasks.
pub(crate) fn tasks(node: &Node<'_>) -> Result<(), JobspecError> {
    node.sequence_or(NO_LIST)?.iter().try_for_each(task)
}

/// What is wrong with a list of tasks.
pub(super) fn note_tasks(node: &Node<'_>, flaws: &mut Flaws) {
    for task in flaws.keep(node.sequence_or(NO_LIST)).unwrap_or_default() {
        if flaws.keep(task.map_or(NO_MAP)).is_some() {
            CHECKS.iter().for_each(|check| flaws.check(check(task)));
        }
    }
}

type Check = fn(&Node<'_>) -> Result<(), JobspecError>;

/// What is asked of a task, in order.
const CHECKS: [Check; 6] =
    [command, slot, |task| task.get("count").map_or(Ok(()), count), distribution, of_task, size];

fn task(node: &Node<'_>) -> Result<(), JobspecError> {
    node.map_or(NO_MAP)?;
    CHECKS.iter().try_for_each(|check| check(node))
}

fn command(task: &Node<'_>) -> Result<(), JobspecError> {
    let command = task.get_or("command", r#"Key "command" missing from task"#)?;
    for word in command.sequence_or(r#""command" value must be a sequence"#)? {
        check_string(word).map_err(|error| error.of("command"))?;
    }
    Ok(())
}

fn slot(task: &Node<'_>) -> Result<(), JobspecError> {
    let slot = task.get_or("slot", r#"Key "slot" missing from task"#)?;
    slot.scalar_or(r#"Value of task "slot" must be a YAML scalar"#)
}

fn distribution(task: &Node<'_>) -> Result<(), JobspecError> {
    task.get("distribution").map_or(Ok(()), |distribution| {
        distribution.scalar_or(r#"Value of task "distribution" must be a YAML scalar"#)
    })
}

fn of_task(task: &Node<'_>) -> Result<(), JobspecError> {
    task.get("attributes").map_or(Ok(()), attributes)
}

fn size(task: &Node<'_>) -> Result<(), JobspecError> {
    match task.entries().unwrap_or_default().len() {
        3..=5 => Ok(()),
        _ => Err(task.breaks("impossible number of entries in task mapping")),
    }
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
