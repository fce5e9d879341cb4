//! The quick way: one pass over the text, each vertex and edge straight into the graph. It gives up on
//! anything unusual (a key twice, `edges` before `nodes`, `free_ranks`, any error); the careful way then says
//! what is what.

use super::dialect::Dialect;
use super::edge_entry::EdgeEntry;
use super::loader::Loader;
use super::vertex_entry::VertexEntry;
use super::warning::JgfWarning;
use crate::read::json::{Field, ValueKind};
use crate::read::plain_json::{PlainJson, Refused};

type Result<T> = std::result::Result<T, Refused>;

/// Loads a document of the usual form on top of a graph; nothing if it is not, or not valid: the graph may have gained a
/// part then.
pub(super) fn load<'a>(text: &'a str, loader: Loader<'_, 'a>) -> Option<Option<JgfWarning>> {
    let mut from = PlainJson::new(text);
    let mut members = Members::new(loader);
    let graph = document(&mut from, &mut members).ok()?;
    from.end().ok()?;
    let has_edges = match (members.nodes, members.edges) {
        (ValueKind::List, edges) => edges == ValueKind::List,
        (ValueKind::Object, edges) => matches!(edges, ValueKind::List | ValueKind::Absent),
        _ => false,
    };
    if graph != ValueKind::Object || !has_edges {
        return None;
    }
    members.loader.finish().ok()
}

/// Reads the document; the kind of its `graph`.
fn document<'a>(from: &mut PlainJson<'a>, members: &mut Members<'_, 'a>) -> Result<ValueKind> {
    let mut graph = ValueKind::Absent;
    from.members(|from, key| {
        match &*key {
            "graph" if graph == ValueKind::Absent => graph = members.read(from)?,
            "graph" | "free_ranks" => return Err(Refused),
            _ => {
                from.skip()?;
            }
        }
        Ok(())
    })?;
    Ok(graph)
}

/// The members of `graph`.
struct Members<'g, 'a> {
    loader: Loader<'g, 'a>,
    nodes: ValueKind,
    edges: ValueKind,
    dialect: Dialect,
}

impl<'g, 'a> Members<'g, 'a> {
    fn new(loader: Loader<'g, 'a>) -> Self {
        Self { loader, nodes: ValueKind::Absent, edges: ValueKind::Absent, dialect: Dialect::V1 }
    }

    fn read(&mut self, from: &mut PlainJson<'a>) -> Result<ValueKind> {
        from.members(|from, key| self.member(from, &key))
    }

    fn member(&mut self, from: &mut PlainJson<'a>, key: &str) -> Result<()> {
        match (key, self.nodes, self.edges) {
            ("nodes", ValueKind::Absent, ValueKind::Absent) => self.nodes = self.nodes(from)?,
            ("edges", ValueKind::List | ValueKind::Object, ValueKind::Absent) => {
                self.edges = self.edges(from)?;
            }
            ("nodes" | "edges" | "hyperedges", ..) => return Err(Refused),
            _ => {
                from.skip()?;
            }
        }
        Ok(())
    }

    fn nodes(&mut self, from: &mut PlainJson<'a>) -> Result<ValueKind> {
        let mut entry = VertexEntry::default();
        if from.is_object() {
            self.dialect = Dialect::V2;
            return from.members(|from, key| {
                let kind = entry.read(from)?;
                entry.id = Field::Text(key);
                self.add_vertex(kind, &entry)
            });
        }
        from.elements(|from| {
            let kind = entry.read(from)?;
            self.add_vertex(kind, &entry)
        })
    }

    #[inline]
    fn add_vertex(&mut self, kind: ValueKind, entry: &VertexEntry<'a>) -> Result<()> {
        if kind != ValueKind::Object {
            return Err(Refused);
        }
        self.loader.add_vertex(entry, self.dialect).map_err(|_| Refused)
    }

    fn edges(&mut self, from: &mut PlainJson<'a>) -> Result<ValueKind> {
        let mut entry = EdgeEntry::default();
        from.elements(|from| {
            let kind = entry.read(from)?;
            self.loader.add_edge(kind, &entry, self.dialect).map_err(|_| Refused)
        })
    }
}
