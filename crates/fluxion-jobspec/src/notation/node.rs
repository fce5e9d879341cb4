//! A document as a tree, whichever notation it came in. Knows nothing of jobspecs.

use std::borrow::Cow;
use std::rc::Rc;

use crate::error::{JobspecError, Position};

/// A value of the document.
#[derive(Clone, Debug)]
pub(crate) struct Node<'t> {
    value: Value<'t>,
    at: Option<Position>,
}

/// The kinds of values.
#[derive(Clone, Debug)]
pub(crate) enum Value<'t> {
    /// Unquoted `~`, `null`, `Null`, `NULL`, or nothing.
    Null,
    /// Any other scalar, as written.
    Scalar(Cow<'t, str>, Spelling),
    /// A JSON number that is not a 64-bit integer; its text is not kept.
    Float(f64),
    /// In order.
    Sequence(Vec<Node<'t>>),
    /// In order, duplicate keys kept.
    Map(Vec<(Node<'t>, Node<'t>)>),
    /// Another place's value.
    Alias(Rc<Node<'t>>),
}

/// Whether a scalar is certainly a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// In single or double quotes, without a tag.
    Quoted,
    /// Plain, a block, or tagged.
    Other,
}

impl<'t> Node<'t> {
    pub(crate) fn new(value: Value<'t>, at: Option<Position>) -> Self {
        Self { value, at }
    }

    /// The node itself, or the one that it is an alias of. One step: an alias never holds another.
    fn target(&self) -> &Self {
        match &self.value {
            Value::Alias(target) => target,
            _ => self,
        }
    }

    /// The value, never an alias.
    pub(crate) fn value(&self) -> &Value<'t> {
        &self.target().value
    }

    /// Where the value is written.
    pub(crate) fn at(&self) -> Option<Position> {
        self.target().at
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value(), Value::Null)
    }

    pub(crate) fn is_scalar(&self) -> bool {
        matches!(self.value(), Value::Scalar(..) | Value::Float(_))
    }

    /// The text of a scalar that is not null.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match self.value() {
            Value::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// The entries of a map.
    pub(crate) fn entries(&self) -> Option<&[(Self, Self)]> {
        match self.value() {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of a sequence.
    pub(crate) fn items(&self) -> Option<&[Self]> {
        match self.value() {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map; otherwise a rule is broken.
    pub(crate) fn map_or(&self, message: &str) -> Result<&[(Self, Self)], JobspecError> {
        self.entries().ok_or_else(|| self.breaks(message))
    }

    /// The items of a sequence; otherwise a rule is broken.
    pub(crate) fn sequence_or(&self, message: &str) -> Result<&[Self], JobspecError> {
        self.items().ok_or_else(|| self.breaks(message))
    }

    /// The value of the first entry with this key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let mut entries = self.entries()?.iter();
        entries.find(|(k, _)| k.scalar() == Some(key)).map(|(_, value)| value)
    }

    /// [`Node::get`]; otherwise a rule is broken.
    pub(crate) fn get_or(&self, key: &str, message: &str) -> Result<&Self, JobspecError> {
        self.get(key).ok_or_else(|| self.breaks(message))
    }

    /// Nothing if it is a scalar and not null; otherwise a rule is broken.
    pub(crate) fn scalar_or(&self, message: &str) -> Result<(), JobspecError> {
        if self.is_scalar() { Ok(()) } else { Err(self.breaks(message)) }
    }

    /// The error that this node breaks a rule.
    pub(crate) fn breaks(&self, message: impl Into<String>) -> JobspecError {
        let message = message.into();
        let is_told = self.scalar().is_some_and(|text| message.contains(text));
        let found = (self.entries().is_none() && !is_told).then(|| self.described());
        JobspecError::rule(message, self.at()).with_found(found)
    }

    /// The error that this node cannot be read as what is wanted.
    pub(crate) fn mistaken(&self, wanted: &str) -> JobspecError {
        JobspecError::conversion(wanted, self.described(), self.at())
    }

    /// What it is, for people: a scalar as it is written, or the start of it.
    fn described(&self) -> String {
        const MOST: usize = 40;
        match self.value() {
            Value::Null => "null".to_owned(),
            Value::Scalar(text, _) => match text.char_indices().nth(MOST) {
                Some((at, _)) => format!("{:?}...", text.get(..at).unwrap_or_default()),
                None => format!("{text:?}"),
            },
            Value::Float(number) => number.to_string(),
            Value::Sequence(_) => "a list".to_owned(),
            Value::Map(_) | Value::Alias(_) => "a map".to_owned(),
        }
    }

    /// Of the entries of a map, the first key that is unknown or repeats another, if any.
    pub(crate) fn stray_key<const N: usize>(&self, known: &[&str; N]) -> Option<&Self> {
        self.stray_keys(known).next()
    }

    /// All such keys.
    pub(crate) fn stray_keys<const N: usize>(
        &self,
        known: &[&str; N],
    ) -> impl Iterator<Item = &Self> {
        let mut seen = [false; N];
        let entries = self.entries().unwrap_or_default();
        entries.iter().map(|(key, _)| key).filter(move |key| {
            let index = key.scalar().and_then(|text| known.iter().position(|&k| k == text));
            match index.and_then(|index| seen.get_mut(index)) {
                Some(seen) => std::mem::replace(seen, true),
                None => true,
            }
        })
    }
}
