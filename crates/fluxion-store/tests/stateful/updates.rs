//! What an update must come to (`docs/semantics/state.md`, Update, without its quirks): what is printed and
//! held, or nothing.

use fluxion_context::UpdateFormat;

use crate::answers::{self, Printed, Shown};
use crate::commands::{Update, What};
use crate::documents;
use crate::jobs::{Hold, Job, Jobs};
use crate::machine::Machine;
use crate::model::Window;

/// Texts that no reader takes, or that name nothing.
const NONSENSE: [&str; 4] = [
    "",
    "{",
    r#"{"graph": {"nodes": [], "edges": []}}"#,
    r#"{"graph": {"nodes": [{"id": "0", "metadata": {"type": "core", "paths": {"containment": "/no"}}}], "edges": []}}"#,
];

/// What an update names.
#[derive(Clone, Debug, Default)]
struct Named {
    held: Vec<usize>,
    /// Printed as if held, but passed through.
    shown: Vec<usize>,
    passed: Vec<usize>,
    edges: Vec<(usize, usize)>,
}

/// An update in the words of a context.
pub(crate) struct Worded {
    pub(crate) format: UpdateFormat,
    pub(crate) text: String,
    /// What it names; nothing if it cannot be read.
    named: Option<Named>,
}

/// Puts an update into words.
pub(crate) fn word(machine: &Machine, update: &Update, printed: &[String]) -> Worded {
    let text = match &update.what {
        What::Children(places) => return children(machine, places),
        What::Printed(at) if !printed.is_empty() => printed[at % printed.len()].clone(),
        What::Printed(at) | What::Nonsense(at) => NONSENSE[at % NONSENSE.len()].to_owned(),
        What::Vertices(places) => vertices(machine, places, update.shorthand),
    };
    let format = if update.shorthand { UpdateFormat::JgfShorthand } else { UpdateFormat::Jgf };
    let named = named(machine, &text, update.shorthand);
    Worded { format, text, named }
}

/// A graph document of some vertices and all above them.
fn vertices(machine: &Machine, places: &[usize], shorthand: bool) -> String {
    let present: Vec<usize> = machine.present().collect();
    let mut targets: Vec<usize> = Vec::new();
    for place in places {
        let target = present[place % present.len()];
        let below = machine.subtree(target);
        let overlaps = |&other: &usize| machine.subtree(other).iter().any(|v| below.contains(v));
        let stands_for_it = shorthand && targets.iter().any(overlaps);
        if !stands_for_it && !targets.contains(&target) {
            targets.push(target);
        }
    }
    let mut listed: Vec<usize> = Vec::new();
    for vertex in targets.iter().flat_map(|&t| machine.path_up(t)) {
        if !listed.contains(&vertex) {
            listed.push(vertex);
        }
    }
    let above = |&v: &usize| Some((machine.parent(v)?, v));
    let edges: Vec<(usize, usize)> = listed.iter().filter_map(above).collect();
    documents::jgf(machine, &listed, &edges, &targets)
}

/// What a graph document names.
fn named(machine: &Machine, text: &str, shorthand: bool) -> Option<Named> {
    let (vertices, edges) = answers::named(machine, text).filter(|named| !named.1.is_empty())?;
    let marked = |exclusive: bool| -> Vec<usize> {
        vertices.iter().filter(|v| v.1 == exclusive).map(|v| v.0).collect()
    };
    let (held, passed) = (marked(true), marked(false));
    let mut named = Named { held, passed, edges, shown: Vec::new() };
    if shorthand {
        named.held = named.held.iter().flat_map(|&v| machine.subtree(v)).collect();
        let held = named.held.clone();
        named.edges.extend(machine.edges.iter().filter(|e| held.contains(&e.0)));
    }
    Some(named)
}

/// An R object of some children of nodes, with what it names.
fn children(machine: &Machine, places: &[(usize, usize)]) -> Worded {
    let format = UpdateFormat::Rv1exec;
    let named_by_path = |parent: usize, v: &usize| {
        let thing = machine.thing(*v);
        let path = format!("{}/{}{}", machine.thing(parent).path, thing.ty, thing.id);
        let same_rank = parent == machine.root || thing.rank == machine.thing(parent).rank;
        thing.size == 1 && thing.path == path && thing.id >= 0 && same_rank
    };
    let below = |parent: usize| -> Vec<usize> {
        machine.children(parent).filter(|v| named_by_path(parent, v)).collect()
    };
    let is_node = |v: &usize| machine.thing(*v).ty == "node" && !below(*v).is_empty();
    let nodes: Vec<usize> = below(machine.root).into_iter().filter(is_node).collect();
    if nodes.is_empty() || !machine.is_tree() {
        return Worded { format, text: NONSENSE[1].to_owned(), named: None };
    }
    let mut named = Named { passed: vec![machine.root], ..Named::default() };
    for (node, child) in places {
        let node = nodes[node % nodes.len()];
        let child = below(node)[child % below(node).len()];
        if !named.held.contains(&child) {
            named.held.push(child);
            named.edges.push((node, child));
        }
        if !named.shown.contains(&node) {
            named.shown.push(node);
            named.edges.push((machine.root, node));
        }
    }
    let held = named.held.clone();
    let is_whole = |node: &usize| machine.subtree(*node)[1..].iter().all(|v| held.contains(v));
    let text = documents::r(machine, &named.shown, &held);
    let (whole, parts) = named.shown.iter().partition(|node| is_whole(node));
    named.shown = parts;
    named.held.extend::<Vec<usize>>(whole);
    Worded { format, text, named: Some(named) }
}

pub(crate) fn window(update: &Update) -> Option<Window> {
    let end = update.start.checked_add(update.duration)?;
    (update.start >= 0 && update.duration > 0).then_some(Window { start: update.start, end })
}

/// What is printed and held; nothing if the update must fail.
pub(crate) fn expected(
    machine: &Machine,
    jobs: &Jobs,
    update: &Update,
    worded: &Worded,
    node_exclusive: bool,
) -> Option<(Printed, Vec<Hold>)> {
    let window = window(update)?;
    let named = worded.named.as_ref()?;
    let Named { held, shown, passed, .. } = named;
    let mut all = [held.as_slice(), shown, passed].concat();
    all.sort_unstable();
    let repeated = all.windows(2).any(|pair| pair[0] == pair[1]);
    let taken = held.iter().any(|&v| jobs.touch(v, window))
        || passed.iter().chain(shown).any(|&v| jobs.hold_alone(v, window));
    if held.is_empty() || repeated || taken {
        return None;
    }
    let mut walk = Walk { machine, named, node_exclusive, seen: vec![], out: Printed::default() };
    walk.step(machine.root, false);
    let (printed, added) = (walk.out, node_exclusive);
    if printed.vertices.iter().any(|v| jobs.hold_alone(v.vertex, window)) {
        return None;
    }
    let mut holds = Job::holds_of(&printed);
    for hold in &mut holds {
        hold.named = !hold.exclusive || held.contains(&hold.vertex);
        hold.exclusive &= added || held.contains(&hold.vertex);
        hold.named |= !hold.exclusive;
    }
    (!holds.is_empty()).then_some((printed, holds))
}

struct Walk<'a> {
    machine: &'a Machine,
    named: &'a Named,
    node_exclusive: bool,
    seen: Vec<usize>,
    out: Printed,
}

impl Walk<'_> {
    /// Emits a subtree, children first; whether anything in it is held.
    fn step(&mut self, vertex: usize, shadow: bool) -> bool {
        self.seen.push(vertex);
        let thing = self.machine.thing(vertex);
        let shadow = shadow || (self.node_exclusive && thing.ty == "node");
        let named = self.named.held.iter().chain(&self.named.shown);
        let exclusive = shadow || named.into_iter().any(|&v| v == vertex);
        let mut counts = exclusive;
        for child in self.machine.children(vertex).collect::<Vec<_>>() {
            let chosen = shadow || self.named.edges.contains(&(vertex, child));
            if chosen && !self.seen.contains(&child) && self.step(child, shadow) {
                counts = true;
                self.out.edges.push((vertex, child));
            }
        }
        if counts {
            self.out.vertices.push(Shown { vertex, amount: u64::from(thing.size), exclusive });
        }
        counts
    }
}
