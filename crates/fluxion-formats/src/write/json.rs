//! JSON text by the rules of `docs/semantics/formats.md`, JSON text: how strings and integers are spelt.

/// Appends an integer in decimal.
#[inline]
pub(super) fn push_integer(value: impl itoa::Integer, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(value));
}

/// Appends a string with its quotes.
#[inline]
pub(super) fn push_string(text: &str, out: &mut String) {
    out.push('"');
    if needs_escape(text.as_bytes()) {
        push_escaped(text, out);
    } else {
        out.push_str(text);
    }
    out.push('"');
}

/// Appends a string whose raw text `write` appends.
pub(super) fn push_string_with(write: impl FnOnce(&mut String), out: &mut String) {
    out.push('"');
    let start = out.len();
    write(out);
    if needs_escape(out.as_bytes().get(start..).unwrap_or_default()) {
        let raw = out.split_off(start);
        push_escaped(&raw, out);
    }
    out.push('"');
}

/// Looks at every byte instead of stopping early, which the compiler turns into vector code.
#[inline]
fn needs_escape(text: &[u8]) -> bool {
    text.iter().fold(false, |found, &byte| found | (byte < 0x20) | (byte == b'"') | (byte == b'\\'))
}

#[cold]
fn push_escaped(text: &str, out: &mut String) {
    const HEX: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..'\x20' => {
                out.push_str(if ch < '\x10' { "\\u000" } else { "\\u001" });
                out.push(HEX[ch as usize & 0xf]);
            }
            _ => out.push(ch),
        }
    }
}

/// Appends JSON text without the blanks and newlines between its tokens.
pub(super) fn push_without_blanks(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        let (between, string) = rest.split_at(quote);
        push_tokens(between, out);
        let (string, after) = string.split_at(string_length(string));
        out.push_str(string);
        rest = after;
    }
    push_tokens(rest, out);
}

fn push_tokens(text: &str, out: &mut String) {
    out.extend(text.chars().filter(|&ch| ch != ' ' && ch != '\n'));
}

/// The length of the string that `text` starts with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn string(text: &str) -> String {
        let mut out = String::new();
        push_string(text, &mut out);
        let mut same = String::new();
        push_string_with(|out| out.push_str(text), &mut same);
        assert_eq!(out, same);
        out
    }

    #[test]
    fn only_what_json_forbids_is_escaped() {
        for (text, expected) in [
            ("", r#""""#),
            ("core0", r#""core0""#),
            ("a/b", r#""a/b""#),
            ("käfig\u{7f}", "\"käfig\u{7f}\""),
            ("\"\\", r#""\"\\""#),
            ("\u{8}\u{c}\n\r\t", r#""\b\f\n\r\t""#),
            ("\0\u{7}\u{1f}\u{10}", r#""\u0000\u0007\u001F\u0010""#),
            ("é\u{b}é", r#""é\u000Bé""#),
        ] {
            assert_eq!(string(text), expected, "{text:?}");
        }
    }

    #[test]
    fn integers_are_plain_decimal() {
        let mut out = String::new();
        push_integer(i64::MIN, &mut out);
        out.push(' ');
        push_integer(u32::MAX, &mut out);
        assert_eq!(out, "-9223372036854775808 4294967295");
    }

    #[test]
    fn blanks_go_only_between_tokens() {
        let mut out = String::new();
        push_without_blanks("{\"a, b\": [1, -2], \"c\\\" : \\\\\": {}}\n", &mut out);
        assert_eq!(out, "{\"a, b\":[1,-2],\"c\\\" : \\\\\":{}}");
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            prop_assert_eq!(serde_json::from_str::<String>(&string(&text)).unwrap(), text);
        }
    }
}
