//! Small graphs and selections for the writers' tests.

use fluxion_budget::Budget;
use fluxion_graph::{
    CONTAINMENT, Graph, PickedEdge, PickedVertex, Selection, SubsystemId, TimeWindow, Tree,
    VertexId, VertexSpec,
};

use super::{Format, Printed, WriteError};

pub(super) const ALL_FORMATS: [Format; 9] = [
    Format::Simple,
    Format::PrettySimple,
    Format::Jgf,
    Format::JgfShorthand,
    Format::JgfFull,
    Format::Rlite,
    Format::Rv1,
    Format::Rv1Nosched,
    Format::Rv1Shorthand,
];

/// A graph under construction; a vertex hangs below the vertex at its parent path.
pub(super) struct Machine {
    pub(super) graph: Graph,
    subsystem: SubsystemId,
}

impl Machine {
    pub(super) fn new() -> Self {
        Self { graph: Graph::new(), subsystem: CONTAINMENT }
    }

    /// A graph that is walked in another subsystem than containment.
    pub(super) fn in_subsystem(name: &str) -> Self {
        let mut graph = Graph::new();
        let subsystem = graph.add_subsystem(name).unwrap();
        Self { graph, subsystem }
    }

    pub(super) fn add(&mut self, path: &str, spec: VertexSpec<'_>) -> VertexId {
        let vertex = self.graph.add_vertex(&spec).unwrap();
        self.graph.set_path(vertex, self.subsystem, path);
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        match self.graph.vertices_at(parent).first() {
            Some(&parent) => drop(self.graph.add_edge(parent, vertex, self.subsystem).unwrap()),
            None => self.graph.set_root(self.subsystem, vertex).unwrap(),
        }
        vertex
    }

    /// Adds a vertex that is named as the last component of its path, with the digits at its end as the id.
    pub(super) fn plain(&mut self, path: &str, ty: &str, uniq_id: i64, rank: i32) -> VertexId {
        let name = path.rsplit('/').next().unwrap();
        let id = name.trim_start_matches(|ch: char| !ch.is_ascii_digit()).parse().unwrap();
        self.add(path, VertexSpec { name: Some(name), rank, ..VertexSpec::new(ty, id, uniq_id) })
    }

    pub(super) fn at(&self, path: &str) -> VertexId {
        self.graph.vertices_at(path)[0]
    }

    pub(super) fn tree(&self) -> Tree {
        Tree::of(&self.graph, self.subsystem).unwrap()
    }

    /// What a match yields that holds the given paths exclusively: their ancestors are shared.
    pub(super) fn allocation(&self, exclusive: &[&str]) -> Selection {
        let tree = self.tree();
        let exclusive: Vec<VertexId> = exclusive.iter().map(|path| self.at(path)).collect();
        let mut walk = Walk { graph: &self.graph, tree: &tree, selection: Selection::default() };
        walk.visit(tree.root(), 1, false, &|vertex| exclusive.contains(&vertex));
        walk.selection
    }

    /// What a find yields that hits the given paths.
    pub(super) fn found(&self, hits: &[&str]) -> Selection {
        let mut selection = self.allocation(hits);
        for picked in &mut selection.vertices {
            picked.amount = self.graph.vertex(picked.vertex).size;
            picked.exclusive = true;
            picked.below_exclusive = false;
        }
        selection.edges.iter_mut().for_each(|edge| edge.below_exclusive = false);
        selection
    }

    pub(super) fn write(
        &self,
        format: Format,
        selection: &Selection,
    ) -> Result<String, WriteError> {
        self.write_with(format, selection, |_| ())
    }

    /// Writes with a time window of a minute, or as `change` has it.
    pub(super) fn write_with(
        &self,
        format: Format,
        selection: &Selection,
        change: impl FnOnce(&mut Printed<'_>),
    ) -> Result<String, WriteError> {
        self.append(selection, |mut printed, out| {
            change(&mut printed);
            super::write(format, &printed, out)
        })
    }

    /// Writes the value that the programming interface answers.
    pub(super) fn value(
        &self,
        format: Format,
        selection: &Selection,
    ) -> Result<String, WriteError> {
        self.append(selection, |printed, out| super::write_value(format, &printed, out))
    }

    /// What a writer appends to a buffer that is not empty.
    fn append(
        &self,
        selection: &Selection,
        write: impl FnOnce(Printed<'_>, &mut String) -> Result<(), WriteError>,
    ) -> Result<String, WriteError> {
        let tree = self.tree();
        let printed = Printed {
            budget: &Budget::UNLIMITED,
            graph: &self.graph,
            tree: &tree,
            selection,
            window: TimeWindow { start: 0, end: 60 },
            queue: None,
            labels: None,
            aggregates: None,
        };
        let mut out = "before\n".to_owned();
        let result = write(printed, &mut out);
        let text = out.strip_prefix("before\n").unwrap().to_owned();
        assert!(result.is_ok() || text.is_empty(), "text in spite of an error: {text}");
        result.map(|()| text)
    }
}

struct Walk<'a> {
    graph: &'a Graph,
    tree: &'a Tree,
    selection: Selection,
}

impl Walk<'_> {
    /// Whether anything at or below the vertex is selected.
    fn visit(
        &mut self,
        vertex: VertexId,
        depth: u32,
        below_exclusive: bool,
        is_exclusive: &dyn Fn(VertexId) -> bool,
    ) -> bool {
        let exclusive = is_exclusive(vertex);
        let mut contributes = exclusive;
        for edge in self.tree.child_edges(self.graph, vertex) {
            let child = self.graph.edges()[edge.index()].target;
            if self.visit(child, depth + 1, exclusive, is_exclusive) {
                self.selection.edges.push(PickedEdge { edge, below_exclusive: exclusive });
                contributes = true;
            }
        }
        if contributes {
            let amount = if exclusive { self.graph.vertex(vertex).size } else { 1 };
            let picked = PickedVertex { vertex, amount, depth, exclusive, below_exclusive };
            self.selection.vertices.push(picked);
        }
        contributes
    }
}

/// The graph of the worked examples.
pub(super) fn demo() -> Machine {
    let mut machine = Machine::new();
    let cluster = VertexSpec { basename: Some("demo"), ..VertexSpec::new("cluster", 0, 0) };
    machine.add("/demo0", cluster);
    machine.plain("/demo0/rack0", "rack", 1, -1);
    for (rank, name, uniq_id) in [(0, "alpha0", 2), (1, "alpha1", 8)] {
        let node = format!("/demo0/rack0/{name}");
        let id = machine.plain(&node, "node", uniq_id, rank);
        if rank == 0 {
            machine.graph.set_property(id, "zone", "a");
        }
        machine.graph.set_property(id, "fast", "");
        machine.plain(&format!("{node}/socket0"), "socket", uniq_id + 1, rank);
        for (n, name) in ["core0", "core1", "gpu0"].into_iter().enumerate() {
            let ty = name.trim_end_matches(['0', '1']);
            machine.plain(&format!("{node}/socket0/{name}"), ty, uniq_id + 2 + n as i64, rank);
        }
        let memory = VertexSpec { size: 4, rank, ..VertexSpec::new("memory", 0, uniq_id + 5) };
        machine.add(&format!("{node}/socket0/memory0"), memory);
    }
    machine
}

const JOB_A: [&str; 3] = ["core0", "gpu0", "memory0"];
const JOB_B: [&str; 4] = ["core0", "core1", "gpu0", "memory0"];

/// Job A of the worked examples: an exclusive socket on a shared node.
pub(super) fn job_a(machine: &Machine) -> Selection {
    let socket = "/demo0/rack0/alpha0/socket0";
    let mut paths: Vec<String> = JOB_A.iter().map(|name| format!("{socket}/{name}")).collect();
    paths.push(socket.to_owned());
    machine.allocation(&paths.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Job B of the worked examples: an exclusive node.
pub(super) fn job_b(machine: &Machine) -> Selection {
    let node = "/demo0/rack0/alpha1";
    let mut paths: Vec<String> = JOB_B.iter().map(|n| format!("{node}/socket0/{n}")).collect();
    paths.extend([format!("{node}/socket0"), node.to_owned()]);
    machine.allocation(&paths.iter().map(String::as_str).collect::<Vec<_>>())
}
