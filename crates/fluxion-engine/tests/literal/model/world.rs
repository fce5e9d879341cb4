//! The graph as a list of vertices, each with its list of children.

use fluxion_graph::{CONTAINMENT, Graph, Status, VertexId};

/// A vertex of the containment subsystem.
#[derive(Clone, Debug)]
pub(crate) struct Vertex {
    pub(crate) ty: String,
    pub(crate) name: String,
    pub(crate) id: i64,
    pub(crate) uniq_id: i64,
    pub(crate) size: u64,
    pub(crate) rank: i32,
    pub(crate) up: bool,
    pub(crate) properties: Vec<(String, String)>,
    /// Edge and child, in the order in which the edges were added.
    pub(crate) children: Vec<(usize, usize)>,
    /// The source of the first edge to this vertex.
    pub(crate) parent: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    /// In order of creation; nothing leads to those that were removed.
    pub(crate) vertices: Vec<Vertex>,
    pub(crate) root: usize,
}

impl World {
    pub(crate) fn of(graph: &Graph) -> Self {
        let vertices =
            (0..graph.vertices().len() as u32).map(|v| vertex(graph, VertexId(v))).collect();
        let root = graph.root(CONTAINMENT).unwrap().index();
        let mut world = Self { vertices, root };
        for (edge, ends) in graph.numbered_edges() {
            let edge = edge.index();
            let (source, target) = (ends.source.index(), ends.target.index());
            world.vertices[source].children.push((edge, target));
            world.vertices[target].parent.get_or_insert(source);
        }
        world
    }

    /// All vertices, depth first in edge order; a shared leaf at its first occurrence.
    pub(crate) fn depth_first(&self) -> Vec<usize> {
        let mut order = Vec::new();
        self.collect(self.root, &mut order);
        order
    }

    fn collect(&self, vertex: usize, order: &mut Vec<usize>) {
        if order.contains(&vertex) {
            return;
        }
        order.push(vertex);
        for &(_, child) in &self.vertices[vertex].children {
            self.collect(child, order);
        }
    }

    /// The proper ancestors, by first edges, lowest first.
    pub(crate) fn ancestors(&self, vertex: usize) -> Vec<usize> {
        let mut ancestors = Vec::new();
        let mut at = vertex;
        while let Some(parent) = self.vertices[at].parent {
            ancestors.push(parent);
            at = parent;
        }
        ancestors
    }

    pub(crate) fn is_leaf(&self, vertex: usize) -> bool {
        self.vertices[vertex].children.is_empty()
    }
}

fn vertex(graph: &Graph, id: VertexId) -> Vertex {
    let v = graph.vertex(id);
    let property = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    Vertex {
        ty: graph.type_name(v.ty).to_owned(),
        name: graph.text(v.name).to_owned(),
        id: v.id,
        uniq_id: v.uniq_id,
        size: u64::from(v.size),
        rank: v.rank,
        up: v.status == Status::Up,
        properties: graph.properties(id).map(property).collect(),
        children: Vec::new(),
        parent: None,
    }
}
