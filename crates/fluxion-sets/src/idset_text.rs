//! Idsets as text: RFC 22, see `docs/semantics/formats.md`, Idsets.

use std::fmt;
use std::str::FromStr;

use crate::Idset;

/// Numbers from here on are refused.
const LIMIT: u32 = 1 << 31;

/// Why a text is no idset. Positions are byte offsets from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdsetError {
    /// Something other than decimal digits, or none.
    #[error("expected a decimal number at byte {position}, found `{found}`")]
    NotANumber {
        /// What stood there.
        found: String,
        /// Where.
        position: usize,
    },
    /// `02`, `00`.
    #[error("expected a number without leading zeros at byte {position}, found `{found}`")]
    LeadingZero {
        /// The number.
        found: String,
        /// Where.
        position: usize,
    },
    /// 2^31 or more.
    #[error("expected a number below 2147483648 at byte {position}, found `{found}`")]
    TooLarge {
        /// The number.
        found: String,
        /// Where.
        position: usize,
    },
    /// `2-1`, `1-1`.
    #[error("expected a range `low-high` with low < high at byte {position}, found `{found}`")]
    EmptyRange {
        /// The range.
        found: String,
        /// Where.
        position: usize,
    },
    /// `3,1`, `0-1,1-2`.
    #[error("expected a number above {last} at byte {position}, found `{found}`")]
    NotAscending {
        /// The largest number so far.
        last: u32,
        /// The element.
        found: String,
        /// Where.
        position: usize,
    },
    /// `[0`.
    #[error("expected `]` at the end of `{found}`, which opens with `[`")]
    Unclosed {
        /// The whole text.
        found: String,
    },
}

/// O(length): ranges are not expanded.
impl FromStr for Idset {
    type Err = IdsetError;

    fn from_str(text: &str) -> Result<Self, IdsetError> {
        let (inner, mut position) = match text.strip_prefix('[') {
            None => (text, 0),
            Some(rest) => match rest.strip_suffix(']') {
                Some(inner) => (inner, 1),
                None => return Err(IdsetError::Unclosed { found: text.to_owned() }),
            },
        };
        let mut set = Self::new();
        let mut previous: Option<u32> = None;
        for piece in inner.split(',') {
            if !piece.is_empty() {
                let (first, last) = element(piece, position)?;
                if let Some(last) = previous.filter(|&p| first <= p) {
                    return Err(IdsetError::NotAscending { last, found: piece.into(), position });
                }
                set.push(first, last);
                previous = Some(last);
            }
            position += piece.len() + 1;
        }
        Ok(set)
    }
}

/// `N` or `LOW-HIGH`.
fn element(piece: &str, position: usize) -> Result<(u32, u32), IdsetError> {
    let Some((low, high)) = piece.split_once('-') else {
        return number(piece, position).map(|n| (n, n));
    };
    let (first, last) = (number(low, position)?, number(high, position + low.len() + 1)?);
    if first >= last {
        return Err(IdsetError::EmptyRange { found: piece.to_owned(), position });
    }
    Ok((first, last))
}

fn number(digits: &str, position: usize) -> Result<u32, IdsetError> {
    let found = || digits.to_owned();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(IdsetError::NotANumber { found: found(), position });
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(IdsetError::LeadingZero { found: found(), position });
    }
    match digits.parse() {
        Ok(n) if n < LIMIT => Ok(n),
        _ => Err(IdsetError::TooLarge { found: found(), position }),
    }
}

/// `0-1,3`: ascending, runs of two or more as ranges, no brackets.
impl fmt::Display for Idset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, interval) in self.intervals().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            match (interval.start(), interval.end()) {
                (first, last) if first == last => write!(f, "{comma}{first}")?,
                (first, last) => write!(f, "{comma}{first}-{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Ok` with the normal form, or the message.
    fn check(text: &str, expected: Result<&str, &str>) {
        let read = text.parse::<Idset>();
        let shown = read.as_ref().map(ToString::to_string).map_err(ToString::to_string);
        let shown = shown.as_ref().map(String::as_str).map_err(String::as_str);
        assert_eq!(shown, expected, "{text:?}");
    }

    #[test]
    fn accepted() {
        for (text, normal) in [
            ("", ""),
            ("[]", ""),
            (",", ""),
            ("0", "0"),
            ("0-1,3", "0-1,3"),
            ("[0-1,3]", "0-1,3"),
            (",0,,1,", "0-1"),
            ("0-3,", "0-3"),
            ("0,2-3", "0,2-3"),
            ("0,1,2", "0-2"),
            ("7,8", "7-8"),
            ("0-2147483647", "0-2147483647"),
        ] {
            check(text, Ok(normal));
        }
    }

    #[test]
    fn refused() {
        for (text, message) in [
            ("3,1", "expected a number above 3 at byte 2, found `1`"),
            ("2,2", "expected a number above 2 at byte 2, found `2`"),
            ("0-1,1-2", "expected a number above 1 at byte 4, found `1-2`"),
            ("2-1", "expected a range `low-high` with low < high at byte 0, found `2-1`"),
            ("0,1-1", "expected a range `low-high` with low < high at byte 2, found `1-1`"),
            ("02", "expected a number without leading zeros at byte 0, found `02`"),
            ("1-00", "expected a number without leading zeros at byte 2, found `00`"),
            ("+1", "expected a decimal number at byte 0, found `+1`"),
            ("-1", "expected a decimal number at byte 0, found ``"),
            (" 2", "expected a decimal number at byte 0, found ` 2`"),
            ("1 ", "expected a decimal number at byte 0, found `1 `"),
            ("0x1", "expected a decimal number at byte 0, found `0x1`"),
            ("0-1-2", "expected a decimal number at byte 2, found `1-2`"),
            ("1-", "expected a decimal number at byte 2, found ``"),
            ("all", "expected a decimal number at byte 0, found `all`"),
            ("[0", "expected `]` at the end of `[0`, which opens with `[`"),
            ("[", "expected `]` at the end of `[`, which opens with `[`"),
            ("0]", "expected a decimal number at byte 0, found `0]`"),
            ("[[0]]", "expected a decimal number at byte 1, found `[0]`"),
            ("0,2147483648", "expected a number below 2147483648 at byte 2, found `2147483648`"),
            ("4294967296", "expected a number below 2147483648 at byte 0, found `4294967296`"),
            (
                "99999999999999999999",
                "expected a number below 2147483648 at byte 0, found `99999999999999999999`",
            ),
        ] {
            check(text, Err(message));
        }
    }
}
