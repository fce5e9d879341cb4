//! `explain`: why a jobspec does not start now, or a job not earlier.

use clap::{ArgGroup, Args, ValueHint, value_parser};
use fluxion_client::v1::{
    Blocker, Bucket, ExplainRequest, ExplainResponse, Hint, HintChange, Level, Shortage, Verdict,
    VertexReason, Vertices, WhyNot,
};
use fluxion_daemon::PolicyParser;
use serde_json::{Value, json};

use super::answer::Answer;
use super::exit::Exit;
use super::options::Common;
use super::texts::read;
use super::{names, offers};
use crate::table::{Cell, Column, table};

/// What to explain.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("subject").required(true).args(["jobspec", "job", "job_key"]))]
pub(crate) struct ExplainArgs {
    /// Jobspec in YAML or JSON; `-` is standard input.
    #[arg(value_hint = ValueHint::FilePath)]
    jobspec: Option<String>,

    /// Number of a job: who has what it gets, until it starts.
    #[arg(long, value_parser = names::job, add = offers::jobs())]
    job: Option<u64>,

    /// Key of a job.
    #[arg(long, value_name = "KEY", add = offers::job_keys())]
    job_key: Option<String>,

    /// The present time, on the graph's time axis.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    now: i64,

    /// By this policy, or settings such as `policy=low node_centric=true`, instead of the graph's own.
    #[arg(long, default_value = "", hide_default_value = true, value_parser = PolicyParser)]
    policy: String,

    /// A reservation of the calendar that lets the job in.
    #[arg(long = "window", value_name = "NAME", add = offers::windows())]
    windows: Vec<String>,

    /// A vertex, by its path, of which it is told why it is not used.
    #[arg(long, value_name = "PATH")]
    why_not: Option<String>,

    /// How many vertices are named of each reason.
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = value_parser!(u32).range(..=16))]
    examples: u32,

    /// Try no changes of the jobspec with which it would fit now.
    #[arg(long)]
    no_hints: bool,

    /// How many times vertices may be looked at in all, if that is less than the graph allows.
    #[arg(long, value_name = "NUMBER", value_parser = value_parser!(u64).range(1..))]
    max_visits: Option<u64>,
}

pub(super) async fn explain(common: &Common, own: &ExplainArgs) -> anyhow::Result<Answer> {
    let request = match (&own.jobspec, own.job, &own.job_key) {
        (Some(file), ..) => of_jobspec(own, read(file)?),
        (None, Some(job), _) => ExplainRequest::of_job(job),
        (None, None, key) => ExplainRequest::of_job(key.as_deref().unwrap_or_default()),
    };
    let explained = common.graph().await?.explain(request.at(own.now)).await?;
    let exit = match explained.verdict() {
        Verdict::FitsNow => Exit::Done,
        Verdict::Never => Exit::NeverFits,
        Verdict::FitsLater | Verdict::NotForeseen | Verdict::Unspecified => Exit::NothingFits,
    };
    Ok(Answer::new(text(&explained), document(&explained)).ending(exit))
}

fn of_jobspec(own: &ExplainArgs, jobspec: String) -> ExplainRequest {
    let request = ExplainRequest::of(jobspec)
        .with_policy(&own.policy)
        .with_examples(own.examples)
        .with_windows(&own.windows)
        .with_budget_visits(own.max_visits.unwrap_or_default());
    let request = match &own.why_not {
        Some(path) => request.with_why_not(Vertices::Path(path.clone())),
        None => request,
    };
    if own.no_hints { request.without_hints() } else { request }
}

/// The sentence, and below it what it was made from.
fn text(explained: &ExplainResponse) -> String {
    let mut text = format!("{}\n", explained.sentence);
    if !explained.levels.is_empty() {
        text += &format!("\n{}", level_table(&explained.levels));
    }
    if !explained.blockers.is_empty() {
        text += &format!("\n{}", blocker_table(&explained.blockers));
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

fn document(explained: &ExplainResponse) -> Value {
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

/// A time of which 0 stands for none.
fn known(at: i64) -> Option<i64> {
    Some(at).filter(|&at| at > 0)
}
