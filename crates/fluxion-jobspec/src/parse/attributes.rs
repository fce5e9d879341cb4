//! Reads the `attributes` of a jobspec: what of them decides a match (`docs/semantics/jobspec.md`,
//! Attributes).

use super::constraint::{constraint, note_constraint};
use super::flaws::Flaws;
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

const NO_MAP: &str = r#""attributes" is not a map"#;

/// Reads the attributes; null is none.
pub(crate) fn attributes(node: &Node<'_>) -> Result<Attributes, JobspecError> {
    let mut attributes = Attributes::default();
    if node.is_null() {
        return Ok(attributes);
    }
    for (key, value) in node.map_or(NO_MAP)? {
        attribute(key, value, &mut attributes)?;
    }
    Ok(attributes)
}

/// What is wrong with the attributes.
pub(super) fn note_attributes(node: &Node<'_>, flaws: &mut Flaws) {
    if node.is_null() {
        return;
    }
    let mut ignored = Attributes::default();
    for (key, value) in flaws.keep(node.map_or(NO_MAP)).unwrap_or_default() {
        match (key.scalar(), value.entries()) {
            (Some("system"), Some(entries)) => {
                entries.iter().for_each(|(key, value)| note_setting(key, value, flaws));
            }
            _ => flaws.check(attribute(key, value, &mut ignored)),
        }
    }
}

fn note_setting(key: &Node<'_>, value: &Node<'_>, flaws: &mut Flaws) {
    match key.scalar() {
        Some("constraints") => note_constraint(value, flaws),
        _ => flaws.check(setting(key, value, &mut Attributes::default())),
    }
}

fn attribute(
    key: &Node<'_>,
    value: &Node<'_>,
    attributes: &mut Attributes,
) -> Result<(), JobspecError> {
    match string(key)? {
        "user" => Ok(()),
        "system" => system(value, attributes),
        _ => Err(key.breaks(r#"Unknown key in "attributes""#)),
    }
}

fn system(node: &Node<'_>, attributes: &mut Attributes) -> Result<(), JobspecError> {
    if node.items().is_some_and(|items| !items.is_empty()) {
        return Err(node.breaks(NOT_ITERABLE));
    }
    let entries = node.entries().unwrap_or_default();
    entries.iter().try_for_each(|(key, value)| setting(key, value, attributes))
}

/// An entry of `system`.
fn setting(
    key: &Node<'_>,
    value: &Node<'_>,
    attributes: &mut Attributes,
) -> Result<(), JobspecError> {
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
