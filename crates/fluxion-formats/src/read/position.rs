//! Where in a text something is.

use std::fmt;

/// A position in a text: line and column (in bytes), both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The byte in the line, from 1.
    pub column: usize,
}

impl Position {
    /// The position of a byte of `text`. O(offset).
    pub(super) fn at(text: &str, offset: usize) -> Self {
        let before = &text.as_bytes()[..offset.min(text.len())];
        let line = 1 + before.iter().filter(|&&b| b == b'\n').count();
        let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        Self { line, column: before.len() - start + 1 }
    }

    /// The position of `part`, which must be a slice of `text`.
    pub(super) fn of(text: &str, part: &str) -> Self {
        Self::at(text, (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}
