//! How much memory the process may take, as people say it: `6GiB`, or `75%` of what there is.

use std::fmt;
use std::str::FromStr;

use crate::byte_size::ByteSize;
use crate::transport::machine;

/// A number of bytes, or a part of what the machine, or the control group of the process, has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryLimit {
    /// So many bytes.
    Bytes(ByteSize),
    /// So many hundredths.
    Percent(u8),
}

/// The text is no amount of memory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no amount of memory: expected a number of bytes, KiB, MiB or GiB, at least 16 MiB, or 1% to 100%"
)]
pub struct InvalidMemoryLimit(String);

/// With less nothing can be served.
const LEAST: u64 = 16 << 20;

impl MemoryLimit {
    /// The bytes that it comes to here.
    pub(crate) fn resolve(self) -> ByteSize {
        match self {
            Self::Bytes(size) => size,
            Self::Percent(percent) => {
                let part = machine::memory() / 100 * u64::from(percent);
                ByteSize((part & !((1 << 20) - 1)).max(LEAST))
            }
        }
    }
}

impl FromStr for MemoryLimit {
    type Err = InvalidMemoryLimit;

    fn from_str(text: &str) -> Result<Self, InvalidMemoryLimit> {
        let invalid = || InvalidMemoryLimit(text.to_owned());
        if let Some(number) = text.strip_suffix('%') {
            let percent = number.trim().parse().ok().filter(|percent| (1..=100).contains(percent));
            return percent.map(Self::Percent).ok_or_else(invalid);
        }
        let size = text.parse::<ByteSize>().ok().filter(|size| size.0 >= LEAST);
        size.map(Self::Bytes).ok_or_else(invalid)
    }
}

impl fmt::Display for MemoryLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(size) => size.fmt(f),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let limit = text.parse::<MemoryLimit>().ok();
        assert_eq!(limit.map(|limit| limit.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn sizes_and_parts_are_read_and_printed() {
        check("75%", Some("75%"));
        check("100 %", Some("100%"));
        check("64MiB", Some("64 MiB"));
        check("6g", Some("6 GiB"));
        for text in ["", "%", "0%", "101%", "-1%", "7.5%", "1MiB", "all"] {
            check(text, None);
        }
    }

    #[test]
    fn a_part_is_one_of_what_there_is() {
        let [half, all] = [50, 100].map(|percent| MemoryLimit::Percent(percent).resolve().0);
        assert!(LEAST <= half && half <= all && all <= machine::memory().max(LEAST));
    }
}
