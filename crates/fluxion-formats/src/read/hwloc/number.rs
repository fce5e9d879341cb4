//! Numbers as C reads them: white space, a sign, then digits for as long as there are any; 0 without digits.

/// A decimal number; beyond 64 bits, the nearest that there is.
pub(super) fn signed(text: &str) -> i64 {
    let text = text.trim_ascii_start();
    match text.strip_prefix('-') {
        Some(digits) => magnitude(digits, 10, 1 << 63).wrapping_neg() as i64,
        None => {
            let digits = text.strip_prefix('+').unwrap_or(text);
            magnitude(digits, 10, i64::MAX as u64) as i64
        }
    }
}

/// A decimal number without a sign; beyond 64 bits, the largest.
pub(super) fn unsigned(text: &str) -> u64 {
    magnitude(text.trim_ascii_start(), 10, u64::MAX)
}

/// A hexadecimal number, with `0x` or without; beyond 64 bits, the largest.
pub(super) fn hexadecimal(text: &str) -> u64 {
    let text = text.trim_ascii_start();
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    magnitude(digits, 16, u64::MAX)
}

fn magnitude(text: &str, radix: u32, most: u64) -> u64 {
    let digits = text.chars().map_while(|c| c.to_digit(radix));
    let append = |n: u64, digit: u32| {
        n.saturating_mul(u64::from(radix)).saturating_add(u64::from(digit)).min(most)
    };
    digits.fold(0, append)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal() {
        for (text, expected, expected_unsigned) in [
            ("", 0, 0),
            ("12", 12, 12),
            ("12xyz", 12, 12),
            (" \t007", 7, 7),
            ("x1", 0, 0),
            ("-2", -2, 0),
            ("+2", 2, 0),
            ("--2", 0, 0),
            ("1.9", 1, 1),
            ("9223372036854775807", i64::MAX, i64::MAX as u64),
            ("9223372036854775808", i64::MAX, 1 << 63),
            ("-9223372036854775808", i64::MIN, 0),
            ("-9999999999999999999999", i64::MIN, 0),
            ("99999999999999999999999", i64::MAX, u64::MAX),
        ] {
            assert_eq!(signed(text), expected, "{text}");
            assert_eq!(unsigned(text), expected_unsigned, "{text}");
        }
    }

    #[test]
    fn hexadecimal_with_a_prefix_or_without() {
        for (text, expected) in [
            ("0302 [10de:1db6]", 0x0302),
            ("0x0c04", 0x0c04),
            ("Fg", 15),
            ("", 0),
            ("0x", 0),
            ("fffffffffffffffff", u64::MAX),
        ] {
            assert_eq!(hexadecimal(text), expected, "{text}");
        }
    }
}
