//! What is wrong with an access file, and where.

use std::fmt;

use crate::role::{AccessRole, UnknownRole};
use crate::scope::ScopeError;
use crate::token::TokenIdError;
use crate::unix_time::InvalidTime;

/// A place in a text, both counted from 1; a column is a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Of the file.
    pub line: usize,
    /// Of the line.
    pub column: usize,
}

/// A mistake in an access file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {fault}")]
pub struct AccessFileError {
    /// Where it is.
    pub position: Position,
    /// What it is.
    pub fault: AccessFault,
}

/// What may be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessFault {
    /// It is no TOML.
    #[error("{0}")]
    Syntax(String),
    /// A key that means nothing there.
    #[error("unknown key `{key}`: {}", meant(*nearest, expected))]
    UnknownKey {
        /// What is written.
        key: String,
        /// What may have been meant.
        nearest: Option<&'static str>,
        /// What may stand there.
        expected: &'static [&'static str],
    },
    /// A key that has to be there.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// The value is of another type.
    #[error("`{key}`: expected {expected}")]
    Type {
        /// Of which key.
        key: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// There is no such role.
    #[error("`role`: `{word}` is no role: {}", role_meant(*nearest))]
    Role {
        /// What is written.
        word: String,
        /// What may have been meant.
        nearest: Option<&'static str>,
    },
    /// The id cannot be that of a token.
    #[error("`id`: {0}")]
    Id(TokenIdError),
    /// The hash is none.
    #[error("`sha256`: expected 64 hexadecimal digits")]
    Digest,
    /// The pattern stands for no graph.
    #[error("`graphs`: {0}")]
    Graphs(ScopeError),
    /// The moment is none.
    #[error("`expires`: {0}")]
    Expires(InvalidTime),
    /// A URI is expected.
    #[error(
        "`san`: expected a URI such as \"spiffe://example.org/scheduler\"; a host name goes under `dns`"
    )]
    NoUri,
    /// A certificate is known by none of its names, or by several.
    #[error("expected one of `san`, `dns` and `cn`")]
    Names,
    /// There is another entry of this name.
    #[error("there is a second `{0}`")]
    Doubled(String),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

impl Position {
    /// Of a byte of a text; of its end if it is beyond.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Self { line: before.matches('\n').count() + 1, column }
    }
}

fn meant(nearest: Option<&str>, expected: &[&str]) -> String {
    match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("expected one of `{}`", expected.join("`, `")),
    }
}

fn role_meant(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => UnknownRole.to_string(),
    }
}

/// The role that may have been meant.
pub(crate) fn nearest_role(word: &str) -> Option<&'static str> {
    crate::nearest_word(word, AccessRole::ALL.map(AccessRole::as_str))
}
