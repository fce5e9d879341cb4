//! An R object that names vertices of a loaded graph (`docs/semantics/state.md`, Update and Partial cancel).

use std::fmt::Write;

use fluxion_graph::{Graph, NamedSet, NamedVertex, Role, Tree, VertexId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::document::{Document, RliteEntry};
use super::error::Rv1Error;
use super::generate;
use crate::read::faults::Faults;
use crate::read::hostname::{self, TrailingNumber};
use crate::read::limits::{MAX_GENERATED, MAX_TEXT};

/// The nodes and children of `graph` that an R object names. The children are held; a node is held once all
/// that is below it is, and shown as held else.
///
/// # Errors
/// The text is no valid R object, or something is not in the graph.
pub fn named_set(text: &str, graph: &Graph, tree: &Tree) -> Result<NamedSet, Rv1Error> {
    if text.len() > MAX_TEXT {
        return Err(Rv1Error::TooLong);
    }
    let document = Document::read(text)?;
    let entries = document.entries(&mut Faults::First)?;
    generate::count(&entries)?;
    let ranks = generate::ranks(&entries);
    if ranks.is_empty() {
        return Err(Rv1Error::NoRanks);
    }
    let hosts = document.hosts(ranks.len(), &mut Faults::First)?;
    document.properties(&mut Faults::First)?;
    let root = graph.root(fluxion_graph::CONTAINMENT).and_then(|v| graph.vertex(v).path);
    let mut namer = Namer {
        graph,
        tree,
        root: root.map_or_else(String::new, |path| graph.path_text(path)),
        held: FxHashSet::default(),
        counts: FxHashMap::default(),
        set: NamedSet::default(),
    };
    for entry in &entries {
        for rank in entry.ranks.iter() {
            let host = ranks.binary_search(&rank).ok().and_then(|at| hosts.get(at));
            let (hosts, ranks) = (hosts.len(), ranks.len());
            let host = host.ok_or(Rv1Error::TooFewHosts { rank, hosts, ranks })?;
            namer.name_rank(entry, rank, host)?;
        }
    }
    Ok(namer.set)
}

/// The ranks that an R object names, ascending; hosts and children are not looked at.
///
/// # Errors
/// The text is no R object, or an entry has no ranks.
pub fn named_ranks(text: &str) -> Result<Vec<u32>, Rv1Error> {
    if text.len() > MAX_TEXT {
        return Err(Rv1Error::TooLong);
    }
    let document = Document::read_ranks(text)?;
    let sets = document.ranks()?;
    if sets.iter().map(|set| set.len() as u64).sum::<u64>() > MAX_GENERATED {
        return Err(Rv1Error::TooLarge);
    }
    let mut ranks: Vec<u32> = sets.iter().flat_map(|set| set.iter()).collect();
    ranks.sort_unstable();
    ranks.dedup();
    Ok(ranks)
}

struct Namer<'g> {
    graph: &'g Graph,
    tree: &'g Tree,
    /// The path of the root.
    root: String,
    held: FxHashSet<VertexId>,
    /// How many vertices below each node are held.
    counts: FxHashMap<VertexId, usize>,
    set: NamedSet,
}

impl Namer<'_> {
    fn name_rank(&mut self, entry: &RliteEntry<'_>, rank: u32, host: &str) -> Result<(), Rv1Error> {
        let id = match hostname::split(host).1 {
            TrailingNumber::None => -1,
            TrailingNumber::Number(id) => id,
            TrailingNumber::TooLarge => {
                return Err(Rv1Error::HostNumber { host: host.to_owned() });
            }
        };
        let mut path = format!("{}/{host}", self.root);
        let node = self
            .find(&path, "node", id, rank)
            .ok_or_else(|| Rv1Error::NoSuchNode { host: host.to_owned(), rank })?;
        self.set.vertices.push(NamedVertex { vertex: node, role: Role::Shown });
        self.set.edges.extend(self.tree.edge_to(node));
        let stem = path.len();
        for (ty, ids) in &entry.children {
            for id in ids.iter() {
                path.truncate(stem);
                let _ = write!(path, "/{ty}{id}");
                let child = || path[stem + 1..].to_owned();
                let found = self.find(&path, ty, i64::from(id), rank).ok_or_else(|| {
                    Rv1Error::NoSuchChild { host: host.to_owned(), rank, child: child() }
                })?;
                if !self.held.insert(found) {
                    let (host, child) = (host.to_owned(), child());
                    return Err(Rv1Error::RepeatedChild { host, rank, child });
                }
                self.hold(node, found);
            }
        }
        self.finish_node(node, rank, host)
    }

    fn find(&self, path: &str, ty: &str, id: i64, rank: u32) -> Option<VertexId> {
        self.graph.vertices_at(path).iter().copied().find(|&vertex| {
            let pool = self.graph.vertex(vertex);
            let same = pool.id == id && pool.size == 1 && i64::from(pool.rank) == i64::from(rank);
            same && self.graph.type_name(pool.ty) == ty
        })
    }

    fn hold(&mut self, node: VertexId, child: VertexId) {
        self.set.vertices.push(NamedVertex { vertex: child, role: Role::Held });
        self.set.edges.extend(self.tree.edge_to(child));
        *self.counts.entry(node).or_insert(0) += 1;
    }

    fn finish_node(&mut self, node: VertexId, rank: u32, host: &str) -> Result<(), Rv1Error> {
        let Some(&count) = self.counts.get(&node) else {
            return Err(Rv1Error::NoChildren { host: host.to_owned(), rank });
        };
        if count + 1 == self.tree.subtree(node).len() {
            self.set.vertices.push(NamedVertex { vertex: node, role: Role::Held });
        }
        Ok(())
    }
}
