//! A short cut for policy `locality`, whose order hangs on all candidates at once: candidates of the topmost
//! run of consecutive scores come first, in the order in which they are gathered (chapter 04, section 7.4).
//!
//! It applies where each candidate is a child that may be held alone, so that counts by score tell the runs.

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Exclusivity;

use super::{Candidate, Choice, Figures, Search};
use crate::front::Below;
use crate::policy::Preference;

/// Whether candidates stand for themselves or are wrapped in slots of one member.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrap {
    Bare,
    Slot,
}

impl Search<'_> {
    /// Decides at the top if the short cut applies; the outer `None` says that it does not.
    pub(super) fn select_by_runs(&mut self) -> Option<Option<Choice>> {
        let (below, member, wrap) = self.children_alone()?;
        let wanted = &self.request.elements[self.request.top.start];
        let (most, count) = (wanted.most, wanted.count);
        self.shelves.fronts.refresh(self.site, self.policy, below);
        let mut bag = Vec::new();
        let mut units = 0;
        let mut top = i64::MAX;
        while units < most
            && let Some((low, high)) = self.shelves.fronts.run_below(self.site, below, top)
        {
            self.gather_run(below, member, wrap, (low, high), most, &mut units, &mut bag);
            top = low;
        }
        let chosen = count.take(units);
        let start = self.scratch.picks.len();
        self.choose(&bag, chosen);
        let picks = self.scratch.picks.drain(start..).collect();
        Some((chosen > 0).then_some(Choice { picks, root_amount: 1 }))
    }

    /// The children that alone can be candidates, with the element that they match.
    fn children_alone(&mut self) -> Option<(Below, usize, Wrap)> {
        let applies = self.policy.preference() == Preference::Locality
            && self.pass.figures == Figures::Apply
            && !self.state.overruns(self.pass.start)
            && self.acceptance.is_none()
            && !self.state.has_reservations();
        let list = self.request.top.clone();
        if !applies || list.len() != 1 || list.is_empty() {
            return None;
        }
        let top = &self.request.elements[list.start];
        let (member, wrap) = match (top.is_slot, top.with.len()) {
            (true, 1) => (top.with.start, Wrap::Slot),
            (false, 0) if top.exclusivity == Exclusivity::Exclusive => (list.start, Wrap::Bare),
            _ => return None,
        };
        let wanted = &self.request.elements[member];
        let single = wrap == Wrap::Bare || wanted.count.max == 1;
        if !single || !wanted.with.is_empty() || wanted.exclusivity == Exclusivity::Shared {
            return None;
        }
        let below = self.only_children(wanted.ty?, wrap)?;
        Some((below, member, wrap))
    }

    fn only_children(&self, ty: TypeId, wrap: Wrap) -> Option<Below> {
        let classes = self.visible(&self.request.top, |_| true);
        let [class] = classes[..] else { return None };
        let parent = match wrap {
            Wrap::Slot => class,
            Wrap::Bare => self.site.classes.get(class).parent?,
        };
        // the children must be one class, so that all of them are visible
        let of_type = |c: &&_| self.site.classes.get(**c).ty == ty;
        let classes = self.site.classes.get(parent).below.iter().filter(of_type).count();
        (wrap == Wrap::Slot || classes == 1).then_some((parent, ty))
    }

    /// Candidates with a score in a run, in the order in which they are gathered.
    #[allow(clippy::too_many_arguments)]
    fn gather_run(
        &mut self,
        below: Below,
        member: usize,
        wrap: Wrap,
        run: (i64, i64),
        most: u64,
        units: &mut u64,
        bag: &mut Vec<u32>,
    ) {
        let mut parent = None;
        while *units < most
            && let Some(next) = self.shelves.fronts.next_parent(below, parent)
        {
            parent = Some(next);
            let anchor = self.site.tree.at(next.1);
            if !self.is_open(anchor) || !self.is_path_open(anchor) {
                continue;
            }
            for child in self.children_in_run(below, anchor, run, wrap) {
                let Some(candidate) = self.matched(child, member, true, Some(anchor)) else {
                    continue;
                };
                let candidate = match wrap {
                    Wrap::Bare => candidate,
                    Wrap::Slot => self.wrap_in_slot(candidate, anchor),
                };
                *units += self.scratch.candidates[candidate as usize].units;
                bag.push(candidate);
            }
        }
    }

    fn children_in_run(
        &self,
        below: Below,
        anchor: VertexId,
        (low, high): (i64, i64),
        wrap: Wrap,
    ) -> Vec<VertexId> {
        let site = self.site;
        let range = site.layout.children_of_type(&site.graph, anchor, below.1);
        let mut children = Vec::new();
        let mut from = range.start;
        while let Some(place) = self.shelves.fronts.next_idle(from, range.end) {
            from = place + 1;
            let child = site.layout.ranked(place);
            let score = site.layout.score(child);
            if score < low {
                break;
            }
            if score <= high {
                children.push(child);
            }
        }
        if wrap == Wrap::Bare {
            children.sort_unstable_by_key(|&child| site.tree.position(child));
        }
        children
    }

    /// A slot of one member.
    pub(super) fn wrap_in_slot(&mut self, member: u32, anchor: VertexId) -> u32 {
        let start = self.scratch.picks.len() as u32;
        self.scratch.picks.push(member);
        self.push(Candidate {
            vertex: anchor,
            parent: None,
            units: 1,
            score: self.score(member).saturating_add(1),
            exclusive: true,
            is_slot: true,
            picks: (start, start + 1),
        })
    }
}
