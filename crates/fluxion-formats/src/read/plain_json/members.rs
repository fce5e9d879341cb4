//! The members of objects and the elements of lists, without a visitor in between; keys that are known beforehand are
//! compared a word at a time, first with the one that came at this place the last time: the entries of a document are
//! alike.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeSeed;

use super::{Inside, KeyOf, PlainJson, Result, plain_run};
use crate::read::json::{Container, Field, Into, MemberKey, ValueKind};

/// The longest key that can be known, in bytes.
const LONGEST: usize = 15;

/// The keys that the members of some object may have, and how they follow one another.
#[derive(Clone, Debug)]
pub(in crate::read) struct KnownKeys<const N: usize> {
    texts: &'static [&'static str; N],
    words: [KeyWords; N],
    /// What came after each key the last time.
    after: [usize; N],
    first: usize,
}

/// A key with its closing quote, and which of sixteen bytes belong to it.
#[derive(Clone, Copy, Debug)]
struct KeyWords {
    bits: u128,
    mask: u128,
}

impl KeyWords {
    /// A key of at most [`LONGEST`] bytes, none of which is escaped in JSON.
    fn of(text: &str) -> Self {
        debug_assert!(text.len() <= LONGEST, "a key must fit into the words");
        let mut bytes = [0; 16];
        let quoted = text.bytes().chain([b'"']);
        bytes.iter_mut().zip(quoted).for_each(|(to, from)| *to = from);
        let mask = u128::MAX >> (8 * (LONGEST - text.len()));
        Self { bits: u128::from_le_bytes(bytes), mask }
    }

    #[inline]
    fn start(self, window: u128) -> bool {
        (window ^ self.bits) & self.mask == 0
    }
}

impl<const N: usize> KnownKeys<N> {
    /// Keys of at most fifteen plain characters.
    pub(in crate::read) fn of(texts: &'static [&'static str; N]) -> Self {
        Self { texts, words: texts.map(KeyWords::of), after: [0; N], first: 0 }
    }

    fn number_of(&self, key: &str) -> Option<usize> {
        self.texts.iter().position(|known| *known == key)
    }

    fn follower(&mut self, last: Option<usize>) -> &mut usize {
        match last {
            Some(last) => &mut self.after[last],
            None => &mut self.first,
        }
    }
}

impl<'de> PlainJson<'de> {
    /// Reads an object of known keys: calls `act` with the number of each key, or none for another one, to read the
    /// value. Any other value is skipped.
    #[inline]
    pub(in crate::read) fn known_members<const N: usize>(
        &mut self,
        keys: &mut KnownKeys<N>,
        mut act: impl FnMut(&mut Self, Option<usize>) -> Result<()>,
    ) -> Result<ValueKind> {
        let mut last = None;
        self.object(|from| {
            let key = from.known_key(keys, last)?;
            from.expect(b':')?;
            last = key.or(last);
            act(from, key)
        })
    }

    /// Reads an object: calls `act` with each key to read the value. Any other value is skipped.
    pub(in crate::read) fn members(
        &mut self,
        mut act: impl FnMut(&mut Self, Cow<'de, str>) -> Result<()>,
    ) -> Result<ValueKind> {
        self.object(|from| {
            let MemberKey(key) = MemberKey::deserialize(KeyOf(from))?;
            from.expect(b':')?;
            act(from, key)
        })
    }

    #[inline]
    fn object(&mut self, mut member: impl FnMut(&mut Self) -> Result<()>) -> Result<ValueKind> {
        if self.peek() != b'{' {
            return self.skip();
        }
        self.enter()?;
        let mut state = Inside::Start;
        while self.advance(&mut state, b'}')? {
            member(self)?;
        }
        Ok(ValueKind::Object)
    }

    /// Whether an object comes next.
    pub(in crate::read) fn is_object(&mut self) -> bool {
        self.peek() == b'{'
    }

    /// Reads a list: calls `act` to read each element. Any other value is skipped.
    pub(in crate::read) fn elements(
        &mut self,
        mut act: impl FnMut(&mut Self) -> Result<()>,
    ) -> Result<ValueKind> {
        if self.peek() != b'[' {
            return self.skip();
        }
        self.enter()?;
        let mut state = Inside::Start;
        while self.advance(&mut state, b']')? {
            act(self)?;
        }
        Ok(ValueKind::List)
    }

    /// Reads any value into a container.
    pub(in crate::read) fn into<C: Container<'de>>(
        &mut self,
        container: &mut C,
    ) -> Result<ValueKind> {
        Into(container).deserialize(self)
    }

    /// Reads any value, of which only the kind matters.
    pub(in crate::read) fn skip(&mut self) -> Result<ValueKind> {
        self.into(&mut Skipped)
    }

    /// Reads any value as a field.
    #[inline]
    pub(in crate::read) fn field(&mut self) -> Result<Field<'de>> {
        match self.peek() {
            b'"' => {
                let start = self.at + 1;
                let rest = self.text.as_bytes().get(start..).unwrap_or_default();
                let end = start + plain_run(rest);
                match (self.text.as_bytes().get(end), self.text.get(start..end)) {
                    (Some(b'"'), Some(text)) => {
                        self.at = end + 1;
                        Ok(Field::Text(Cow::Borrowed(text)))
                    }
                    _ => Field::deserialize(self),
                }
            }
            b'0'..=b'9' => match self.short_number() {
                Some(value) => Ok(Field::Integer(value)),
                None => Field::deserialize(self),
            },
            _ => Field::deserialize(self),
        }
    }

    /// Reads an integer of at most seven digits; none, and nothing is read, if it is another number.
    #[inline]
    fn short_number(&mut self) -> Option<i64> {
        let window: &[u8; 8] = self.text.as_bytes().get(self.at..)?.first_chunk()?;
        let mut value = 0;
        for (count, &byte) in window.iter().enumerate() {
            match byte {
                b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
                b'.' | b'e' | b'E' | b'+' | b'-' => return None,
                _ if count > 1 && window[0] == b'0' => return None,
                _ => {
                    self.at += count;
                    return Some(value);
                }
            }
        }
        None
    }

    /// The number of a key, if it is known.
    #[inline]
    fn known_key<const N: usize>(
        &mut self,
        keys: &mut KnownKeys<N>,
        last: Option<usize>,
    ) -> Result<Option<usize>> {
        if self.byte() == b'"'
            && let Some(window) = self.text.as_bytes().get(self.at + 1..)
            && let Some(window) = window.first_chunk()
        {
            let window = u128::from_le_bytes(*window);
            let guess = *keys.follower(last);
            if let Some(words) = keys.words.get(guess)
                && words.start(window)
            {
                self.at += keys.texts[guess].len() + 2;
                return Ok(Some(guess));
            }
            if let Some(found) = keys.words.iter().position(|words| words.start(window)) {
                self.at += keys.texts[found].len() + 2;
                *keys.follower(last) = found;
                return Ok(Some(found));
            }
        }
        let MemberKey(key) = MemberKey::deserialize(KeyOf(self))?;
        Ok(keys.number_of(&key))
    }
}

/// What nobody wants to know.
struct Skipped;

impl Container<'_> for Skipped {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::plain_json::Refused;

    const KEYS: [&str; 3] = ["id", "exclusive", "fifteen_letters"];

    /// The keys of an object, by number.
    fn keys(text: &str) -> std::result::Result<Vec<Option<usize>>, Refused> {
        let mut from = PlainJson::new(text);
        let mut found = Vec::new();
        let mut known = KnownKeys::of(&KEYS);
        from.elements(|from| {
            from.known_members(&mut known, |from, key| {
                found.push(key);
                from.skip().map(drop)
            })
            .map(drop)
        })?;
        from.end().map(|()| found)
    }

    #[test]
    fn keys_are_known_however_they_are_spelt_and_follow_each_other() {
        for (text, expected) in [
            (
                r#"[{"id": 1, "exclusive": {}}, {"exclusive": [], "id": 2}]"#,
                vec![Some(0), Some(1), Some(1), Some(0)],
            ),
            (r#"[{"id": 1, "ide": 1, "i": 1, "": 1}]"#, vec![Some(0), None, None, None]),
            (
                r#"[{"\u0069d" : 1, "fifteen_letters": 1, "fifteen_letters_": 1}]"#,
                vec![Some(0), Some(2), None],
            ),
            (r#"[{"id":1},5,null,[{"id":1}]]"#, vec![Some(0)]),
            ("[{}]", vec![]),
        ] {
            assert_eq!(keys(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in [
            r#"[{"id" 1}]"#,
            r#"[{"id": 1,}]"#,
            r#"[{"id": 1 "id": 2}]"#,
            r#"[{id: 1}]"#,
            r#"[{"id": }]"#,
            r#"[{"id"#,
            r#"[{"id\q": 1}]"#,
            r#"[{"id": 1}"#,
        ] {
            assert_eq!(keys(text), Err(Refused), "{text}");
        }
    }
}
