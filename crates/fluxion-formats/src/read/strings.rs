//! An object of JSON whose members should all be strings, as it stands in the text.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::de::MapAccess;

use super::json::{Container, Field, MemberKey, ValueKind};
use super::plain_json::{Opening, PlainJson, Refused};

/// An object whose members should all be strings. Of equal keys, the first gives the position and the last the
/// value.
#[derive(Clone, Debug, Default)]
pub(super) struct Strings<'a> {
    entries: Vec<(Cow<'a, str>, Field<'a>)>,
    /// Where each key is, once there are more than [`FEW`].
    index_of: FxHashMap<Cow<'a, str>, usize>,
    opening: Opening<'a>,
}

/// So many keys are searched one by one.
const FEW: usize = 16;

impl<'a> Strings<'a> {
    /// Keys and values as they stand.
    pub(super) fn entries(&self) -> &[(Cow<'a, str>, Field<'a>)] {
        &self.entries
    }

    /// Whether all values are strings.
    pub(super) fn are_strings(&self) -> bool {
        self.entries.iter().all(|(_, value)| matches!(value, Field::Text(_)))
    }

    /// Forgets all members.
    #[inline]
    pub(super) fn clear(&mut self) {
        if !self.entries.is_empty() {
            self.entries.clear();
        }
        if !self.index_of.is_empty() {
            self.index_of.clear();
        }
    }

    fn put(&mut self, key: Cow<'a, str>, value: Field<'a>) {
        let index = if self.entries.len() <= FEW {
            self.entries.iter().position(|(k, _)| *k == key)
        } else {
            self.index_of.get(&key).copied()
        };
        match index.and_then(|index| self.entries.get_mut(index)) {
            Some(entry) => entry.1 = value,
            None => self.push(key, value),
        }
    }

    fn push(&mut self, key: Cow<'a, str>, value: Field<'a>) {
        self.entries.push((key, value));
        match self.entries.len() - 1 {
            ..FEW => {}
            FEW => {
                self.index_of = (0..).zip(&self.entries).map(|(n, e)| (e.0.clone(), n)).collect()
            }
            last => {
                self.index_of.insert(self.entries[last].0.clone(), last);
            }
        }
    }
}

impl<'a> Strings<'a> {
    /// Reads any value, the members if it is an object.
    ///
    /// # Errors
    /// The text is to be read again by other means.
    pub(super) fn read(&mut self, from: &mut PlainJson<'a>) -> Result<ValueKind, Refused> {
        self.clear();
        let mut opening = self.opening;
        let kind = from.members_like(&mut opening, |from, key| {
            let value = from.field()?;
            self.put(key, value);
            Ok(())
        })?;
        self.opening = opening;
        Ok(kind)
    }
}

impl<'de> Container<'de> for Strings<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        self.clear();
        while let Some((MemberKey(key), value)) = members.next_entry()? {
            self.put(key, value);
        }
        Ok(())
    }
}
