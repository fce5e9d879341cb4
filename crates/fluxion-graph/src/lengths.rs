//! How long the texts of a graph may be: answers repeat them as often as vertices have them.

use crate::graph::GraphError;

/// The longest name, in bytes: of a type, a vertex, a subsystem, a relation, a property.
pub const LONGEST_NAME: usize = 1 << 10;

/// The longest path, in bytes.
pub const LONGEST_PATH: usize = 64 << 10;

/// The longest value of a property, in bytes.
pub const LONGEST_VALUE: usize = 64 << 10;

/// Whether a name is short enough.
///
/// # Errors
/// [`GraphError::LongText`].
#[inline]
pub fn check_name(name: &str) -> Result<(), GraphError> {
    check("a name", name, LONGEST_NAME)
}

/// Whether a path is short enough.
///
/// # Errors
/// [`GraphError::LongText`].
#[inline]
pub fn check_path(path: &str) -> Result<(), GraphError> {
    check("a path", path, LONGEST_PATH)
}

/// Whether name and value of a property are short enough.
///
/// # Errors
/// [`GraphError::LongText`].
#[inline]
pub fn check_property(name: &str, value: &str) -> Result<(), GraphError> {
    check("the name of a property", name, LONGEST_NAME)?;
    check("the value of a property", value, LONGEST_VALUE)
}

#[inline]
fn check(what: &'static str, text: &str, most: usize) -> Result<(), GraphError> {
    if text.len() <= most {
        return Ok(());
    }
    Err(GraphError::LongText { what, bytes: text.len(), most })
}
