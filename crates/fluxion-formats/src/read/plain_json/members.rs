//! The members of objects and the elements of lists, without a visitor in between.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeSeed;

use super::{Inside, KeyOf, KnownKeys, PlainJson, Result};
use crate::read::json::{Container, Into, MemberKey, ValueKind};

/// How an object began: all that stood from its brace to its first value, and the key among it.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::read) struct Opening<'de> {
    text: &'de str,
    key: &'de str,
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
        if self.peek() != b'{' {
            return self.skip();
        }
        self.enter()?;
        let mut last = KnownKeys::<N>::START;
        while let Some(key) = self.next_known(keys, last)? {
            act(self, (key < N).then_some(key))?;
            last = key;
        }
        Ok(ValueKind::Object)
    }

    /// Reads an object: calls `act` with each key to read the value. Any other value is skipped.
    pub(in crate::read) fn members(
        &mut self,
        act: impl FnMut(&mut Self, Cow<'de, str>) -> Result<()>,
    ) -> Result<ValueKind> {
        self.members_like(&mut Opening::default(), act)
    }

    /// As [`PlainJson::members`]; quicker for an object that begins as the last one did.
    #[inline]
    pub(in crate::read) fn members_like(
        &mut self,
        opening: &mut Opening<'de>,
        mut act: impl FnMut(&mut Self, Cow<'de, str>) -> Result<()>,
    ) -> Result<ValueKind> {
        if self.peek() != b'{' {
            return self.skip();
        }
        let Some(first) = self.open(opening)? else { return Ok(ValueKind::Object) };
        act(self, first)?;
        let mut state = Inside::Rest;
        while self.advance(&mut state, b'}')? {
            let key = self.member_key()?;
            act(self, key)?;
        }
        Ok(ValueKind::Object)
    }

    /// Reads an object up to its first value: the key, if it has any.
    #[inline]
    fn open(&mut self, opening: &mut Opening<'de>) -> Result<Option<Cow<'de, str>>> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let start = self.at;
        self.enter()?;
        if !opening.text.is_empty() && rest.starts_with(opening.text.as_bytes()) {
            self.at = start + opening.text.len();
            return Ok(Some(Cow::Borrowed(opening.key)));
        }
        if !self.advance(&mut Inside::Start, b'}')? {
            return Ok(None);
        }
        let key = self.member_key()?;
        if let (Cow::Borrowed(key), Some(text)) = (&key, self.text.get(start..self.at)) {
            *opening = Opening { text, key };
        }
        Ok(Some(key))
    }

    /// Reads a key with its colon.
    fn member_key(&mut self) -> Result<Cow<'de, str>> {
        let MemberKey(key) = MemberKey::deserialize(KeyOf(self))?;
        self.expect(b':')?;
        Ok(key)
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
}

/// What nobody wants to know.
struct Skipped;

impl Container<'_> for Skipped {}
