//! What an update must come to (chapter 02, section 5, without its quirks): what is printed and held, or nothing.

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

/// The text of an update.
pub(crate) fn text(machine: &Machine, update: &Update, printed: &[String]) -> String {
    match &update.what {
        What::Printed(at) if !printed.is_empty() => printed[at % printed.len()].clone(),
        What::Printed(at) | What::Nonsense(at) => NONSENSE[at % NONSENSE.len()].to_owned(),
        What::Vertices(places) => {
            let present: Vec<usize> = machine.present().collect();
            let mut targets: Vec<usize> = Vec::new();
            for place in places {
                let target = present[place % present.len()];
                let below = machine.subtree(target);
                let overlaps =
                    |&other: &usize| machine.subtree(other).iter().any(|v| below.contains(v));
                let stands_for_it = update.shorthand && targets.iter().any(overlaps);
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
    }
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
    text: &str,
    node_exclusive: bool,
) -> Option<(Printed, Vec<Hold>)> {
    let window = window(update)?;
    let (vertices, mut edges) = answers::named(machine, text)?;
    if edges.is_empty() {
        return None;
    }
    let mut held: Vec<usize> = vertices.iter().filter(|v| v.1).map(|v| v.0).collect();
    let passed: Vec<usize> = vertices.iter().filter(|v| !v.1).map(|v| v.0).collect();
    if update.shorthand {
        held = held.iter().flat_map(|&v| machine.subtree(v)).collect();
        let inside = |e: &&(usize, usize)| held.contains(&e.0);
        edges.extend(machine.edges.iter().filter(inside));
    }
    let mut all = [held.clone(), passed.clone()].concat();
    all.sort_unstable();
    let repeated = all.windows(2).any(|pair| pair[0] == pair[1]);
    let taken = held.iter().any(|&v| jobs.touch(v, window))
        || passed.iter().any(|&v| jobs.hold_alone(v, window));
    if held.is_empty() || repeated || taken {
        return None;
    }
    let mut walk = Walk {
        machine,
        held: &held,
        edges: &edges,
        node_exclusive,
        seen: vec![],
        out: Printed::default(),
    };
    walk.step(machine.root, false);
    let printed = walk.out;
    if printed.vertices.iter().any(|v| jobs.hold_alone(v.vertex, window)) {
        return None;
    }
    let mut holds = Job::holds_of(&printed);
    holds.iter_mut().for_each(|hold| hold.named = !hold.exclusive || held.contains(&hold.vertex));
    (!holds.is_empty()).then_some((printed, holds))
}

struct Walk<'a> {
    machine: &'a Machine,
    held: &'a [usize],
    edges: &'a [(usize, usize)],
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
        let exclusive = shadow || self.held.contains(&vertex);
        let mut counts = exclusive;
        for child in self.machine.children(vertex).collect::<Vec<_>>() {
            let chosen = shadow || self.edges.contains(&(vertex, child));
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
