//! From a request to its answer and its commit. Nothing changes here but what is carried to the next commit.

use std::sync::Arc;

use fluxion_context::{
    Budget, Change, Clock, Decided as Planned, Extent, GRAPH_END, MatchOperation, Removal,
    UpdateTime,
};

use crate::answer::{Answer, Answered, RequestError, WindowAnswer};
use crate::command::{Command, JobName, KeyedCommand, Target};
use crate::commit::Commit;
use crate::request_keys::{Earlier, Remembered, RequestId};
use crate::revision::Revision;
use crate::store::Store;
use crate::subject::NamedVertices;
use crate::window_request::WindowRequest;

/// What a request comes to.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What its caller is told.
    pub answered: Answered,
    /// What is to be applied before; nothing where nothing changes.
    pub commit: Option<Commit>,
}

/// An answer with the change that makes it true, the key of the job that is booked, and what vertices are called.
struct Plan {
    answer: Answer,
    change: Option<Change>,
    job_key: String,
    subject: Option<NamedVertices>,
}

impl Plan {
    fn of<T>(planned: Planned<T>, answer: impl FnOnce(T) -> Answer) -> Self {
        let Planned { answer: told, change } = planned;
        Self { answer: answer(told), change, job_key: String::new(), subject: None }
    }

    fn with_key(self, job_key: &str) -> Self {
        Self { job_key: job_key.to_owned(), ..self }
    }

    fn about(self, subject: NamedVertices) -> Self {
        Self { subject: Some(subject), ..self }
    }
}

impl Store {
    /// What a request comes to, within a budget. One that was answered before, under the same key, is answered as then; a refusal that may
    /// pass ([`RequestError::may_pass`]) is no answer. `elapsed` is asked
    /// for the seconds since the request had its turn.
    ///
    /// # Errors
    /// [`RequestError`]; nothing has changed.
    pub fn decide(
        &mut self,
        request: &KeyedCommand,
        budget: &Budget,
        elapsed: &dyn Fn() -> f64,
    ) -> Result<Proposal, RequestError> {
        let Some(id) = &request.id else {
            let plan = self.plan(&request.command, budget)?;
            return Ok(self.decided(plan, None, elapsed()));
        };
        match self.request_keys.find(id) {
            Earlier::Answered(answer) => {
                return answer.clone().map(|answered| Proposal { answered, commit: None });
            }
            Earlier::OtherContent => return Err(RequestError::KeyReused),
            Earlier::Unknown => {}
        }
        let decided =
            self.plan(&request.command, budget).map(|plan| self.decided(plan, Some(id), elapsed()));
        match &decided {
            Ok(Proposal { commit: Some(_), .. }) => {}
            Ok(Proposal { answered, .. }) => self.remember(id, Ok(answered.clone())),
            Err(error) if error.may_pass() => {}
            Err(error) => self.remember(id, Err(error.unexplained())),
        }
        decided
    }

    /// What is answered without a change is carried to the next commit.
    fn remember(&mut self, id: &RequestId, answer: Result<Answered, RequestError>) {
        self.request_keys.remember(Arc::new(Remembered { id: id.clone(), answer }));
    }

    fn decided(&self, plan: Plan, id: Option<&RequestId>, seconds: f64) -> Proposal {
        let Plan { answer, change, job_key, subject } = plan;
        let revision = self.revision_after(change.as_ref());
        let answered = Answered { answer, revision, seconds };
        let commit = change.map(|change| {
            let own = id.map(|id| Remembered { id: id.clone(), answer: Ok(answered.clone()) });
            let mut answers = self.request_keys.uncommitted();
            answers.extend(own.map(Arc::new));
            let (incarnation, time) = (self.incarnation, self.now());
            let subject = subject.map(Arc::new);
            Commit { incarnation, revision, time, change, job_key, subject, answers }
        });
        Proposal { answered, commit }
    }

    /// A commit that nobody has asked for.
    pub(crate) fn own_commit(&self, change: Change) -> Commit {
        Commit {
            incarnation: self.incarnation,
            revision: self.revision_after(Some(&change)),
            time: self.now(),
            change,
            job_key: String::new(),
            subject: None,
            answers: self.request_keys.uncommitted(),
        }
    }

    /// The time of a match or a question: that of the graph, or that of whoever asks if the graph has no clock.
    ///
    /// # Errors
    /// [`RequestError::TimeGiven`]: the graph has a clock, and another time than 0 is asked for.
    pub fn time_of_match(&self, asked: i64) -> Result<i64, RequestError> {
        match (self.options().clock, asked) {
            (Clock::Manual, asked) => Ok(asked),
            (Clock::System, 0) => Ok(self.now()),
            (Clock::System, asked) => Err(RequestError::TimeGiven(asked)),
        }
    }

    /// When an update books something: from now on, if the graph has a clock and no start is given.
    fn time_of_update(&self, asked: UpdateTime) -> UpdateTime {
        let now = self.now();
        match asked.start {
            0 => UpdateTime { start: now, duration: asked.duration.min(GRAPH_END - now), now },
            _ => UpdateTime { now, ..asked },
        }
    }

    /// The revision after a change: the next one if anything is done.
    pub(crate) fn revision_after(&self, change: Option<&Change>) -> Revision {
        match change.and_then(|change| change.action.as_ref()) {
            Some(_) => self.revision.next(),
            None => self.revision,
        }
    }

    fn plan(&mut self, command: &Command, budget: &Budget) -> Result<Plan, RequestError> {
        match command {
            Command::Match { operation, jobspec, now, wanted, job_key } => {
                self.refuse_taken_by(*operation, job_key)?;
                let now = self.time_of_match(*now)?;
                let planned = self.context.decide_match(*operation, jobspec, now, wanted, budget);
                let planned = planned.map_err(|error| self.no_match(error, now))?;
                Ok(Plan::of(planned, Answer::Matched).with_key(job_key))
            }
            Command::Cancel { job } => self.plan_cancel(job),
            Command::Retime { job, end } => {
                let job = self.job(job)?.id;
                let planned = self.context.decide_retime(job, *end)?;
                Ok(Plan::of(planned, |window| Answer::Retimed(job, window)))
            }
            Command::PartialCancel { job, format, resources } => {
                let job = self.job(job)?.id;
                let planned = self.context.decide_partial_cancel(*format, resources, job);
                let planned = planned.map_err(|error| RequestError::PartialCancel(job, error))?;
                Ok(Plan::of(planned, |remainder| Answer::Released(job, remainder)))
            }
            Command::Update { job, job_key, format, resources, time } => {
                self.refuse_taken(job_key)?;
                let time = self.time_of_update(*time);
                let planned = self.context.decide_update(*format, resources, *job, time, budget);
                let planned = planned.map_err(|error| RequestError::Update(*job, error))?;
                Ok(Plan::of(planned, Answer::Updated).with_key(job_key))
            }
            Command::Mark { target, extent, status } => {
                let planned = self.context.decide_mark(target.borrowed(), *extent, *status)?;
                let subject = NamedVertices::new(target.clone(), *extent);
                Ok(Plan::of(planned, Answer::Marked).about(subject))
            }
            Command::SetProperty { path, key, value } => {
                let planned = self.context.decide_property(path, key, value);
                if planned.answer == 0 {
                    return Err(RequestError::NoSuchPath(path.clone()));
                }
                let subject = NamedVertices::new(Target::Path(path.clone()), Extent::Vertex);
                Ok(Plan::of(planned, Answer::PropertySet).about(subject))
            }
            Command::Grow { jgf } => {
                Ok(Plan::of(self.context.decide_attach(jgf, budget)?, Answer::Grown))
            }
            Command::Shrink { target, held } => {
                let planned = self.context.decide_remove(target.borrowed(), *held)?;
                let Planned { answer: Removal { vertices, losses }, change } = planned;
                let planned = Planned { answer: vertices, change };
                let subject =
                    NamedVertices { losses, ..NamedVertices::new(target.clone(), Extent::Subtree) };
                Ok(Plan::of(planned, Answer::Shrunk).about(subject))
            }
            Command::SetWindow(window) => self.plan_set_window(window, budget),
            Command::DropWindow { name } => {
                let change = Some(self.context.decide_end_of_window(name)?);
                Ok(Plan::of(Planned { answer: (), change }, |()| Answer::WindowDropped))
            }
        }
    }

    fn plan_set_window(
        &mut self,
        window: &WindowRequest,
        budget: &Budget,
    ) -> Result<Plan, RequestError> {
        let planned = self.plan_window(window, budget)?;
        let name = window.name.as_str().into();
        Ok(Plan::of(planned, |conflicts| Answer::WindowSet(WindowAnswer { name, conflicts })))
    }

    /// A match that books needs a key of its own.
    fn refuse_taken_by(
        &self,
        operation: MatchOperation,
        job_key: &str,
    ) -> Result<(), RequestError> {
        if operation.books() { self.refuse_taken(job_key) } else { Ok(()) }
    }

    fn plan_cancel(&self, job: &JobName) -> Result<Plan, RequestError> {
        let job = self.job(job)?.id;
        let planned = self.context.decide_cancel(job)?;
        Ok(Plan::of(planned, |counts| Answer::Cancelled(job, counts)))
    }

    fn refuse_taken(&self, job_key: &str) -> Result<(), RequestError> {
        if self.is_taken(job_key) {
            Err(RequestError::JobExists(job_key.to_owned()))
        } else {
            Ok(())
        }
    }
}
