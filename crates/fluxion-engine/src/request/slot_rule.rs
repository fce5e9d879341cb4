//! Where slots stand.

/// Where the slots of a request may stand (`docs/semantics/slots.md`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SlotRule {
    /// At a vertex that has a direct child of each member's type: as published.
    #[default]
    Published,
    /// In the smallest subtree that could hold a slot's members on an idle machine. Not under the traverser `flexible`.
    Deep,
}

/// The text names no rule for slots.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown rule for slots `{0}`: expected deep or published")]
pub struct UnknownSlotRule(pub String);

impl SlotRule {
    /// Both rules.
    pub const ALL: &'static [Self] = &[Self::Published, Self::Deep];

    /// The name that selects the rule.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Deep => "deep",
        }
    }
}

impl std::str::FromStr for SlotRule {
    type Err = UnknownSlotRule;

    fn from_str(text: &str) -> Result<Self, UnknownSlotRule> {
        let named = Self::ALL.iter().copied().find(|rule| rule.as_str() == text);
        named.ok_or_else(|| UnknownSlotRule(text.to_owned()))
    }
}

impl std::fmt::Display for SlotRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
