//! What the thread of a graph owns: the store, and figures about its calls.

#![expect(clippy::disallowed_methods, reason = "how long a match takes is told to clients")]

use std::sync::{Arc, Mutex};
use std::time::Instant;

use fluxion_context::{Budget, Exhausted, JobId, MatchErrorKind, MatchFault, Stop, WriteError};
use fluxion_store::journal::{Event, SnapshotHead};
use fluxion_store::{
    Answer, Answered, Command, Commit, CommitError, JobName, KeyedCommand, Proposal, RequestError,
    Store,
};
use tokio::sync::oneshot;

use crate::measures::match_measures::{MatchMeasures, MatchOutcome};
use crate::transport::asked_by::AskedBy;
use crate::transport::journal::{Gate, GraphJournal, Recorded, write_snapshot};
use crate::transport::memory::{Counted, Memory};
use crate::transport::seen::{Figures, Seen, View};
use crate::transport::sizes::{additions, counts, touches};
use crate::transport::timing::{Happened, Timing};
use crate::transport::totals::Occupied;
use crate::transport::unconfirmed::{Booked, Unconfirmed};
use crate::transport::views::Views;
use crate::transport::wall_clock::WallClock;
use crate::transport::watch::{Heralds, Ring, Told};

/// Within this much a request is brief: visits, bytes of a jobspec, bytes that are printed, vertices that a job holds.
const BRIEF_VISITS: u64 = 256;
const BRIEF_JOBSPEC: usize = 4 << 10;
const BRIEF_TEXT: usize = 64 << 10;
const BRIEF_CANCEL: usize = 256;

/// A commit that touches more vertices takes several milliseconds.
const MANY_VERTICES: usize = 16 << 10;

/// A graph as it is served.
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) store: Store,
    figures: Figures,
    /// What the call may spend that has its turn.
    pub(crate) budget: Budget,
    /// Ends it, or interrupts it.
    pub(super) stop: Stop,
    /// Who makes it.
    pub(crate) by: AskedBy,
    memory: Arc<Memory>,
    /// What the graph and its jobs take; who looks has a part in it.
    held: Arc<Counted>,
    /// What is counted for the graph of which it is a fork: so many bytes of its own, and the account of that.
    shared: Option<(u64, Arc<Counted>)>,
    unconfirmed: Unconfirmed,
    /// Where it is written down; nothing if it is kept in memory only.
    journal: Option<Arc<GraphJournal>>,
    measures: Arc<MatchMeasures>,
    /// Its part of what all graphs have.
    occupied: Arc<Occupied>,
    /// What time it is, and what is to happen by itself.
    pub(super) timing: Timing,
    /// What stands for the graph while it is busy.
    pub(super) views: Arc<Views>,
    /// For those who watch: what has happened, and who tells them; nothing where nobody can.
    watched: Option<(Arc<Ring>, Arc<Heralds>)>,
}

/// What can be told of a graph without waiting for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) revision: u64,
    pub(crate) vertices: u64,
    pub(crate) edges: u64,
    pub(crate) live_jobs: u64,
}

impl Serving {
    /// A graph that took `load` seconds to load.
    pub(crate) fn new(store: Store, load: f64, memory: &Arc<Memory>) -> Self {
        let held = Arc::new(memory.note(store.footprint()));
        let (figures, memory) = (Figures { load, ..Figures::default() }, Arc::clone(memory));
        Self {
            store,
            figures,
            unconfirmed: Unconfirmed::default(),
            budget: Budget::UNLIMITED,
            stop: Stop::default(),
            by: AskedBy::default(),
            memory,
            held,
            shared: None,
            journal: None,
            measures: Arc::default(),
            occupied: Arc::default(),
            timing: Timing::default(),
            views: Arc::default(),
            watched: None,
        }
    }

    /// The same, counted there from now on.
    pub(crate) fn measured(self, measures: Arc<MatchMeasures>) -> Self {
        Self { measures, ..self }
    }

    /// The same; what it has counts there from now on.
    pub(crate) fn counted(self, occupied: Arc<Occupied>) -> Self {
        occupied.set(counts(&self.store));
        Self { occupied, ..self }
    }

    /// The same, by this clock from now on. O(jobs).
    pub(crate) fn timed(mut self, clock: WallClock) -> Self {
        self.timing = Timing::of(&mut self.store, clock);
        self
    }

    /// The same, written down from now on.
    pub(crate) fn recorded(self, journal: Arc<GraphJournal>) -> Self {
        Self { journal: Some(journal), ..self }
    }

    /// The same; what happens is told there from now on.
    pub(crate) fn watched(self, ring: Arc<Ring>, heralds: Arc<Heralds>) -> Self {
        ring.begin(self.store.revision().0);
        Self { watched: Some((ring, heralds)), ..self }
    }

    /// The same, a fork of a graph that takes so much: three quarters of what it has now are counted there.
    pub(crate) fn sharing(self, origin: &Arc<Counted>) -> Self {
        let shared = self.store.footprint() / 4 * 3;
        let forked = Self { shared: Some((shared, Arc::clone(origin))), ..self };
        forked.held.set(forked.own_bytes());
        forked
    }

    /// What the graph and its jobs take that is counted nowhere else.
    fn own_bytes(&self) -> u64 {
        let shared = self.shared.as_ref().map_or(0, |(bytes, _)| *bytes);
        self.store.footprint().saturating_sub(shared)
    }

    /// The same; views of it are there.
    pub(crate) fn viewed(self, views: Arc<Views>) -> Self {
        Self { views, ..self }
    }

    /// As whoever has the turn sees it.
    pub(crate) fn seen(&self) -> Seen<'_> {
        Seen {
            store: &self.store,
            budget: &self.budget,
            figures: &self.figures,
            unconfirmed: &self.unconfirmed,
            late: self.timing.late().map(|late| &**late),
            held: &self.held,
            memory: &self.memory,
            synced: self.journal.as_ref().map(|journal| journal.synced()),
        }
    }

    /// A view of it as it is, which stands for it from now on until it changes. O(blocks of the tables), if there is none.
    pub(crate) fn view(&self) -> Arc<View> {
        let is_current = |view: &Arc<View>| view.store.now() == self.store.now();
        if let Some(view) = self.views.current().filter(is_current) {
            return view;
        }
        let view = Arc::new(View {
            store: self.store.clone(),
            figures: self.figures,
            unconfirmed: self.unconfirmed.clone(),
            late: self.timing.late().cloned(),
            held: Arc::clone(&self.held),
            memory: Arc::clone(&self.memory),
            synced: self.seen().synced,
            gate: self.gate(),
            asked: Mutex::default(),
        });
        self.views.publish(Arc::clone(&view));
        view
    }

    /// What an answer has to wait for that has seen the graph as it is.
    pub(crate) fn gate(&self) -> Option<Arc<Gate>> {
        self.journal.as_ref()?.gate()
    }

    /// Whether nothing that is done counts any more.
    pub(crate) fn is_over(&self) -> bool {
        self.journal.as_ref().is_some_and(|journal| journal.is_closed() || journal.is_lost())
    }

    /// [`Serving::execute`] for a request that takes some tens of microseconds; none if it would take longer, and then
    /// nothing has changed. One with a key is never brief: a refusal may be remembered.
    pub(crate) fn execute_if_brief(
        &mut self,
        request: &KeyedCommand,
    ) -> Option<Result<Answered, RequestError>> {
        if request.id.is_some() || !self.may_be_brief(&request.command) {
            return None;
        }
        let start = Instant::now();
        let most = self.budget.largest_text().min(BRIEF_TEXT);
        self.budget = self.budget.clone().with_visits(BRIEF_VISITS).with_largest_text(most);
        let result = self.carry_out(request, start);
        match &result {
            Err(error) if is_cut_short(error) => None,
            _ => Some(self.conclude(request, start, result)),
        }
    }

    /// Whether what a request costs is known to be little, but for the visits and the text of a match.
    fn may_be_brief(&self, command: &Command) -> bool {
        match command {
            Command::Match { jobspec, wanted, .. } => {
                jobspec.len() <= BRIEF_JOBSPEC && wanted.policy.is_none()
            }
            Command::Cancel { job } => self
                .store
                .job(job)
                .is_ok_and(|job| self.store.context().grants_of(job.id) <= BRIEF_CANCEL),
            _ => false,
        }
    }

    /// As [`Serving::execute`]; where somebody had to seek a view of late, one stands for the graph meanwhile if it is not brief.
    pub(crate) fn execute_with_a_view(
        &mut self,
        request: &KeyedCommand,
    ) -> Result<Answered, RequestError> {
        if self.views.is_sought_of_late() {
            let whole = self.budget.clone();
            if let Some(result) = self.execute_if_brief(request) {
                return result;
            }
            self.budget = whole;
            self.view();
        }
        self.execute(request)
    }

    /// Decides a request and does what was decided.
    pub(crate) fn execute(&mut self, request: &KeyedCommand) -> Result<Answered, RequestError> {
        let start = Instant::now();
        let is_repeat = self.store.is_repeat(request);
        let result = self.carry_out_twice(request, start);
        if request.id.is_some() {
            self.record_promise();
        }
        if !is_repeat {
            return self.conclude(request, start, result);
        }
        if let Some(job) = booked(request, &result) {
            self.unconfirmed.confirm(job);
        }
        result
    }

    /// Carries it out, and once more after an interruption, when a view stands for the graph.
    fn carry_out_twice(
        &mut self,
        request: &KeyedCommand,
        start: Instant,
    ) -> Result<Answered, RequestError> {
        self.views.begin(&self.stop);
        let mut result = self.carry_out(request, start);
        let is_interrupted = result.as_ref().is_err_and(RequestError::is_stopped);
        if is_interrupted && self.stop.resume() {
            self.budget.give_back();
            self.view();
            result = self.carry_out(request, start);
        }
        self.views.end(&self.stop);
        result
    }

    fn carry_out(
        &mut self,
        request: &KeyedCommand,
        start: Instant,
    ) -> Result<Answered, RequestError> {
        self.unconfirmed.confirm_named(&request.command, &self.store);
        if matches!(request.command, Command::Shrink { .. }) {
            // the other graph is made beside this one
            self.budget.take(self.held.bytes())?;
        }
        let elapsed = || start.elapsed().as_secs_f64();
        let Proposal { answered, commit } = self.store.decide(request, &self.budget, &elapsed)?;
        if let Some(commit) = commit {
            self.budget.take(commit.footprint())?;
            self.make_room(&request.command)?;
            self.occupied.take(additions(&answered.answer, &commit))?;
            self.do_and_record(commit)?;
            self.held.set(self.own_bytes());
        }
        Ok(answered)
    }

    /// Does what a commit says, and records it if there is a journal. A view stands for the graph meanwhile if that takes long.
    fn do_and_record(&mut self, commit: Commit) -> Result<(), CommitError> {
        if touches(&self.store, &commit) > MANY_VERTICES {
            self.view();
        }
        let done = self.apply_and_record(commit);
        self.occupied.set(counts(&self.store));
        done
    }

    fn apply_and_record(&mut self, commit: Commit) -> Result<(), CommitError> {
        let told = self.watched.is_some().then(|| Told::of(&commit, &self.by)).flatten();
        let Some(journal) = &self.journal else {
            self.store.apply(&commit)?;
            self.views.withdraw();
            self.timing.note(&commit.change, &self.store);
            self.tell(told);
            return Ok(());
        };
        let settled = self.store.settle(commit)?;
        self.views.withdraw();
        self.timing.note(&settled.commit().change, &self.store);
        // if it is closed, the graph is gone, and so are its answers
        let recorded = journal.record(&self.by, Event::Committed(settled));
        if recorded.is_ok() {
            self.tell(told);
        }
        if recorded == Ok(Recorded::Enough) {
            drop(self.snapshot());
        }
        Ok(())
    }

    /// Tells those who watch what was done.
    fn tell(&self, told: Option<Told>) {
        if let (Some((ring, heralds)), Some(told)) = (&self.watched, told) {
            ring.push(told);
            heralds.news();
        }
    }

    /// Looks at the clock. Whether something is to be done before anything else.
    pub(crate) fn is_due(&mut self) -> bool {
        self.timing.tell(&mut self.store);
        self.timing.is_due(&self.store)
    }

    /// Does all that is due: reservations begin, and jobs whose time is over end. Tells what has happened.
    pub(crate) fn catch_up(&mut self) -> Happened {
        let mut happened = Happened::default();
        self.by = AskedBy::default();
        while !self.is_over()
            && let Some(commit) = self.timing.due(&self.store)
        {
            happened.note(commit.change.action.as_ref());
            if self.views.is_wanted() {
                self.view();
            }
            if let Err(error) = self.do_and_record(commit) {
                tracing::error!(%error, "what was due was not done");
                break;
            }
        }
        happened.note_late(self.timing.newly_late());
        self.held.set(self.own_bytes());
        happened
    }

    /// Begins a snapshot; told when it is written. Nothing if there is no journal, or another one is being made.
    pub(crate) fn snapshot(&self) -> Option<oneshot::Receiver<SnapshotHead>> {
        let copy = self.journal.as_ref()?.copy(&self.store)?;
        Some(write_snapshot(copy))
    }

    /// Records what is carried and, if there is anything new, all there is: the server ends.
    pub(crate) fn put_away(&mut self) -> Option<oneshot::Receiver<SnapshotHead>> {
        self.record_pending();
        let has_news = self.journal.as_ref().is_some_and(|journal| journal.has_news());
        if has_news { self.snapshot() } else { None }
    }

    /// Records what is carried, if anything is.
    fn record_pending(&mut self) {
        if let Some(pending) = self.store.pending().filter(|_| self.journal.is_some())
            && let Err(error) = self.do_and_record(pending)
        {
            tracing::error!(%error, "what is carried was not recorded");
        }
    }

    /// An answer that changes nothing is a promise all the same: it will be given again.
    fn record_promise(&mut self) {
        let has_answers = |commit: &Commit| !commit.answers.is_empty();
        if self.journal.is_some() && self.store.pending().as_ref().is_some_and(has_answers) {
            self.record_pending();
        }
    }

    /// Notes how a request ended that was not answered before.
    fn conclude(
        &mut self,
        request: &KeyedCommand,
        start: Instant,
        result: Result<Answered, RequestError>,
    ) -> Result<Answered, RequestError> {
        if let Command::Match { operation, .. } = request.command {
            let (time, outcome) = (start.elapsed(), outcome(&result));
            self.figures.count(result.is_ok(), time.as_secs_f64());
            let visits = self.store.context().visits();
            self.measures.visits.count(visits.preorder + visits.postorder);
            self.measures.seconds(operation, outcome).iter().for_each(|all| all.time(time));
        }
        if let Some(job) = booked(request, &result) {
            let request_key = request.id.as_ref().map(|id| Arc::clone(&id.key));
            let booked = Booked { since: start, request_key: request_key.unwrap_or_default() };
            self.unconfirmed.add(job, booked, &self.store);
        }
        result
    }

    /// Takes what a change of the graph needs while somebody looks at the old one: a copy.
    fn make_room(&mut self, command: &Command) -> Result<(), Exhausted> {
        let changes_graph = matches!(
            command,
            Command::SetProperty { .. } | Command::Grow { .. } | Command::Shrink { .. }
        );
        if changes_graph {
            self.views.withdraw();
            if Arc::strong_count(&self.held) > 1 {
                self.held = Arc::new(self.memory.hold(self.held.bytes())?);
            }
        }
        Ok(())
    }

    /// Cancels a job whose client left before it heard of it.
    pub(crate) fn take_back(&mut self, job: JobId) {
        tracing::info!(%job, "the client left before its answer was sent: the job is rolled back");
        let command = Command::Cancel { job: JobName::Id(job) };
        // It may be gone already, if another client guessed its number.
        let _ = self.execute(&KeyedCommand { id: None, command });
    }

    /// O(1).
    pub(crate) fn summary(&self) -> Summary {
        let graph = self.store.context().graph();
        Summary {
            revision: self.store.revision().0,
            vertices: graph.vertex_count() as u64,
            edges: graph.edge_count() as u64,
            live_jobs: self.store.context().live_jobs() as u64,
        }
    }
}

/// Whether a request ended because it was to be brief.
fn is_cut_short(error: &RequestError) -> bool {
    let RequestError::Match(error) = error else { return false };
    error.kind() == MatchErrorKind::Budget
        || matches!(error.reason, MatchFault::Writer(WriteError::TooLarge { .. }))
}

/// How a match ended.
fn outcome(result: &Result<Answered, RequestError>) -> MatchOutcome {
    match result {
        Ok(_) => MatchOutcome::Matched,
        Err(RequestError::Match(error) | RequestError::Explained(error, _)) => match error.kind() {
            MatchErrorKind::Busy => MatchOutcome::Busy,
            MatchErrorKind::Unsatisfiable => MatchOutcome::Unsatisfiable,
            MatchErrorKind::Budget | MatchErrorKind::Stopped => MatchOutcome::Ended,
            _ => MatchOutcome::Refused,
        },
        Err(_) => MatchOutcome::Refused,
    }
}

/// The job that a match has booked.
fn booked(request: &KeyedCommand, result: &Result<Answered, RequestError>) -> Option<JobId> {
    match (&request.command, result) {
        (
            Command::Match { operation, .. },
            Ok(Answered { answer: Answer::Matched(matched), .. }),
        ) => operation.books().then_some(matched.job),
        _ => None,
    }
}
