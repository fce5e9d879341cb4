//! The graphs of a principal: patterns of names, in which `*` stands for any characters, also none.

use std::fmt;

/// A set of names. Empty by default: no graph at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphScope(Vec<Box<str>>);

/// A pattern that no graph could have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no pattern of graph names: expected letters, digits, `.`, `_`, `-` and `*`")]
pub struct ScopeError(pub String);

impl GraphScope {
    /// The names that any of the patterns stands for.
    ///
    /// # Errors
    /// [`ScopeError`] for the first that is empty, or has characters that no name has.
    pub fn new<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Result<Self, ScopeError> {
        let checked = patterns.into_iter().map(|pattern| {
            let pattern = pattern.as_ref();
            match !pattern.is_empty() && pattern.chars().all(is_allowed) {
                true => Ok(Box::from(pattern)),
                false => Err(ScopeError(pattern.to_owned())),
            }
        });
        Ok(Self(checked.collect::<Result<_, _>>()?))
    }

    /// Every graph.
    #[must_use]
    pub fn all() -> Self {
        Self(vec![Box::from("*")])
    }

    /// Whether a graph of this name is in it. O(name × patterns).
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| matches(pattern, name))
    }

    /// Whether all graphs are in it, whatever their names.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.0.iter().any(|pattern| !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*'))
    }

    /// The patterns.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }
}

impl fmt::Display for GraphScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '*')
}

/// Each piece between stars is found as early as it can be, the last one at the end: nothing is tried twice.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        match name.find(piece) {
            Some(at) => name = name.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    name.ends_with(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(pattern: &str, inside: &[&str], outside: &[&str]) {
        let scope = GraphScope::new([pattern]).unwrap();
        for name in inside {
            assert!(scope.contains(name), "{pattern} has {name}");
        }
        for name in outside {
            assert!(!scope.contains(name), "{pattern} has not {name}");
        }
    }

    #[test]
    fn stars_stand_for_any_characters() {
        check("default", &["default"], &["", "default2", "adefault", "Default"]);
        check("prod-*", &["prod-", "prod-a", "prod-a-b"], &["prod", "aprod-", "test-prod-a"]);
        check("*-gpu", &["-gpu", "a-gpu", "a-gpu-gpu"], &["gpu", "a-gpu2"]);
        check("a*b*c", &["abc", "a1b2c", "abbcc"], &["ab", "ac", "abcd", "acb"]);
        check("a*a", &["aa", "aba"], &["a", "ab"]);
        check("*", &["", "default"], &[]);
    }

    #[test]
    fn no_pattern_is_no_graph() {
        assert!(!GraphScope::default().contains("default"));
        assert!(GraphScope::all().contains("default"));
        let two = GraphScope::new(["a", "b-*"]).unwrap();
        assert!(two.contains("a") && two.contains("b-1") && !two.contains("b"));
        assert_eq!(two.to_string(), "a,b-*");
    }

    #[test]
    fn what_no_name_has_is_refused() {
        for pattern in ["", "a b", "prod/*", "prod-?", "[ab]", "ü"] {
            assert_eq!(GraphScope::new([pattern]), Err(ScopeError(pattern.to_owned())));
        }
    }

    /// Every way to read a pattern.
    fn slow(pattern: &[u8], name: &[u8]) -> bool {
        match pattern {
            [] => name.is_empty(),
            [b'*', rest @ ..] => (0..=name.len()).any(|at| slow(rest, &name[at..])),
            [one, rest @ ..] => name.first() == Some(one) && slow(rest, &name[1..]),
        }
    }

    proptest! {
        #[test]
        fn a_name_is_in_a_pattern_as_the_slow_way_has_it(
            pattern in "[ab*]{1,6}", name in "[ab]{0,6}",
        ) {
            let scope = GraphScope::new([&pattern]).unwrap();
            prop_assert_eq!(scope.contains(&name), slow(pattern.as_bytes(), name.as_bytes()));
        }
    }
}
