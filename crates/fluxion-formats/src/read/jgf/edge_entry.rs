//! One entry of `edges` as it stands in the text (`docs/semantics/readers.md`, Loading JGF and JGF version
//! 2). Knows nothing of the graph.

use std::borrow::Cow;

use serde::de::{IgnoredAny, MapAccess};

use super::dialect::Dialect;
use super::error::JgfErrorKind;
use crate::read::json::{Container, Field, Into, MemberKey, ValueKind};
use crate::read::plain_json::{KnownKeys, PlainJson, Refused};

/// What the text says. Reused from edge to edge.
#[derive(Debug)]
pub(super) struct EdgeEntry<'a> {
    keys: KnownKeys<4>,
    metadata_keys: KnownKeys<4>,
    source: Field<'a>,
    target: Field<'a>,
    relation: Field<'a>,
    metadata_kind: ValueKind,
    metadata: EdgeMetadata<'a>,
}

#[derive(Debug, Default)]
struct EdgeMetadata<'a> {
    subsystem: Field<'a>,
    relation: Field<'a>,
    relationship: Field<'a>,
    name: EdgeName<'a>,
}

/// The old form of an edge's metadata: an object from a subsystem to a relation.
#[derive(Debug, Default)]
struct EdgeName<'a> {
    first: Option<(Cow<'a, str>, Field<'a>)>,
    containment: Option<Field<'a>>,
}

const CONTAINMENT: &str = "containment";

/// The members of an entry.
const KEYS: [&str; 4] = ["source", "target", "relation", "metadata"];

/// The members of its metadata.
const METADATA_KEYS: [&str; 4] = ["subsystem", "relation", "relationship", "name"];

impl Default for EdgeEntry<'_> {
    fn default() -> Self {
        Self {
            keys: KnownKeys::of(&KEYS),
            metadata_keys: KnownKeys::of(&METADATA_KEYS),
            source: Field::Absent,
            target: Field::Absent,
            relation: Field::Absent,
            metadata_kind: ValueKind::Absent,
            metadata: EdgeMetadata::default(),
        }
    }
}

impl<'a> EdgeEntry<'a> {
    /// Reads any value, the members if it is an object.
    ///
    /// # Errors
    /// The text is to be read again by other means.
    pub(super) fn read(&mut self, from: &mut PlainJson<'a>) -> Result<ValueKind, Refused> {
        self.clear();
        let Self { keys, metadata_keys, metadata_kind, metadata, .. } = self;
        let scalars = [&mut self.source, &mut self.target, &mut self.relation];
        from.known_members(keys, |from, key| {
            match key {
                Some(at) if at < scalars.len() => *scalars[at] = from.field()?,
                Some(_) => *metadata_kind = metadata.read(metadata_keys, from)?,
                None => {
                    from.skip()?;
                }
            }
            Ok(())
        })
    }

    fn clear(&mut self) {
        for field in [&mut self.source, &mut self.target, &mut self.relation] {
            *field = Field::Absent;
        }
        if self.metadata_kind != ValueKind::Absent {
            self.metadata_kind = ValueKind::Absent;
            self.metadata.clear();
        }
    }
}

impl<'a> EdgeMetadata<'a> {
    fn read(
        &mut self,
        keys: &mut KnownKeys<4>,
        from: &mut PlainJson<'a>,
    ) -> Result<ValueKind, Refused> {
        self.clear();
        let Self { subsystem, relation, relationship, name } = self;
        let scalars = [subsystem, relation, relationship];
        from.known_members(keys, |from, key| {
            match key {
                Some(at) if at < scalars.len() => *scalars[at] = from.field()?,
                Some(_) => {
                    *name = EdgeName::default();
                    from.into(name)?;
                }
                None => {
                    from.skip()?;
                }
            }
            Ok(())
        })
    }
}

impl EdgeMetadata<'_> {
    fn clear(&mut self) {
        for field in [&mut self.subsystem, &mut self.relation, &mut self.relationship] {
            *field = Field::Absent;
        }
        if self.name.first.is_some() || self.name.containment.is_some() {
            self.name = EdgeName::default();
        }
    }
}

impl<'de> Container<'de> for EdgeEntry<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        self.clear();
        while let Some(MemberKey(key)) = members.next_key()? {
            match &*key {
                "source" => self.source = members.next_value()?,
                "target" => self.target = members.next_value()?,
                "relation" => self.relation = members.next_value()?,
                "metadata" => {
                    self.metadata.clear();
                    self.metadata_kind = members.next_value_seed(Into(&mut self.metadata))?;
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'de> Container<'de> for EdgeMetadata<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(MemberKey(key)) = members.next_key()? {
            match &*key {
                "subsystem" => self.subsystem = members.next_value()?,
                "relation" => self.relation = members.next_value()?,
                "relationship" => self.relationship = members.next_value()?,
                "name" => {
                    self.name = EdgeName::default();
                    members.next_value_seed(Into(&mut self.name))?;
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'de> Container<'de> for EdgeName<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some((MemberKey(key), value)) = members.next_entry()? {
            if key == CONTAINMENT {
                self.containment = Some(value);
            } else if self.first.as_ref().is_none_or(|(first, _)| *first == key) {
                self.first = Some((key, value));
            }
        }
        Ok(())
    }
}

impl EdgeName<'_> {
    /// The key that counts: `containment` if it is there, else the first.
    fn chosen(&self) -> Option<(&str, &Field<'_>)> {
        match (&self.containment, &self.first) {
            (Some(value), _) => Some((CONTAINMENT, value)),
            (None, Some((key, value))) => Some((key, value)),
            (None, None) => None,
        }
    }
}

impl EdgeEntry<'_> {
    /// The ids of the ends.
    ///
    /// # Errors
    /// One is not a string.
    pub(super) fn ends(&self) -> Result<(&str, &str), JgfErrorKind> {
        self.source.text().zip(self.target.text()).ok_or(JgfErrorKind::MalformedEdge)
    }

    /// The subsystem; nothing if the metadata is malformed.
    pub(super) fn subsystem(&self, dialect: Dialect) -> Option<&str> {
        match self.metadata_kind {
            ValueKind::Absent => return Some(CONTAINMENT),
            ValueKind::Null if dialect == Dialect::V2 => return Some(CONTAINMENT),
            ValueKind::Object => {}
            _ => return None,
        }
        match (&self.metadata.subsystem, dialect) {
            (Field::Absent, Dialect::V1) => Some(CONTAINMENT),
            (Field::Absent, Dialect::V2) => {
                Some(self.metadata.name.chosen().map_or(CONTAINMENT, |(key, _)| key))
            }
            (subsystem, _) => subsystem.text(),
        }
    }

    /// The relation, if the text names one. The relation of the edge itself counts in version 2 only.
    pub(super) fn relation(&self, dialect: Dialect) -> Option<&str> {
        let outer = match dialect {
            Dialect::V1 => None,
            Dialect::V2 => self.relation.text().or_else(|| self.metadata.relation.text()),
        };
        outer
            .or_else(|| self.metadata.relationship.text())
            .or_else(|| self.metadata.name.chosen().and_then(|(_, value)| value.text()))
    }
}
