//! Graphs in the notation, and the resource graphs made of them.

use fluxion_graph::{CONTAINMENT, Graph, Status, VertexId, VertexSpec};

use super::scanner::Scanner;

/// A vertex with its subtree, as written.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) ty: String,
    pub(crate) id: i64,
    /// The `uniq_id`; the position in written order if absent.
    pub(crate) uniq_id: Option<i64>,
    pub(crate) size: u32,
    pub(crate) status: Status,
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) children: Vec<Item>,
}

/// In which order vertices and edges are added to the graph, and edges beyond the tree.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout<'a> {
    /// 0 is written order; anything else a shuffle.
    pub(crate) shuffle: u64,
    /// More edges, from path to path, added last.
    pub(crate) edges: &'a [(&'a str, &'a str)],
}

/// Parses a graph.
pub(crate) fn item(text: &str) -> Item {
    let mut scanner = Scanner::new(text);
    let mut items = items(&mut scanner);
    scanner.finish();
    assert_eq!(items.len(), 1, "one root expected in `{text}`");
    items.remove(0)
}

/// `type{a-b}...`: one item per id.
fn items(scanner: &mut Scanner<'_>) -> Vec<Item> {
    let ty = scanner.word().to_owned();
    let ids: Vec<i64> = if scanner.eat("{") {
        let first = scanner.number();
        scanner.expect("-");
        let last = scanner.number();
        scanner.expect("}");
        (first..=last).collect()
    } else {
        vec![scanner.number()]
    };
    let mut pattern = Item {
        ty,
        id: 0,
        uniq_id: None,
        size: 1,
        status: Status::Up,
        properties: Vec::new(),
        children: Vec::new(),
    };
    attributes(scanner, &mut pattern);
    ids.into_iter().map(|id| Item { id, ..pattern.clone() }).collect()
}

fn attributes(scanner: &mut Scanner<'_>, item: &mut Item) {
    loop {
        if scanner.eat("#") {
            item.uniq_id = Some(scanner.number());
        } else if scanner.eat(":") {
            item.size = scanner.number();
        } else if scanner.eat("!") {
            item.status = Status::Down;
        } else if scanner.eat("[") {
            let key = scanner.word().to_owned();
            let value = if scanner.eat("=") { scanner.take(|c| c != ']') } else { "" };
            item.properties.push((key, value.to_owned()));
            scanner.expect("]");
        } else if scanner.eat("(") {
            while !scanner.eat(")") {
                item.children.extend(items(scanner));
            }
        } else {
            return;
        }
    }
}

/// An item with where it hangs and what follows from its place.
struct Place<'a> {
    item: &'a Item,
    parent: Option<usize>,
    path: String,
    rank: i32,
}

fn places(root: &Item) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    let mut nodes = 0;
    place(root, None, -1, &mut nodes, &mut places);
    places
}

fn place<'a>(
    item: &'a Item,
    parent: Option<usize>,
    mut rank: i32,
    nodes: &mut i32,
    places: &mut Vec<Place<'a>>,
) {
    if item.ty == "node" {
        rank = *nodes;
        *nodes += 1;
    }
    let above = parent.map_or("", |p: usize| &places[p].path);
    let path = format!("{above}/{}{}", item.ty, item.id);
    let at = places.len();
    places.push(Place { item, parent, path, rank });
    for child in &item.children {
        place(child, Some(at), rank, nodes, places);
    }
}

/// The graph of an item: the i-th node and all below it have rank i.
pub(crate) fn build(root: &Item, layout: Layout<'_>) -> Graph {
    let places = places(root);
    let mut graph = Graph::new();
    let mut ids = vec![VertexId(0); places.len()];
    for at in order(places.len(), layout.shuffle) {
        ids[at] = add(&mut graph, at, &places[at]);
    }
    graph.set_root(CONTAINMENT, ids[0]).unwrap();
    for at in order(places.len(), layout.shuffle.rotate_left(17)) {
        if let Some(parent) = places[at].parent {
            graph.add_edge(ids[parent], ids[at], CONTAINMENT).unwrap();
        }
    }
    for (source, target) in layout.edges {
        let at = |path: &str| graph.vertices_at(path)[0];
        let (source, target) = (at(source), at(target));
        graph.add_edge(source, target, CONTAINMENT).unwrap();
    }
    graph
}

fn add(graph: &mut Graph, at: usize, place: &Place<'_>) -> VertexId {
    let Item { ty, id, size, status, .. } = place.item;
    let uniq_id = place.item.uniq_id.unwrap_or(at as i64);
    let spec = VertexSpec::new(ty, *id, uniq_id);
    let spec = VertexSpec { size: *size, status: *status, rank: place.rank, ..spec };
    let vertex = graph.add_vertex(&spec).unwrap();
    graph.set_path(vertex, CONTAINMENT, &place.path);
    for (key, value) in &place.item.properties {
        graph.set_property(vertex, key, value);
    }
    vertex
}

/// The numbers below `count`, shuffled by a seed; ascending if it is 0.
pub(crate) fn order(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = seed;
    for last in (1..count).rev().filter(|_| seed != 0) {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(last, (state >> 33) as usize % (last + 1));
    }
    order
}
