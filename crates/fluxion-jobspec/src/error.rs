//! Why a text is no jobspec.

use crate::limits::MAX_DEPTH;

/// A position in a text; lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// Which sort of rule a text broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobspecErrorKind {
    /// It is not YAML.
    Syntax,
    /// A value is not of the type that is needed: `bad conversion`.
    Conversion,
    /// A rule of the language.
    Rule,
    /// It would cost too much.
    Limit,
}

/// A text that is no jobspec. `Display` says what is wrong, without the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JobspecError {
    kind: JobspecErrorKind,
    message: String,
    position: Option<Position>,
}

impl JobspecError {
    /// Which sort of rule was broken.
    pub fn kind(&self) -> JobspecErrorKind {
        self.kind
    }

    /// Where the offending node begins; for a missing key, the map that lacks it. `None` for an error of
    /// the text as a whole, and in JSON of more than 256 KiB.
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// The same error elsewhere.
    pub(crate) fn map_position(mut self, map: impl FnOnce(Position) -> Position) -> Self {
        self.position = self.position.map(map);
        self
    }

    pub(crate) fn syntax(message: impl Into<String>, position: Position) -> Self {
        Self { kind: JobspecErrorKind::Syntax, message: message.into(), position: Some(position) }
    }

    pub(crate) fn conversion(position: Option<Position>) -> Self {
        Self { kind: JobspecErrorKind::Conversion, message: "bad conversion".to_owned(), position }
    }

    pub(crate) fn rule(message: impl Into<String>, position: Option<Position>) -> Self {
        Self { kind: JobspecErrorKind::Rule, message: message.into(), position }
    }

    pub(crate) fn too_deep(at: Position) -> Self {
        Self::limit(format!("expected at most {MAX_DEPTH} nested collections"), Some(at))
    }

    pub(crate) fn limit(message: impl Into<String>, position: Option<Position>) -> Self {
        Self { kind: JobspecErrorKind::Limit, message: message.into(), position }
    }
}
