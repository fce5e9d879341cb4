//! What of a graph a format cannot say (`docs/semantics/formats.md`), or says in vain because no reader takes it back.

use std::collections::{BTreeMap, BTreeSet};

use fluxion_graph::{CONTAINMENT, Graph, Status, SubsystemId, Tree, Vertex, VertexId};

use super::format::ConvertFormat;
use crate::options::{GraphFormat, MatchFormat};

/// Something of a graph that a format leaves out or changes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Loss {
    /// A format to be looked at.
    #[error("{format} has {what}, and no reader of graphs takes it")]
    Picture {
        /// The format.
        format: &'static str,
        /// What is left.
        what: &'static str,
    },
    /// Vertices that have no place in it.
    #[error("vertices left out: {}", listed(.types))]
    Vertices {
        /// How many of which type.
        types: BTreeMap<String, usize>,
    },
    /// Vertices that the root does not lead to.
    #[error("vertices left out because no edge leads to them: {0}")]
    Unreachable(usize),
    /// Other subsystems than containment.
    #[error("subsystems left out: {}", .0.join(", "))]
    Subsystems(Vec<String>),
    /// Vertices that are down.
    #[error("vertices that are down, and will be up: {0}")]
    Down(usize),
    /// Names and numbers that follow from the format.
    #[error("vertices whose name, basename or id will be another: {0}")]
    Renamed(usize),
    /// Vertices of several units.
    #[error("vertices of several units, and will have one: {0}")]
    Sizes(usize),
    /// Properties of what is no node.
    #[error("vertices other than nodes whose properties are left out: {0}")]
    Properties(usize),
    /// Properties with a value.
    #[error("properties whose value becomes a part of the name, NAME=VALUE: {0}")]
    PropertyValues(usize),
    /// Cores and gpus that share their id with another one of the node.
    #[error(
        "cores and gpus that have the id of another one of their node, and are one with it: {0}"
    )]
    RepeatedIds(usize),
    /// Nodes that share a rank.
    #[error("nodes that have the rank of another one, and are one with it: {0}")]
    RepeatedRanks(usize),
    /// Vertices that readers take for one.
    #[error(
        "vertices that have the path and the rank of another one, and are one with it when they are read: {0}"
    )]
    Merged(usize),
    /// Units, which readers drop.
    #[error("vertices whose unit is written, and dropped when it is read: {0}")]
    Units(usize),
}

fn listed(types: &BTreeMap<String, usize>) -> String {
    types.iter().map(|(ty, count)| format!("{count} {ty}")).collect::<Vec<_>>().join(", ")
}

/// All that is lost, the greatest first.
pub(super) fn losses(graph: &Graph, to: ConvertFormat) -> Vec<Loss> {
    let picture = |format, what| vec![Loss::Picture { format, what }];
    match to {
        ConvertFormat::Graph(GraphFormat::Dot) => {
            picture("dot", "the names of vertices and the subsystems of edges")
        }
        ConvertFormat::Graph(GraphFormat::Graphml) => picture("graphml", "all there is to draw"),
        ConvertFormat::Graph(GraphFormat::Jgf) => of_jgf(graph),
        ConvertFormat::Set(MatchFormat::Simple | MatchFormat::PrettySimple) => {
            picture("a listing", "names and sizes")
        }
        ConvertFormat::Set(MatchFormat::Rlite) => picture("rlite", "ranks, cores and gpus"),
        ConvertFormat::Set(MatchFormat::Rv1Nosched) => of_r(graph),
        ConvertFormat::Set(_) => of_set(graph),
    }
}

fn counted(count: usize, loss: fn(usize) -> Loss) -> Option<Loss> {
    (count > 0).then(|| loss(count))
}

fn count(graph: &Graph, is_meant: impl Fn(&Vertex) -> bool) -> usize {
    graph.vertex_ids().filter(|&vertex| is_meant(graph.vertex(vertex))).count()
}

fn down(graph: &Graph) -> Option<Loss> {
    counted(count(graph, |vertex| vertex.status == Status::Down), Loss::Down)
}

fn units(graph: &Graph) -> Option<Loss> {
    counted(count(graph, |vertex| !graph.unit(vertex).is_empty()), Loss::Units)
}

fn merged(graph: &Graph) -> Option<Loss> {
    let mut count = 0;
    for (_, there) in graph.shared_paths() {
        let ranks: BTreeSet<i32> = there.iter().map(|&vertex| graph.vertex(vertex).rank).collect();
        count += there.len() - ranks.len();
    }
    counted(count, Loss::Merged)
}

fn of_jgf(graph: &Graph) -> Vec<Loss> {
    [merged(graph), units(graph)].into_iter().flatten().collect()
}

fn subsystems(graph: &Graph) -> Option<Loss> {
    let used: BTreeSet<SubsystemId> =
        graph.numbered_edges().map(|(_, edge)| edge.subsystem).collect();
    let others = used.into_iter().filter(|&subsystem| subsystem != CONTAINMENT);
    let names: Vec<_> = others.map(|s| graph.subsystem_name(s).to_owned()).collect();
    (!names.is_empty()).then_some(Loss::Subsystems(names))
}

/// A graph within an R object: what the root leads to.
fn of_set(graph: &Graph) -> Vec<Loss> {
    let reached = Tree::of(graph, CONTAINMENT).map_or(0, |tree| tree.len());
    let unreachable = counted(graph.vertex_count() - reached, Loss::Unreachable);
    let lost = [unreachable, subsystems(graph), down(graph), merged(graph), units(graph)];
    lost.into_iter().flatten().collect()
}

fn of_r(graph: &Graph) -> Vec<Loss> {
    let Some(tree) = Tree::of(graph, CONTAINMENT) else { return Vec::new() };
    let kept = Kept::of(graph, &tree);
    let is_other = |vertex: &VertexId| !kept.vertices.contains(vertex) && *vertex != tree.root();
    let mut types: BTreeMap<String, usize> = BTreeMap::new();
    for vertex in graph.vertex_ids().filter(is_other) {
        *types.entry(graph.type_name(graph.vertex(vertex).ty).to_owned()).or_default() += 1;
    }
    let root = graph.text(graph.vertex(tree.root()).name);
    let renamed = kept.renamed + usize::from(root != "cluster0");
    let kept_count = |is_meant: &dyn Fn(VertexId) -> bool| {
        kept.vertices.iter().filter(|&&vertex| is_meant(vertex)).count()
    };
    let sizes = kept_count(&|vertex| graph.vertex(vertex).size != 1);
    let with_properties = |vertex: &VertexId| graph.properties(*vertex).next().is_some();
    let all_with = graph.vertex_ids().filter(with_properties).count();
    let kept_with = kept.nodes.iter().filter(|node| with_properties(node)).count();
    let values = kept.nodes.iter().flat_map(|&node| graph.properties(node));
    let lost = [
        (!types.is_empty()).then_some(Loss::Vertices { types }),
        subsystems(graph),
        down(graph),
        counted(kept.repeated_ids, Loss::RepeatedIds),
        counted(kept.repeated_ranks, Loss::RepeatedRanks),
        counted(renamed, Loss::Renamed),
        counted(sizes, Loss::Sizes),
        counted(all_with - kept_with, Loss::Properties),
        counted(values.filter(|(_, value)| !value.is_empty()).count(), Loss::PropertyValues),
    ];
    lost.into_iter().flatten().collect()
}

/// What R keeps: nodes with their cores and gpus.
#[derive(Default)]
struct Kept {
    nodes: BTreeSet<VertexId>,
    vertices: BTreeSet<VertexId>,
    renamed: usize,
    repeated_ids: usize,
    repeated_ranks: usize,
}

impl Kept {
    fn of(graph: &Graph, tree: &Tree) -> Self {
        let mut kept = Self::default();
        let mut ids = BTreeSet::new();
        let is = |vertex: VertexId, names: [&str; 2]| {
            names.contains(&graph.type_name(graph.vertex(vertex).ty))
        };
        for &part in tree.order().iter().filter(|&&vertex| is(vertex, ["core", "gpu"])) {
            let holder = tree.ancestors(part).find(|&above| is(above, ["node", "storage_node"]));
            let Some(node) = holder else { continue };
            let known = graph.vertex(part);
            kept.vertices.extend([part, node]);
            kept.nodes.insert(node);
            kept.repeated_ids += usize::from(!ids.insert((node, known.ty, known.id)));
            let expected = format!("{}{}", graph.type_name(known.ty), known.id);
            kept.renamed += usize::from(graph.text(known.name) != expected);
        }
        let ranks: BTreeSet<i32> = kept.nodes.iter().map(|&node| graph.vertex(node).rank).collect();
        kept.repeated_ranks = kept.nodes.len() - ranks.len();
        let is_renamed = |node: &&VertexId| {
            let known = graph.vertex(**node);
            is(**node, ["storage_node"; 2]) || known.id != number(graph.text(known.name))
        };
        kept.renamed += kept.nodes.iter().filter(is_renamed).count();
        kept
    }
}

/// The number at the end of a host name (`docs/semantics/readers.md`, Host names).
fn number(host: &str) -> i64 {
    let stem = host.trim_end_matches(|c: char| c.is_ascii_digit());
    host.strip_prefix(stem).and_then(|digits| digits.parse().ok()).unwrap_or(-1)
}
