//! One explanation: from the request to the answer. It is a question to a copy of the graph, and never a command, so
//! that nothing of it can be written down.

#![expect(clippy::disallowed_methods, reason = "how long an explanation takes is told to clients")]

use std::time::Instant;

use fluxion_context::{
    Budget, Cause as Why, ExplainWanted, ExplainedBlocker, ExplainedBucket, ExplainedHint,
    ExplainedLevel, ExplainedShortage, ExplainedVertex, ExplainedWhy, Hints, MOST_EXAMPLES,
    Necessity, Policy, Proof as Known, Reason, Verdict as Found, VertexUse,
};
use fluxion_store::{JobName, Store, Target as Vertices};
use tonic::Status;

use crate::proto::fluxion::v1::explain_request::Subject;
use crate::proto::fluxion::v1::hint::Change;
use crate::proto::fluxion::v1::{
    Blocker, Bucket, Cause, ExplainRequest, ExplainResponse, Hint, Level, Proof, Shortage, Verdict,
    VertexReason, WhyNot,
};
use crate::v1::targets::{Named, job, vertices};
use crate::v1::times::check_time;
use crate::v1::{failure, options};

/// What is asked, checked.
struct Question {
    asked: Asked,
    now: i64,
}

enum Asked {
    Request {
        jobspec: String,
        policy: Option<Policy>,
        max_visits: Option<u64>,
        hints: Hints,
        examples: usize,
        why_not: Option<Vertices>,
    },
    Job(JobName),
}

/// Explains a jobspec or a job.
pub(crate) async fn run(graph: &Named, request: ExplainRequest) -> Result<ExplainResponse, Status> {
    let policy = options::policy(graph.thread.options(), &request.policy)?;
    let question = read(request, policy)?;
    let response = graph.question(move |store, budget| answer(store, budget, &question)).await?;
    Ok(ExplainResponse { incarnation: graph.incarnation(), ..response })
}

fn read(request: ExplainRequest, policy: Option<Policy>) -> Result<Question, Status> {
    check_time("now", request.now)?;
    let asked = match request.subject {
        Some(Subject::Jobspec(jobspec)) => Asked::Request {
            jobspec,
            policy,
            max_visits: (request.budget_visits > 0).then_some(request.budget_visits),
            hints: if request.hints { Hints::Tried } else { Hints::Skipped },
            examples: (request.examples as usize).min(MOST_EXAMPLES),
            why_not: request.why_not.map(|target| vertices(Some(target))).transpose()?,
        },
        Some(Subject::Job(reference)) => Asked::Job(job(Some(reference))?),
        None => {
            let what = "expected a jobspec or a job".to_owned();
            return Err(failure::invalid("jobspec", what));
        }
    };
    Ok(Question { asked, now: request.now })
}

fn answer(
    store: &mut Store,
    budget: &Budget,
    question: &Question,
) -> Result<ExplainResponse, Status> {
    let start = Instant::now();
    let now = store.time_of_match(question.now).map_err(|error| failure::refused(&error))?;
    let explained = match &question.asked {
        Asked::Request { jobspec, policy, max_visits, hints, examples, why_not } => {
            let wanted = ExplainWanted {
                policy: *policy,
                max_visits: *max_visits,
                hints: *hints,
                examples: *examples,
                why_not: why_not.as_ref().map(Vertices::borrowed),
            };
            store.explain(jobspec, now, &wanted, budget)
        }
        Asked::Job(name) => {
            let job = store.job(name).map_err(|error| failure::refused(&error))?;
            store.explain_job(job.id, now, budget)
        }
    };
    let why = explained.map_err(|error| failure::no_explanation(&error))?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(ExplainResponse { revision: store.revision().0, seconds, ..tell(store, now, why) })
}

/// What was found, in the words of the protocol.
pub(crate) fn tell(store: &Store, now: i64, why: ExplainedWhy) -> ExplainResponse {
    let (verdict, at) = match why.verdict {
        Found::FitsNow => (Verdict::FitsNow, now),
        Found::FitsLater(at) => (Verdict::FitsLater, at),
        Found::NotForeseen => (Verdict::NotForeseen, 0),
        Found::Never => (Verdict::Never, 0),
        Found::Unknown => (Verdict::Unspecified, 0),
    };
    let why_not = why.why_not.map(|vertex| self::why_not(vertex, &why.levels));
    ExplainResponse {
        verdict: verdict.into(),
        at,
        cause: why.cause.map_or(Cause::Unspecified, cause).into(),
        proof: why.proof.map_or(Proof::Unspecified, proof).into(),
        levels: why.levels.into_iter().map(level).collect(),
        blockers: why.blockers.into_iter().map(|each| blocker(store, each)).collect(),
        hints: why.hints.into_iter().map(hint).collect(),
        sentence: why.sentence,
        complete: why.is_complete,
        why_not,
        ..ExplainResponse::default()
    }
}

fn cause(cause: Why) -> Cause {
    match cause {
        Why::Shape => Cause::Shape,
        Why::Constraint => Cause::Constraint,
        Why::Down => Cause::Down,
        Why::Busy => Cause::Busy,
        Why::Reserved => Cause::Reserved,
        Why::Fragmented => Cause::Fragmented,
        Why::Limit => Cause::Limit,
    }
}

fn proof(proof: Known) -> Proof {
    match proof {
        Known::Counts => Proof::Counts,
        Known::Search => Proof::Search,
        Known::Budget => Proof::Budget,
    }
}

fn reason(reason: Reason) -> VertexReason {
    match reason {
        Reason::TooSmall => VertexReason::TooSmall,
        Reason::Constraint => VertexReason::Constraint,
        Reason::Down => VertexReason::Down,
        Reason::Held => VertexReason::Held,
        Reason::Reserved => VertexReason::Reserved,
        Reason::Short => VertexReason::Short,
        Reason::Fits => VertexReason::Fits,
    }
}

fn level(level: ExplainedLevel) -> Level {
    let ExplainedLevel { element, ty, needed, necessity, total, buckets } = level;
    Level {
        element,
        r#type: ty,
        needed,
        total,
        buckets: buckets.into_iter().map(bucket).collect(),
        alternative: necessity == Necessity::Alternative,
    }
}

fn bucket(bucket: ExplainedBucket) -> Bucket {
    let ExplainedBucket { reason: why, count, examples, free_from, shortages } = bucket;
    Bucket {
        reason: reason(why).into(),
        count,
        examples,
        free_from: free_from.unwrap_or_default(),
        shortages: shortages.into_iter().map(shortage).collect(),
    }
}

fn shortage(shortage: ExplainedShortage) -> Shortage {
    let ExplainedShortage { ty, needed, most_free, vertices } = shortage;
    Shortage { r#type: ty, needed, most_free, vertices }
}

fn blocker(store: &Store, blocker: ExplainedBlocker) -> Blocker {
    let ExplainedBlocker { job, start, end, vertices, is_last } = blocker;
    let job_key = store.job_key(job).to_owned();
    Blocker { job_id: job.0, job_key, start, end, vertices, last: is_last }
}

fn hint(hint: ExplainedHint) -> Hint {
    let (change, element) = match hint {
        ExplainedHint::DurationAtMost(seconds) => (Change::DurationAtMost(seconds), String::new()),
        ExplainedHint::CountAtMost { element, count, .. } => {
            (Change::CountAtMost(count.into()), element)
        }
        ExplainedHint::WithoutConstraint(text) => (Change::WithoutConstraint(text), String::new()),
        ExplainedHint::BringUp(path) => (Change::BringUp(path), String::new()),
    };
    Hint { change: Some(change), element }
}

fn why_not(vertex: ExplainedVertex, levels: &[ExplainedLevel]) -> WhyNot {
    let level = vertex.level.and_then(|at| levels.get(at));
    WhyNot {
        path: vertex.path,
        element: level.map(|level| level.element.clone()).unwrap_or_default(),
        reason: vertex.reason.map_or(VertexReason::Unspecified, reason).into(),
        free_from: vertex.free_from.unwrap_or_default(),
        used: vertex.usage == VertexUse::Used,
    }
}
