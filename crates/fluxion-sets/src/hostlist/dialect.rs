//! The two ways to read brackets.

/// Which chapter decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// R files (chapter 02, section 3.2): only the first brackets expand, `3-` means 3.
    Nodelist,
    /// Constraints and queries (chapter 03, section 7.4): all brackets expand, the first varies slowest.
    Constraint,
}
