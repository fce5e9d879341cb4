//! Keys that are known beforehand: the entries of a document are alike, so that a key is expected where it stood in the
//! entry before, with all that stood around it.

use serde::Deserialize;

use super::{Inside, KeyOf, PlainJson, Result};
use crate::read::json::MemberKey;

/// The keys that the members of some object may have, and how they follow one another.
#[derive(Clone, Debug)]
pub(in crate::read) struct KnownKeys<const N: usize> {
    texts: &'static [&'static str; N],
    /// The keys with their closing quotes.
    patterns: [Pattern; N],
    /// What came next the last time: after each key, after one that is not known, and at the start.
    links: Vec<Link>,
}

/// The way from the end of one value, or from the start of an object, to the next value.
#[derive(Clone, Copy, Debug)]
struct Link {
    /// All that stood there.
    pattern: Pattern,
    /// The number of the key among it.
    key: usize,
}

/// A text of at most sixteen bytes, and which of sixteen bytes belong to it.
#[derive(Clone, Copy, Debug)]
struct Pattern {
    bits: u128,
    mask: u128,
    len: usize,
}

impl Pattern {
    /// No text starts with this.
    const NOTHING: Self = Self { bits: 1, mask: 0, len: 0 };

    /// Of a longer text, or of none: [`Pattern::NOTHING`].
    fn of(text: impl Iterator<Item = u8>) -> Self {
        let (mut bytes, mut len) = ([0; 16], 0);
        for byte in text {
            let Some(to) = bytes.get_mut(len) else { return Self::NOTHING };
            *to = byte;
            len += 1;
        }
        if len == 0 {
            return Self::NOTHING;
        }
        Self { bits: u128::from_le_bytes(bytes), mask: u128::MAX >> (8 * (16 - len)), len }
    }

    #[inline]
    fn starts(&self, window: u128) -> bool {
        window & self.mask == self.bits
    }
}

impl<const N: usize> KnownKeys<N> {
    /// The place after a key that is not known.
    const ELSEWHERE: usize = N;

    /// The place where an object starts.
    pub(super) const START: usize = N + 1;

    /// Keys of at most fifteen characters that JSON does not escape.
    pub(in crate::read) fn of(texts: &'static [&'static str; N]) -> Self {
        let nowhere = Link { pattern: Pattern::NOTHING, key: Self::ELSEWHERE };
        let patterns = texts.map(|text| Pattern::of(text.bytes().chain([b'"'])));
        Self { texts, patterns, links: vec![nowhere; N + 2] }
    }
}

impl<'de> PlainJson<'de> {
    /// The number of the next key of an object, [`KnownKeys::ELSEWHERE`] for one that is not known, after the key
    /// `last` or [`KnownKeys::START`]; none at the end of the object. The value comes next.
    #[inline]
    pub(super) fn next_known<const N: usize>(
        &mut self,
        keys: &mut KnownKeys<N>,
        last: usize,
    ) -> Result<Option<usize>> {
        if let Some(link) = keys.links.get(last)
            && let Some(window) = self.window(self.at)
            && link.pattern.starts(window)
        {
            self.at += link.pattern.len;
            return Ok(Some(link.key));
        }
        self.find_known(keys, last)
    }

    /// As [`PlainJson::next_known`], whatever came next the last time.
    #[inline(never)]
    fn find_known<const N: usize>(
        &mut self,
        keys: &mut KnownKeys<N>,
        last: usize,
    ) -> Result<Option<usize>> {
        let start = self.at;
        let is_first = last == KnownKeys::<N>::START;
        let mut state = if is_first { Inside::Start } else { Inside::Rest };
        if !self.advance(&mut state, b'}')? {
            return Ok(None);
        }
        let key = self.known_key(keys, keys.links[last].key)?;
        self.expect(b':')?;
        self.peek();
        if key != KnownKeys::<N>::ELSEWHERE {
            let way = self.text.as_bytes()[start..self.at].iter().copied();
            keys.links[last] = Link { pattern: Pattern::of(way), key };
        }
        Ok(Some(key))
    }

    /// The number of a key, which is probably the one that is guessed.
    fn known_key<const N: usize>(&mut self, keys: &KnownKeys<N>, guess: usize) -> Result<usize> {
        if self.byte() == b'"'
            && let Some(window) = self.window(self.at + 1)
        {
            let is_there = |&key: &usize| keys.patterns[key].starts(window);
            let found = Some(guess).filter(|&key| key < N && is_there(&key));
            if let Some(found) = found.or_else(|| (0..N).find(is_there)) {
                self.at += 1 + keys.patterns[found].len;
                return Ok(found);
            }
        }
        let MemberKey(key) = MemberKey::deserialize(KeyOf(self))?;
        let found = keys.texts.iter().position(|known| *known == key);
        Ok(found.unwrap_or(KnownKeys::<N>::ELSEWHERE))
    }

    /// Sixteen bytes from a place on, if there are so many.
    #[inline]
    fn window(&self, from: usize) -> Option<u128> {
        let window = self.text.as_bytes().get(from..)?.first_chunk()?;
        Some(u128::from_le_bytes(*window))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    /// As `keys`, without a look at what came before.
    fn keys_one_by_one(text: &str) -> std::result::Result<Vec<Option<usize>>, Refused> {
        let mut from = PlainJson::new(text);
        let mut found = Vec::new();
        from.elements(|from| {
            from.members(|from, key| {
                found.push(KEYS.iter().position(|known| *known == key));
                from.skip().map(drop)
            })
            .map(drop)
        })?;
        from.end().map(|()| found)
    }

    proptest! {
        #[test]
        fn what_came_before_changes_nothing(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    r#"{"id":1,"exclusive":2}"#, r#"{"id": 1, "x": 2, "exclusive": 3}"#, r#"{"x": 1, "id": 2}"#,
                    r#"{ "id" : 1}"#, "{}", "{", "}", ",", "\"id\": ", "\"id\":1", "\"x\": 2", "3", " ", "\n",
                ]),
                0..14,
            ),
            is_list in any::<bool>(),
        ) {
            let separator = if is_list { ", " } else { "" };
            let text = format!("[{}]{:20}", parts.join(separator), "");
            prop_assert_eq!(keys(&text), keys_one_by_one(&text));
        }
    }
}
