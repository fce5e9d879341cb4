//! From the ids of a document to the vertices of the graph.

use std::borrow::Cow;

use fluxion_graph::VertexId;
use rustc_hash::FxHashMap;

/// The ids seen so far. Usually they are ascending decimal numbers, the vertices of most of which ascend with them.
#[derive(Debug)]
pub(super) enum DocumentIds<'a> {
    /// Ascending.
    Runs(Vec<Run>),
    /// Anything else.
    Table(FxHashMap<Cow<'a, str>, VertexId>),
}

/// Id `start + n` is the vertex `first + n`, for all `n` below `count`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    start: u32,
    first: u32,
    count: u32,
}

impl Run {
    fn vertex(&self, id: u32) -> Option<VertexId> {
        let at = id.checked_sub(self.start)?;
        (at < self.count).then(|| VertexId(self.first + at))
    }
}

impl Default for DocumentIds<'_> {
    fn default() -> Self {
        Self::Runs(Vec::new())
    }
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
    /// The vertex of an id.
    pub(super) fn get(&self, id: &str) -> Option<VertexId> {
        match self {
            Self::Runs(runs) => {
                let id = canonical(id)?;
                let last = runs.last()?;
                if id >= last.start {
                    return last.vertex(id);
                }
                let after = runs.partition_point(|run| run.start <= id);
                runs.get(after.checked_sub(1)?)?.vertex(id)
            }
            Self::Table(table) => table.get(id).copied(),
        }
    }

    /// Adds an id that is not there yet.
    pub(super) fn insert(&mut self, id: Cow<'a, str>, vertex: VertexId) {
        if let Self::Runs(runs) = self {
            if let Some(number) = canonical(&id)
                && append(runs, number, vertex)
            {
                return;
            }
            let known = runs.iter().flat_map(|run| {
                let id = |n: u32| Cow::Owned((run.start + n).to_string());
                (0..run.count).map(move |n| (id(n), VertexId(run.first + n)))
            });
            *self = Self::Table(known.collect());
        }
        if let Self::Table(table) = self {
            table.insert(id, vertex);
        }
    }
}

/// Adds an id beyond all others to runs; whether it is.
fn append(runs: &mut Vec<Run>, id: u32, vertex: VertexId) -> bool {
    if let Some(last) = runs.last_mut() {
        let at = id.wrapping_sub(last.start);
        if id < last.start || at < last.count {
            return false;
        }
        if at == last.count && vertex.0 == last.first + at {
            last.count += 1;
            return true;
        }
    }
    runs.push(Run { start: id, first: vertex.0, count: 1 });
    true
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
    fn ids_are_found_again_in_whatever_order_they_come() {
        for ids in [
            &[("0", 5), ("1", 6), ("2", 7)][..],
            &[("0", 5), ("7", 1), ("8", 2), ("4294967295", 9)],
            &[("3", 5), ("4", 5), ("5", 6)],
            &[("0", 5), ("1", 6), ("x", 7), ("2", 5)],
            &[("4", 1), ("3", 2), ("01", 3), ("1", 4)],
        ] {
            let mut known = DocumentIds::default();
            for (at, &(id, vertex)) in ids.iter().enumerate() {
                assert_eq!(known.get(id), None, "{id} of {ids:?}");
                known.insert(Cow::Borrowed(id), VertexId(vertex));
                for &(id, vertex) in &ids[..=at] {
                    assert_eq!(known.get(id), Some(VertexId(vertex)), "{id} of {ids:?}");
                }
            }
            assert_eq!((known.get("9"), known.get("00"), known.get("")), (None, None, None));
        }
    }
}
