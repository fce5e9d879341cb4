//! From what a pass chose to the resource set that is printed and booked (`docs/semantics/matching.md`,
//! Building the selection).

use fluxion_graph::{Selection, TypeId, VertexId};

use crate::request::slot_rule::SlotRule;
use crate::search::scratch::{Choice, Scratch};
use crate::selection::emission::{Chosen, Emission};
use crate::site::Site;

/// Turns a choice into a selection; empty if nothing in it is exclusive. `exclusive_types` are those that the
/// policy or the request makes exclusive with their whole subtrees.
pub(crate) fn build_selection(
    site: &Site,
    scratch: &Scratch,
    choice: &Choice,
    exclusive_types: &[TypeId],
    slots: SlotRule,
) -> Selection {
    let root = Chosen { amount: choice.root_amount as u32, exclusive: false };
    let mut builder = Builder {
        scratch,
        slots,
        is_dead: false,
        emission: Emission::new(site, exclusive_types, root),
    };
    for &pick in &choice.picks {
        builder.add(pick, None);
        builder.connect(pick);
    }
    if builder.is_dead { Selection::default() } else { builder.emission.run() }
}

struct Builder<'a> {
    scratch: &'a Scratch,
    slots: SlotRule,
    /// Something chosen cannot be connected to what was chosen above it.
    is_dead: bool,
    emission: Emission<'a>,
}

impl Builder<'_> {
    /// Adds a candidate and what was chosen below it.
    fn add(&mut self, pick: u32, anchor: Option<VertexId>) {
        let candidate = self.scratch.candidates[pick as usize];
        let below = candidate.picks.0 as usize..candidate.picks.1 as usize;
        if !candidate.is_slot {
            let chosen = Chosen { amount: candidate.units as u32, exclusive: candidate.exclusive };
            match candidate.parent.or(anchor) {
                Some(parent) => {
                    self.emission.select(parent, candidate.vertex, chosen);
                    if anchor.is_some() && self.slots == SlotRule::Deep {
                        self.emission.connect(parent);
                    }
                }
                None => self.emission.root.exclusive |= candidate.exclusive,
            }
        }
        let anchor = candidate.is_slot.then_some(candidate.vertex);
        for at in below {
            let pick = self.scratch.picks[at];
            if !candidate.is_slot && self.slots == SlotRule::Published {
                self.is_dead |= self.is_lost(pick, candidate.vertex);
            }
            self.add(pick, anchor);
        }
    }

    /// Whether a slot that was chosen below a vertex is anchored at a child of it, and does not come along by type
    /// (`docs/semantics/matching.md`, Where slots are anchored).
    fn is_lost(&self, pick: u32, matched: VertexId) -> bool {
        let below = self.scratch.candidates[pick as usize];
        below.is_slot && below.vertex != matched && !self.emission.is_taken_whole(matched)
    }

    /// Adds the path from the root to a candidate chosen at the top, shared.
    fn connect(&mut self, pick: u32) {
        let candidate = self.scratch.candidates[pick as usize];
        let lowest = if candidate.is_slot { Some(candidate.vertex) } else { candidate.parent };
        if let Some(lowest) = lowest {
            self.emission.connect(lowest);
        }
    }
}
