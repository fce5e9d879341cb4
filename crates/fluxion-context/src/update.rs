//! Applying resource sets to a loaded graph: `update` puts one back, `partial_cancel` gives a part of one up
//! (`docs/semantics/state.md`, Update and Partial cancel).

use fluxion_budget::Budget;
use fluxion_engine::{
    Expansion, JobId, JobState, PartialCancelError, Remainder, Share, UpdateRefusal,
};
use fluxion_formats::read::{jgf, rv1};
use fluxion_graph::VertexId;

use crate::context::Context;
use crate::decided::Decided;
use crate::errors::{Level, NotBooked, PartialCancelFailure, RefusedVertex, UpdateError};
use crate::matching::{Matched, Outcome};
use crate::options::{ReleaseFormat, UpdateFormat};
use crate::update_time::UpdateTime;

impl Context {
    /// Books the resource set that a text describes under a number of the caller's choice, whatever is up or
    /// down. The next number is then one more.
    ///
    /// # Errors
    /// [`UpdateError`]; nothing is booked, but the next number is `job` + 1 unless the number or the time was
    /// refused.
    pub fn update(
        &mut self,
        format: UpdateFormat,
        text: &str,
        job: JobId,
        time: UpdateTime,
    ) -> Result<Matched, UpdateError> {
        self.check_update(job, time)?;
        let decided = self.put_back(format, text, job, time, &Budget::UNLIMITED);
        let updated = decided.map(|decided| self.perform(decided));
        if updated.is_err() {
            self.pass_number(job);
        }
        updated
    }

    /// What an update comes to.
    ///
    /// # Errors
    /// [`UpdateError`].
    pub fn decide_update(
        &self,
        format: UpdateFormat,
        text: &str,
        job: JobId,
        time: UpdateTime,
        budget: &Budget,
    ) -> Result<Decided<Matched>, UpdateError> {
        self.check_update(job, time)?;
        self.put_back(format, text, job, time, budget)
    }

    fn check_update(&self, job: JobId, time: UpdateTime) -> Result<(), UpdateError> {
        if self.engine.is_live(job) {
            return Err(UpdateError::LiveJob(job));
        }
        if time.start < 0 || time.duration == 0 {
            return Err(UpdateError::Time(time));
        }
        Ok(())
    }

    fn put_back(
        &self,
        format: UpdateFormat,
        text: &str,
        job: JobId,
        time: UpdateTime,
        budget: &Budget,
    ) -> Result<Decided<Matched>, UpdateError> {
        let (graph, tree) = (self.engine.graph(), self.engine.tree());
        let (set, expansion) = match format {
            UpdateFormat::Jgf => (jgf::named_set(text, graph, tree)?, Expansion::AsListed),
            UpdateFormat::JgfShorthand => (jgf::named_set(text, graph, tree)?, Expansion::Subtrees),
            UpdateFormat::Rv1exec => (rv1::named_set(text, graph, tree)?, Expansion::AsListed),
        };
        let placement = self
            .engine
            .place(&set, expansion, time.window())
            .map_err(|reason| self.not_booked(reason, format))?;
        if 0 < time.now && time.start <= time.now {
            let held = self.engine.check_holders(job, &placement, time.now);
            held.map_err(|reason| self.not_booked(reason, format))?;
        }
        let resources = self.print_decision(placement.decision(), self.format, budget)?;
        let (state, outcome) = match time.start <= time.now {
            true => (JobState::Allocated, Outcome::Allocated),
            false => (JobState::Reserved, Outcome::Reserved),
        };
        let matched = Matched { job, outcome, at: time.start, resources };
        Ok(Decided::changing(matched, self.engine.decide_update(job, &placement, state)))
    }

    fn not_booked(&self, reason: UpdateRefusal, format: UpdateFormat) -> NotBooked {
        let vertex = match reason {
            UpdateRefusal::Taken(named) => Some(named.vertex),
            UpdateRefusal::Window(vertex) | UpdateRefusal::Repeated(vertex) => Some(vertex),
            UpdateRefusal::Nothing => None,
        };
        NotBooked { reason, format, vertex: vertex.map(|vertex| self.refused(vertex)) }
    }

    fn refused(&self, vertex: VertexId) -> RefusedVertex {
        let (graph, tree) = (self.engine.graph(), self.engine.tree());
        let known = graph.vertex(vertex);
        let below_root = tree.parent(vertex) == Some(tree.root());
        RefusedVertex {
            name: graph.text(known.name).to_owned(),
            uniq_id: known.uniq_id,
            level: if below_root { Level::BelowRoot } else { Level::Other },
        }
    }

    /// Gives back the part of an allocation or a reservation that a text names.
    ///
    /// # Errors
    /// [`PartialCancelFailure`]; nothing has changed.
    pub fn partial_cancel(
        &mut self,
        format: ReleaseFormat,
        text: &str,
        job: JobId,
    ) -> Result<Remainder, PartialCancelFailure> {
        let decided = self.decide_partial_cancel(format, text, job)?;
        Ok(self.perform(decided))
    }

    /// What a partial cancel comes to.
    ///
    /// # Errors
    /// [`PartialCancelFailure`].
    pub fn decide_partial_cancel(
        &self,
        format: ReleaseFormat,
        text: &str,
        job: JobId,
    ) -> Result<Decided<Remainder>, PartialCancelFailure> {
        if !self.engine.is_live(job) {
            return Err(PartialCancelFailure::NoSuchJob(job));
        }
        let decided = match format {
            ReleaseFormat::Jgf => {
                let vertices = jgf::named_vertices(text, self.engine.graph())?;
                self.engine.decide_partial_cancel(job, Share::Vertices(&vertices))
            }
            ReleaseFormat::Rv1exec => {
                let ranks = rv1::named_ranks(text)?;
                self.engine.decide_partial_cancel(job, Share::Ranks(&ranks))
            }
        };
        let (change, remainder) = decided.map_err(|error| self.not_released(error))?;
        Ok(Decided::changing(remainder, change))
    }

    fn not_released(&self, error: PartialCancelError) -> PartialCancelFailure {
        match error {
            PartialCancelError::NoSuchJob(job) => PartialCancelFailure::NoSuchJob(job),
            PartialCancelError::NoRanks => PartialCancelFailure::NoRanks,
            PartialCancelError::UnknownRank(rank) => PartialCancelFailure::UnknownRank(rank),
            PartialCancelError::NothingOnRank(rank) => PartialCancelFailure::NothingOnRank(rank),
            PartialCancelError::NotHeld(vertex) => {
                let graph = self.engine.graph();
                let name = graph.text(graph.vertex(vertex).name);
                PartialCancelFailure::NotHeld(name.to_owned())
            }
        }
    }
}
