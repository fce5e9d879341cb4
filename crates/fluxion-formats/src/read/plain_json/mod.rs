//! A quick front for `serde_json`, for documents of many megabytes: it finds the structure and the plain values
//! (strings without escapes, small integers) itself, and hands every other value over as a slice of the text.
//! It accepts nothing that `serde_json` refuses; its errors say nothing, so that a text it refuses is to be
//! read again.

mod fields;
mod known_keys;
mod members;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

pub(super) use self::known_keys::KnownKeys;
pub(super) use self::members::Opening;

type Result<T> = std::result::Result<T, Refused>;

/// The text is to be read again by other means. It has no size, so that success is cheap to return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not plain JSON, or refused by its reader")]
pub(super) struct Refused;

impl Error for Refused {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// So deep may lists and objects be nested, as in `serde_json`.
const MAX_DEPTH: usize = 128;

/// So many digits surely fit into an i64.
const SAFE_DIGITS: usize = 18;

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;

/// The length of the run of plain characters at the start of a text: up to a quote, a backslash or a control
/// character. Most are short.
#[inline]
fn plain_run(bytes: &[u8]) -> usize {
    match bytes.first_chunk().map(plain_of_eight) {
        Some(length) if length < 8 => length,
        _ => long_plain_run(bytes),
    }
}

/// How many of eight bytes come before the first that is not plain.
#[inline]
fn plain_of_eight(bytes: &[u8; 8]) -> usize {
    let word = u64::from_le_bytes(*bytes);
    let (quote, backslash) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5c));
    // In each of the three, the lowest high bit that is set marks the first byte that matches.
    let quotes = quote.wrapping_sub(ONES) & !quote;
    let backslashes = backslash.wrapping_sub(ONES) & !backslash;
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    let ends = (quotes | backslashes | controls) & HIGHS;
    ends.trailing_zeros() as usize / 8
}

#[inline(never)]
fn long_plain_run(bytes: &[u8]) -> usize {
    let (chunks, tail) = bytes.as_chunks();
    for (n, chunk) in chunks.iter().enumerate() {
        let length = plain_of_eight(chunk);
        if length < 8 {
            return n * 8 + length;
        }
    }
    let rest = tail.iter().take_while(|b| !matches!(b, b'"' | b'\\' | ..0x20)).count();
    chunks.len() * 8 + rest
}

/// A text and how far it is read.
pub(super) struct PlainJson<'de> {
    text: &'de str,
    at: usize,
    depth: usize,
}

impl<'de> PlainJson<'de> {
    /// A text, nothing of it read yet.
    pub(super) fn new(text: &'de str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// Checks that only white space is left.
    pub(super) fn end(&mut self) -> Result<()> {
        self.peek();
        if self.at == self.text.len() { Ok(()) } else { Err(Refused) }
    }

    #[inline]
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The next byte that is not white space; 0 at the end.
    #[inline]
    fn peek(&mut self) -> u8 {
        loop {
            let byte = self.byte();
            if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return byte;
            }
            self.at += 1;
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.peek() != byte {
            return Err(Refused);
        }
        self.at += 1;
        Ok(())
    }

    /// A string whose opening quote is the next byte.
    #[inline]
    fn string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let start = self.at + 1;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = plain_run(rest);
        match rest.get(length).zip(self.text.get(start..start + length)) {
            Some((b'"', run)) => {
                self.at = start + run.len() + 1;
                visitor.visit_borrowed_str(run)
            }
            Some((b'\\', run)) => {
                let end = self.closing_quote(start + run.len());
                self.hand_over(end, visitor)
            }
            _ => Err(Refused),
        }
    }

    /// The byte after the quote that closes a string; `from` lies within the string, at an escape.
    fn closing_quote(&self, mut from: usize) -> usize {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(from) {
            match byte {
                b'"' => return from + 1,
                b'\\' => from += 2,
                _ => from += 1,
            }
        }
        from
    }

    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let bytes = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let negative = bytes.first() == Some(&b'-');
        let digits = &bytes[usize::from(negative)..];
        let (mut value, mut count) = (0i64, 0);
        while let Some(&byte @ b'0'..=b'9') = digits.get(count)
            && count < SAFE_DIGITS
        {
            value = value * 10 + i64::from(byte - b'0');
            count += 1;
        }
        let in_number = |b: &u8| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
        let leading_zero = count > 1 && digits[0] == b'0';
        let minus_zero = negative && value == 0;
        if count == 0 || leading_zero || minus_zero || digits.get(count).is_some_and(in_number) {
            let length = bytes.iter().take_while(|b| in_number(b)).count();
            return self.hand_over(self.at + length, visitor);
        }
        self.at += usize::from(negative) + count;
        visitor.visit_i64(if negative { -value } else { value })
    }

    fn word<T>(&mut self, word: &str, value: Result<T>) -> Result<T> {
        if !self.text.as_bytes().get(self.at..).is_some_and(|t| t.starts_with(word.as_bytes())) {
            return Err(Refused);
        }
        self.at += word.len();
        value
    }

    /// Lets `serde_json` read the value up to `end`.
    fn hand_over<V: Visitor<'de>>(&mut self, end: usize, visitor: V) -> Result<V::Value> {
        let Some(token) = self.text.get(self.at..end) else { return Err(Refused) };
        self.at = end;
        let mut from = serde_json::Deserializer::from_str(token);
        let value = from.deserialize_any(visitor).map_err(|_| Refused)?;
        from.end().map_err(|_| Refused)?;
        Ok(value)
    }

    fn enter(&mut self) -> Result<()> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Refused) } else { Ok(()) }
    }

    /// Moves on to the next element or member; tells whether there is one.
    #[inline]
    fn advance(&mut self, state: &mut Inside, close: u8) -> Result<bool> {
        let next = self.peek();
        if next == close {
            self.at += 1;
            self.depth -= 1;
            *state = Inside::After;
            return Ok(false);
        }
        if *state == Inside::Rest {
            self.expect(b',')?;
            return if self.peek() == close { Err(Refused) } else { Ok(true) };
        }
        *state = Inside::Rest;
        Ok(true)
    }
}

/// How far a list or object is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Start,
    Rest,
    After,
}

struct Items<'p, 'de> {
    from: &'p mut PlainJson<'de>,
    state: Inside,
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if !self.from.advance(&mut self.state, b'}')? {
            return Ok(None);
        }
        seed.deserialize(KeyOf(self.from)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.from.expect(b':')?;
        seed.deserialize(&mut *self.from)
    }
}

/// A member's key: a string and nothing else.
struct KeyOf<'p, 'de>(&'p mut PlainJson<'de>);

impl<'de> Deserializer<'de> for KeyOf<'_, 'de> {
    type Error = Refused;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.0.byte() != b'"' {
            return Err(Refused);
        }
        self.0.string(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if !self.from.advance(&mut self.state, b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.from).map(Some)
    }
}

impl<'de> Deserializer<'de> for &mut PlainJson<'de> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            b'"' => self.string(visitor),
            b'-' | b'0'..=b'9' => self.number(visitor),
            open @ (b'{' | b'[') => {
                self.enter()?;
                let mut items = Items { from: self, state: Inside::Start };
                let value = match open {
                    b'{' => visitor.visit_map(&mut items)?,
                    _ => visitor.visit_seq(&mut items)?,
                };
                if items.state == Inside::After { Ok(value) } else { Err(Refused) }
            }
            b't' => self.word("true", visitor.visit_bool(true)),
            b'f' => self.word("false", visitor.visit_bool(false)),
            b'n' => self.word("null", visitor.visit_unit()),
            _ => Err(Refused),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    fn read(text: &str) -> Option<Value> {
        let mut from = PlainJson::new(text);
        let value = Value::deserialize(&mut from).ok()?;
        from.end().ok()?;
        Some(value)
    }

    fn check(text: &str) {
        assert_eq!(read(text), serde_json::from_str(text).ok(), "{text}");
    }

    #[test]
    fn same_answers_as_serde_json() {
        for text in [
            "",
            " ",
            "1",
            "-1",
            "0",
            "-0",
            "01",
            "-",
            "1.5",
            "1e3",
            "1.",
            "1e",
            "+1",
            "12345678901234567890",
            "123456789012345678",
            "1234567890123456789",
            "-9223372036854775808",
            "1-2",
            "1.2.3",
            "1a",
            "null",
            "nul",
            "nulll",
            "true",
            "false",
            "fals",
            "\"\"",
            "\"a\"",
            "\"a",
            "\"",
            "\"\\n\"",
            "\"\\\"\"",
            "\"\\\\\"",
            "\"\\",
            "\"\\\"",
            "\"\\q\"",
            "\"\\u00e9\\ud83d\\ude00\"",
            "\"\\ud800\"",
            "\"é\"",
            "\"a\nb\"",
            "\"\\n\n\"",
            "[]",
            "[1]",
            "[1,2 , 3]",
            "[,]",
            "[1,]",
            "[1 2]",
            "[",
            "]",
            "[1",
            "{}",
            "{\"a\":1}",
            "{\"a\" : 1 , \"b\":[{}]}",
            "{\"a\":1,}",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{1:2}",
            "{\"a\":1 \"b\":2}",
            "{a:1}",
            "[}",
            "{]",
            "{} {}",
            "[]x",
            "\u{feff}[]",
            "[1]\u{a0}",
            "\u{b}1",
            "\0",
        ] {
            check(text);
        }
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(100)).is_some());
        assert!(read(&nested(MAX_DEPTH + 1)).is_none());
        assert!(read(&"[".repeat(1_000_000)).is_none());
    }

    proptest! {
        #[test]
        fn random_texts_get_the_same_answer(text in "[\\[\\]{}\",:\\\\0-9a-en .é\\-]{0,12}") {
            check(&text);
        }

        #[test]
        fn random_tokens_get_the_same_answer(tokens in prop::collection::vec(
            prop::sample::select(vec!["[", "]", "{", "}", ",", ":", "\"a\"", "\"\\n\"", "1", "-2.5", "null", " "]),
            0..10,
        )) {
            check(&tokens.concat());
        }
    }
}
