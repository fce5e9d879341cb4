//! From the ids of a document to the vertices of the graph.

use std::borrow::Cow;

use fluxion_graph::VertexId;
use rustc_hash::FxHashMap;

/// The ids seen so far. Usually they are the decimal numbers 0, 1, 2, ... in order, each a new vertex: then
/// there is nothing to store.
#[derive(Debug)]
pub(super) enum DocumentIds<'a> {
    /// Id `n` is the vertex `first + n`, for all `n` below `count`.
    Sequence { first: u32, count: u32 },
    /// Anything else.
    Table(FxHashMap<Cow<'a, str>, VertexId>),
}

/// The value of a number below 2^32 written without sign or leading zero.
fn canonical(text: &str) -> Option<u32> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 10 || (bytes[0] == b'0' && bytes.len() > 1) {
        return None;
    }
    let mut value = 0u64;
    for &byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    u32::try_from(value).ok()
}

impl<'a> DocumentIds<'a> {
    /// No ids yet; the next new vertex of the graph will be `first`.
    pub(super) fn new(first: usize) -> Self {
        Self::Sequence { first: first as u32, count: 0 }
    }

    /// The vertex of an id.
    pub(super) fn get(&self, id: &str) -> Option<VertexId> {
        match self {
            Self::Sequence { first, count } => {
                canonical(id).filter(|n| n < count).map(|n| VertexId(first + n))
            }
            Self::Table(table) => table.get(id).copied(),
        }
    }

    /// Adds an id that is not there yet.
    pub(super) fn insert(&mut self, id: Cow<'a, str>, vertex: VertexId) {
        if let Self::Sequence { first, count } = self {
            if canonical(&id) == Some(*count) && vertex.0 == *first + *count {
                *count += 1;
                return;
            }
            let known = (0..*count).map(|n| (Cow::Owned(n.to_string()), VertexId(*first + n)));
            *self = Self::Table(known.collect());
        }
        if let Self::Table(table) = self {
            table.insert(id, vertex);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_numbers_have_a_value() {
        for (text, expected) in [
            ("0", Some(0)),
            ("12", Some(12)),
            ("4294967295", Some(u32::MAX)),
            ("4294967296", None),
            ("00", None),
            ("01", None),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1a", None),
            ("99999999999", None),
        ] {
            assert_eq!(canonical(text), expected, "{text}");
        }
    }

    #[test]
    fn a_sequence_becomes_a_table_when_it_breaks() {
        let mut ids = DocumentIds::new(5);
        for (id, vertex) in [("0", 5), ("1", 6), ("x", 7), ("2", 5)] {
            assert_eq!(ids.get(id), None);
            ids.insert(Cow::Borrowed(id), VertexId(vertex));
            assert_eq!(ids.get(id), Some(VertexId(vertex)));
        }
        assert_eq!(ids.get("1"), Some(VertexId(6)));
        assert_eq!(ids.get("01"), None);
    }
}
