//! Levels of objects, and the numbers of objects in them: steps N4 to N6.

use rustc_hash::FxHashMap;

use super::error::HwlocErrorKind;
use super::kind::ObjectKind;
use super::topology::{Merging, ObjectId, Topology};

/// Most steps while objects are put into levels. A large machine takes some ten thousand.
const MAX_STEPS: usize = 1 << 22;

/// One level after the other, each in machine-wide order. None is empty.
type Levels = Vec<Vec<ObjectId>>;

/// Merges redundant levels and gives each object its number.
///
/// # Errors
/// [`HwlocErrorKind::TooLarge`].
pub(super) fn number(topology: &mut Topology<'_>) -> Result<(), HwlocErrorKind> {
    let mut levels = levels(topology)?;
    merge(topology, &mut levels);
    for level in &levels {
        for (n, &id) in (0..).zip(level) {
            topology[id].logical = n;
        }
    }
    let root = topology.root;
    Counters::default().number(topology, root);
    Ok(())
}

/// Step N4. O(objects · levels · log objects), within [`MAX_STEPS`].
fn levels(topology: &Topology<'_>) -> Result<Levels, HwlocErrorKind> {
    let below = Below::of(topology);
    let mut levels = vec![vec![topology.root]];
    let mut list = topology[topology.root].normal.clone();
    let mut steps = 0;
    while !list.is_empty() {
        steps += list.len();
        if steps > MAX_STEPS {
            return Err(HwlocErrorKind::TooLarge);
        }
        let kind = below.topmost_kind(topology, &list);
        let (mut level, mut rest) = (Vec::new(), Vec::new());
        for id in list {
            let object = &topology[id];
            if object.identity.kind == kind {
                level.push(id);
                rest.extend_from_slice(&object.normal);
            } else {
                rest.push(id);
            }
        }
        levels.push(level);
        list = rest;
    }
    Ok(levels)
}

/// Answers which kinds an object has below it.
struct Below {
    /// For each object its number in a walk of the normal objects, parents first, and that of the first object
    /// behind its subtree.
    spans: Vec<(u32, u32)>,
    /// The numbers of each kind, ascending.
    by_kind: FxHashMap<ObjectKind, Vec<u32>>,
}

impl Below {
    fn of(topology: &Topology<'_>) -> Self {
        let spans = vec![(0, 0); topology.objects.len()];
        let mut below = Self { spans, by_kind: FxHashMap::default() };
        below.enter(topology, topology.root, 0);
        below
    }

    fn enter(&mut self, topology: &Topology<'_>, id: ObjectId, number: u32) -> u32 {
        let object = &topology[id];
        self.by_kind.entry(object.identity.kind).or_default().push(number);
        let mut next = number + 1;
        for &child in &object.normal {
            next = self.enter(topology, child, next);
        }
        self.spans[id.0] = (number, next);
        next
    }

    /// Whether an object has one of a kind strictly below it.
    fn has(&self, id: ObjectId, kind: ObjectKind) -> bool {
        let (own, end) = self.spans[id.0];
        let of_kind = self.by_kind.get(&kind).map_or(&[][..], Vec::as_slice);
        let next = of_kind.partition_point(|&number| number <= own);
        of_kind.get(next).is_some_and(|&number| number < end)
    }

    /// The kind of which the next level is. Processors come last.
    fn topmost_kind(&self, topology: &Topology<'_>, list: &[ObjectId]) -> ObjectKind {
        let kind = |id: ObjectId| topology[id].identity.kind;
        let mut kinds = list.iter().map(|&id| kind(id));
        let mut topmost = kinds.find(|&kind| kind != ObjectKind::Pu).unwrap_or(ObjectKind::Pu);
        for &id in list {
            if kind(id) != topmost && self.has(id, topmost) {
                topmost = kind(id);
            }
        }
        topmost
    }
}

/// Which of two identical levels stays.
#[derive(Clone, Copy)]
enum Stays {
    Upper,
    Lower,
}

/// Step N5.
fn merge(topology: &mut Topology<'_>, levels: &mut Levels) {
    for lower in (1..levels.len()).rev() {
        let upper = lower - 1;
        if let Some(stays) = redundant(topology, &levels[upper], &levels[lower])
            && are_identical(topology, &levels[upper], &levels[lower])
        {
            for (&upper, &lower) in levels[upper].iter().zip(&levels[lower]) {
                merge_objects(topology, upper, lower, stays);
            }
            levels.remove(lower);
        }
    }
}

/// Which level stays if both are identical; `None` if both stay anyway.
fn redundant(topology: &Topology<'_>, upper: &[ObjectId], lower: &[ObjectId]) -> Option<Stays> {
    let priority = |level: &[ObjectId]| {
        let first = level.first()?;
        topology[*first].identity.kind.priority_if_removable()
    };
    let refused = upper.iter().any(|&id| topology[id].identity.merging == Merging::Refused);
    match (priority(upper).filter(|_| !refused), priority(lower)) {
        (None, None) => None,
        (Some(_), None) => Some(Stays::Lower),
        (None, Some(_)) => Some(Stays::Upper),
        (Some(above), Some(below)) if above < below => Some(Stays::Lower),
        (Some(_), Some(_)) => Some(Stays::Upper),
    }
}

fn are_identical(topology: &Topology<'_>, upper: &[ObjectId], lower: &[ObjectId]) -> bool {
    let only_child = |(&upper, &lower): (&ObjectId, &ObjectId)| {
        let above = &topology[upper];
        // Memory does not go below a processor.
        let is_free = topology[lower].identity.kind != ObjectKind::Pu || above.memory.is_empty();
        is_free && above.normal == [lower]
    };
    upper.len() == lower.len() && upper.iter().zip(lower).all(only_child)
}

/// Makes an object and its only normal child one, in the place of the upper: its other children come first.
fn merge_objects(topology: &mut Topology<'_>, upper: ObjectId, lower: ObjectId, stays: Stays) {
    let child = &mut topology[lower];
    let identity = child.identity.clone();
    let normal = std::mem::take(&mut child.normal);
    let memory = std::mem::take(&mut child.memory);
    let io = std::mem::take(&mut child.io);
    let object = &mut topology[upper];
    if let Stays::Lower = stays {
        object.identity = identity;
    }
    object.normal = normal;
    object.memory.extend(memory);
    object.io.extend(io);
}

/// The next numbers of objects that are on no level (step N6).
#[derive(Default)]
struct Counters {
    numa_nodes: i64,
    devices: i64,
}

impl Counters {
    fn number(&mut self, topology: &mut Topology<'_>, id: ObjectId) {
        let object = &mut topology[id];
        let counter = match object.identity.kind {
            ObjectKind::NumaNode => Some(&mut self.numa_nodes),
            ObjectKind::OsDevice(_) => Some(&mut self.devices),
            _ => None,
        };
        if let Some(next) = counter {
            object.logical = *next;
            *next += 1;
        }
        let children: Vec<ObjectId> = object.children().collect();
        for child in children {
            self.number(topology, child);
        }
    }
}
