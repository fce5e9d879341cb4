//! Numbers as the reference command line prints and reads them: C's `%g`, and `strtoll`.

/// A number as C's `%g` prints it: six significant digits, no trailing zeros, an exponent if small or large.
pub(crate) fn general(value: f64) -> String {
    if !value.is_finite() {
        let text = if value.is_nan() { "nan" } else { "inf" };
        return if value.is_sign_negative() { format!("-{text}") } else { text.to_owned() };
    }
    let rounded = format!("{value:.5e}");
    let (mantissa, exponent) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        let decimals = usize::try_from(5 - exponent).unwrap_or(0);
        return without_trailing_zeros(&format!("{value:.decimals$}")).to_owned();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", without_trailing_zeros(mantissa), exponent.unsigned_abs())
}

fn without_trailing_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// The number that a word starts with, 0 if it starts with none; too large ones become the nearest possible.
pub(crate) fn leading_integer(word: &str) -> i64 {
    let (negative, digits) = match word.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_i64, |number, digit| {
        let digit = i64::from(digit - b'0');
        let tens = number.saturating_mul(10);
        if negative { tens.saturating_sub(digit) } else { tens.saturating_add(digit) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_like_c() {
        let check = |value: f64, expected: &str| assert_eq!(general(value), expected);
        check(0.0, "0");
        check(-0.0, "-0");
        check(1.0, "1");
        check(-1.5, "-1.5");
        check(0.000_324_011, "0.000324011");
        check(0.000_076_770_8, "7.67708e-05");
        check(0.000_1, "0.0001");
        check(0.000_099_999_96, "0.0001");
        check(0.1 + 0.2, "0.3");
        check(123_456.0, "123456");
        check(1_234_567.0, "1.23457e+06");
        check(999_999.5, "1e+06");
        check(100_000.0, "100000");
        check(1e100, "1e+100");
        check(f64::MAX, "1.79769e+308");
        check(f64::MIN_POSITIVE, "2.22507e-308");
        check(f64::INFINITY, "inf");
        check(f64::NEG_INFINITY, "-inf");
        check(f64::NAN, "nan");
    }

    #[test]
    fn numbers_are_read_leniently() {
        let check =
            |word: &str, expected: i64| assert_eq!(leading_integer(word), expected, "{word}");
        check("12", 12);
        check("+12", 12);
        check("-12", -12);
        check("12abc", 12);
        check("abc", 0);
        check("", 0);
        check("-", 0);
        check("--1", 0);
        check("٣", 0);
        check("9223372036854775808", i64::MAX);
        check("-99999999999999999999", i64::MIN);
    }
}
