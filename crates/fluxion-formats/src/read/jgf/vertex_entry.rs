//! One entry of `nodes` as it stands in the text, and the attributes it amounts to
//! (`docs/semantics/readers.md`, JGF and JGF version 2). Knows nothing of the graph.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::dialect::Dialect;
use super::error::JgfErrorKind;
use super::excerpt::excerpt;
use crate::read::hostname::{self, TrailingNumber};
use crate::read::json::{Container, Field, Into, MemberKey, ValueKind};
use crate::read::plain_json::{KnownKeys, PlainJson, Refused};
use crate::read::strings::Strings;

/// What the text says. Reused from vertex to vertex.
#[derive(Debug)]
pub(super) struct VertexEntry<'a> {
    keys: KnownKeys<2>,
    pub(super) id: Field<'a>,
    metadata_kind: ValueKind,
    metadata: Metadata<'a>,
}

/// The members of an entry.
const KEYS: [&str; 2] = ["id", "metadata"];

/// The members of its metadata: first those that should be scalars.
const METADATA_KEYS: [&str; 12] = [
    "type",
    "basename",
    "name",
    "unit",
    "id",
    "uniq_id",
    "rank",
    "size",
    "status",
    "exclusive",
    "paths",
    "properties",
];

const TYPE: usize = 0;
const UNIQ_ID: usize = 5;
const SIZE: usize = 7;
/// How many should be scalars.
const SCALARS: usize = 10;
const PATHS: usize = 10;
const PROPERTIES: usize = 11;

#[derive(Debug)]
struct Metadata<'a> {
    keys: KnownKeys<12>,
    scalars: [Field<'a>; SCALARS],
    paths_kind: ValueKind,
    paths: Strings<'a>,
    properties_kind: ValueKind,
    properties: Strings<'a>,
}

/// What a vertex entry means, defaults applied. Size and status are checked only when a vertex is made.
#[derive(Debug)]
pub(super) struct VertexAttributes<'e, 'a> {
    pub(super) ty: &'e str,
    pub(super) basename: Option<&'e str>,
    pub(super) name: Option<&'e str>,
    pub(super) id: i64,
    pub(super) uniq_id: i64,
    pub(super) rank: i32,
    pub(super) size: i64,
    pub(super) status: i64,
    pub(super) exclusive: bool,
    pub(super) paths: &'e [(Cow<'a, str>, Field<'a>)],
    pub(super) properties: &'e [(Cow<'a, str>, Field<'a>)],
}

impl Default for VertexEntry<'_> {
    fn default() -> Self {
        Self {
            keys: KnownKeys::of(&KEYS),
            id: Field::Absent,
            metadata_kind: ValueKind::Absent,
            metadata: Metadata::default(),
        }
    }
}

impl Default for Metadata<'_> {
    fn default() -> Self {
        Self {
            keys: KnownKeys::of(&METADATA_KEYS),
            scalars: [const { Field::Absent }; SCALARS],
            paths_kind: ValueKind::Absent,
            paths: Strings::default(),
            properties_kind: ValueKind::Absent,
            properties: Strings::default(),
        }
    }
}

impl<'a> VertexEntry<'a> {
    /// Reads any value, the members if it is an object.
    ///
    /// # Errors
    /// The text is to be read again by other means.
    pub(super) fn read(&mut self, from: &mut PlainJson<'a>) -> Result<ValueKind, Refused> {
        let Self { keys, id, metadata_kind, metadata } = self;
        *id = Field::Absent;
        *metadata_kind = ValueKind::Absent;
        from.known_members(keys, |from, key| {
            match key {
                Some(0) => *id = from.field()?,
                Some(_) => *metadata_kind = metadata.read(from)?,
                None => {
                    from.skip()?;
                }
            }
            Ok(())
        })
    }
}

impl<'de> Container<'de> for VertexEntry<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        self.id = Field::Absent;
        self.metadata_kind = ValueKind::Absent;
        while let Some(MemberKey(key)) = members.next_key()? {
            match &*key {
                "id" => self.id = members.next_value()?,
                "metadata" => {
                    self.metadata_kind = members.next_value_seed(Into(&mut self.metadata))?;
                }
                _ => skip(&mut members)?,
            }
        }
        Ok(())
    }
}

fn skip<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
    members.next_value::<serde::de::IgnoredAny>().map(|_| ())
}

impl<'de> Container<'de> for Metadata<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        self.clear();
        while let Some(MemberKey(key)) = members.next_key()? {
            let at = METADATA_KEYS.iter().position(|known| **known == *key);
            match (at, at.and_then(|at| self.scalars.get_mut(at))) {
                (_, Some(scalar)) => *scalar = members.next_value()?,
                (Some(PATHS), _) => {
                    self.paths.clear();
                    self.paths_kind = members.next_value_seed(Into(&mut self.paths))?;
                }
                (Some(PROPERTIES), _) => {
                    self.properties.clear();
                    self.properties_kind = members.next_value_seed(Into(&mut self.properties))?;
                }
                _ => skip(&mut members)?,
            }
        }
        Ok(())
    }
}

impl<'a> Metadata<'a> {
    fn read(&mut self, from: &mut PlainJson<'a>) -> Result<ValueKind, Refused> {
        self.clear();
        let Self { keys, scalars, paths_kind, paths, properties_kind, properties } = self;
        from.known_members(keys, |from, key| {
            match key {
                Some(PATHS) => *paths_kind = paths.read(from)?,
                Some(PROPERTIES) => *properties_kind = properties.read(from)?,
                Some(at) if at < SCALARS => scalars[at] = from.field()?,
                _ => {
                    from.skip()?;
                }
            }
            Ok(())
        })
    }

    fn clear(&mut self) {
        self.scalars.iter_mut().for_each(|scalar| *scalar = Field::Absent);
        self.paths_kind = ValueKind::Absent;
        self.paths.clear();
        self.properties_kind = ValueKind::Absent;
        self.properties.clear();
    }
}

const A_STRING: &str = "a string";
const AN_INTEGER: &str = "an integer within 64 bits";

/// The fields of one vertex, with what is needed to complain about them.
struct Checker<'e> {
    vertex: &'e str,
    dialect: Dialect,
}

impl Checker<'_> {
    fn malformed(&self, field: &'static str, expected: &'static str) -> JgfErrorKind {
        JgfErrorKind::malformed(self.vertex, field, expected)
    }

    fn is_absent(&self, field: &Field<'_>) -> bool {
        match field {
            Field::Absent => true,
            Field::Null => self.dialect == Dialect::V2,
            _ => false,
        }
    }

    fn text<'e>(
        &self,
        name: &'static str,
        field: &'e Field<'_>,
    ) -> Result<Option<&'e str>, JgfErrorKind> {
        match field {
            Field::Text(text) => Ok(Some(text)),
            _ if self.is_absent(field) => Ok(None),
            _ => Err(self.malformed(name, A_STRING)),
        }
    }

    #[inline]
    fn integer(&self, name: &'static str, field: &Field<'_>) -> Result<Option<i64>, JgfErrorKind> {
        match field {
            Field::Integer(value) => Ok(Some(*value)),
            _ => self.other_integer(name, field),
        }
    }

    #[inline(never)]
    fn other_integer(
        &self,
        name: &'static str,
        field: &Field<'_>,
    ) -> Result<Option<i64>, JgfErrorKind> {
        match field {
            _ if self.is_absent(field) => Ok(None),
            // What i64 parses from a string is exactly an optional sign and digits.
            Field::Text(text) if self.dialect == Dialect::V2 => {
                text.parse().map(Some).map_err(|_| self.malformed(name, AN_INTEGER))
            }
            _ => Err(self.malformed(name, AN_INTEGER)),
        }
    }
}

impl<'a> VertexEntry<'a> {
    /// The attributes of the vertex, checked in the order of the table in `docs/semantics/readers.md`, JGF.
    ///
    /// # Errors
    /// Everything that can be wrong with a vertex by itself, but its size and status.
    pub(super) fn attributes(
        &self,
        dialect: Dialect,
    ) -> Result<(&Cow<'a, str>, VertexAttributes<'_, 'a>), JgfErrorKind> {
        let Field::Text(vertex) = &self.id else { return Err(JgfErrorKind::VertexId) };
        let check = Checker { vertex, dialect };
        match self.metadata_kind {
            ValueKind::Absent => {
                return Err(JgfErrorKind::MissingMetadata { vertex: excerpt(vertex) });
            }
            ValueKind::Object => {}
            _ => return Err(check.malformed("metadata", "an object")),
        }
        Ok((vertex, self.metadata.attributes(&check)?))
    }

    /// Puts something harmless in place of what a fault complains of, so that other faults can be met. Whether that
    /// was possible.
    pub(super) fn mend(&mut self, fault: &JgfErrorKind) -> bool {
        match fault {
            JgfErrorKind::UniqId { .. } => self.metadata.scalars[UNIQ_ID] = Field::Integer(0),
            JgfErrorKind::Size { .. } => self.metadata.scalars[SIZE] = Field::Absent,
            JgfErrorKind::Properties { .. } => self.metadata.properties_kind = ValueKind::Absent,
            JgfErrorKind::MalformedMetadata { field, .. } => return self.metadata.mend(field),
            _ => return false,
        }
        true
    }
}

impl<'a> Metadata<'a> {
    fn mend(&mut self, field: &str) -> bool {
        match METADATA_KEYS.iter().position(|known| *known == field) {
            Some(TYPE) => self.scalars[TYPE] = Field::Text(Cow::Borrowed("?")),
            Some(UNIQ_ID) => self.scalars[UNIQ_ID] = Field::Integer(0),
            Some(PATHS) => {
                self.paths_kind = ValueKind::Object;
                self.paths.clear();
            }
            Some(PROPERTIES) => self.properties_kind = ValueKind::Absent,
            Some(scalar) => self.scalars[scalar] = Field::Absent,
            None => return false,
        }
        true
    }

    fn attributes(&self, check: &Checker<'_>) -> Result<VertexAttributes<'_, 'a>, JgfErrorKind> {
        let [ty, basename, name, unit, id, uniq_id, rank, size, status, exclusive] = &self.scalars;
        let ty = check.text("type", ty)?.ok_or_else(|| check.malformed("type", A_STRING))?;
        self.check_paths(check)?;
        let basename = check.text("basename", basename)?;
        let name = check.text("name", name)?;
        check.text("unit", unit)?;
        let exclusive = match exclusive {
            Field::Bool(value) => *value,
            _ if check.is_absent(exclusive) => false,
            _ => return Err(check.malformed("exclusive", "a boolean")),
        };
        let id = check.integer("id", id)?.filter(|&id| id != -2);
        let uniq_id = check.integer("uniq_id", uniq_id)?.filter(|&id| id != -1);
        let rank = check.integer("rank", rank)?.unwrap_or(-1);
        let size = check.integer("size", size)?.filter(|&size| size != -1).unwrap_or(1);
        let status = check.integer("status", status)?.unwrap_or(0);
        let rank = i32::try_from(rank)
            .map_err(|_| check.malformed("rank", "an integer within 32 bits"))?;
        self.check_properties(check)?;
        let uniq_id = uniq_id
            .or_else(|| leading_number(check.vertex))
            .ok_or_else(|| JgfErrorKind::UniqId { vertex: excerpt(check.vertex) })?;
        Ok(VertexAttributes {
            ty,
            basename,
            name,
            id: id.or_else(|| host_number(ty, name)).unwrap_or(uniq_id),
            uniq_id,
            rank,
            size,
            status,
            exclusive,
            paths: self.paths.entries(),
            properties: self.properties.entries(),
        })
    }

    fn check_paths(&self, check: &Checker<'_>) -> Result<(), JgfErrorKind> {
        let absent = match self.paths_kind {
            ValueKind::Absent => true,
            ValueKind::Null => check.dialect == Dialect::V2,
            _ => false,
        };
        if absent || !self.paths.are_strings() {
            return Err(check.malformed("paths", "an object of strings"));
        }
        Ok(())
    }

    fn check_properties(&self, check: &Checker<'_>) -> Result<(), JgfErrorKind> {
        match self.properties_kind {
            ValueKind::Absent => return Ok(()),
            ValueKind::Null if check.dialect == Dialect::V2 => return Ok(()),
            ValueKind::Object => {}
            _ => return Err(JgfErrorKind::Properties { vertex: excerpt(check.vertex) }),
        }
        if !self.properties.are_strings() {
            return Err(check.malformed("properties", "an object of strings"));
        }
        Ok(())
    }
}

/// The number at the start of an id: white space, a sign, digits; the rest does not matter.
fn leading_number(text: &str) -> Option<i64> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let rest = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
    text[..text.len() - rest.len()].parse().ok()
}

fn host_number(ty: &str, name: Option<&str>) -> Option<i64> {
    if ty != "node" {
        return None;
    }
    match hostname::split(name?).1 {
        TrailingNumber::Number(number) => Some(number),
        TrailingNumber::None | TrailingNumber::TooLarge => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_at_the_start_of_an_id_counts() {
        for (text, expected) in [
            ("12abc", Some(12)),
            (" 12", Some(12)),
            ("+7", Some(7)),
            ("-4", Some(-4)),
            ("1.5", Some(1)),
            ("0x1f", Some(0)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("99999999999999999999999", None),
            ("abc", None),
            ("", None),
            ("+", None),
            ("+-1", None),
        ] {
            assert_eq!(leading_number(text), expected, "{text:?}");
        }
    }
}
