//! Which objects are loaded (`docs/semantics/readers.md`, hwloc).

/// The words that are allowed; all, if there is none.
pub(super) struct Allowlist<'a>(Vec<&'a str>);

impl<'a> Allowlist<'a> {
    /// A list of words, of which the empty ones do not count.
    pub(super) fn of(words: &[&'a str]) -> Self {
        Self(words.iter().copied().filter(|word| !word.is_empty()).collect())
    }

    pub(super) fn allows(&self, word: &str) -> bool {
        self.0.is_empty() || self.0.contains(&word)
    }
}
