//! Names as people may see them: who names a vertex, a graph or a job shall not write lines of a log, nor paint a terminal.

use std::borrow::Cow;

/// The text with all characters escaped that would do something: control characters, ends of lines, directions of writing.
/// What machines read is never escaped in this way.
///
/// ```
/// assert_eq!(fluxion_server::legible("node0"), "node0");
/// assert_eq!(fluxion_server::legible("a\nb\u{1b}[2J"), r"a\nb\u{1b}[2J");
/// ```
#[must_use]
pub fn legible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(does_something) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if does_something(c) { escaped.extend(c.escape_default()) } else { escaped.push(c) }
    }
    Cow::Owned(escaped)
}

fn does_something(c: char) -> bool {
    let is_direction = matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || is_direction || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(legible(text), expected);
    }

    #[test]
    fn what_would_do_something_is_escaped_and_nothing_else() {
        check("", "");
        check(r#"kärn "7" \n 雪 🦀"#, r#"kärn "7" \n 雪 🦀"#);
        check("a\nINFO forged\r\t", r"a\nINFO forged\r\t");
        check("\u{1b}]0;owned\u{7}\u{9b}2J\0", r"\u{1b}]0;owned\u{7}\u{9b}2J\u{0}");
        check("\u{202e}gpj\u{2066}\u{200f}", r"\u{202e}gpj\u{2066}\u{200f}");
        check("a\u{2028}b\u{85}", r"a\u{2028}b\u{85}");
    }
}
