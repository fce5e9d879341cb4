//! Reading JSON leniently and in one pass: values of any type are accepted where they stand and judged later,
//! strings are borrowed from the text where they contain no escape, nothing becomes a tree.
//!
//! Knows JSON only, not what the documents mean.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A member of an object that should be a scalar.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Field<'a> {
    /// Not there.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer within i64.
    Integer(i64),
    /// A string.
    Text(Cow<'a, str>),
    /// A real, an integer beyond i64, an object or a list.
    Other,
}

impl Field<'_> {
    /// The text, if the field is a string.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Field::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Field::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Field::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Field::Other, Field::Integer))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Field::Other)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Field::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        without_nul(text).map(Field::Text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Self::Value, A::Error> {
        skip_elements(elements).map(|()| Field::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        skip_members(members).map(|()| Field::Other)
    }
}

impl<'de> Deserialize<'de> for Field<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(FieldVisitor)
    }
}

/// The reference's JSON library refuses `\u0000`.
fn without_nul<'de, E: Error>(text: &str) -> Result<Cow<'de, str>, E> {
    if text.contains('\0') {
        return Err(E::custom("\\u0000 is not allowed"));
    }
    Ok(Cow::Owned(text.to_owned()))
}

/// A string: the key of a member.
pub(super) struct MemberKey<'a>(pub(super) Cow<'a, str>);

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = MemberKey<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(MemberKey(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        without_nul(text).map(MemberKey)
    }
}

impl<'de> Deserialize<'de> for MemberKey<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(KeyVisitor)
    }
}

/// What kind of value a container's member turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// Not there.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// An object, read by [`Container::members`].
    Object,
    /// A list, read by [`Container::elements`].
    List,
    /// Any other value.
    Scalar,
}

/// Something that is read from an object or a list; by default, either is skipped.
pub(super) trait Container<'de> {
    /// Reads an object.
    fn members<A: MapAccess<'de>>(&mut self, members: A) -> Result<(), A::Error> {
        skip_members(members)
    }

    /// Reads a list.
    fn elements<A: SeqAccess<'de>>(&mut self, elements: A) -> Result<(), A::Error> {
        skip_elements(elements)
    }
}

/// Skips the rest of an object.
pub(super) fn skip_members<'de, A: MapAccess<'de>>(mut members: A) -> Result<(), A::Error> {
    while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Skips the rest of a list.
pub(super) fn skip_elements<'de, A: SeqAccess<'de>>(mut elements: A) -> Result<(), A::Error> {
    while elements.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads any value into a container and tells its kind.
pub(super) struct Into<'c, C>(pub(super) &'c mut C);

impl<'de, C: Container<'de>> DeserializeSeed<'de> for Into<'_, C> {
    type Value = ValueKind;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<ValueKind, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, C: Container<'de>> Visitor<'de> for Into<'_, C> {
    type Value = ValueKind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<ValueKind, E> {
        Ok(ValueKind::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<ValueKind, E> {
        Ok(ValueKind::Scalar)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<ValueKind, E> {
        Ok(ValueKind::Scalar)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<ValueKind, E> {
        Ok(ValueKind::Scalar)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<ValueKind, E> {
        Ok(ValueKind::Scalar)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<ValueKind, E> {
        Ok(ValueKind::Scalar)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<ValueKind, A::Error> {
        self.0.elements(elements).map(|()| ValueKind::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<ValueKind, A::Error> {
        self.0.members(members).map(|()| ValueKind::Object)
    }
}

/// Reads a whole text into a container.
///
/// # Errors
/// The text is not JSON, or the container refused it.
pub(super) fn read<'a, C: Container<'a>>(
    text: &'a str,
    into: &mut C,
) -> Result<ValueKind, serde_json::Error> {
    let mut from = serde_json::Deserializer::from_str(text);
    let kind = Into(into).deserialize(&mut from)?;
    from.end()?;
    Ok(kind)
}

/// What is wrong with a text, without the position.
pub(super) fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((message, _)) => message.to_owned(),
        None => text,
    }
}
