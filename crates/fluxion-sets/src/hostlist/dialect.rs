//! The two ways to read brackets.

/// Which reader a list is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// R files (`docs/semantics/formats.md`, Hostlists): only the first brackets expand, `3-` means 3.
    Nodelist,
    /// Constraints and queries (`docs/semantics/formats.md`, Hostlists): all brackets expand, the first
    /// varies slowest.
    Constraint,
}
