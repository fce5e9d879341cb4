//! From ranks, hosts and children to vertices (`docs/semantics/readers.md`, R version 1).

use fluxion_budget::Budget;
use fluxion_graph::{
    CONTAINMENT, Graph, PathId, Status, StemId, Symbol, TypeId, Vertex, VertexId, VertexSpec,
};

use super::document::RliteEntry;
use super::error::Rv1Error;
use crate::read::faults::Faults;
use crate::read::hostname::{self, TrailingNumber};
use crate::read::limits::{MAX_GENERATED, MAX_GENERATED_NAMES};
use fluxion_sets::Idset;

/// How many digits an id of an idset can have.
const ID_DIGITS: usize = 10;

/// How many vertices the entries make.
///
/// # Errors
/// Too many, or with too many bytes of names.
pub(super) fn count(entries: &[RliteEntry<'_>]) -> Result<usize, Rv1Error> {
    let (mut vertices, mut names) = (1u64, 0u64);
    for RliteEntry { ranks, children } in entries {
        let ids = children.iter().map(|(_, ids)| ids.len() as u64).sum::<u64>();
        let more = (ranks.len() as u64).saturating_mul(ids.saturating_add(1));
        let length = |ty: &str, ids: &Idset| (ty.len() + ID_DIGITS) as u64 * ids.len() as u64;
        let more_names = children.iter().map(|(ty, ids)| length(ty, ids)).sum::<u64>();
        vertices = vertices.saturating_add(more);
        if !ranks.is_empty() {
            names = names.saturating_add(more_names);
        }
    }
    if vertices > MAX_GENERATED || names > MAX_GENERATED_NAMES {
        return Err(Rv1Error::TooLarge);
    }
    Ok(vertices as usize)
}

/// The distinct ranks, ascending.
pub(super) fn ranks(entries: &[RliteEntry<'_>]) -> Vec<u32> {
    let mut ranks: Vec<u32> = entries.iter().flat_map(|entry| entry.ranks.iter()).collect();
    ranks.sort_unstable();
    ranks.dedup();
    ranks
}

/// The ranks of all entries in order of generation, each with its host. `hosts` are those of `ranks`, one to
/// one, but may be too few.
///
/// # Errors
/// A rank that has no host or occurred before; of those without a host, the first is told.
pub(super) fn assign<'h>(
    entries: &[RliteEntry<'_>],
    ranks: &[u32],
    hosts: &'h [String],
    faults: &mut Faults<Rv1Error>,
) -> Result<Vec<(u32, &'h str)>, Rv1Error> {
    let mut assigned = Vec::with_capacity(ranks.len());
    let mut are_enough = true;
    let mut done = vec![false; hosts.len()];
    for rank in entries.iter().flat_map(|entry| entry.ranks.iter()) {
        let at = ranks.binary_search(&rank).unwrap_or(hosts.len());
        let (Some(host), Some(done)) = (hosts.get(at), done.get_mut(at)) else {
            let (hosts, ranks) = (hosts.len(), ranks.len());
            if std::mem::replace(&mut are_enough, false) {
                faults.note(Rv1Error::TooFewHosts { rank, hosts, ranks })?;
            }
            continue;
        };
        if std::mem::replace(done, true) {
            faults.note(Rv1Error::DuplicateRank { rank, host: host.clone() })?;
            continue;
        }
        assigned.push((rank, host.as_str()));
    }
    Ok(assigned)
}

/// What all nodes of an entry have in common: one child, its names interned.
struct Child {
    id: i64,
    ty: TypeId,
    stem: StemId,
    name: Symbol,
}

/// A graph in the making.
pub(super) struct NodeGenerator {
    graph: Graph,
    root: VertexId,
    root_path: PathId,
    node: TypeId,
}

impl NodeGenerator {
    /// A lone cluster, and room for `vertices` below `ranks`.
    pub(super) fn new(vertices: usize, ranks: usize, budget: &Budget) -> Result<Self, Rv1Error> {
        let mut graph = Graph::within(budget);
        graph.reserve(vertices, ranks)?;
        let root = graph.add_vertex(&VertexSpec::new("cluster", 0, 0))?;
        let root_path = graph.intern_path("/cluster0");
        graph.set_path_id(root, CONTAINMENT, root_path);
        graph.set_root(CONTAINMENT, root)?;
        let node = graph.add_type("node")?;
        Ok(Self { graph, root, root_path, node })
    }

    /// The graph.
    pub(super) fn finish(self) -> Graph {
        self.graph
    }

    /// Adds the nodes of all entries, with the ranks and hosts of [`assign`].
    pub(super) fn add_entries(
        &mut self,
        entries: &[RliteEntry<'_>],
        assigned: &[(u32, &str)],
        faults: &mut Faults<Rv1Error>,
    ) -> Result<(), Rv1Error> {
        let mut assigned = assigned.iter();
        for entry in entries.iter().filter(|entry| !entry.ranks.is_empty()) {
            let children = self.children(entry)?;
            for &(rank, host) in assigned.by_ref().take(entry.ranks.len()) {
                let added = self.add_node(host, rank as i32, &children);
                faults.keep(added)?;
            }
        }
        Ok(())
    }

    fn children(&mut self, entry: &RliteEntry<'_>) -> Result<Vec<Child>, Rv1Error> {
        let mut children = Vec::new();
        for (name, ids) in &entry.children {
            if ids.is_empty() {
                continue;
            }
            let ty = self.graph.add_type(name)?;
            let basename = self.graph.intern(name);
            let stem = self.stem(basename);
            children.extend(ids.iter().map(|id| {
                let id = i64::from(id);
                Child { id, ty, stem, name: self.graph.numbered_name(basename, id) }
            }));
        }
        Ok(children)
    }

    fn add_node(&mut self, host: &str, rank: i32, children: &[Child]) -> Result<(), Rv1Error> {
        let (basename, number) = hostname::split(host);
        let id = match number {
            TrailingNumber::None => -1,
            TrailingNumber::Number(id) => id,
            TrailingNumber::TooLarge => {
                return Err(Rv1Error::HostNumber { host: host.to_owned() });
            }
        };
        let (basename, name) = (self.graph.intern(basename), self.graph.intern(host));
        let child = Child { id, ty: self.node, stem: self.stem(basename), name };
        let (node, path) = self.add(&child, rank, self.root, self.root_path)?;
        for child in children {
            self.add(child, rank, node, path)?;
        }
        Ok(())
    }

    fn stem(&mut self, basename: Symbol) -> StemId {
        self.graph.stem(basename, self.graph.empty_symbol())
    }

    fn add(
        &mut self,
        child: &Child,
        rank: i32,
        parent: VertexId,
        parent_path: PathId,
    ) -> Result<(VertexId, PathId), Rv1Error> {
        let vertex = self.graph.push_vertex(Vertex {
            id: child.id,
            uniq_id: self.graph.vertices().len() as i64,
            name: child.name,
            stem: child.stem,
            path: None,
            rank,
            size: 1,
            ty: child.ty,
            status: Status::Up,
        })?;
        let path = self.graph.child_path(parent_path, child.name);
        self.graph.set_path_id(vertex, CONTAINMENT, path);
        self.graph.add_edge(parent, vertex, CONTAINMENT)?;
        Ok((vertex, path))
    }

    /// Gives each property to every vertex of type `node` of its ranks. `properties` are sorted by name, so
    /// that each goes to the end of a vertex's list.
    pub(super) fn add_properties(&mut self, properties: &[(&str, Idset)]) -> Result<(), Rv1Error> {
        if properties.is_empty() {
            return Ok(());
        }
        let mut nodes: Vec<(u32, VertexId)> = Vec::new();
        for (n, vertex) in (0..).zip(self.graph.vertices()) {
            if vertex.ty == self.node {
                nodes.push((vertex.rank as u32, VertexId(n)));
            }
        }
        nodes.sort_unstable();
        let values = properties.iter().map(|(_, ranks)| ranks.len().min(nodes.len())).sum();
        self.graph.expect_properties(nodes.len(), values)?;
        let mut budget = MAX_GENERATED;
        for (name, ranks) in properties {
            for interval in ranks.intervals() {
                let from = nodes.partition_point(|(rank, _)| rank < interval.start());
                let some = nodes[from..].iter().take_while(|(rank, _)| rank <= interval.end());
                for &(_, vertex) in some {
                    budget = budget.checked_sub(1).ok_or(Rv1Error::TooLarge)?;
                    self.graph.set_property(vertex, name, "");
                }
            }
        }
        Ok(())
    }
}
