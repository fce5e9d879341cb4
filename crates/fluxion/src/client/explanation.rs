//! An explanation, for people and for scripts.

use fluxion_client::v1::{
    Blocker, Bucket, ExplainResponse, Hint, HintChange, Level, PreemptedJob, Preemption, Shortage,
    Verdict, VertexReason, WhyNot,
};
use serde_json::{Value, json};

use super::names;
use crate::table::{Cell, Column, table};

/// The sentence, and below it what it was made from.
pub(super) fn text(explained: &ExplainResponse) -> String {
    let mut text = format!("{}\n", explained.sentence);
    if !explained.levels.is_empty() {
        text += &format!("\n{}", level_table(&explained.levels));
    }
    if !explained.blockers.is_empty() {
        text += &format!("\n{}", blocker_table(&explained.blockers));
    }
    if let Some(preemption) = explained.preemption.as_ref().filter(|gone| !gone.jobs.is_empty()) {
        text += &format!("\n{}", preempted_table(&preemption.jobs));
    }
    text
}

const LEVELS: [Column; 7] = [
    Column::Left("ELEMENT"),
    Column::Left("TYPE"),
    Column::Right("NEEDED"),
    Column::Right("COUNT"),
    Column::Left("WHY"),
    Column::Right("FREE FROM"),
    Column::Left("EXAMPLES"),
];

/// A row for each reason; what is said of the level stands in the first one.
fn level_table(levels: &[Level]) -> String {
    let rows = levels.iter().flat_map(|level| {
        let none = Bucket { reason: VertexReason::Fits.into(), ..Bucket::default() };
        let buckets = match level.buckets.is_empty() {
            true => vec![none],
            false => level.buckets.clone(),
        };
        buckets.into_iter().enumerate().map(|(at, bucket)| row(level, at, &bucket))
    });
    table(&LEVELS, &rows.collect::<Vec<_>>())
}

fn row(level: &Level, at: usize, bucket: &Bucket) -> Vec<Cell> {
    let [element, ty, needed] = match at {
        0 => [level.element.clone(), level.r#type.clone(), level.needed.to_string()],
        _ => [String::new(), String::new(), String::new()],
    };
    let free_from = Some(bucket.free_from).filter(|&at| at > 0).map(|at| at.to_string());
    vec![
        element.into(),
        ty.into(),
        needed.into(),
        bucket.count.into(),
        names::reason_cell(bucket.reason()),
        free_from.unwrap_or_default().into(),
        bucket.examples.join(" ").into(),
    ]
}

const BLOCKERS: [Column; 5] = [
    Column::Right("JOB IN THE WAY"),
    Column::Right("START"),
    Column::Right("END"),
    Column::Right("VERTICES"),
    Column::Left("KEY"),
];

fn blocker_table(blockers: &[Blocker]) -> String {
    let row = |blocker: &Blocker| {
        let Blocker { job_id, job_key, start, end, vertices, .. } = blocker;
        vec![job_id.into(), start.into(), end.into(), vertices.into(), job_key.as_str().into()]
    };
    table(&BLOCKERS, &blockers.iter().map(row).collect::<Vec<_>>())
}

const PREEMPTED: [Column; 3] =
    [Column::Right("JOB TO GO"), Column::Right("COST"), Column::Left("KEY")];

fn preempted_table(jobs: &[PreemptedJob]) -> String {
    let row = |job: &PreemptedJob| {
        let PreemptedJob { job_id, job_key, cost } = job;
        vec![job_id.into(), cost.into(), job_key.as_str().into()]
    };
    table(&PREEMPTED, &jobs.iter().map(row).collect::<Vec<_>>())
}

/// The same for scripts.
pub(super) fn document(explained: &ExplainResponse) -> Value {
    let starts = matches!(explained.verdict(), Verdict::FitsNow | Verdict::FitsLater);
    json!({
        "verdict": names::of_verdict(explained.verdict()),
        "at": starts.then_some(explained.at),
        "cause": names::of_cause(explained.cause()),
        "proof": names::of_proof(explained.proof()),
        "sentence": explained.sentence,
        "levels": explained.levels.iter().map(level_json).collect::<Vec<_>>(),
        "blockers": explained.blockers.iter().map(blocker_json).collect::<Vec<_>>(),
        "hints": explained.hints.iter().map(hint_json).collect::<Vec<_>>(),
        "why_not": explained.why_not.as_ref().map(why_not_json),
        "preemption": explained.preemption.as_ref().map(preemption_json),
        "complete": explained.complete,
        "revision": explained.revision,
        "incarnation": explained.incarnation,
    })
}

fn level_json(level: &Level) -> Value {
    json!({
        "element": level.element,
        "type": level.r#type,
        "needed": level.needed,
        "total": level.total,
        "alternative": level.alternative,
        "buckets": level.buckets.iter().map(bucket_json).collect::<Vec<_>>(),
    })
}

fn bucket_json(bucket: &Bucket) -> Value {
    json!({
        "reason": names::of_reason(bucket.reason()),
        "count": bucket.count,
        "examples": bucket.examples,
        "free_from": known(bucket.free_from),
        "shortages": bucket.shortages.iter().map(shortage_json).collect::<Vec<_>>(),
    })
}

fn shortage_json(shortage: &Shortage) -> Value {
    json!({
        "type": shortage.r#type,
        "needed": shortage.needed,
        "most_free": shortage.most_free,
        "vertices": shortage.vertices,
    })
}

fn blocker_json(blocker: &Blocker) -> Value {
    json!({
        "job_id": blocker.job_id,
        "job_key": Some(&blocker.job_key).filter(|key| !key.is_empty()),
        "window": Some(&blocker.window).filter(|name| !name.is_empty()),
        "start": blocker.start,
        "end": blocker.end,
        "vertices": blocker.vertices,
        "last": blocker.last,
    })
}

fn hint_json(hint: &Hint) -> Value {
    match &hint.change {
        Some(HintChange::DurationAtMost(seconds)) => json!({ "duration_at_most": seconds }),
        Some(HintChange::CountAtMost(count)) => {
            json!({ "count_at_most": count, "element": hint.element })
        }
        Some(HintChange::WithoutConstraint(text)) => json!({ "without_constraint": text }),
        Some(HintChange::BringUp(path)) => json!({ "bring_up": path }),
        Some(HintChange::WithoutWindow(name)) => json!({ "without_window": name }),
        None => json!({}),
    }
}

fn why_not_json(why_not: &WhyNot) -> Value {
    json!({
        "path": why_not.path,
        "element": Some(&why_not.element).filter(|element| !element.is_empty()),
        "reason": names::of_reason(why_not.reason()),
        "free_from": known(why_not.free_from),
        "used": why_not.used,
    })
}

fn preemption_json(preemption: &Preemption) -> Value {
    json!({
        "outcome": names::of_preemption(preemption.outcome()),
        "jobs": preemption.jobs.iter().map(preempted_json).collect::<Vec<_>>(),
        "total_cost": preemption.total_cost,
    })
}

fn preempted_json(job: &PreemptedJob) -> Value {
    json!({
        "job_id": job.job_id,
        "job_key": Some(&job.job_key).filter(|key| !key.is_empty()),
        "cost": job.cost,
    })
}

/// A time of which 0 stands for none.
fn known(at: i64) -> Option<i64> {
    Some(at).filter(|&at| at > 0)
}
