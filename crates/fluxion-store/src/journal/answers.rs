//! Answers to requests that may be repeated, as they are written down. Refusals are kept as they were sent: what they were
//! made of is not known again.

use std::sync::Arc;

use bytes::Bytes;
use fluxion_context::{CancelCounts, JobId, Matched, Outcome, Remainder, TimeWindow};

use crate::answer::{Answer, Answered, Kept, RequestError, SentRefusal, WindowAnswer};
use crate::journal::error::DecodeError;
use crate::journal::varint::{pack, unpack};
use crate::journal::windows::{conflict, put_conflict};
use crate::journal::wire::{self, answer, text};
use crate::request_keys::{Remembered, RequestId, Weighty as _};
use crate::revision::Revision;

/// Tells what a refusal looks like on the wire: whoever answers requests knows.
pub trait Refusals {
    /// The status that is sent to who asked under `id`. What [`SentRefusal::weight`] says there does not count.
    fn sent(&self, id: &RequestId, refusal: &RequestError) -> SentRefusal;
}

impl<F: Fn(&RequestId, &RequestError) -> SentRefusal> Refusals for F {
    fn sent(&self, id: &RequestId, refusal: &RequestError) -> SentRefusal {
        self(id, refusal)
    }
}

pub(super) fn put_answer(kept: &Kept, refusals: &dyn Refusals) -> wire::Answer {
    let RequestId { key, fingerprint } = &kept.id;
    let (revision, seconds, answer) = match &kept.answer {
        Ok(answered) => (answered.revision.0, answered.seconds, put(&answered.answer)),
        Err(refusal) => {
            let sent = match refusal {
                RequestError::Sent(sent) => SentRefusal::clone(sent),
                refusal => refusals.sent(&kept.id, refusal),
            };
            let SentRefusal { code, message, details, .. } = sent;
            let weight = kept.answer.text_bytes() as u64;
            let details = details.into();
            (0, 0.0, answer::Answer::Refused(wire::Refused { code, message, details, weight }))
        }
    };
    let (request_key, fingerprint) = ((**key).to_owned(), *fingerprint);
    wire::Answer { request_key, fingerprint, revision, seconds, answer: Some(answer) }
}

pub(super) fn put_request(request: &RequestId) -> wire::Request {
    let RequestId { key, fingerprint } = request;
    wire::Request { request_key: (**key).to_owned(), fingerprint: *fingerprint }
}

pub(super) fn request(request: wire::Request) -> RequestId {
    let wire::Request { request_key, fingerprint } = request;
    RequestId { key: request_key.into(), fingerprint }
}

fn put(answer: &Answer) -> answer::Answer {
    match answer {
        Answer::Matched(matched) => answer::Answer::Matched(put_matched(matched)),
        Answer::Cancelled(job, CancelCounts { preorder, postorder }) => {
            let (job, preorder, postorder) = (job.0, *preorder, *postorder);
            answer::Answer::Cancelled(wire::CancelledJob { job, preorder, postorder })
        }
        Answer::Released(job, left) => {
            let holds_something = *left == Remainder::Something;
            answer::Answer::Released(wire::ReleasedJob { job: job.0, holds_something })
        }
        Answer::Retimed(job, TimeWindow { start, end }) => {
            let (job, start, end) = (job.0, *start, *end);
            answer::Answer::Retimed(wire::RetimedJob { job, start, end })
        }
        Answer::Updated(matched) => answer::Answer::Updated(put_matched(matched)),
        Answer::Marked(count) => answer::Answer::Marked(*count as u64),
        Answer::PropertySet(count) => answer::Answer::PropertySet(*count as u64),
        Answer::Grown(count) => answer::Answer::Grown(*count as u64),
        Answer::Shrunk(count) => answer::Answer::Shrunk(*count as u64),
        Answer::WindowSet(WindowAnswer { name, conflicts }) => {
            let (name, conflicts) = (name.to_string(), conflicts.iter().map(put_conflict));
            answer::Answer::WindowSet(wire::SetWindow { name, conflicts: conflicts.collect() })
        }
        Answer::WindowDropped => answer::Answer::WindowDropped(wire::DroppedWindow {}),
    }
}

fn put_matched(matched: &Matched) -> wire::Matched {
    let outcome = match matched.outcome {
        Outcome::Allocated => wire::Outcome::Allocated,
        Outcome::Reserved => wire::Outcome::Reserved,
        Outcome::Matched => wire::Outcome::Matched,
        Outcome::Satisfiable => wire::Outcome::Satisfiable,
    };
    wire::Matched {
        job: matched.job.0,
        outcome: outcome.into(),
        at: matched.at,
        resources: Some(put_text(&matched.resources)),
    }
}

fn put_text(text: &str) -> wire::Text {
    let form = match pack(text.as_bytes()) {
        Some(packed) => text::Form::Packed(packed.into()),
        None => text::Form::Plain(text.to_owned()),
    };
    wire::Text { form: Some(form) }
}

pub(super) fn kept(answer: wire::Answer) -> Result<Arc<Kept>, DecodeError> {
    let wire::Answer { request_key, fingerprint, revision, seconds, answer } = answer;
    let id = RequestId { key: request_key.into(), fingerprint };
    let told = match answer.ok_or(DecodeError::UnknownKind("an answer"))? {
        answer::Answer::Refused(refused) => Err(sent(refused)),
        told => Ok(Answered { answer: told_answer(told)?, revision: Revision(revision), seconds }),
    };
    Ok(Arc::new(Remembered { id, answer: told }))
}

fn sent(refused: wire::Refused) -> RequestError {
    let wire::Refused { code, message, details, weight } = refused;
    let (details, weight) = (details.to_vec(), usize::try_from(weight).unwrap_or(usize::MAX));
    RequestError::Sent(Arc::new(SentRefusal { code, message, details, weight }))
}

fn told_answer(answer: answer::Answer) -> Result<Answer, DecodeError> {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Ok(match answer {
        answer::Answer::Matched(told) => Answer::Matched(matched(told)?),
        answer::Answer::Updated(told) => Answer::Updated(matched(told)?),
        answer::Answer::Cancelled(wire::CancelledJob { job, preorder, postorder }) => {
            Answer::Cancelled(JobId(job), CancelCounts { preorder, postorder })
        }
        answer::Answer::Released(wire::ReleasedJob { job, holds_something }) => {
            let left = if holds_something { Remainder::Something } else { Remainder::Nothing };
            Answer::Released(JobId(job), left)
        }
        answer::Answer::Retimed(wire::RetimedJob { job, start, end }) => {
            Answer::Retimed(JobId(job), TimeWindow { start, end })
        }
        answer::Answer::Marked(vertices) => Answer::Marked(count(vertices)),
        answer::Answer::PropertySet(vertices) => Answer::PropertySet(count(vertices)),
        answer::Answer::Grown(vertices) => Answer::Grown(count(vertices)),
        answer::Answer::WindowSet(wire::SetWindow { name, conflicts }) => {
            let conflicts = conflicts.into_iter().map(conflict).collect::<Result<_, _>>()?;
            Answer::WindowSet(WindowAnswer { name: name.into(), conflicts })
        }
        answer::Answer::WindowDropped(_) => Answer::WindowDropped,
        answer::Answer::Shrunk(vertices) => Answer::Shrunk(count(vertices)),
        answer::Answer::Refused(_) => return Err(DecodeError::Malformed("a refusal")),
    })
}

fn matched(told: wire::Matched) -> Result<Matched, DecodeError> {
    let outcome = match told.outcome() {
        wire::Outcome::Allocated => Outcome::Allocated,
        wire::Outcome::Reserved => Outcome::Reserved,
        wire::Outcome::Matched => Outcome::Matched,
        wire::Outcome::Satisfiable => Outcome::Satisfiable,
        wire::Outcome::Unspecified => return Err(DecodeError::UnknownKind("an outcome")),
    };
    let resources = match told.resources.and_then(|text| text.form) {
        None => return Err(DecodeError::UnknownKind("a text")),
        Some(text::Form::Plain(text)) => text,
        Some(text::Form::Packed(packed)) => text_of(&packed)?,
    };
    Ok(Matched { job: JobId(told.job), outcome, at: told.at, resources })
}

fn text_of(packed: &Bytes) -> Result<String, DecodeError> {
    String::from_utf8(unpack(packed)?).map_err(|_| DecodeError::Malformed("no UTF-8"))
}
