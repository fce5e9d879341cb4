//! Numbers of bytes as people write them: `16MiB`, `1GiB`, `4096`.

use std::fmt;
use std::str::FromStr;

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

/// The text is no number of bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a size: expected bytes as a number, or a number with KiB, MiB or GiB")]
pub struct InvalidByteSize(String);

const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

impl FromStr for ByteSize {
    type Err = InvalidByteSize;

    /// Accepts any case, blanks before the unit, and the short units `K`, `M`, `G`; all are powers of 1024.
    fn from_str(text: &str) -> Result<Self, InvalidByteSize> {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = text.get(digits.len()..).unwrap_or_default().trim();
        let bytes = digits.parse::<u64>().ok().zip(factor(unit));
        bytes
            .and_then(|(number, factor)| number.checked_mul(factor))
            .map(Self)
            .ok_or_else(|| InvalidByteSize(text.to_owned()))
    }
}

fn factor(unit: &str) -> Option<u64> {
    if unit.is_empty() || unit.eq_ignore_ascii_case("B") {
        return Some(1);
    }
    let found = UNITS.iter().find(|(name, _)| {
        unit.eq_ignore_ascii_case(name)
            || name.get(..1).is_some_and(|k| unit.eq_ignore_ascii_case(k))
    });
    found.map(|&(_, factor)| factor)
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match UNITS.iter().find(|(_, size)| self.0 >= *size && self.0.is_multiple_of(*size)) {
            Some((name, size)) => write!(f, "{} {name}", self.0 / size),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(u64, &str)>) {
        let size = text.parse::<ByteSize>().ok();
        assert_eq!(size.map(|s| (s.0, s.to_string())), expected.map(|(n, t)| (n, t.to_owned())));
    }

    #[test]
    fn sizes_are_read_and_printed() {
        check("0", Some((0, "0 bytes")));
        check("1000", Some((1000, "1000 bytes")));
        check("100B", Some((100, "100 bytes")));
        check("2048", Some((2048, "2 KiB")));
        check("16MiB", Some((16 << 20, "16 MiB")));
        check("16 mib", Some((16 << 20, "16 MiB")));
        check("1g", Some((1 << 30, "1 GiB")));
        check("3K", Some((3072, "3 KiB")));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "MiB", "-1", "1.5GiB", "1TB", "1MB2", "99999999999999999999", "99999999999GiB"]
        {
            check(text, None);
        }
    }
}
