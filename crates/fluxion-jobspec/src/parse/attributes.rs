//! Reads the `attributes` of a jobspec: what of them decides a match (`docs/semantics/jobspec.md`,
//! Attributes).

use super::constraint::constraint;
use crate::constraint::Constraint;
use crate::error::JobspecError;
use crate::limits::MAX_HOST_NAMES;
use crate::notation::node::Node;
use crate::notation::scalar::{seconds, string};

const NOT_ITERABLE: &str = "invalid node; this may result from using a map iterator as a sequence \
                            iterator, or vice-versa";

/// What is used of the attributes; where a key repeats, the last counts.
#[derive(Debug, Default)]
pub(crate) struct Attributes {
    pub(crate) duration: f64,
    pub(crate) queue: Option<String>,
    pub(crate) constraint: Option<Constraint>,
}

/// Reads the attributes; null is none.
pub(crate) fn attributes(node: &Node<'_>) -> Result<Attributes, JobspecError> {
    let mut attributes = Attributes::default();
    if node.is_null() {
        return Ok(attributes);
    }
    for (key, value) in node.map_or(r#""attributes" is not a map"#)? {
        match string(key)? {
            "user" => {}
            "system" => system(value, &mut attributes)?,
            _ => return Err(key.breaks(r#"Unknown key in "attributes""#)),
        }
    }
    Ok(attributes)
}

fn system(node: &Node<'_>, attributes: &mut Attributes) -> Result<(), JobspecError> {
    if node.items().is_some_and(|items| !items.is_empty()) {
        return Err(node.breaks(NOT_ITERABLE));
    }
    for (key, value) in node.entries().unwrap_or_default() {
        match string(key)? {
            "duration" => {
                attributes.duration = seconds(value).map_err(|error| error.of("duration"))?;
            }
            "queue" => {
                attributes.queue = Some(string(value).map_err(|error| error.of("queue"))?.into())
                    .filter(|q: &String| !q.is_empty())
            }
            "cwd" => string(value).map(drop).map_err(|error| error.of("cwd"))?,
            "environment" => environment(value)?,
            "constraints" => {
                let mut left = MAX_HOST_NAMES;
                attributes.constraint = Some(constraint(value, &mut left)?);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Checked and dropped.
fn environment(node: &Node<'_>) -> Result<(), JobspecError> {
    if node.items().is_some() {
        return Err(node.breaks(NOT_ITERABLE));
    }
    for (name, value) in node.entries().unwrap_or_default() {
        let name = string(name).map_err(|error| error.of("environment"))?;
        if !value.is_scalar() {
            string(value).map_err(|error| error.of(name))?;
        }
    }
    Ok(())
}
