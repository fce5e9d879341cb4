//! The fast way for strict JSON: the same tree as from YAML, without positions.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::node::{Node, Spelling, Value};
use crate::limits::MAX_NODES;

/// Reads a text that is one JSON object and nothing else; `None` leaves it to YAML.
pub(crate) fn read(text: &str) -> Option<Node<'_>> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let nodes = Cell::new(MAX_NODES);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let root = Reader { nodes: &nodes }.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(root)
}

/// Reads one value.
#[derive(Clone, Copy)]
struct Reader<'c> {
    /// How many nodes may yet be made.
    nodes: &'c Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Node<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Node<'de>, D::Error> {
        let left = self.nodes.get().checked_sub(1);
        self.nodes.set(left.ok_or_else(|| D::Error::custom("too many nodes"))?);
        from.deserialize_any(self)
    }
}

fn plain<'t, E>(text: impl Into<Cow<'t, str>>) -> Result<Node<'t>, E> {
    Ok(Node::new(Value::Scalar(text.into(), Spelling::Other), None))
}

fn quoted<'t, E>(text: impl Into<Cow<'t, str>>) -> Result<Node<'t>, E> {
    Ok(Node::new(Value::Scalar(text.into(), Spelling::Quoted), None))
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::new(Value::Null, None))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        plain(if value { "true" } else { "false" })
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        plain(value.to_string())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        plain(value.to_string())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<'de>, E> {
        Ok(Node::new(Value::Float(value), None))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        quoted(text)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        quoted(text.to_owned())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Node<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Node::new(Value::Sequence(items), None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Node<'de>, A::Error> {
        let mut entries = Vec::with_capacity(4);
        while let Some(entry) = from.next_entry_seed(self, self)? {
            entries.push(entry);
        }
        Ok(Node::new(Value::Map(entries), None))
    }
}
