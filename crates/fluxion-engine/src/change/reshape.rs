//! The graph in service grows or shrinks: in place, if it is a plain tree that stays what it is
//! ([`crate::site::reshaping`]), or else by making anew what follows from it ([`super::rebuild`]).

use std::sync::Arc;

use fluxion_graph::{Addition, Status, VertexId};
use rustc_hash::FxHashSet;

use crate::change::action::{Action, Carried};
use crate::change::apply::Inapplicable;
use crate::change::prepared::Made;
use crate::change::remaining::remaining;
use crate::decision::Grant;
use crate::engine::Engine;
use crate::operation::{JobId, JobState};
use crate::reserve::EarliestStart;
use crate::search::scratch::Scratch;
use crate::site::reshaping::{Cut, Growth};
use crate::views::Suspended;

impl Engine {
    /// The graph gains vertices and edges.
    pub(super) fn grow(
        &mut self,
        carried: &Carried,
        action: &Action,
        addition: &Addition,
    ) -> Result<(), Inapplicable> {
        let views = self.views.suspend();
        let mut made = self.prepared_for(action);
        let graph = Arc::make_mut(&mut self.site.graph);
        let mark = graph.watermark();
        let added = match made.take_if(|made| matches!(made, Made::Growth(_))) {
            Some(Made::Growth(grown)) => {
                let (taken, growth) = *grown;
                graph.put_back(taken).map(|()| Some(growth))
            }
            _ => graph.add(addition).map(|()| None),
        };
        let planned = match added {
            Ok(planned) => planned,
            Err(error) => {
                graph.roll_back(&mark);
                self.views.resume(views, &self.site);
                return Err(error.into());
            }
        };
        let plan = || self.site.plan_growth(&self.site.graph, &mark);
        if let Some(growth) = planned.or_else(plan) {
            self.carry(carried);
            self.take_in(&growth, views);
            self.state.mark_new(&self.site, addition, &mut self.views.beside(&mut self.indices));
            return Ok(());
        }
        Arc::make_mut(&mut self.site.graph).roll_back(&mark);
        self.views.resume(views, &self.site);
        let site = self.grown_site(made, addition)?;
        self.carry(carried);
        self.grow_to(site, addition);
        Ok(())
    }

    /// The graph loses vertices, and jobs what they held there.
    pub(super) fn shrink(
        &mut self,
        carried: &Carried,
        action: &Action,
        gone: &[VertexId],
    ) -> Result<(), Inapplicable> {
        if let Some(cut) = self.site.plan_cut(gone) {
            self.carry(carried);
            self.give_up(&cut);
            return Ok(());
        }
        let (site, numbers) = self.shrunk_site(action, gone)?;
        self.carry(carried);
        self.lose(gone, site, &numbers);
        Ok(())
    }

    // --- in place ---

    /// Takes in what the graph has gained already.
    fn take_in(&mut self, growth: &Growth, views: Vec<Suspended>) {
        let Self { site, weights, indices, policy, .. } = self;
        site.take_in(growth);
        let layout = Arc::make_mut(&mut site.layout);
        let Growth { branches, new } = growth;
        let stretches = layout.take_in(&site.graph, &site.tree, *policy, branches, new);
        indices.rearrange(&stretches, layout.ordinal_count());
        if policy.stops_early() {
            weights.take_in(&stretches, layout.ordinal_count());
        }
        site.raise_capacity(growth);
        self.state.take_in(site, &growth.tops());
        let views = views.into_iter().map(|view| view.with(site, growth)).collect();
        self.views.resume(views, site);
        let observer = &mut self.views.beside(indices);
        new.iter().for_each(|&vertex| self.state.report_occupancy(site, vertex, observer));
        self.forget_what_followed();
    }

    fn give_up(&mut self, cut: &Cut<'_>) {
        self.take_from_jobs(cut);
        self.raise(cut.gone);
        let Self { site, state, weights, indices, policy, .. } = self;
        let given_up = site.layout.giving_up(cut.gone);
        state.give_up(site, &cut.tops, cut.gone, &given_up);
        let views = self.views.suspend();
        let views = views.into_iter().map(|view| view.without(site, cut)).collect();
        let stretches = given_up.stretches(site.layout.ordinal_count());
        let layout = Arc::make_mut(&mut site.layout);
        layout.give_up(&site.graph, &site.tree, cut);
        indices.rearrange(&stretches, layout.ordinal_count());
        if policy.stops_early() {
            let gone = cut.gone.iter().filter_map(|&v| Some((site.tree.parent(v)?, v)));
            weights.give_up(&site.graph, gone, &stretches, layout.ordinal_count());
        }
        self.calendar.renumber(|v| cut.gone.binary_search(&v).is_err().then_some(v));
        site.give_up(cut);
        state.renew_totals(site, cut.parents.iter().copied());
        self.views.resume(views, site);
        self.forget_what_followed();
    }

    /// Jobs lose what they hold of vertices that go; those that then hold nothing are cancelled.
    fn take_from_jobs(&mut self, cut: &Cut<'_>) {
        let gone: FxHashSet<VertexId> = cut.gone.iter().copied().collect();
        for job in self.jobs_on(&cut.tops, cut.gone) {
            let Some(record) = self.live_job(job) else { continue };
            let kept = remaining(&record.grants, &gone);
            if kept.is_empty() {
                self.conclude(job, JobState::Canceled);
            } else if let Some(mut record) = self.unrecord(job) {
                record.grants = kept.into();
                self.record(job, record);
            }
        }
    }

    /// The live jobs that hold, or pass through, something of subtrees: `tops`, with all of `gone`, ascending.
    /// O(what goes) if there are none, else O(what all jobs hold).
    pub(super) fn jobs_on(&self, tops: &[VertexId], gone: &[VertexId]) -> Vec<JobId> {
        if !self.state.may_concern_jobs(&self.site, tops, gone) {
            return Vec::new();
        }
        let is_gone = |grant: &Grant| gone.binary_search(&grant.vertex).is_ok();
        let live = self.jobs.iter().filter(|(_, record)| record.is_live());
        let concerned = live.filter(|(_, record)| record.grants.iter().any(is_gone));
        concerned.map(|(&job, _)| job).collect()
    }

    /// Nothing of this is down itself any more.
    fn raise(&mut self, vertices: &[VertexId]) {
        for &vertex in vertices {
            let observer = &mut self.views.beside(&mut self.indices);
            self.state.set_status(&self.site, vertex, Status::Up, observer);
        }
    }

    /// What was remembered of the graph as it was.
    pub(super) fn forget_what_followed(&mut self) {
        self.barred_sets.forget();
        self.constraint_masks.forget();
        self.place_tables.forget();
        self.recent_requests.forget();
        self.earliest_start = EarliestStart::default();
        self.scratch = Scratch::default();
    }
}
