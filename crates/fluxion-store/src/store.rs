//! The store itself: what is kept of a graph, and the one door through which it changes.

use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use fluxion_context::{Action, Change, Clock, Context, EdgeWeight, Job, JobId, Options};
use rustc_hash::FxHasher;

use crate::answer::{Answered, RequestError};
use crate::command::{JobName, KeyedCommand};
use crate::commit::Commit;
use crate::created_by::CreatedBy;
use crate::graph_time::GraphTime;
use crate::job_keys::JobKeys;
use crate::load_source::LoadSource;
use crate::request_keys::{Earlier, RequestId, RequestKeys};
use crate::revision::{CommitError, Incarnation, Revision};

/// What a job key takes in both tables of keys, about.
const KEY: u64 = 256;

/// A graph as it is kept. A clone is independent, and shares with the sourceal what neither has changed since: it costs a
/// pointer per block of the tables of context and keys.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) context: Context,
    options: Options,
    pub(crate) source: Option<LoadSource>,
    pub(crate) created_by: Option<Arc<CreatedBy>>,
    pub(crate) incarnation: Incarnation,
    pub(crate) revision: Revision,
    pub(crate) time: GraphTime,
    pub(crate) job_keys: JobKeys,
    pub(crate) request_keys: RequestKeys<Result<Answered, RequestError>>,
}

impl Store {
    /// A graph that was just loaded, with the options by which it was.
    pub fn new(context: Context, options: Options, incarnation: Incarnation) -> Self {
        Self {
            context,
            options,
            source: None,
            created_by: None,
            incarnation,
            revision: Revision::FIRST,
            time: GraphTime::default(),
            job_keys: JobKeys::default(),
            request_keys: RequestKeys::default(),
        }
    }

    /// The same, with what it was loaded from. No part of what there is: it answers nothing.
    #[must_use]
    pub fn loaded_from(self, source: LoadSource) -> Self {
        Self { source: Some(source), ..self }
    }

    /// The same, with the request by which it was created. No part of what there is: the store itself answers no such
    /// request.
    #[must_use]
    pub fn asked_for_by(self, request: RequestId) -> Self {
        let graph = self.context.graph();
        let (vertices, edges) = (graph.vertex_count() as u64, graph.edge_count() as u64);
        let options = self.options.clone();
        let created_by = CreatedBy { request, options, vertices, edges };
        Self { created_by: Some(Arc::new(created_by)), ..self }
    }

    /// The same as a graph of its own, which goes on from where this one is. Nobody has asked for it by the request, or
    /// loaded it from the text, that made this one.
    #[must_use]
    pub fn forked(&self, incarnation: Incarnation) -> Self {
        Self { incarnation, source: None, created_by: None, ..self.clone() }
    }

    /// Does what a commit says. Nothing else changes a store, but for what is carried to the next commit
    /// ([`Store::pending`]).
    ///
    /// # Errors
    /// [`CommitError`] if it does not follow the last one; nothing has changed.
    pub fn apply(&mut self, commit: &Commit) -> Result<(), CommitError> {
        self.check_place(commit)?;
        self.context.apply(&commit.change)?;
        self.conclude(commit);
        Ok(())
    }

    /// As [`Store::apply`]; tells which edges a booking has weighed, and how.
    pub(crate) fn apply_weighed(
        &mut self,
        commit: &Commit,
    ) -> Result<Vec<EdgeWeight>, CommitError> {
        self.check_place(commit)?;
        let weights = self.context.apply_weighed(&commit.change)?;
        self.conclude(commit);
        Ok(weights)
    }

    /// What a commit says beside what happens to the graph.
    fn conclude(&mut self, commit: &Commit) {
        self.revision = commit.revision;
        self.time.commit(commit.time);
        if let Some(Action::Book { job, .. }) = commit.change.action {
            self.job_keys.assign(job, &commit.job_key);
            let context = &self.context;
            self.job_keys.forget_all_but(context.job_count(), |job| context.job(job).is_some());
        }
        for answer in &commit.answers {
            self.request_keys.remember(Arc::clone(answer));
        }
        self.request_keys.commit();
    }

    fn check_place(&self, commit: &Commit) -> Result<(), CommitError> {
        let (expected, found) = (self.incarnation, commit.incarnation);
        if expected != found {
            return Err(CommitError::Incarnation { expected, found });
        }
        let (expected, found) = (self.revision_after(Some(&commit.change)), commit.revision);
        if expected != found {
            return Err(CommitError::Revision { expected, found });
        }
        Ok(())
    }

    /// What moved since the last commit, as a commit of its own: to be recorded before the store is put away. Nothing if
    /// nothing did.
    pub fn pending(&self) -> Option<Commit> {
        let (carried, answers) = (self.context.carried(), self.request_keys.uncommitted());
        let moved = !carried.is_empty() || !answers.is_empty();
        moved.then(|| Commit {
            incarnation: self.incarnation,
            revision: self.revision,
            time: self.now(),
            change: Change { carried, action: None },
            job_key: String::new(),
            subject: None,
            answers,
        })
    }

    /// The next job gets no number below `least`: numbers that an earlier life of the graph has given are not given again.
    /// What that moves is carried to the next commit.
    pub fn number_from(&mut self, least: JobId) {
        self.context.number_from(least);
    }

    /// Tells what time it is, in seconds since 1970. That of a graph never goes back, and one without a clock has none.
    pub fn tell_time(&mut self, now: i64) {
        if self.options.clock == Clock::System {
            self.time.tell(now);
        }
    }

    // --- what can be read ---

    /// What time it is on the axis of the graph: what was told last, or what it was at the last commit if that is later; 0
    /// if it has no clock.
    pub fn now(&self) -> i64 {
        self.time.now()
    }

    /// What the graph, its jobs, their keys and the answers that are remembered take, in bytes, about. O(1).
    pub fn footprint(&self) -> u64 {
        let keys = self.job_keys.len() as u64 * KEY;
        self.context.footprint() + keys + self.request_keys.bytes() as u64
    }

    /// The graph with its jobs.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// How it was loaded.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The request by which it was created, if that may be repeated.
    pub fn created_by(&self) -> Option<&Arc<CreatedBy>> {
        self.created_by.as_ref()
    }

    /// What it was loaded from, if that is known.
    pub fn source(&self) -> Option<LoadSource> {
        self.source
    }

    /// Which load of the graph it is.
    pub fn incarnation(&self) -> Incarnation {
        self.incarnation
    }

    /// How often it has changed.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The key of a job; empty if it has none.
    pub fn job_key(&self, job: JobId) -> &str {
        self.job_keys.key(job)
    }

    /// A job of the table, by number or by key.
    ///
    /// # Errors
    /// [`RequestError::UnknownJob`] if it was never placed, or is forgotten.
    pub fn job(&self, name: &JobName) -> Result<Job, RequestError> {
        let id = match name {
            JobName::Id(id) => Some(*id),
            JobName::Key(key) => self.job_keys.job(key),
        };
        let job = id.and_then(|id| self.context.job(id));
        job.ok_or_else(|| RequestError::UnknownJob(name.to_string()))
    }

    /// Whether a request was answered before.
    pub fn is_repeat(&self, request: &KeyedCommand) -> bool {
        let earlier = request.id.as_ref().map(|id| self.request_keys.find(id));
        matches!(earlier, Some(Earlier::Answered(_) | Earlier::OtherContent))
    }

    /// Whether a live job has the key.
    pub(crate) fn is_taken(&self, key: &str) -> bool {
        let job = self.job_keys.job(key).and_then(|job| self.context.job(job));
        job.is_some_and(|job| job.state.is_live())
    }

    /// A number for all that can influence what the store answers: graph, jobs, next number, keys, revision and time. It may
    /// change from version to version. O(graph + jobs + keys).
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = FxHasher::default();
        (self.context.fingerprint(), self.context.next_job()).hash(&mut hasher);
        (self.incarnation, self.revision).hash(&mut hasher);
        // what was kept before there were clocks has the number that it had
        Some(self.time.committed())
            .filter(|time| *time > 0)
            .iter()
            .for_each(|time| time.hash(&mut hasher));
        (&self.job_keys, &self.request_keys).hash(&mut hasher);
        hasher.finish()
    }
}
