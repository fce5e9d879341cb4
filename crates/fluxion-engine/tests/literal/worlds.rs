//! Random graphs: cluster, maybe racks, nodes, maybe sockets, leaves of several sizes; ids that repeat or do not,
//! `uniq_id`s and edges in written order or shuffled, properties on nodes, some vertices down.

use fluxion_graph::Status;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::support::graph::{Item, order};

/// The types of the inner vertices below the cluster, from the top.
pub(crate) type Shape = &'static [&'static str];

pub(crate) const SHAPES: [Shape; 5] =
    [&["node"], &["rack", "node"], &["node", "socket"], &["rack", "node", "socket"], &["socket"]];

/// Many nodes, all alike but for some that are down or have properties.
pub(crate) fn wide_world() -> impl Strategy<Value = Item> {
    let node = (1..3_usize, option::weighted(0.3, memory())).prop_map(|(cores, memory)| Item {
        children: vec![plain("core", 0, 1); cores].into_iter().chain(memory).collect(),
        ..plain("node", 0, 1)
    });
    let odd = (any::<usize>(), option::weighted(0.5, property()));
    let ids = prop_oneof![Just(Ids::Local), Just(Ids::Global), Just(Ids::Arbitrary)];
    (node, 50..150_usize, vec(odd, 0..6), ids).prop_map(|(node, nodes, odd, ids)| {
        let mut root = Item { children: vec![node; nodes], ..plain("cluster", 0, 1) };
        for (at, property) in odd {
            let node = &mut root.children[at % nodes];
            match property {
                Some(property) => node.properties.push(property),
                None => node.status = Status::Down,
            }
        }
        number(&mut root, ids);
        root
    })
}

/// How ids are given out.
#[derive(Clone, Copy, Debug)]
enum Ids {
    /// From 0 among siblings of a type.
    Local,
    /// From 0 among all vertices of a type.
    Global,
    /// Anything, with repetitions.
    Arbitrary,
}

/// A graph of a shape.
pub(crate) fn world(shape: Shape) -> impl Strategy<Value = Item> {
    let ids = prop_oneof![
        3 => Just(Ids::Local),
        3 => Just(Ids::Global),
        1 => Just(Ids::Arbitrary),
    ];
    let root_size = prop_oneof![40 => Just(1_u32), 1 => 0..4_u32];
    let uniq_ids = prop_oneof![3 => Just(0), 1 => any::<u64>()];
    let children = (level(shape), vec(beside(), 0..2));
    (children, root_size, ids, uniq_ids).prop_map(|((main, beside), size, ids, uniq_ids)| {
        let mut root = Item { size, ..plain("cluster", 0, 1) };
        root.children = main;
        root.children.extend(beside);
        number(&mut root, ids);
        give_uniq_ids(&mut root, uniq_ids);
        root
    })
}

fn plain(ty: &str, id: i64, size: u32) -> Item {
    Item {
        ty: ty.to_owned(),
        id,
        uniq_id: None,
        size,
        status: Status::Up,
        properties: Vec::new(),
        children: Vec::new(),
    }
}

/// The children that carry on a shape: one to four alike, or up to three of their own kind each.
fn level(shape: Shape) -> BoxedStrategy<Vec<Item>> {
    let Some((&ty, rest)) = shape.split_first() else { return leaves().boxed() };
    let alike = (inner(ty, rest), 1..5_usize).prop_map(|(item, n)| vec![item; n]);
    let various = vec(inner(ty, rest), 1..4);
    (prop_oneof![alike, various], prop_oneof![4 => Just(None), 1 => leaf().prop_map(Some)])
        .prop_map(|(mut items, leaf)| {
            items.extend(leaf);
            items
        })
        .boxed()
}

fn inner(ty: &'static str, rest: Shape) -> impl Strategy<Value = Item> {
    let size = prop_oneof![30 => Just(1_u32), 1 => 0..3_u32];
    let properties = prop_oneof![2 => Just(Vec::new()), 1 => vec(property(), 1..3)];
    (level(rest), size, status(), properties, id()).prop_map(
        move |(children, size, status, properties, id)| Item {
            status,
            properties: if ty == "node" { properties } else { Vec::new() },
            children,
            ..plain(ty, id, size)
        },
    )
}

fn property() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        Just(("a", "")),
        Just(("b", "")),
        Just(("perf_class", "1")),
        Just(("perf_class", "2x")),
        Just(("perf_class", "none")),
    ]
    .prop_map(|(key, value)| (key.to_owned(), value.to_owned()))
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![40 => Just(Status::Up), 1 => Just(Status::Down)]
}

fn id() -> impl Strategy<Value = i64> {
    -1..4_i64
}

fn leaves() -> impl Strategy<Value = Vec<Item>> {
    let alike = (1..5_usize, 0..3_usize, vec(memory(), 0..3)).prop_map(|(cores, gpus, memory)| {
        let cores = vec![plain("core", 0, 1); cores];
        let gpus = vec![plain("gpu", 0, 1); gpus];
        [cores, gpus, memory].concat()
    });
    prop_oneof![2 => alike, 1 => vec(leaf(), 0..7)]
}

fn memory() -> impl Strategy<Value = Item> {
    (1..6_u32).prop_map(|size| plain("memory", 0, size))
}

fn leaf() -> impl Strategy<Value = Item> {
    let ty =
        prop_oneof![4 => Just("core"), 2 => Just("gpu"), 2 => Just("memory"), 1 => Just("ssd")];
    let size = prop_oneof![3 => Just(1_u32), 1 => 0..6_u32];
    (ty, id(), size, status())
        .prop_map(|(ty, id, size, status)| Item { status, ..plain(ty, id, size) })
}

/// What may stand below the cluster beside the rest.
fn beside() -> impl Strategy<Value = Item> {
    let store =
        vec(leaf(), 0..3).prop_map(|children| Item { children, ..plain("storage_node", 0, 1) });
    let node = (leaves(), status()).prop_map(|(children, status)| Item {
        children,
        status,
        ..plain("node", 0, 1)
    });
    prop_oneof![2 => leaf(), 1 => store, 2 => node]
}

fn number(root: &mut Item, ids: Ids) {
    let mut global = Vec::new();
    number_children(root, ids, &mut global);
}

fn number_children(item: &mut Item, ids: Ids, global: &mut Vec<String>) {
    let mut local = Vec::new();
    for child in &mut item.children {
        match ids {
            Ids::Local => child.id = next(&mut local, &child.ty),
            Ids::Global => child.id = next(global, &child.ty),
            Ids::Arbitrary => {}
        }
        number_children(child, ids, global);
    }
}

/// How many of a type there were before.
fn next(seen: &mut Vec<String>, ty: &str) -> i64 {
    seen.push(ty.to_owned());
    seen.iter().filter(|s| *s == ty).count() as i64 - 1
}

fn give_uniq_ids(root: &mut Item, seed: u64) {
    let uniq_ids = order(count(root), seed);
    if seed != 0 {
        give(root, &mut uniq_ids.into_iter());
    }
}

fn count(item: &Item) -> usize {
    1 + item.children.iter().map(count).sum::<usize>()
}

fn give(item: &mut Item, uniq_ids: &mut impl Iterator<Item = usize>) {
    item.uniq_id = uniq_ids.next().map(|id| id as i64);
    item.children.iter_mut().for_each(|child| give(child, uniq_ids));
}
