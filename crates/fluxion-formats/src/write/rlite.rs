//! R_lite: which cores and gpus of which ranks (`docs/semantics/formats.md`, rlite).
//!
//! A core or gpu counts for its nearest ancestor of type `node` or `storage_node`, and for nothing if it has
//! none; a node without any is not listed.

use std::mem;

use fluxion_graph::{Graph, TypeId, VertexId};
use rustc_hash::FxHashMap;

use super::error::WriteError;
use super::idset;
use super::json::push_string_with;
use super::printed::Printed;

/// Appends the array, without a newline.
///
/// # Errors
/// [`WriteError`]; also if there is nothing to list.
pub(super) fn push(printed: &Printed<'_>, out: &mut String) -> Result<(), WriteError> {
    let mut resources = Resources::collect(printed)?;
    if resources.is_empty() {
        return Err(WriteError::NoCoreOrGpu);
    }
    resources.push_groups(out);
    Ok(())
}

/// The nodes of a selection that hold cores or gpus.
pub(super) struct Resources {
    /// Ranks by what they hold, sorted bytewise by that text.
    groups: Vec<(String, Vec<u64>)>,
    /// Rank and vertex, in emission order.
    pub(super) nodes: Vec<(u64, VertexId)>,
}

impl Resources {
    /// O(vertices), besides sorting.
    pub(super) fn collect(printed: &Printed<'_>) -> Result<Self, WriteError> {
        let mut collector = Collector::new(*printed);
        for picked in &printed.selection.vertices {
            collector.visit(picked.vertex)?;
            printed.budget.check()?;
        }
        let mut groups: Vec<(String, Vec<u64>)> = collector.groups.into_iter().collect();
        groups.sort_unstable();
        Ok(Self { groups, nodes: collector.nodes })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Appends the array.
    pub(super) fn push_groups(&mut self, out: &mut String) {
        let mut separator = "[{\"rank\": \"";
        for (children, ranks) in &mut self.groups {
            out.push_str(separator);
            separator = "}, {\"rank\": \"";
            idset::push(ranks, out);
            out.push_str("\", \"children\": ");
            out.push_str(children);
        }
        out.push_str("}]");
    }
}

/// Ids of the cores and gpus of one node.
#[derive(Default)]
struct Children {
    cores: Vec<u64>,
    gpus: Vec<u64>,
}

impl Children {
    fn is_empty(&self) -> bool {
        self.cores.is_empty() && self.gpus.is_empty()
    }

    /// Appends the object and forgets the ids.
    fn drain_into(&mut self, out: &mut String) {
        let mut separator = "{";
        for (key, ids) in [("\"core\": ", &mut self.cores), ("\"gpu\": ", &mut self.gpus)] {
            if !ids.is_empty() {
                out.push_str(separator);
                separator = ", ";
                out.push_str(key);
                push_string_with(|out| idset::push(ids, out), out);
                ids.clear();
            }
        }
        out.push('}');
    }
}

/// Which types matter; [`NO_TYPE`] stands for those that the graph does not know.
struct Types {
    core: TypeId,
    gpu: TypeId,
    node: TypeId,
    storage_node: TypeId,
}

/// No graph has so many types.
const NO_TYPE: TypeId = TypeId(u16::MAX);

impl Types {
    fn of(graph: &Graph) -> Self {
        let ty = |name| graph.type_id(name).unwrap_or(NO_TYPE);
        Self {
            core: ty("core"),
            gpu: ty("gpu"),
            node: ty("node"),
            storage_node: ty("storage_node"),
        }
    }
}

struct Collector<'a> {
    printed: Printed<'a>,
    types: Types,
    /// The parent of the core or gpu that was visited last: siblings come in runs.
    parent: Option<VertexId>,
    /// The node that `parent` belongs to.
    owner: Option<VertexId>,
    /// What `owner` holds.
    children: Children,
    /// What other nodes hold whose turn has not come; used only if nodes lie within nodes.
    waiting: FxHashMap<VertexId, Children>,
    groups: FxHashMap<String, Vec<u64>>,
    nodes: Vec<(u64, VertexId)>,
    text: String,
}

impl<'a> Collector<'a> {
    fn new(printed: Printed<'a>) -> Self {
        Self {
            printed,
            types: Types::of(printed.graph),
            parent: None,
            owner: None,
            children: Children::default(),
            waiting: FxHashMap::default(),
            groups: FxHashMap::default(),
            nodes: Vec::new(),
            text: String::new(),
        }
    }

    fn is_node(&self, vertex: VertexId) -> bool {
        let ty = self.printed.graph.vertex(vertex).ty;
        ty == self.types.node || ty == self.types.storage_node
    }

    fn visit(&mut self, vertex: VertexId) -> Result<(), WriteError> {
        let known = self.printed.graph.vertex(vertex);
        let is_core = known.ty == self.types.core;
        if is_core || known.ty == self.types.gpu {
            let parent = self.printed.tree.parent(vertex);
            if parent != self.parent {
                self.parent = parent;
                self.move_to_owner_of(vertex);
            }
            if self.owner.is_some() {
                let Ok(id) = u64::try_from(known.id) else {
                    return Err(WriteError::negative_id(self.printed.graph, vertex));
                };
                let Children { cores, gpus } = &mut self.children;
                if is_core { cores } else { gpus }.push(id);
            }
        } else if self.is_node(vertex) {
            return self.close(vertex);
        }
        Ok(())
    }

    fn move_to_owner_of(&mut self, vertex: VertexId) {
        let owner = self.printed.tree.ancestors(vertex).find(|&v| self.is_node(v));
        if owner == self.owner {
            return;
        }
        if let Some(previous) = self.owner.filter(|_| !self.children.is_empty()) {
            self.waiting.insert(previous, mem::take(&mut self.children));
        }
        self.owner = owner;
        if let Some(children) = owner.and_then(|owner| self.waiting.remove(&owner)) {
            self.children = children;
        }
    }

    /// Records a node, all of whose descendants were visited.
    fn close(&mut self, node: VertexId) -> Result<(), WriteError> {
        self.text.clear();
        if self.owner == Some(node) && !self.children.is_empty() {
            self.children.drain_into(&mut self.text);
        } else if let Some(mut children) = self.waiting.remove(&node) {
            children.drain_into(&mut self.text);
        } else {
            return Ok(());
        }
        let graph = self.printed.graph;
        let rank = u64::try_from(graph.vertex(node).rank)
            .map_err(|_| WriteError::negative_rank(graph, node))?;
        match self.groups.get_mut(self.text.as_str()) {
            Some(ranks) => ranks.push(rank),
            None => {
                self.groups.insert(self.text.clone(), vec![rank]);
            }
        }
        self.nodes.push((rank, node));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use fluxion_graph::VertexSpec;

    use super::super::Format;
    use super::super::testing::{Machine, demo, job_a, job_b};
    use super::*;

    /// Nodes by rank, each with the cores and gpus named.
    fn machine(nodes: &[(i32, &str)]) -> (Machine, Vec<String>) {
        let mut machine = Machine::new();
        machine.plain("/c0", "cluster", 0, -1);
        let mut paths = Vec::new();
        for (number, (rank, children)) in nodes.iter().enumerate() {
            let node = format!("/c0/n{number}");
            machine.plain(&node, "node", 0, *rank);
            for name in children.split_whitespace() {
                let path = format!("{node}/{name}");
                machine.plain(&path, name.trim_end_matches(|c: char| c.is_ascii_digit()), 0, *rank);
                paths.push(path);
            }
        }
        (machine, paths)
    }

    fn rlite(machine: &Machine, paths: &[impl AsRef<str>]) -> Result<String, WriteError> {
        let paths: Vec<&str> = paths.iter().map(AsRef::as_ref).collect();
        machine.write(Format::Rlite, &machine.allocation(&paths))
    }

    #[track_caller]
    fn check(nodes: &[(i32, &str)], expected: &str) {
        let (machine, paths) = machine(nodes);
        assert_eq!(rlite(&machine, &paths).unwrap(), format!("{expected}\n"));
    }

    #[test]
    fn the_worked_example() {
        let machine = demo();
        for (selection, expected) in [
            (job_a(&machine), r#"[{"rank": "0", "children": {"core": "0", "gpu": "0"}}]"#),
            (job_b(&machine), r#"[{"rank": "1", "children": {"core": "0-1", "gpu": "0"}}]"#),
        ] {
            let text = machine.write(Format::Rlite, &selection).unwrap();
            assert_eq!(text, format!("{expected}\n"));
        }
    }

    #[test]
    fn groups_are_sorted_by_the_text_of_the_children() {
        check(
            &[
                (0, "gpu0"),
                (1, "core2 core3"),
                (2, "core2"),
                (3, "core10"),
                (4, "core1 core0"),
                (5, "gpu1 core0 core3 core2"),
                (6, "core0"),
                (7, "core0 gpu0"),
            ],
            concat!(
                r#"[{"rank": "7", "children": {"core": "0", "gpu": "0"}}, "#,
                r#"{"rank": "6", "children": {"core": "0"}}, "#,
                r#"{"rank": "5", "children": {"core": "0,2-3", "gpu": "1"}}, "#,
                r#"{"rank": "4", "children": {"core": "0-1"}}, "#,
                r#"{"rank": "3", "children": {"core": "10"}}, "#,
                r#"{"rank": "2", "children": {"core": "2"}}, "#,
                r#"{"rank": "1", "children": {"core": "2-3"}}, "#,
                r#"{"rank": "0", "children": {"gpu": "0"}}]"#,
            ),
        );
    }

    #[test]
    fn nodes_alike_share_an_element_and_empty_nodes_have_none() {
        check(
            &[(5, "core0"), (3, "core1"), (4, "core0"), (5, "core0"), (1, "memory0"), (0, "core0")],
            concat!(
                r#"[{"rank": "0,4-5", "children": {"core": "0"}}, "#,
                r#"{"rank": "3", "children": {"core": "1"}}]"#,
            ),
        );
    }

    #[test]
    fn ids_are_not_wrapped() {
        check(
            &[(0, "core5000000000 core5000000001")],
            r#"[{"rank": "0", "children": {"core": "5000000000-5000000001"}}]"#,
        );
    }

    #[test]
    fn a_core_counts_for_its_nearest_node_only() {
        let mut machine = Machine::new();
        machine.plain("/c0", "cluster", 0, -1);
        let mut paths = Vec::new();
        for (path, ty, rank) in [
            ("/c0/core7", "core", 9),
            ("/c0/rabbit1", "storage_node", 1),
            ("/c0/rabbit1/core1", "core", 9),
            ("/c0/rabbit1/board0", "board", 9),
            ("/c0/rabbit1/board0/node2", "node", 2),
            ("/c0/rabbit1/board0/node2/core2", "core", 9),
            ("/c0/rabbit1/gpu3", "gpu", 9),
            ("/c0/core8", "core", 9),
        ] {
            machine.plain(path, ty, 0, rank);
            paths.push(path);
        }
        paths.retain(|path| path.contains("core") || path.contains("gpu"));
        assert_eq!(
            rlite(&machine, &paths).unwrap(),
            concat!(
                r#"[{"rank": "1", "children": {"core": "1", "gpu": "3"}}, "#,
                r#"{"rank": "2", "children": {"core": "2"}}]"#,
                "\n",
            ),
        );
        assert_eq!(rlite(&machine, &["/c0/core7", "/c0/core8"]), Err(WriteError::NoCoreOrGpu));
    }

    #[test]
    fn negative_ranks_and_ids_are_refused() {
        let (mut machine, paths) = machine(&[(-1, "core0"), (1, "core0")]);
        let rank = WriteError::NegativeRank { vertex: "/c0/n0".to_owned(), rank: -1 };
        assert_eq!(rlite(&machine, &paths), Err(rank.clone()));
        assert!(rlite(&machine, &paths[1..]).is_ok(), "only what is selected counts");
        machine.add("/c0/n1/gpu", VertexSpec::new("gpu", -3, 0));
        let id = WriteError::NegativeId { vertex: "/c0/n1/gpu".to_owned(), id: -3 };
        assert_eq!(rlite(&machine, &["/c0/n1/gpu"]), Err(id.clone()));
        for (error, expected) in [
            (&rank, "/c0/n0 has rank -1: resource set formats need a rank of 0 or more"),
            (&id, "/c0/n1/gpu has id -3: resource set formats need an id of 0 or more"),
        ] {
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn resources_without_core_or_gpu_are_refused() {
        let (machine, paths) = machine(&[(0, "memory0")]);
        assert_eq!(rlite(&machine, &paths), Err(WriteError::NoCoreOrGpu));
    }
}
