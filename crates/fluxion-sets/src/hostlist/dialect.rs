//! The two ways to read brackets. In both all brackets expand, as RFC 29 has it, and the first varies slowest.

/// Which chapter decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// R files and queries (chapter 02, section 3.2): `3-` means 3, brackets may come first, and a number at the end of a
    /// name without brackets must be below 2^64.
    Nodelist,
    /// Constraints (chapter 03, section 7.4).
    Constraint,
}
