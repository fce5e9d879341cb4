//! Why a text is no hostlist.

/// A text that is no hostlist. The position is a byte offset from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {position}, found `{found}`")]
pub struct HostlistError {
    /// What was expected.
    pub problem: Problem,
    /// The offending piece.
    pub found: String,
    /// Where it begins.
    pub position: usize,
}

impl HostlistError {
    pub(super) fn new(problem: Problem, found: &str, position: usize) -> Self {
        Self { problem, found: found.to_owned(), position }
    }
}

/// What was expected of a hostlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// `foo[2-`, `foo]`, `foo[[1]]`.
    #[error("expected balanced brackets that are not nested")]
    Brackets,
    /// `foo[]`, `foo[a-b]`, `foo[1,]`.
    #[error("expected `N` or `LOW-HIGH` in decimal digits")]
    Range,
    /// `foo[3-2]`.
    #[error("expected a range that does not descend")]
    Descending,
    /// Digits beyond 64 bits.
    #[error("expected a number below 2^64")]
    Number,
    /// More than 1,048,576 hosts in one range.
    #[error("expected at most 1048576 hosts in a range")]
    RangeSize,
    /// More than 10,240 ranges in one pair of brackets.
    #[error("expected at most 10240 ranges in brackets")]
    Ranges,
    /// A name of more than 270 bytes.
    #[error("expected a host name of at most 270 bytes")]
    NameLength,
    /// The list as a whole would take too much memory.
    #[error("expected a list of at most 56 MiB")]
    Total,
    /// `[0-1]x` in a constraint.
    #[error("expected a prefix before brackets with text behind them")]
    Prefix,
}
