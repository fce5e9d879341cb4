//! Match policies: in which order candidates are preferred (`docs/semantics/policies.md`).

use std::str::FromStr;

/// How candidates are scored and sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preference {
    /// Highest score first.
    High,
    /// Lowest score first.
    Low,
    /// Longest-lived runs of consecutive scores first (`docs/semantics/policies.md`, Locality).
    Locality,
    /// Lowest performance class first (`docs/semantics/policies.md`, Sort orders).
    Variation,
}

/// A match policy. Custom combinations are legal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    preference: Preference,
    node_centric: Switch,
    node_exclusive: Switch,
    stop_on_one_match: Switch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Switch {
    Off,
    On,
}

/// The text is neither the name of a policy nor a valid custom string.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown match policy `{0}`: expected first, firstnodex, high, low, hinode, lonode, hinodex, lonodex, locality, \
     variation, or settings such as `policy=low node_centric=true node_exclusive=false stop_on_1_matches=true`"
)]
pub struct UnknownPolicy(pub String);

const fn named(preference: Preference, switches: [Switch; 3]) -> Policy {
    let [node_centric, node_exclusive, stop_on_one_match] = switches;
    Policy { preference, node_centric, node_exclusive, stop_on_one_match }
}

const NAMES: [(&str, Policy); 10] = {
    use Preference::{High, Locality, Low, Variation};
    use Switch::{Off, On};
    [
        ("first", named(High, [On, Off, On])),
        ("firstnodex", named(High, [On, On, On])),
        ("high", named(High, [Off, Off, Off])),
        ("low", named(Low, [Off, Off, Off])),
        ("hinode", named(High, [On, Off, Off])),
        ("lonode", named(Low, [On, Off, Off])),
        ("hinodex", named(High, [On, On, Off])),
        ("lonodex", named(Low, [On, On, Off])),
        ("locality", named(Locality, [Off, Off, Off])),
        ("variation", named(Variation, [Off, Off, Off])),
    ]
};

impl Policy {
    /// The policy's order of scores: smaller keys first.
    pub(crate) fn key(self, score: i64) -> i64 {
        if self.prefers_high() { score.saturating_neg() } else { score }
    }

    /// Whether high scores are better than low ones.
    pub(crate) fn prefers_high(self) -> bool {
        match self.preference {
            Preference::High | Preference::Locality => true,
            Preference::Low | Preference::Variation => false,
        }
    }

    /// How candidates are scored and sorted.
    pub const fn preference(self) -> Preference {
        self.preference
    }

    /// Whether scores include the nodes above a vertex.
    pub fn is_node_centric(self) -> bool {
        self.node_centric == Switch::On
    }

    /// Whether every node that a job touches belongs to it alone.
    pub fn is_node_exclusive(self) -> bool {
        self.node_exclusive == Switch::On
    }

    /// Whether gathering stops as soon as enough was found (`docs/semantics/policies.md`, Early stop).
    pub fn stops_early(self) -> bool {
        self.stop_on_one_match == Switch::On
    }

    /// The names of the policies that have one.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    fn custom(text: &str) -> Option<Self> {
        let mut preference = None;
        let mut switches = [None; 3];
        for setting in text.strip_suffix(' ').unwrap_or(text).split(' ') {
            let mut parts = setting.split('=');
            let (key, value) = (parts.next()?, parts.next()?);
            if key == "policy" {
                let value = if value == "high" {
                    Preference::High
                } else {
                    (value == "low").then_some(Preference::Low)?
                };
                // where both are given, high wins
                preference = preference.filter(|&p| p == Preference::High).or(Some(value));
                continue;
            }
            let known = ["node_centric", "node_exclusive", "stop_on_1_matches"];
            let at = known.iter().position(|&k| k == key)?;
            let value = match value {
                "true" => Switch::On,
                "false" => Switch::Off,
                _ => return None,
            };
            switches[at].get_or_insert(value);
        }
        Some(named(preference?, switches.map(|s| s.unwrap_or(Switch::Off))))
    }
}

impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(text: &str) -> Result<Self, UnknownPolicy> {
        let found = NAMES.iter().find(|(name, _)| *name == text).map(|&(_, policy)| policy);
        found.or_else(|| Self::custom(text)).ok_or_else(|| UnknownPolicy(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(custom: &str, name: &str) {
        assert_eq!(custom.parse::<Policy>(), name.parse::<Policy>(), "{custom}");
    }

    #[test]
    fn names_are_custom_strings() {
        check("policy=high", "high");
        check("policy=low ", "low");
        check("policy=low=x", "low");
        check("policy=low policy=high", "high");
        check("policy=high node_centric=true", "hinode");
        check("node_exclusive=true policy=low node_centric=true", "lonodex");
        check("policy=high node_centric=true node_centric=false stop_on_1_matches=true", "first");
    }

    #[test]
    fn one_bad_setting_refuses_the_whole_string() {
        for text in
            ["", "Low", "policy", "policy=medium", "policy=low bogus=1", "policy=low  x", "a=b"]
        {
            assert!(text.parse::<Policy>().is_err(), "{text}");
        }
    }
}
