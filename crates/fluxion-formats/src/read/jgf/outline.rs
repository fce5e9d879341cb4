//! The outline of a document: its parts as slices of the text, found without reading what is in them.

use std::borrow::Cow;

use serde::de::{IgnoredAny, MapAccess, SeqAccess};
use serde_json::value::RawValue;

use super::dialect::Dialect;
use super::error::{JgfError, JgfErrorKind};
use crate::read::Position;
use crate::read::json::{self, Container, MemberKey, ValueKind};
use fluxion_sets::Idset;

/// The parts of a document; of members with equal keys, the last.
#[derive(Default)]
struct Parts<'a> {
    graph: Option<&'a RawValue>,
    free_ranks: Option<&'a RawValue>,
    /// Of an R object: where the graph may be instead.
    scheduling: Option<&'a RawValue>,
    execution: Option<IgnoredAny>,
}

impl<'de> Container<'de> for Parts<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(MemberKey(key)) = members.next_key()? {
            match &*key {
                "graph" => self.graph = Some(members.next_value()?),
                "free_ranks" => self.free_ranks = Some(members.next_value()?),
                "scheduling" => self.scheduling = Some(members.next_value()?),
                "execution" => self.execution = Some(members.next_value()?),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct GraphMembers<'a> {
    nodes: Option<&'a RawValue>,
    edges: Option<&'a RawValue>,
    hyperedges: Option<&'a RawValue>,
}

impl<'de> Container<'de> for GraphMembers<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(MemberKey(key)) = members.next_key()? {
            match &*key {
                "nodes" => self.nodes = Some(members.next_value()?),
                "edges" => self.edges = Some(members.next_value()?),
                "hyperedges" => self.hyperedges = Some(members.next_value()?),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// One vertex: its key (in version 2) and its text.
pub(super) type RawVertex<'a> = (Option<Cow<'a, str>>, &'a RawValue);

/// The vertices and edges of a document as slices of its text.
#[derive(Default)]
pub(super) struct Outline<'a> {
    /// Ranks that were given back already; their vertices are not meant.
    pub(super) free_ranks: Option<Idset>,
    pub(super) dialect: Dialect,
    pub(super) nodes: Vec<RawVertex<'a>>,
    pub(super) edges: Vec<&'a RawValue>,
}

struct Nodes<'o, 'a>(&'o mut Vec<RawVertex<'a>>);

impl<'de> Container<'de> for Nodes<'_, 'de> {
    fn elements<A: SeqAccess<'de>>(&mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(raw) = elements.next_element()? {
            self.0.push((None, raw));
        }
        Ok(())
    }

    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some((MemberKey(key), raw)) = members.next_entry()? {
            self.0.push((Some(key), raw));
        }
        Ok(())
    }
}

struct Edges<'o, 'a>(&'o mut Vec<&'a RawValue>);

impl<'de> Container<'de> for Edges<'_, 'de> {
    fn elements<A: SeqAccess<'de>>(&mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(raw) = elements.next_element()? {
            self.0.push(raw);
        }
        Ok(())
    }
}

impl<'a> Outline<'a> {
    /// Finds the parts of a document.
    ///
    /// # Errors
    /// The text is not JSON, or a part is missing.
    pub(super) fn of(text: &'a str) -> Result<Self, JgfError> {
        let mut parts = Parts::default();
        let kind = json::read(text, &mut parts).map_err(|error| {
            let position = Position { line: error.line(), column: error.column() };
            JgfError::new(JgfErrorKind::Syntax { text: json::message(&error) }, Some(position))
        })?;
        if !matches!(kind, ValueKind::Object | ValueKind::List) {
            let text = "expected an object or a list".to_owned();
            let position = Position { line: 1, column: 1 };
            return Err(JgfError::new(JgfErrorKind::Syntax { text }, Some(position)));
        }
        if let (None, Some(scheduling)) = (parts.graph, parts.scheduling) {
            let mut inner = Parts::default();
            read_part(text, scheduling, &mut inner)?;
            if inner.graph.is_some() {
                return inner.outline(text);
            }
        }
        parts.outline(text)
    }
}

/// Reads a part of the text that was found to be JSON before: what can still be wrong lies within strings.
pub(super) fn read_part<'a, C: Container<'a>>(
    text: &str,
    part: &'a RawValue,
    into: &mut C,
) -> Result<ValueKind, JgfError> {
    json::read(part.get(), into).map_err(|error| {
        let position = Position::of(text, part.get());
        JgfError::new(JgfErrorKind::Syntax { text: json::message(&error) }, Some(position))
    })
}

impl<'a> Parts<'a> {
    fn outline(&self, text: &'a str) -> Result<Outline<'a>, JgfError> {
        let missing = |key| JgfError::new(JgfErrorKind::MissingKey(key), None);
        let at = |kind, raw: &RawValue| JgfError::new(kind, Some(Position::of(text, raw.get())));
        let without_graph = || match self.execution {
            Some(_) => JgfError::new(JgfErrorKind::IsR, None),
            None => missing("graph"),
        };
        let graph = self.graph.ok_or_else(without_graph)?;
        let free_ranks = match self.free_ranks {
            Some(raw) => Some(idset(raw).ok_or_else(|| at(JgfErrorKind::FreeRanks, raw))?),
            None => None,
        };
        let mut members = GraphMembers::default();
        read_part(text, graph, &mut members)?;
        let nodes = members.nodes.ok_or_else(|| missing("nodes"))?;
        let mut outline = Outline { free_ranks, ..Outline::default() };
        if read_part(text, nodes, &mut Nodes(&mut outline.nodes))? == ValueKind::Object {
            outline.dialect = Dialect::V2;
        }
        match members.edges {
            Some(edges) => {
                read_part(text, edges, &mut Edges(&mut outline.edges))?;
            }
            None if outline.dialect == Dialect::V2 => {}
            None => return Err(missing("edges")),
        }
        match members.hyperedges {
            Some(raw) if outline.dialect == Dialect::V2 && !is_empty(raw) => {
                Err(at(JgfErrorKind::Hyperedges, raw))
            }
            _ => Ok(outline),
        }
    }
}

fn is_empty(raw: &RawValue) -> bool {
    let text = raw.get();
    !text.starts_with(['[', '{']) || text[1..text.len() - 1].trim().is_empty()
}

/// The idset that a value is, its quotes and white space taken away.
pub(super) fn idset(raw: &RawValue) -> Option<Idset> {
    let kept = |c: &char| !matches!(c, '"' | ' ' | '\t' | '\n' | '\r');
    raw.get().chars().filter(kept).collect::<String>().parse().ok()
}
