//! Applying resource sets to a loaded graph: `update` puts one back, `partial_cancel` gives a part of one up
//! (chapter 02, sections 5 and 6).

use fluxion_engine::{
    Decision, Expansion, JobId, JobState, PartialCancelError, Remainder, Share, UpdateRefusal,
};
use fluxion_formats::read::jgf::{self, JgfErrorKind};
use fluxion_formats::read::rv1::{self, Rv1Error};
use fluxion_formats::write::{self, Printed};
use fluxion_graph::{NamedSet, Role, TimeWindow, VertexId};

use crate::context::{Context, Matched, Outcome};
use crate::decided::Decided;
use crate::errors::{PartialCancelFailure, ReleaseFault, UpdateError, UpdateErrorKind};
use crate::options::{MatchFormat, ReleaseFormat, UpdateFormat};

/// When a resource set is to be held, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateTime {
    /// The first second; 0 or later.
    pub start: i64,
    /// How long; not 0. What is negative is beyond all time.
    pub duration: i64,
}

impl UpdateTime {
    fn window(self) -> Option<TimeWindow> {
        let duration = Some(self.duration).filter(|&d| d > 0)?;
        Some(TimeWindow { start: self.start, end: self.start.checked_add(duration)? })
    }
}

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
        let decided = self.put_back(format, text, job, time);
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
    ) -> Result<Decided<Matched>, UpdateError> {
        self.check_update(job, time)?;
        self.put_back(format, text, job, time)
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
    ) -> Result<Decided<Matched>, UpdateError> {
        let (graph, tree) = (self.engine.graph(), self.engine.tree());
        let (set, expansion) = match format {
            UpdateFormat::Jgf => (named_jgf(text, self)?, Expansion::AsListed),
            UpdateFormat::JgfShorthand => (named_jgf(text, self)?, Expansion::Subtrees),
            UpdateFormat::Rv1exec => {
                let set = rv1::named_set(text, graph, tree).map_err(|e| {
                    let kind = match e {
                        Rv1Error::NoSuchNode { .. } | Rv1Error::NoSuchChild { .. } => {
                            UpdateErrorKind::Absent
                        }
                        _ => UpdateErrorKind::Invalid,
                    };
                    let (message, detail) = (e.reference_text(), e.to_string());
                    UpdateError::Refused { kind, message, detail }
                })?;
                (set, Expansion::AsListed)
            }
        };
        let placement = self
            .engine
            .place(&set, expansion, time.window())
            .map_err(|refusal| self.refusal(refusal, format))?;
        let printed = self.print_decision(placement.decision(), self.format);
        let resources = printed.map_err(|error| {
            UpdateError::invalid(format!("match writer emit: {error}\n"), error)
        })?;
        let (state, outcome) = match time.start {
            0 => (JobState::Allocated, Outcome::Allocated),
            _ => (JobState::Reserved, Outcome::Reserved),
        };
        let matched = Matched { job, outcome, at: time.start, resources };
        Ok(Decided::changing(matched, self.engine.decide_update(job, &placement, state)))
    }

    /// Prints what was not chosen for a jobspec: without labels and queue.
    pub(crate) fn print_decision(
        &self,
        decision: &Decision,
        format: MatchFormat,
    ) -> Result<String, String> {
        let printed = Printed {
            graph: self.engine.graph(),
            tree: self.engine.tree(),
            selection: &decision.selection,
            window: decision.window,
            queue: None,
            labels: None,
            aggregates: None,
        };
        let mut text = String::new();
        write::write(format.into(), &printed, &mut text)
            .map_err(|error| error.strerror().to_owned())?;
        Ok(text)
    }

    fn refusal(&self, refusal: UpdateRefusal, format: UpdateFormat) -> UpdateError {
        let graph = self.engine.graph();
        let name = |v: VertexId| graph.text(graph.vertex(v).name);
        let (kind, message) = match (refusal, format) {
            (UpdateRefusal::Taken(named), UpdateFormat::Rv1exec) => {
                let fault = format!("update_vertex: {} is unavailable.", name(named.vertex));
                (UpdateErrorKind::Busy, self.unpacking(named.vertex, &fault))
            }
            (UpdateRefusal::Taken(named), _) if named.role == Role::Held => {
                let name = name(named.vertex);
                (UpdateErrorKind::Busy, format!("update_vtx_plan: can't add span into {name}.\n"))
            }
            (UpdateRefusal::Taken(named), _) => {
                let name = name(named.vertex);
                (UpdateErrorKind::Busy, format!("update_vtx_plan: {name} is unavailable.\n"))
            }
            (UpdateRefusal::Window(vertex), UpdateFormat::Rv1exec) => {
                let fault = format!("update_vertex: can't add span into {}.", name(vertex));
                (UpdateErrorKind::Invalid, self.unpacking(vertex, &fault))
            }
            (UpdateRefusal::Window(vertex), _) => {
                let name = name(vertex);
                let message = format!("update_vtx_plan: can't add span into {name}.\n");
                (UpdateErrorKind::Invalid, message)
            }
            (UpdateRefusal::Repeated(vertex), _) => {
                let id = graph.vertex(vertex).uniq_id;
                let message = format!("find_vtx: found duplicate JGF node id for {id}.\n");
                (UpdateErrorKind::Invalid, message)
            }
            (_, _) => (UpdateErrorKind::Invalid, String::new()),
        };
        UpdateError::Refused { kind, message, detail: refusal.to_string() }
    }

    /// The two lines of the R reader about a node or a child.
    fn unpacking(&self, vertex: VertexId, fault: &str) -> String {
        let (graph, tree) = (self.engine.graph(), self.engine.tree());
        let name = graph.text(graph.vertex(vertex).name);
        let what = if tree.parent(vertex) == Some(tree.root()) { "rank" } else { "child" };
        format!("{fault}\nunpack_{what}: failed unpacking {what} for {name}.\n")
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
                let vertices = jgf::named_vertices(text, self.engine.graph())
                    .map_err(|e| PartialCancelFailure::unreadable(e.detail()))?;
                self.engine.decide_partial_cancel(job, Share::Vertices(&vertices))
            }
            ReleaseFormat::Rv1exec => {
                let ranks = rv1::named_ranks(text)
                    .map_err(|e| PartialCancelFailure::unreadable(e.to_string()))?;
                self.engine.decide_partial_cancel(job, Share::Ranks(&ranks))
            }
        };
        let (change, remainder) = decided.map_err(|error| self.not_released(error))?;
        Ok(Decided::changing(remainder, change))
    }

    fn not_released(&self, error: PartialCancelError) -> PartialCancelFailure {
        let graph = self.engine.graph();
        let (message, detail) = match error {
            PartialCancelError::NoSuchJob(job) => return PartialCancelFailure::NoSuchJob(job),
            PartialCancelError::NoRanks => ("remove: rank_to_root is empty.\n".to_owned(), None),
            PartialCancelError::UnknownRank(rank) => {
                (format!("remove{rank} not found in by_rank map.\n"), None)
            }
            PartialCancelError::NothingOnRank(rank) => {
                (format!("remove: {rank} not found in rank_to_counts.\n"), None)
            }
            PartialCancelError::NotHeld(vertex) => {
                let name = graph.text(graph.vertex(vertex).name);
                let detail = format!("the job does not hold {name} for itself");
                let message = PartialCancelFailure::UNREADABLE.to_owned();
                let fault = ReleaseFault::NotHeld;
                return PartialCancelFailure::Refused { message, detail, fault };
            }
            other => (PartialCancelFailure::UNREADABLE.to_owned(), Some(other.to_string())),
        };
        let detail = detail.unwrap_or_else(|| error.to_string());
        let fault = match error {
            PartialCancelError::NoRanks => ReleaseFault::Text,
            _ => ReleaseFault::NotHeld,
        };
        PartialCancelFailure::Refused { message, detail, fault }
    }
}

fn named_jgf(text: &str, context: &Context) -> Result<NamedSet, UpdateError> {
    let (graph, tree) = (context.engine.graph(), context.engine.tree());
    jgf::named_set(text, graph, tree).map_err(|e| {
        let kind = match e.kind() {
            JgfErrorKind::NoSuchVertex { .. }
            | JgfErrorKind::PathsDisagree { .. }
            | JgfErrorKind::Inconsistent { .. }
            | JgfErrorKind::NoSuchEdge { .. } => UpdateErrorKind::Absent,
            _ => UpdateErrorKind::Invalid,
        };
        UpdateError::Refused { kind, message: e.reference_text(), detail: e.detail() }
    })
}
