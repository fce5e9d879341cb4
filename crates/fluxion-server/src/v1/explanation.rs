//! What an explanation found, in the words of the protocol. Asks nothing, and refuses nothing.

use fluxion_context::{
    BlockingWindow, Cause as Why, ExplainedBlocker, ExplainedBucket, ExplainedHint, ExplainedLevel,
    ExplainedShortage, ExplainedVertex, JobToGo, Necessity, Preemption as Gone,
    PreemptionOutcome as Known, Proof as Proved, Reason, Verdict as Found, VertexUse,
};
use fluxion_store::Explained;

use crate::proto::fluxion::v1::hint::Change;
use crate::proto::fluxion::v1::{
    Blocker, Bucket, Cause, ExplainResponse, Hint, Level, PreemptedJob, Preemption,
    PreemptionOutcome, Proof, Shortage, Verdict, VertexReason, WhyNot,
};

/// What was found, in the words of the protocol.
pub(crate) fn tell(explained: Explained) -> ExplainResponse {
    let Explained { why, job_keys, preempted_keys, now, incarnation, revision } = explained;
    let (verdict, at) = match why.verdict {
        Found::FitsNow => (Verdict::FitsNow, now),
        Found::FitsLater(at) => (Verdict::FitsLater, at),
        Found::NotForeseen => (Verdict::NotForeseen, 0),
        Found::Never => (Verdict::Never, 0),
        Found::Unknown => (Verdict::Unspecified, 0),
    };
    let jobs = why.blockers.into_iter().zip(job_keys).map(blocker);
    let windows = why.windows.into_iter().map(window_in_the_way);
    let why_not = why.why_not.map(|vertex| self::why_not(vertex, &why.levels));
    ExplainResponse {
        verdict: verdict.into(),
        at,
        cause: why.cause.map_or(Cause::Unspecified, cause).into(),
        proof: why.proof.map_or(Proof::Unspecified, proof).into(),
        levels: why.levels.into_iter().map(level).collect(),
        blockers: jobs.chain(windows).collect(),
        hints: why.hints.into_iter().map(hint).collect(),
        sentence: why.sentence,
        complete: why.is_complete,
        why_not,
        preemption: why.preemption.map(|preemption| self::preemption(preemption, preempted_keys)),
        revision: revision.0,
        incarnation: incarnation.to_string(),
        ..ExplainResponse::default()
    }
}

fn cause(cause: Why) -> Cause {
    match cause {
        Why::Shape => Cause::Shape,
        Why::Constraint => Cause::Constraint,
        Why::Down => Cause::Down,
        Why::Window => Cause::Window,
        Why::Busy => Cause::Busy,
        Why::Reserved => Cause::Reserved,
        Why::Fragmented => Cause::Fragmented,
        Why::Limit => Cause::Limit,
    }
}

fn proof(proof: Proved) -> Proof {
    match proof {
        Proved::Counts => Proof::Counts,
        Proved::Search => Proof::Search,
        Proved::Budget => Proof::Budget,
    }
}

fn reason(reason: Reason) -> VertexReason {
    match reason {
        Reason::TooSmall => VertexReason::TooSmall,
        Reason::Constraint => VertexReason::Constraint,
        Reason::Down => VertexReason::Down,
        Reason::Window => VertexReason::Window,
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

fn blocker((blocker, job_key): (ExplainedBlocker, String)) -> Blocker {
    let ExplainedBlocker { job, start, end, vertices, is_last } = blocker;
    Blocker { job_id: job.0, job_key, start, end, vertices, last: is_last, ..Blocker::default() }
}

fn window_in_the_way(window: BlockingWindow) -> Blocker {
    let BlockingWindow { name, start, end, vertices } = window;
    Blocker { window: name.to_string(), start, end, vertices, ..Blocker::default() }
}

fn hint(hint: ExplainedHint) -> Hint {
    let (change, element) = match hint {
        ExplainedHint::DurationAtMost(seconds) => (Change::DurationAtMost(seconds), String::new()),
        ExplainedHint::CountAtMost { element, count, .. } => {
            (Change::CountAtMost(count.into()), element)
        }
        ExplainedHint::WithoutConstraint(text) => (Change::WithoutConstraint(text), String::new()),
        ExplainedHint::BringUp(path) => (Change::BringUp(path), String::new()),
        ExplainedHint::WithoutWindow(name) => {
            (Change::WithoutWindow(name.to_string()), String::new())
        }
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

fn preemption(preemption: Gone, keys: Vec<String>) -> Preemption {
    let Gone { outcome, jobs, total_cost } = preemption;
    let outcome = match outcome {
        Known::Needed => PreemptionOutcome::Needed,
        Known::Enough => PreemptionOutcome::Enough,
        Known::InVain => PreemptionOutcome::InVain,
        Known::Unknown => PreemptionOutcome::Unspecified,
    };
    let job = |(job, job_key): (JobToGo, String)| PreemptedJob {
        job_id: job.job.0,
        job_key,
        cost: job.cost,
    };
    let jobs = jobs.into_iter().zip(keys).map(job).collect();
    Preemption { outcome: outcome.into(), jobs, total_cost }
}
