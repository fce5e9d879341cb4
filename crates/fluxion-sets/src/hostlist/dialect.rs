//! The two ways to read brackets. In both all brackets expand, as RFC 29 has it, and the first varies slowest.

/// Which reader a list is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// R files and queries (`docs/semantics/formats.md`, Hostlists): `3-` means 3, brackets may come first, and a number at
    /// the end of a name without brackets must be below 2^64.
    Nodelist,
    /// Constraints (`docs/semantics/formats.md`, Hostlists).
    Constraint,
}
