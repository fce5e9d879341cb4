//! Scalars as numbers, characters and strings (`docs/semantics/jobspec.md`, Scalars).

use super::node::{Node, Value};
use crate::error::JobspecError;

/// A u32: decimal, hexadecimal after `0x`, octal after `0`.
pub(crate) fn unsigned(node: &Node<'_>) -> Result<u32, JobspecError> {
    let number = node.scalar().and_then(|text| {
        let text = without_trailing_space(text);
        magnitude(text.strip_prefix('+').unwrap_or(text))
    });
    let wanted = "a whole number from 0 to 4294967295";
    number.and_then(|n| n.try_into().ok()).ok_or_else(|| node.mistaken(wanted))
}

/// An i32, spelt as [`unsigned`] with an optional `-`.
pub(crate) fn signed(node: &Node<'_>) -> Result<i32, JobspecError> {
    let number = node.scalar().and_then(|text| {
        let text = without_trailing_space(text);
        match text.strip_prefix('-') {
            Some(digits) => magnitude(digits).map(|n| -n),
            None => magnitude(text.strip_prefix('+').unwrap_or(text)),
        }
    });
    let wanted = "a whole number from -2147483648 to 2147483647";
    number.and_then(|n| n.try_into().ok()).ok_or_else(|| node.mistaken(wanted))
}

/// A time in seconds: decimal or scientific, or one of YAML's spellings of infinity and of not-a-number, or a text with a
/// unit (RFC 23).
pub(crate) fn seconds(node: &Node<'_>) -> Result<f64, JobspecError> {
    let number = match node.value() {
        Value::Float(number) => Some(*number),
        _ => node
            .scalar()
            .and_then(|text| decimal(text).or_else(|| special(text)).or_else(|| with_unit(text))),
    };
    number.ok_or_else(|| node.mistaken("seconds, or a text such as 90s, 1.5h or 2d"))
}

/// One character that is not blank.
pub(crate) fn character(node: &Node<'_>) -> Result<u8, JobspecError> {
    match node.scalar().map(|text| without_trailing_space(text).as_bytes()) {
        Some(&[byte]) if !is_space(char::from(byte)) => Ok(byte),
        _ => Err(node.mistaken("one character")),
    }
}

/// The text of a scalar; of null, the word `null`.
pub(crate) fn string<'n>(node: &'n Node<'_>) -> Result<&'n str, JobspecError> {
    let text = if node.is_null() { Some("null") } else { node.scalar() };
    text.ok_or_else(|| node.mistaken("a text"))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

fn without_trailing_space(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

/// Digits without a sign, at most 2^32 − 1.
fn magnitude(text: &str) -> Option<i64> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (text.get(2..)?, 16),
        [b'0', _, ..] => (text.get(1..)?, 8),
        _ => (text, 10),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok().map(i64::from)
}

fn decimal(text: &str) -> Option<f64> {
    let text = without_trailing_space(text);
    // The standard parser knows words for infinity too.
    if !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number that is not negative with a unit of RFC 23 behind it, in seconds.
fn with_unit(text: &str) -> Option<f64> {
    let text = without_trailing_space(text);
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let scale = match text.get(number.len()..)? {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    let seconds = decimal(number)? * scale;
    (number.ends_with(|c: char| c.is_ascii_digit() || c == '.')
        && seconds.is_finite()
        && seconds.is_sign_positive())
    .then_some(seconds)
}

fn special(text: &str) -> Option<f64> {
    let (sign, word) = match text.as_bytes().first() {
        Some(b'-') => (-1.0, text.get(1..)?),
        Some(b'+') => (1.0, text.get(1..)?),
        _ => (1.0, text),
    };
    match word {
        ".inf" | ".Inf" | ".INF" => Some(sign * f64::INFINITY),
        _ => matches!(text, ".nan" | ".NaN" | ".NAN").then_some(f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notation::node::Spelling;

    fn scalar(text: &str) -> Node<'_> {
        Node::new(Value::Scalar(text.into(), Spelling::Other), None)
    }

    fn check<T: PartialEq + std::fmt::Debug>(
        convert: impl Fn(&Node<'_>) -> Result<T, JobspecError>,
        accepted: &[(&str, T)],
        refused: &[&str],
    ) {
        for (text, value) in accepted {
            assert_eq!(convert(&scalar(text)).as_ref().ok(), Some(value), "{text:?}");
        }
        for text in refused {
            assert!(convert(&scalar(text)).is_err(), "{text:?}");
        }
        assert!(convert(&Node::new(Value::Sequence(Vec::new()), None)).is_err());
    }

    #[test]
    fn unsigned_numbers() {
        check(
            unsigned,
            &[
                ("0", 0),
                ("4", 4),
                ("+4", 4),
                ("010", 8),
                ("00", 0),
                ("0x1f", 31),
                ("0X1F", 31),
                ("+0x10", 16),
                ("7 ", 7),
                ("7\t\n\r\u{b}\u{c}", 7),
                ("4294967295", u32::MAX),
            ],
            &[
                "",
                "-1",
                "-0",
                "+-1",
                "++1",
                " 1",
                "4294967296",
                "08",
                "1.0",
                "1e3",
                "0o7",
                "0b1",
                "1_000",
                "true",
                "0x",
                "0x+1",
                "0+7",
                "0-7",
                "1 1",
                "2-4",
                "+",
                "١",
            ],
        );
        assert!(unsigned(&Node::new(Value::Null, None)).is_err());
        assert!(unsigned(&Node::new(Value::Float(1.0), None)).is_err());
    }

    #[test]
    fn signed_numbers() {
        check(
            signed,
            &[
                ("1", 1),
                ("-1", -1),
                ("-0x10", -16),
                ("-010", -8),
                ("2147483647", i32::MAX),
                ("-2147483648", i32::MIN),
            ],
            &["", "-", "2147483648", "-2147483649", "--1", "-+1", "+-1", "1.5", "- 1"],
        );
    }

    #[test]
    fn times() {
        check(
            seconds,
            &[
                ("90s", 90.0),
                ("1.5h", 5400.0),
                ("2m", 120.0),
                ("1d", 86_400.0),
                ("250ms", 0.25),
                ("1e3s", 1000.0),
                ("1h ", 3600.0),
                ("1.5", 1.5),
                (".5", 0.5),
                ("5.", 5.0),
                ("010", 10.0),
                ("-1", -1.0),
                ("+2", 2.0),
                ("1e3", 1000.0),
                ("1E-2", 0.01),
                ("60 ", 60.0),
                ("1e-400", 0.0),
                ("1e-320", 1e-320),
                (".inf", f64::INFINITY),
                ("+.Inf", f64::INFINITY),
                ("-.INF", f64::NEG_INFINITY),
            ],
            &[
                "", ".", "0x10", "inf", "nan", "infinity", "1H", "60 s", "h", ".h", "-1h", "1hh",
                "1h30m", "1w", "1_000", "1e400", "-1e400", "1e", "1e+", " 1", "1 1", "--1",
                "-.nan", "..inf",
            ],
        );
        for text in [".nan", ".NaN", ".NAN"] {
            assert!(seconds(&scalar(text)).unwrap().is_nan());
        }
        assert!(seconds(&Node::new(Value::Null, None)).is_err());
    }

    #[test]
    fn characters() {
        check(
            character,
            &[("+", b'+'), ("+ ", b'+'), ("*\t\n", b'*')],
            &["", " +", "++", " ", "é"],
        );
    }

    #[test]
    fn strings() {
        let owned = |node: &Node<'_>| string(node).map(str::to_owned);
        check(owned, &[("007", "007".to_owned()), ("", String::new())], &[]);
        assert_eq!(string(&Node::new(Value::Null, None)).unwrap(), "null");
    }
}
