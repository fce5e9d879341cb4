//! How many units of each type there are, down, and held.

use std::collections::BTreeMap;

use fluxion_engine::JobState;
use fluxion_graph::{Status, VertexId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::context::Context;

/// Units of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitCounts {
    /// All of them.
    pub total: u64,
    /// Those that are down, or below something that is.
    pub down: u64,
    /// Of the others those that an allocated job has for itself, or that are below something that it has.
    pub held: u64,
}

/// What is to be known of a vertex for all that is below it.
#[derive(Clone, Copy, Default)]
struct Shade {
    down: bool,
    held: bool,
}

impl Context {
    /// The units of each type, whatever the time is: reservations hold nothing. O(graph + what jobs hold).
    pub fn units_by_type(&self) -> BTreeMap<&str, UnitCounts> {
        let graph = self.graph();
        let mut shades = FxHashMap::<VertexId, Shade>::default();
        let allocated =
            self.engine.jobs().filter(|(_, record)| record.state == JobState::Allocated);
        let grants = allocated.flat_map(|(_, record)| record.grants.iter());
        let held = grants.filter(|grant| grant.exclusive).map(|grant| grant.vertex).collect();
        let mut units = BTreeMap::<&str, UnitCounts>::new();
        for vertex in graph.vertex_ids() {
            let shade = self.shade(vertex, &held, &mut shades);
            let of = graph.vertex(vertex);
            let (counts, size) =
                (units.entry(graph.type_name(of.ty)).or_default(), u64::from(of.size));
            counts.total += size;
            match shade {
                Shade { down: true, .. } => counts.down += size,
                Shade { held: true, .. } => counts.held += size,
                _ => {}
            }
        }
        units
    }

    /// Of a vertex, with all above it that was not asked for before.
    fn shade(
        &self,
        vertex: VertexId,
        held: &FxHashSet<VertexId>,
        known: &mut FxHashMap<VertexId, Shade>,
    ) -> Shade {
        let (mut chain, mut next, mut shade) = (Vec::new(), Some(vertex), Shade::default());
        while let Some(vertex) = next {
            if let Some(above) = known.get(&vertex) {
                shade = *above;
                break;
            }
            chain.push(vertex);
            next = self.engine.tree().parent(vertex);
        }
        for vertex in chain.into_iter().rev() {
            shade.down |= self.status_of(vertex) == Status::Down;
            shade.held |= held.contains(&vertex);
            known.insert(vertex, shade);
        }
        shade
    }
}
