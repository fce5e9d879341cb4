//! One thing that happened to a graph, with all that is needed to do it again.

use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use fluxion_context::{Action, Change, JobId, Weighing};
use prost::Message as _;

use crate::commit::Commit;
use crate::created_by::CreatedBy;
use crate::journal::answers::{self, Refusals, kept, put_answer, put_request};
use crate::journal::changes::{self, action, put_action, put_carried};
use crate::journal::error::DecodeError;
use crate::journal::snapshot;
use crate::journal::subjects::{put_subject, subject};
use crate::journal::wire::{self, record::Kind};
use crate::request_keys::RequestId;
use crate::revision::{CommitError, Incarnation, Revision};
use crate::store::Store;

/// A moment, in nanoseconds since 1970. This crate reads no clock: whoever writes tells the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

/// One thing that happened, and who wanted it.
#[derive(Clone, Debug)]
pub struct Record {
    /// When the server did it.
    pub time: Time,
    /// Who asked for it; empty if nobody is known.
    pub principal: String,
    /// What the client calls its request; empty if nothing.
    pub request_id: String,
    /// What happened.
    pub event: Event,
}

/// What happened to a graph.
#[derive(Clone, Debug)]
pub enum Event {
    /// It was created. Always the first record.
    Created {
        /// Its name.
        name: String,
        /// What there was then.
        store: Box<Store>,
    },
    /// It was dropped, or another graph took its place. Always the last record.
    Dropped {
        /// No job of it had this number or a later one; 0 if that was not noted.
        next_job: JobId,
        /// The request by which it was dropped, if that may be repeated.
        request: Option<RequestId>,
        /// That by which it was created, if it may be repeated.
        created_by: Option<Arc<CreatedBy>>,
    },
    /// Something was done.
    Committed(Settled),
}

/// A commit that was applied, with all that came of it: applying it elsewhere derives nothing ([`Store::settle`]).
#[derive(Clone, Debug)]
pub struct Settled {
    /// The commit. Edges are weighed as it says, and not otherwise.
    commit: Commit,
    /// The number that the next job gets after it.
    next_job: JobId,
}

impl Settled {
    /// The commit.
    pub fn commit(&self) -> &Commit {
        &self.commit
    }

    /// The number that the next job gets after it.
    pub fn next_job(&self) -> JobId {
        self.next_job
    }
}

impl Store {
    /// As [`Store::apply`]; gives back the commit as it is to be recorded. O(what the commit names).
    ///
    /// # Errors
    /// [`CommitError`] if it does not follow the last one; nothing has changed.
    pub fn settle(&mut self, mut commit: Commit) -> Result<Settled, CommitError> {
        let weights = self.apply_weighed(&commit)?;
        if let Some(Action::Book { weighing, .. }) = &mut commit.change.action {
            *weighing = if weights.is_empty() { Weighing::None } else { Weighing::Given(weights) };
        }
        Ok(Settled { commit, next_job: self.context.next_job() })
    }

    /// Does what was done elsewhere, or in an earlier life.
    ///
    /// # Errors
    /// [`CommitError`] if it does not follow the last commit. After [`CommitError::Number`] the store is of no use any more;
    /// after the others nothing has changed.
    pub fn replay(&mut self, settled: &Settled) -> Result<(), CommitError> {
        self.apply(&settled.commit)?;
        Ok(self.context.number_next(settled.next_job)?)
    }
}

impl Record {
    /// A record of something that was done for nobody in particular.
    pub fn new(time: Time, event: Event) -> Self {
        Self { time, principal: String::new(), request_id: String::new(), event }
    }

    /// Appends the record behind its length.
    pub fn encode(&self, refusals: &dyn Refusals, out: &mut Vec<u8>) {
        // a vector grows as it must
        let _ = self.message(refusals).encode_length_delimited(out);
    }

    fn message(&self, refusals: &dyn Refusals) -> wire::Record {
        let Self { time, principal, request_id, event } = self;
        let blank = wire::Record {
            time: time.0,
            principal: principal.clone(),
            request_id: request_id.clone(),
            ..wire::Record::default()
        };
        match event {
            Event::Created { name, store } => wire::Record {
                revision: store.revision().0,
                next_job: store.context().next_job().0,
                kind: Some(Kind::Created(wire::Created {
                    name: name.clone(),
                    snapshot: Some(snapshot::put_store(store, refusals)),
                })),
                ..blank
            },
            Event::Dropped { next_job, request, created_by } => wire::Record {
                next_job: next_job.0,
                kind: Some(Kind::Dropped(wire::Dropped {
                    request: request.as_ref().map(put_request),
                    created_by: created_by.as_deref().map(snapshot::put_created_by),
                })),
                ..blank
            },
            Event::Committed(Settled { commit, next_job }) => wire::Record {
                revision: commit.revision.0,
                next_job: next_job.0,
                carried: put_carried(&commit.change.carried),
                answers: commit.answers.iter().map(|kept| put_answer(kept, refusals)).collect(),
                graph_time: commit.time,
                subject: commit.subject.as_deref().map(put_subject),
                kind: put_action(commit.change.action.as_ref(), &commit.job_key),
                ..blank
            },
        }
    }

    /// Takes the first record off some bytes; it belongs to this load of a graph.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &mut Bytes, incarnation: Incarnation) -> Result<Self, DecodeError> {
        let length = prost::decode_length_delimiter(&mut *bytes)?;
        if length > bytes.remaining() {
            return Err(DecodeError::Malformed("a record that ends too early"));
        }
        let record = wire::Record::decode(bytes.split_to(length))?;
        let wire::Record { revision, time, next_job, principal, request_id, graph_time, .. } =
            record;
        let event = match record.kind.ok_or(DecodeError::UnknownKind("a record"))? {
            Kind::Created(wire::Created { name, snapshot }) => {
                let snapshot = snapshot.ok_or(DecodeError::Malformed("no snapshot"))?;
                let store = Box::new(snapshot::store(snapshot)?);
                if store.incarnation() != incarnation || store.revision().0 != revision {
                    return Err(DecodeError::Malformed("a snapshot of another graph"));
                }
                Event::Created { name, store }
            }
            Kind::Dropped(wire::Dropped { request, created_by }) => Event::Dropped {
                next_job: JobId(next_job),
                request: request.map(answers::request),
                created_by: created_by.map(snapshot::created_by).transpose()?,
            },
            kind => {
                let (action, job_key) = action(kind)?;
                let carried = changes::carried(record.carried)?;
                let answers = record.answers.into_iter().map(kept).collect::<Result<_, _>>()?;
                let (revision, change) = (Revision(revision), Change { carried, action });
                let subject = record.subject.map(|told| Arc::new(subject(told)));
                let commit = Commit {
                    incarnation,
                    revision,
                    time: graph_time,
                    change,
                    job_key,
                    subject,
                    answers,
                };
                Event::Committed(Settled { commit, next_job: JobId(next_job) })
            }
        };
        Ok(Self { time: Time(time), principal, request_id, event })
    }
}
