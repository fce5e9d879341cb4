//! The machine as plain lists: its vertices and edges.

use std::collections::BTreeSet;

use fluxion_context::Context;
use fluxion_graph::{Status, VertexId};

use crate::support::graph::{Item, order};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thing {
    pub(crate) ty: String,
    pub(crate) id: i64,
    pub(crate) uniq_id: i64,
    pub(crate) rank: i32,
    pub(crate) size: u32,
    pub(crate) up: bool,
    /// Sorted by key.
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) path: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Machine {
    /// In order of creation.
    pub(crate) things: Vec<Thing>,
    /// Those that were taken out and have left a hole.
    gone: BTreeSet<usize>,
    /// Source and target, in order of creation.
    pub(crate) edges: Vec<(usize, usize)>,
    pub(crate) root: usize,
    next_uniq_id: i64,
}

/// What becomes of the numbers of those that are taken out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holes {
    Left,
    Closed,
}

/// Vertices to come, depth first, with the place of the parent among them.
type Planned = Vec<(Thing, Option<usize>)>;

impl Machine {
    /// The machine of an item, with vertices and edges in an order of their own.
    pub(crate) fn new(root: &Item, shuffle: u64, shared: &[(usize, usize)]) -> Self {
        let mut planned = Planned::new();
        let mut ranks = 0..;
        plan(root, None, "", -1, &mut ranks, &mut planned);
        let mut machine = Self { next_uniq_id: 20_000, ..Self::default() };
        let mut place = vec![0; planned.len()];
        for at in order(planned.len(), shuffle) {
            place[at] = machine.things.len();
            machine.things.push(planned[at].0.clone());
        }
        for at in order(planned.len(), shuffle.rotate_left(17)) {
            if let Some(parent) = planned[at].1 {
                machine.edges.push((place[parent], place[at]));
            }
        }
        machine.root = place[0];
        machine.share(shared);
        machine
    }

    fn share(&mut self, pairs: &[(usize, usize)]) {
        let of = |types: &[&str]| -> Vec<usize> {
            self.present().filter(|&v| types.contains(&self.thing(v).ty.as_str())).collect()
        };
        let (nodes, leaves) = (of(&["node"]), of(&["gpu", "memory", "ssd"]));
        for (node, leaf) in pairs.iter().filter(|_| !nodes.is_empty() && !leaves.is_empty()) {
            let edge = (nodes[node % nodes.len()], leaves[leaf % leaves.len()]);
            if !self.edges.contains(&edge) {
                self.edges.push(edge);
            }
        }
    }

    /// What would hang below a vertex: it gets numbers and paths of its own.
    pub(crate) fn grown(&self, parent: usize, items: &[Item]) -> Self {
        let mut grown = self.clone();
        let mut ranks = self.ranks().last().map_or(0, |rank| rank + 1)..;
        let above = self.thing(parent).clone();
        for item in items {
            let mut planned = Planned::new();
            plan(item, None, &above.path, above.rank, &mut ranks, &mut planned);
            let first = grown.things.len();
            for (mut thing, below) in planned {
                thing.uniq_id = grown.next_uniq_id;
                grown.next_uniq_id += 1;
                if let Some(below) = below {
                    let above = &grown.thing(first + below).path;
                    thing.path = format!("{above}/{}{}", thing.ty, thing.id);
                }
                while grown.at(&thing.path).is_some() {
                    thing.path += "x";
                }
                grown.edges.push((below.map_or(parent, |b| first + b), grown.things.len()));
                grown.things.push(thing);
            }
        }
        grown
    }

    /// A vertex of a tree with all below it, to be made once more.
    pub(crate) fn item(&self, vertex: usize) -> Item {
        let thing = self.thing(vertex);
        Item {
            ty: thing.ty.clone(),
            id: thing.id,
            uniq_id: None,
            size: thing.size,
            status: if thing.up { Status::Up } else { Status::Down },
            properties: thing.properties.clone(),
            children: self.children(vertex).map(|child| self.item(child)).collect(),
        }
    }

    /// Takes out vertices with all below them; and the new numbers of all, nothing for those that are gone. Others take
    /// their numbers, or nobody does.
    pub(crate) fn without(&self, vertices: &[usize], holes: Holes) -> (Self, Vec<Option<usize>>) {
        let mut left = self.clone();
        left.gone.extend(vertices.iter().flat_map(|&v| self.subtree(v)));
        let mut numbers = vec![None; self.things.len()];
        left.present().for_each(|at| numbers[at] = Some(at));
        if holes == Holes::Closed {
            let present: Vec<usize> = left.present().collect();
            left.things = present.iter().map(|&at| self.things[at].clone()).collect();
            (0..).zip(present).for_each(|(new, at)| numbers[at] = Some(new));
            left.gone.clear();
        }
        let now = |&(source, target): &(usize, usize)| Some((numbers[source]?, numbers[target]?));
        left.edges = self.edges.iter().filter_map(now).collect();
        left.root = numbers[self.root].unwrap();
        (left, numbers)
    }

    pub(crate) fn present(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        (0..self.things.len()).filter(|at| !self.gone.contains(at))
    }

    pub(crate) fn thing(&self, vertex: usize) -> &Thing {
        &self.things[vertex]
    }

    pub(crate) fn at(&self, path: &str) -> Option<usize> {
        self.present().find(|&v| self.thing(v).path == path)
    }

    pub(crate) fn numbered(&self, uniq_id: i64) -> Option<usize> {
        self.present().find(|&v| self.thing(v).uniq_id == uniq_id)
    }

    pub(crate) fn children(&self, vertex: usize) -> impl Iterator<Item = usize> + '_ {
        self.edges.iter().filter(move |e| e.0 == vertex).map(|e| e.1)
    }

    /// Whether no vertex has two parents.
    pub(crate) fn is_tree(&self) -> bool {
        self.edges.len() + 1 == self.present().count()
    }

    /// The parent in a tree.
    pub(crate) fn parent(&self, vertex: usize) -> Option<usize> {
        self.edges.iter().find(|e| e.1 == vertex).map(|e| e.0)
    }

    /// A vertex, its parent in a tree, and so on.
    pub(crate) fn path_up(&self, vertex: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(vertex), |&v| self.parent(v))
    }

    /// A vertex and all below it, each once, itself first.
    pub(crate) fn subtree(&self, vertex: usize) -> Vec<usize> {
        let mut found = vec![vertex];
        let mut at = 0;
        while at < found.len() {
            let children: Vec<usize> = self.children(found[at]).collect();
            for child in children {
                if !found.contains(&child) {
                    found.push(child);
                }
            }
            at += 1;
        }
        found
    }

    /// The ranks that there are, ascending.
    pub(crate) fn ranks(&self) -> Vec<i32> {
        let ranks = self.present().map(|v| self.thing(v).rank).filter(|&r| r >= 0);
        ranks.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }

    /// The first difference to a graph.
    pub(crate) fn compare(&self, context: &Context) -> Result<(), String> {
        let graph = context.graph();
        let count = graph.vertices().len();
        if count != self.things.len() {
            return Err(format!("{} vertices expected, found {count}", self.things.len()));
        }
        for at in 0..count {
            let vertex = VertexId(at as u32);
            if graph.has(vertex) == self.gone.contains(&at) {
                return Err(format!("{:?} is there, or is not", self.things[at]));
            }
            if !graph.has(vertex) {
                continue;
            }
            let (thing, found) = (&self.things[at], seen(context, vertex));
            if found != *thing {
                return Err(format!("{thing:?} expected, found {found:?}"));
            }
            if graph.vertices_at(&thing.path) != [vertex] {
                return Err(format!("not found under its path: {thing:?}"));
            }
        }
        let edges: Vec<(usize, usize)> =
            graph.numbered_edges().map(|(_, e)| (e.source.index(), e.target.index())).collect();
        if edges != self.edges {
            return Err(format!("edges {:?} expected, found {edges:?}", self.edges));
        }
        Ok(())
    }
}

fn seen(context: &Context, vertex: VertexId) -> Thing {
    let graph = context.graph();
    let pool = graph.vertex(vertex);
    let property = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    Thing {
        ty: graph.type_name(pool.ty).to_owned(),
        id: pool.id,
        uniq_id: pool.uniq_id,
        rank: pool.rank,
        size: pool.size,
        up: context.status_of(vertex) == Status::Up,
        properties: graph.properties(vertex).map(property).collect(),
        path: pool.path.map_or_else(String::new, |path| graph.path_text(path)),
    }
}

fn plan(
    item: &Item,
    parent: Option<usize>,
    above: &str,
    mut rank: i32,
    ranks: &mut impl Iterator<Item = i32>,
    planned: &mut Planned,
) {
    if item.ty == "node" {
        rank = ranks.next().unwrap();
    }
    let mut path = format!("{above}/{}{}", item.ty, item.id);
    while planned.iter().any(|(thing, _)| thing.path == path) {
        path += "x";
    }
    let mut properties = item.properties.clone();
    properties.sort();
    properties.dedup_by(|a, b| a.0 == b.0);
    let at = planned.len();
    let thing = Thing {
        ty: item.ty.clone(),
        id: item.id,
        uniq_id: item.uniq_id.unwrap_or(at as i64),
        rank,
        size: item.size,
        up: item.status == Status::Up,
        properties,
        path: path.clone(),
    };
    planned.push((thing, parent));
    for child in &item.children {
        plan(child, Some(at), &path, rank, ranks, planned);
    }
}
