//! Which state of a graph is meant: revisions count its changes, incarnations tell its loads apart.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// How often a graph has changed since it was loaded, the load included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub u64);

impl Revision {
    /// That of a graph which was just loaded.
    pub const FIRST: Self = Self(1);

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which load of a graph a revision belongs to: a number chosen at random for each, so that revisions of an earlier life
/// are not taken for those of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Incarnation(pub u64);

impl fmt::Display for Incarnation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Incarnation {
    type Err = ParseIntError;

    /// From its hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

/// Why a commit was not applied; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// It belongs to another load of the graph.
    #[error("a commit of incarnation {found}, expected {expected}")]
    Incarnation {
        /// That of the store.
        expected: Incarnation,
        /// That of the commit.
        found: Incarnation,
    },
    /// It does not follow the last one.
    #[error("a commit of revision {found}, expected {expected}")]
    Revision {
        /// The one that would follow.
        expected: Revision,
        /// That of the commit.
        found: Revision,
    },
    /// Its change was decided on another state.
    #[error(transparent)]
    Change(#[from] fluxion_context::Inapplicable),
    /// The next job cannot get the number that it says.
    #[error(transparent)]
    Number(#[from] fluxion_context::ResumeError),
}
