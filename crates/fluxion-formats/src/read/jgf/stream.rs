//! The quick way: one pass over the text, each vertex and edge straight into the graph. It gives up on
//! anything unusual (a key twice, `edges` before `nodes`, `free_ranks`, any error); the careful way then says
//! what is what.

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess};

use fluxion_graph::Graph;

use super::dialect::Dialect;
use super::edge_entry::EdgeEntry;
use super::loaded::LoadedGraph;
use super::loader::Loader;
use super::vertex_entry::VertexEntry;
use crate::read::json::{self, Container, Field, Into, MemberKey, ValueKind};

/// Loads a document of the usual form on top of `base`; nothing if it is not, or not valid.
pub(super) fn load(text: &str, base: Graph) -> Option<LoadedGraph> {
    let mut document = Document { members: Members::new(base), graph: ValueKind::Absent };
    json::read_quickly(text, &mut document).ok()?;
    let members = document.members;
    let has_edges = match (members.nodes, members.edges) {
        (ValueKind::List, edges) => edges == ValueKind::List,
        (ValueKind::Object, edges) => matches!(edges, ValueKind::List | ValueKind::Absent),
        _ => false,
    };
    if document.graph != ValueKind::Object || !has_edges {
        return None;
    }
    members.loader.finish().ok()
}

fn give_up<E: Error>() -> E {
    E::custom("unusual document")
}

struct Document<'a> {
    members: Members<'a>,
    graph: ValueKind,
}

/// The members of `graph`.
struct Members<'a> {
    loader: Loader<'a>,
    nodes: ValueKind,
    edges: ValueKind,
    dialect: Dialect,
}

impl<'a> Members<'a> {
    fn new(base: Graph) -> Self {
        let loader = Loader::new(base);
        Self { loader, nodes: ValueKind::Absent, edges: ValueKind::Absent, dialect: Dialect::V1 }
    }
}

impl<'de> Container<'de> for Document<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(MemberKey(key)) = members.next_key()? {
            match &*key {
                "graph" if self.graph == ValueKind::Absent => {
                    self.graph = members.next_value_seed(Into(&mut self.members))?;
                }
                "graph" | "free_ranks" => return Err(give_up()),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'de> Container<'de> for Members<'de> {
    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(MemberKey(key)) = members.next_key()? {
            match (&*key, self.nodes, self.edges) {
                ("nodes", ValueKind::Absent, ValueKind::Absent) => {
                    let (loader, dialect) = (&mut self.loader, &mut self.dialect);
                    self.nodes = members.next_value_seed(Into(&mut Nodes { loader, dialect }))?;
                }
                ("edges", ValueKind::List | ValueKind::Object, ValueKind::Absent) => {
                    let (loader, dialect) = (&mut self.loader, self.dialect);
                    self.edges = members.next_value_seed(Into(&mut Edges { loader, dialect }))?;
                }
                ("nodes" | "edges" | "hyperedges", ..) => return Err(give_up()),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct Nodes<'m, 'a> {
    loader: &'m mut Loader<'a>,
    dialect: &'m mut Dialect,
}

impl<'de> Container<'de> for Nodes<'_, 'de> {
    fn elements<A: SeqAccess<'de>>(&mut self, mut elements: A) -> Result<(), A::Error> {
        let mut entry = VertexEntry::default();
        while let Some(kind) = elements.next_element_seed(Into(&mut entry))? {
            if kind != ValueKind::Object || self.loader.add_vertex(&entry, Dialect::V1).is_err() {
                return Err(give_up());
            }
        }
        Ok(())
    }

    fn members<A: MapAccess<'de>>(&mut self, mut members: A) -> Result<(), A::Error> {
        *self.dialect = Dialect::V2;
        let mut entry = VertexEntry::default();
        while let Some(MemberKey(key)) = members.next_key()? {
            let kind = members.next_value_seed(Into(&mut entry))?;
            entry.id = Field::Text(key);
            if kind != ValueKind::Object || self.loader.add_vertex(&entry, Dialect::V2).is_err() {
                return Err(give_up());
            }
        }
        Ok(())
    }
}

struct Edges<'m, 'a> {
    loader: &'m mut Loader<'a>,
    dialect: Dialect,
}

impl<'de> Container<'de> for Edges<'_, 'de> {
    fn elements<A: SeqAccess<'de>>(&mut self, mut elements: A) -> Result<(), A::Error> {
        let mut entry = EdgeEntry::default();
        while let Some(kind) = elements.next_element_seed(Into(&mut entry))? {
            if self.loader.add_edge(kind, &entry, self.dialect).is_err() {
                return Err(give_up());
            }
        }
        Ok(())
    }
}
