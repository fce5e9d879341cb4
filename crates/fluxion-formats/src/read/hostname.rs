//! Host names: a stem and a trailing number (`docs/semantics/readers.md`, Host names).

/// The number at the end of a host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrailingNumber {
    /// No digit at the end.
    None,
    /// The number; leading zeros do not count.
    Number(i64),
    /// Beyond 2^63 − 1.
    TooLarge,
}

/// Splits a host name before its trailing ASCII digits. A name of digits only is its own stem.
pub(super) fn split(name: &str) -> (&str, TrailingNumber) {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &name[stem.len()..];
    if digits.is_empty() {
        return (name, TrailingNumber::None);
    }
    let number = digits.parse().map_or(TrailingNumber::TooLarge, TrailingNumber::Number);
    (if stem.is_empty() { name } else { stem }, number)
}

#[cfg(test)]
mod tests {
    use super::TrailingNumber::{None, Number, TooLarge};
    use super::*;

    #[test]
    fn names_split_before_their_trailing_digits() {
        for (name, expected) in [
            ("foo", ("foo", None)),
            ("", ("", None)),
            ("n0-eth", ("n0-eth", None)),
            ("ant012", ("ant", Number(12))),
            ("n000", ("n", Number(0))),
            ("0012", ("0012", Number(12))),
            ("n9223372036854775807", ("n", Number(i64::MAX))),
            ("n9223372036854775808", ("n", TooLarge)),
        ] {
            assert_eq!(split(name), expected, "{name}");
        }
    }
}
