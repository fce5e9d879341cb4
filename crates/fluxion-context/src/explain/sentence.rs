//! What was found, for people: a few plain sentences made from the data alone, the same wherever they are shown. Times
//! are seconds on the graph's own axis.

use fluxion_engine::{
    Cause, GRAPH_END, Necessity, Preemption, PreemptionOutcome, Proof, Reason, Verdict, VertexUse,
};
use fluxion_jobspec::Constraint;

use super::count_text::{has_or_have, is_or_are, number, of_type};
use super::told::{
    ExplainedBucket, ExplainedHint, ExplainedLevel, ExplainedShortage, ExplainedVertex,
    ExplainedWhy,
};

/// The most jobs that are named as having to go.
const MOST_NAMED: usize = 8;

/// What is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// A jobspec.
    Request,
    /// A job, of which no jobspec is known.
    Job,
}

/// All of it.
pub(super) fn sentence(
    why: &ExplainedWhy,
    subject: Subject,
    constraint: Option<&Constraint>,
    notes: &str,
) -> String {
    let fits = why.verdict == Verdict::FitsNow;
    let parts = [
        (subject == Subject::Request && !fits).then(|| counts(why, constraint)).flatten(),
        (subject == Subject::Request).then(|| cause(why)).flatten(),
        (!notes.is_empty()).then(|| capitalized(notes)),
        Some(verdict(why, subject)),
        hints(&why.hints),
        why.preemption.as_ref().filter(|_| !fits).and_then(preemption),
        why.why_not.as_ref().map(|vertex| of_vertex(vertex, constraint)),
        (!why.is_complete).then(|| {
            "Not everything was looked at: the budget of visits was spent before".to_owned()
        }),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().map(|part| part + ".").collect();
    parts.join(" ")
}

/// The level that says most: of those that are needed and scarce that of nodes, or one whose own vertices are in use, or
/// the first; if none is scarce, that of nodes or the first.
fn telling(levels: &[ExplainedLevel]) -> Option<&ExplainedLevel> {
    let is_scarce = |level: &&ExplainedLevel| {
        level.necessity == Necessity::Needed && serving(level) < level.needed
    };
    let scarce = || levels.iter().filter(is_scarce);
    let is_in_use = |level: &&ExplainedLevel| {
        let own = |reason| !matches!(reason, Reason::TooSmall | Reason::Short | Reason::Fits);
        level.buckets.iter().any(|bucket| own(bucket.reason))
    };
    let is_of_nodes = |level: &&ExplainedLevel| level.ty == "node";
    let first = scarce().find(is_of_nodes).or_else(|| scarce().find(is_in_use));
    let first = first.or_else(|| scarce().next());
    first.or_else(|| levels.iter().find(is_of_nodes)).or(levels.first())
}

fn serving(level: &ExplainedLevel) -> u64 {
    let fits = level.buckets.iter().filter(|bucket| bucket.reason == Reason::Fits);
    fits.map(|bucket| bucket.count).sum()
}

/// `Needs 16 nodes, 12 could serve: of 16,384, 16,000 lack "debug", 10 are down, 362 are held until 60 at the earliest`
fn counts(why: &ExplainedWhy, constraint: Option<&Constraint>) -> Option<String> {
    let level = telling(&why.levels)?;
    let needs = format!("Needs {}", of_type(level.needed, &level.ty));
    if level.total == 0 {
        return Some(format!("{needs}, and the graph has none"));
    }
    let serving = serving(level);
    let others = level.buckets.iter().filter(|bucket| bucket.reason != Reason::Fits);
    let others: Vec<String> = others.map(|bucket| of_bucket(bucket, constraint)).collect();
    let text = match serving {
        all if all == level.total && all < level.needed => {
            return Some(format!("{needs}, and the graph has {}", number(all)));
        }
        0 => format!("{needs}, none could serve"),
        some => format!("{needs}, {} could serve", number(some)),
    };
    Some(match &*others {
        [] => text,
        [all] if serving == 0 => format!("{text}: {all}"),
        others => format!("{text}: of {}, {}", number(level.total), others.join(", ")),
    })
}

fn of_bucket(bucket: &ExplainedBucket, constraint: Option<&Constraint>) -> String {
    let ExplainedBucket { reason, count, free_from, shortages, .. } = bucket;
    let what = reason_text(*reason, *count, *free_from, shortages, constraint);
    format!("{} {what}", number(*count))
}

/// What is said of so many vertices, without their number.
fn reason_text(
    reason: Reason,
    count: u64,
    free_from: Option<i64>,
    shortages: &[ExplainedShortage],
    constraint: Option<&Constraint>,
) -> String {
    let (is, has) = (is_or_are(count), has_or_have(count));
    let until = free_from.map(|at| format!(" until {} at the earliest", time(at)));
    let until = until.unwrap_or_default();
    match reason {
        Reason::TooSmall => match shortages.first() {
            Some(ExplainedShortage { ty, needed, most_free, .. }) => format!(
                "{has} fewer than {} (at most {})",
                of_type(*needed, ty),
                number(*most_free)
            ),
            None => format!("{is} too small"),
        },
        Reason::Constraint => lacks(constraint, count),
        Reason::Down => format!("{is} down"),
        Reason::Window => format!("{is} kept for a window{until}"),
        Reason::Held => format!("{is} held{until}"),
        Reason::Reserved => format!("{is} reserved{until}"),
        Reason::Short => match shortages.first() {
            Some(ExplainedShortage { ty, needed, most_free, .. }) => format!(
                "{has} fewer than {} free (at most {})",
                of_type(*needed, ty),
                number(*most_free)
            ),
            None => format!("{has} too little free"),
        },
        Reason::Fits => "could serve".to_owned(),
    }
}

/// Of a constraint that is one property its name is told.
fn lacks(constraint: Option<&Constraint>, count: u64) -> String {
    let (lack, have, satisfy) = match count {
        1 => ("lacks", "has", "does not satisfy"),
        _ => ("lack", "have", "do not satisfy"),
    };
    match constraint {
        Some(Constraint::Properties(tests)) if tests.len() == 1 => match tests[0].negated {
            true => format!("{have} `{}`", tests[0].name),
            false => format!("{lack} `{}`", tests[0].name),
        },
        _ => format!("{satisfy} the constraint"),
    }
}

/// The cause, where the counts do not say it.
fn cause(why: &ExplainedWhy) -> Option<String> {
    let text = match (why.cause?, why.proof?) {
        (_, Proof::Counts) => return None,
        (Cause::Shape, _) => "The graph has no place of this shape, idle or not",
        (Cause::Constraint, _) => "What the constraint leaves has no place of this shape",
        (Cause::Down, _) => "What is up has no place of this shape",
        (Cause::Window, _) => "What windows leave for so long has no place of this shape",
        (Cause::Busy, _) => "What is not allocated has no place of this shape",
        (Cause::Reserved, _) => {
            "There would be a place but for reservations that begin before it would end"
        }
        (Cause::Fragmented, _) => "Enough is free of everything, but not together",
        (Cause::Limit, _) => {
            "There is a place, but a rule of matching beside these keeps it from being taken"
        }
    };
    Some(text.to_owned())
}

fn verdict(why: &ExplainedWhy, subject: Subject) -> String {
    let last = why.blockers.iter().find(|blocker| blocker.is_last);
    let when = |at: i64| match last {
        Some(last) if last.end == at => format!(", when job {} ends", last.job),
        Some(last) => {
            format!("; of the jobs in the way, {} ends last, at {}", last.job, time(last.end))
        }
        None => match why.windows.iter().find(|window| window.end == at) {
            Some(window) => format!(", when the window {} ends", window.name),
            None => String::new(),
        },
    };
    match (why.verdict, subject) {
        (Verdict::FitsNow, Subject::Request) => "Fits now".to_owned(),
        (Verdict::FitsNow, Subject::Job) => "Has started".to_owned(),
        (Verdict::FitsLater(at), Subject::Request) => format!("Fits at {}{}", time(at), when(at)),
        (Verdict::FitsLater(at), Subject::Job) => format!("Starts at {}{}", time(at), when(at)),
        (Verdict::NotForeseen, Subject::Job) => match why.blockers.first() {
            Some(blocker) => {
                format!("Its time has come, but job {} has what it needs", blocker.job)
            }
            None => "Its time has come, but something that it needs is down".to_owned(),
        },
        (Verdict::NotForeseen, Subject::Request) => "When it fits cannot be foreseen".to_owned(),
        (Verdict::Never, _) => "It can never run on this graph".to_owned(),
        (Verdict::Unknown, _) => "Whether it fits is not known".to_owned(),
    }
}

fn hints(hints: &[ExplainedHint]) -> Option<String> {
    let text = |hint: &ExplainedHint| match hint {
        ExplainedHint::DurationAtMost(1) => "for at most 1 second".to_owned(),
        ExplainedHint::DurationAtMost(seconds) => {
            format!("for at most {} seconds", number(seconds.unsigned_abs()))
        }
        ExplainedHint::CountAtMost { ty, count, .. } => {
            format!("with at most {}", of_type(u64::from(*count), ty))
        }
        ExplainedHint::WithoutConstraint(constraint) => format!("without {constraint}"),
        ExplainedHint::BringUp(path) => format!("with {path} up"),
        ExplainedHint::WithoutWindow(name) => format!("without the window {name}"),
    };
    let texts: Vec<String> = hints.iter().map(text).collect();
    let (last, others) = texts.split_last()?;
    Some(match others {
        [] => format!("It would fit now {last}"),
        others => format!("It would fit now {}, or {last}", others.join(", ")),
    })
}

/// `It would fit now without job 3`, or without `3 jobs: 4, 7 and 9`.
fn preemption(preemption: &Preemption) -> Option<String> {
    let jobs: Vec<String> = preemption.jobs.iter().map(|gone| gone.job.to_string()).collect();
    let cost = number(preemption.total_cost);
    match (preemption.outcome, &*jobs) {
        (PreemptionOutcome::InVain, _) => {
            Some("It would not fit now even without all jobs that may go".to_owned())
        }
        (PreemptionOutcome::Unknown, _) | (_, []) => None,
        (_, [one]) => Some(format!("It would fit now without job {one}, which costs {cost}")),
        (_, [some @ .., last]) if some.len() < MOST_NAMED => Some(format!(
            "It would fit now without jobs {} and {last}, which cost {cost} together",
            some.join(", ")
        )),
        (_, many) => Some(format!(
            "It would fit now without {} jobs, which cost {cost} together",
            number(many.len() as u64)
        )),
    }
}

fn of_vertex(vertex: &ExplainedVertex, constraint: Option<&Constraint>) -> String {
    let ExplainedVertex { path, reason, free_from, usage, .. } = vertex;
    match (reason, usage) {
        (_, VertexUse::Used) => format!("{path} is used"),
        (None, VertexUse::Unused) => format!("{path} is of a type that the request does not name"),
        (Some(Reason::Fits), VertexUse::Unused) => {
            format!("{path} could serve, others are preferred")
        }
        (Some(reason), VertexUse::Unused) => {
            format!("{path} {}", reason_text(*reason, 1, *free_from, &[], constraint))
        }
    }
}

fn time(at: i64) -> String {
    if at >= GRAPH_END { "the end of the graph".to_owned() } else { at.to_string() }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
