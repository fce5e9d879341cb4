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

/// A text that is no jobspec. `Display` says what is wrong, what was found and what is accepted, without the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", found.as_ref().map(|found| format!(", found {found}")).unwrap_or_default())]
pub struct JobspecError {
    kind: JobspecErrorKind,
    message: String,
    found: Option<String>,
    position: Option<Position>,
}

impl JobspecError {
    /// Which sort of rule was broken.
    pub fn kind(&self) -> JobspecErrorKind {
        self.kind
    }

    /// The sentence of the rules: of a value of the wrong type no more than that it is.
    pub fn specified(&self) -> &str {
        match self.kind {
            JobspecErrorKind::Conversion => "bad conversion",
            _ => &self.message,
        }
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
        Self::new(JobspecErrorKind::Syntax, message.into(), Some(position))
    }

    /// A value that cannot be what is `wanted`.
    pub(crate) fn conversion(wanted: &str, found: String, position: Option<Position>) -> Self {
        let message = format!("expected {wanted}");
        Self::new(JobspecErrorKind::Conversion, message, position).with_found(Some(found))
    }

    pub(crate) fn rule(message: impl Into<String>, position: Option<Position>) -> Self {
        Self::new(JobspecErrorKind::Rule, message.into(), position)
    }

    fn new(kind: JobspecErrorKind, message: String, position: Option<Position>) -> Self {
        Self { kind, message, found: None, position }
    }

    pub(crate) fn with_found(self, found: Option<String>) -> Self {
        Self { found, ..self }
    }

    /// Says of which key a value cannot be converted.
    pub(crate) fn of(mut self, key: &str) -> Self {
        if self.kind == JobspecErrorKind::Conversion {
            self.message = format!("`{key}`: {}", self.message);
        }
        self
    }

    pub(crate) fn too_deep(at: Position) -> Self {
        Self::limit(format!("expected at most {MAX_DEPTH} nested collections"), Some(at))
    }

    pub(crate) fn limit(message: impl Into<String>, position: Option<Position>) -> Self {
        Self::new(JobspecErrorKind::Limit, message.into(), position)
    }
}
