//! Windows, word for word (`docs/semantics/windows.md`): who is let in, what is kept from a request, which jobs a new window
//! meets.

use std::collections::{BTreeMap, BTreeSet};

use super::Model;
use super::bookings::{Booking, Window};
use super::world::World;

/// When a window keeps its vertices from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    Spans(Vec<Window>),
    Floating { lead: i64 },
}

/// A window with its roots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) is_maintenance: bool,
    pub(crate) roots: Vec<usize>,
    pub(crate) times: Times,
}

/// The windows that a request names, and whether it is confined to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Admitted {
    pub(crate) windows: Vec<String>,
    pub(crate) is_inside: bool,
}

/// For which time it is asked what is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    During(Window),
    /// For so long a request, whenever it starts.
    Ever(i64),
}

/// What is kept from a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    pub(super) barred: BTreeSet<usize>,
    /// What cannot be had alone, because something below it is kept.
    pub(super) shared: BTreeSet<usize>,
}

impl Closed {
    fn bars(&self, question: Question) -> bool {
        match (&self.times, question) {
            (Times::Spans(spans), Question::During(window)) => {
                spans.iter().any(|span| span.overlaps(window))
            }
            (Times::Spans(_), Question::Ever(_)) => false,
            (Times::Floating { lead }, Question::During(window)) => {
                window.end - window.start > *lead
            }
            (Times::Floating { lead }, Question::Ever(duration)) => duration > *lead,
        }
    }

    /// Whether a request that is confined to the window may run then.
    fn covers(&self, question: Question) -> bool {
        match (&self.times, question) {
            (Times::Floating { .. }, _) => true,
            (Times::Spans(spans), Question::During(window)) => {
                spans.iter().any(|span| span.start <= window.start && window.end <= span.end)
            }
            (Times::Spans(spans), Question::Ever(duration)) => {
                spans.iter().any(|span| span.end - span.start >= duration)
            }
        }
    }
}

/// A vertex with all that lies below it, by whatever edge.
fn below(world: &World, vertex: usize, found: &mut BTreeSet<usize>) {
    if found.insert(vertex) {
        world.vertices[vertex].children.iter().for_each(|&(_, child)| below(world, child, found));
    }
}

fn extent(world: &World, roots: &[usize]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    roots.iter().for_each(|&root| below(world, root, &mut found));
    found
}

impl Model {
    pub(crate) fn set_window(&mut self, name: &str, window: Closed) {
        self.windows.insert(name.to_owned(), window);
    }

    pub(crate) fn end_window(&mut self, name: &str) {
        self.windows.remove(name);
    }

    /// Whether a request names what there is not, or what lets nobody in.
    pub(super) fn is_refused(&self, admitted: &Admitted) -> bool {
        let lets_in = |name: &String| self.windows.get(name).is_some_and(|w| !w.is_maintenance);
        !admitted.windows.iter().all(lets_in)
    }

    /// What is kept from a request.
    pub(super) fn kept(&self, admitted: &Admitted, question: Question) -> Kept {
        if self.windows.is_empty() && !admitted.is_inside {
            return Kept::default();
        }
        let named = |name: &String| admitted.windows.contains(name);
        let mut kept = Kept::default();
        for (name, window) in &self.windows {
            if !named(name) && window.bars(question) {
                kept.barred.extend(extent(&self.world, &window.roots));
            }
        }
        let all = 0..self.world.vertices.len();
        let is_on_the_way = |vertex: usize, inside: &BTreeSet<usize>| {
            !inside.contains(&vertex) && !extent(&self.world, &[vertex]).is_disjoint(inside)
        };
        if admitted.is_inside {
            let open = self.windows.iter().filter(|(name, w)| named(name) && w.covers(question));
            let roots: Vec<usize> = open.flat_map(|(_, window)| window.roots.clone()).collect();
            let inside = extent(&self.world, &roots);
            for vertex in all.clone().filter(|vertex| !inside.contains(vertex)) {
                match is_on_the_way(vertex, &inside) {
                    true => kept.shared.insert(vertex),
                    false => kept.barred.insert(vertex),
                };
            }
        }
        kept.shared.extend(all.filter(|&vertex| is_on_the_way(vertex, &kept.barred)));
        kept
    }

    /// The times after now at which a window stops keeping a request out.
    pub(super) fn openings_after(&self, admitted: &Admitted, now: i64) -> Vec<i64> {
        let mut times = Vec::new();
        for (name, window) in &self.windows {
            let Times::Spans(spans) = &window.times else { continue };
            if !admitted.windows.contains(name) {
                times.extend(spans.iter().map(|span| span.end));
            } else if admitted.is_inside {
                times.extend(spans.iter().map(|span| span.start));
            }
        }
        times.retain(|&time| time > now);
        times
    }

    /// The jobs that a window meets, and for each whether it has begun, and when the first occurrence starts that it meets.
    pub(crate) fn met_by(&self, window: &Closed, now: i64) -> BTreeMap<u64, (bool, i64)> {
        let inside = extent(&self.world, &window.roots);
        let is_met = |b: &&Booking| {
            inside.contains(&b.vertex)
                || (b.exclusive && !extent(&self.world, &[b.vertex]).is_disjoint(&inside))
        };
        let mut met = BTreeMap::new();
        for booking in self.bookings.0.iter().filter(is_met) {
            let Window { start, end } = booking.window;
            let runs = !booking.reserved && start <= now;
            let end = if runs { end.max(now + 1) } else { end };
            let occurrence = match &window.times {
                Times::Spans(spans) => {
                    let held = Window { start: start.max(now), end };
                    let met = held.start < held.end;
                    spans.iter().find(|span| met && span.overlaps(held)).map(|span| span.start)
                }
                Times::Floating { lead } => {
                    let latest = if runs { now } else { start } + lead;
                    (end > latest && booking.window.end > latest).then_some(latest)
                }
            };
            if let Some(occurrence) = occurrence {
                met.insert(booking.job, (!booking.reserved, occurrence));
            }
        }
        met
    }

    /// A job ends at another time.
    pub(crate) fn retime(&mut self, job: u64, end: i64) {
        for booking in self.bookings.0.iter_mut().filter(|b| b.job == job) {
            booking.window.end = end;
        }
    }
}
