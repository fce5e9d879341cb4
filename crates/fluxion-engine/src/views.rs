//! Other policies than the graph's, side by side with it: what a decision by one of them needs is made when the policy
//! is first asked for, and kept true from then on.
//!
//! A view has the layout, the indices and what is remembered of its policy; graph and state are those of the engine.
//! To it all edges have their first weight, always (`docs/semantics/policies.md`, Order of children). Knows no jobs.

use std::ops::Range;
use std::sync::Arc;

use fluxion_budget::Budget;
use fluxion_graph::VertexId;

use crate::decision::Grant;
use crate::index::Indices;
use crate::index::weights::Weights;
use crate::policy::Policy;
use crate::record::Booking;
use crate::request::constraint_mask::ConstraintMasks;
use crate::reserve::EarliestStart;
use crate::site::Site;
use crate::site::layout::Layout;
use crate::site::reshaping::{Cut, Growth};
use crate::state::State;
use crate::state::observer::{Occupancy, StateObserver};

/// How many policies are remembered beside the graph's.
const MOST_VIEWS: usize = 4;

/// So many changes after it was last asked for, a policy is forgotten.
const MOST_UNUSED: u32 = 10_000;

/// What a decision by one policy needs.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) policy: Policy,
    pub(crate) site: Site,
    pub(crate) indices: Indices,
    pub(crate) weights: Weights,
    pub(crate) constraint_masks: ConstraintMasks,
    pub(crate) earliest_start: EarliestStart,
    /// How many changes there were since it was asked for.
    unused: u32,
}

/// What a decision needs that differs from policy to policy.
pub(crate) struct PolicyParts<'a> {
    pub(crate) policy: Policy,
    pub(crate) site: &'a Site,
    pub(crate) indices: &'a mut Indices,
    pub(crate) weights: &'a Weights,
    pub(crate) constraint_masks: &'a mut ConstraintMasks,
    pub(crate) earliest_start: &'a mut EarliestStart,
}

impl View {
    pub(crate) fn parts(&mut self) -> PolicyParts<'_> {
        PolicyParts {
            policy: self.policy,
            site: &self.site,
            indices: &mut self.indices,
            weights: &self.weights,
            constraint_masks: &mut self.constraint_masks,
            earliest_start: &mut self.earliest_start,
        }
    }

    /// O(graph).
    pub(crate) fn new(policy: Policy, site: &Site, state: &State) -> Self {
        let layout = Arc::new(Layout::of(&site.graph, &site.tree, policy));
        let site = Site { layout, ..site.clone() };
        Self {
            policy,
            indices: Indices::of(&site, state),
            weights: Weights::under(policy, &site.layout),
            constraint_masks: ConstraintMasks::default(),
            earliest_start: EarliestStart::default(),
            site,
            unused: 0,
        }
    }
}

/// A view without the graph.
#[derive(Debug)]
pub(crate) struct Suspended {
    policy: Policy,
    layout: Arc<Layout>,
    indices: Indices,
    earliest_start: EarliestStart,
    unused: u32,
}

impl View {
    fn suspend(self) -> Suspended {
        let Self { policy, site, indices, earliest_start, unused, .. } = self;
        Suspended { policy, layout: site.layout, indices, earliest_start, unused }
    }
}

impl Suspended {
    fn resume(self, site: &Site) -> View {
        let Self { policy, layout, indices, earliest_start, unused } = self;
        View {
            policy,
            weights: Weights::under(policy, &layout),
            site: Site { layout, ..site.clone() },
            indices,
            constraint_masks: ConstraintMasks::default(),
            earliest_start,
            unused,
        }
    }

    /// What subtrees leave, which the site still has.
    pub(crate) fn without(mut self, site: &Site, cut: &Cut<'_>) -> Self {
        let given_up = self.layout.giving_up(cut.gone);
        let stretches = given_up.stretches(self.layout.ordinal_count());
        let layout = Arc::make_mut(&mut self.layout);
        layout.give_up(&site.graph, &site.tree, cut);
        self.indices.rearrange(&stretches, layout.ordinal_count());
        Self { earliest_start: EarliestStart::default(), ..self }
    }

    /// With the branches that the site has gained.
    pub(crate) fn with(mut self, site: &Site, growth: &Growth) -> Self {
        let layout = Arc::make_mut(&mut self.layout);
        let Growth { branches, new } = growth;
        let stretches = layout.take_in(&site.graph, &site.tree, self.policy, branches, new);
        self.indices.rearrange(&stretches, layout.ordinal_count());
        Self { earliest_start: EarliestStart::default(), ..self }
    }
}

/// The policies that were asked for last, the last one at the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Views {
    views: Vec<View>,
}

impl Views {
    /// The view of a policy; it is made if there is none: O(graph), and the one that was not asked for longest gives way.
    /// None if there is no memory for one more.
    pub(crate) fn of(
        &mut self,
        policy: Policy,
        site: &Site,
        state: &State,
        budget: &Budget,
    ) -> Option<&mut View> {
        match self.views.iter().position(|view| view.policy == policy) {
            Some(at) => self.views[at..].rotate_left(1),
            None => {
                budget.take(site.layout.footprint()).ok()?;
                if self.views.len() == MOST_VIEWS {
                    self.views.remove(0);
                }
                self.views.push(View::new(policy, site, state));
            }
        }
        let view = self.views.last_mut()?;
        view.unused = 0;
        Some(view)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &View> + '_ {
        self.views.iter()
    }

    /// What they take, in bytes, about.
    pub(crate) fn footprint(&self) -> u64 {
        self.views.iter().map(|view| view.site.layout.footprint()).sum()
    }

    /// Some indices, and those of all views.
    pub(crate) fn beside<'a>(&'a mut self, own: &'a mut Indices) -> AllIndices<'a> {
        AllIndices { own, views: &mut self.views }
    }

    /// A job is booked.
    pub(crate) fn enter(&mut self, grants: &[Grant], booking: Booking) {
        for view in &mut self.views {
            view.earliest_start.enter(&view.site, grants, booking);
        }
    }

    /// A job is released.
    pub(crate) fn leave(&mut self, booking: Booking) {
        self.views.iter_mut().for_each(|view| view.earliest_start.leave(booking));
    }

    /// One more change; those that were not asked for in a long time are forgotten.
    pub(crate) fn age(&mut self) {
        self.views.iter_mut().for_each(|view| view.unused += 1);
        self.views.retain(|view| view.unused <= MOST_UNUSED);
    }

    /// The graph is about to change: from now on nobody here has a share in it.
    pub(crate) fn suspend(&mut self) -> Vec<Suspended> {
        self.views.drain(..).map(View::suspend).collect()
    }

    /// The graph has changed as all of them know.
    pub(crate) fn resume(&mut self, views: Vec<Suspended>, site: &Site) {
        self.views = views.into_iter().map(|view| view.resume(site)).collect();
    }

    /// Keeps some policies alone.
    pub(crate) fn keep(&mut self, is_kept: impl Fn(Policy) -> bool) {
        self.views.retain(|view| is_kept(view.policy));
    }
}

/// The indices of the graph's policy, and those of all views.
pub(crate) struct AllIndices<'a> {
    own: &'a mut Indices,
    views: &'a mut [View],
}

impl StateObserver for AllIndices<'_> {
    fn status_changed(&mut self, site: &Site, vertex: VertexId) {
        self.own.status_changed(site, vertex);
        for view in &mut *self.views {
            view.indices.status_changed(&view.site, vertex);
        }
    }

    fn grants_changed(&mut self, site: &Site, grants: &[Grant]) {
        self.own.grants_changed(site, grants);
        for view in &mut *self.views {
            view.indices.grants_changed(&view.site, grants);
        }
    }

    fn vertex_is(&mut self, site: &Site, vertex: VertexId, occupancy: Occupancy) {
        self.own.vertex_is(site, vertex, occupancy);
        for view in &mut *self.views {
            view.indices.vertex_is(&view.site, vertex, occupancy);
        }
    }

    /// Siblings have the same ordinals under all policies, in another order.
    fn children_are(&mut self, ordinals: Range<usize>, occupancy: Occupancy) {
        for view in &mut *self.views {
            view.indices.children_are(ordinals.clone(), occupancy);
        }
        self.own.children_are(ordinals, occupancy);
    }

    fn changed_below(&mut self, site: &Site, parents: impl Iterator<Item = VertexId> + Clone) {
        for view in &mut *self.views {
            view.indices.changed_below(&view.site, parents.clone());
        }
        self.own.changed_below(site, parents);
    }

    fn units_are_free(&mut self, site: &Site, vertex: VertexId, column: usize, free: u64) {
        self.own.units_are_free(site, vertex, column, free);
        for view in &mut *self.views {
            view.indices.units_are_free(&view.site, vertex, column, free);
        }
    }
}
