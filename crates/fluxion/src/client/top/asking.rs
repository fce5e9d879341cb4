//! What a watch does not tell, asked with calls that a reader may make.

use std::collections::BTreeMap;
use std::time::Duration;

use fluxion_client::v1::{
    Clock, Cursor, Error, Event, ExplainRequest, ExplainResponse, Graph, Job, JobState,
    VertexReason, WatchFrom, Watched,
};
use serde_json::json;

use super::model::TypeCounts;

/// How far back the last changes are looked up, in revisions.
const BACK: u64 = 50;

/// How long is waited for them.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often the counting of one type may look at vertices.
const MOST_VISITS: u64 = 200_000;

/// How many vertices of each type are down, and held; types that cannot be counted are left out. It costs what
/// `Explain` costs for one vertex of the type; of what the answer says only the counts are of interest.
pub(super) async fn counts(
    graph: &Graph,
    types: impl IntoIterator<Item = &String>,
    now: i64,
) -> Result<BTreeMap<String, TypeCounts>, Error> {
    let mut counts = BTreeMap::new();
    for kind in types {
        let request = ExplainRequest::of(one(kind)).without_hints().with_examples(0);
        match graph.explain(request.at(now).with_budget_visits(MOST_VISITS)).await {
            Ok(answer) => counts.extend(count(&answer, kind).map(|count| (kind.clone(), count))),
            Err(error @ Error::Connection(_)) => return Err(error),
            Err(_) => {}
        }
    }
    Ok(counts)
}

/// When the last of the jobs began that run; the time of a graph without a clock is at least that.
pub(super) fn last_start(jobs: &[Job]) -> i64 {
    let running = jobs.iter().filter(|job| job.state() == JobState::Allocated);
    running.map(|job| job.start).max().unwrap_or_default()
}

/// The time at which vertices are counted: that of the graph if it has a clock, else when the last job began.
pub(super) async fn time_of_counts(graph: &Graph, last_start: i64) -> Result<i64, Error> {
    let time = graph.time().await?;
    Ok(if time.clock() == Clock::System { 0 } else { last_start })
}

/// A jobspec for all of one vertex of a type, for a second.
fn one(kind: &str) -> String {
    json!({
        "version": 1,
        "resources": [{
            "type": "slot", "count": 1, "label": "default", "with": [{ "type": kind, "count": 1 }],
        }],
        "tasks": [{ "command": ["true"], "slot": "default", "count": { "per_slot": 1 } }],
        "attributes": { "system": { "duration": 1 } },
    })
    .to_string()
}

fn count(answer: &ExplainResponse, kind: &str) -> Option<TypeCounts> {
    let level = answer.levels.iter().find(|level| level.r#type == kind)?;
    let of = |reasons: &[VertexReason]| {
        let buckets = level.buckets.iter().filter(|bucket| reasons.contains(&bucket.reason()));
        buckets.map(|bucket| bucket.count).sum()
    };
    let held = of(&[VertexReason::Held, VertexReason::Reserved, VertexReason::Short]);
    Some(TypeCounts { down: of(&[VertexReason::Down]), held })
}

/// The last changes until a place. None if they are not known any more: they are only there to be looked at.
pub(super) async fn before(graph: &Graph, until: &Cursor) -> Vec<Event> {
    let mut events = Vec::new();
    if until.revision > 1 {
        let all = collect(graph, until, &mut events);
        // what has come until then is better than nothing
        let _ = tokio::time::timeout(PATIENCE, all).await;
    }
    events
}

async fn collect(graph: &Graph, until: &Cursor, events: &mut Vec<Event>) -> Result<(), Error> {
    let first = until.revision.saturating_sub(BACK).max(1);
    let from = WatchFrom::after(until.incarnation.as_str(), first).with_bookmarks(1);
    let mut watching = graph.watch(from).await?.with_patience(Duration::ZERO);
    loop {
        let told = watching.next().await?;
        let is_last = told.cursor().is_some_and(|cursor| cursor.revision >= until.revision);
        let is_bookmark = matches!(told, Watched::Bookmark(_));
        if let Watched::Event(event) = told
            && event.cursor.as_ref().is_some_and(|cursor| cursor.revision <= until.revision)
        {
            events.push(event);
        }
        if is_last || is_bookmark {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use fluxion_client::v1::{Bucket, Level};

    use super::*;

    #[test]
    fn each_vertex_is_down_held_or_free() {
        let bucket = |reason: VertexReason, count| Bucket {
            reason: reason.into(),
            count,
            ..Bucket::default()
        };
        let reasons = [
            bucket(VertexReason::Down, 1),
            bucket(VertexReason::Held, 2),
            bucket(VertexReason::Reserved, 4),
            bucket(VertexReason::Fits, 8),
        ];
        let level = Level { r#type: "node".into(), buckets: reasons.into(), ..Level::default() };
        let answer = ExplainResponse { levels: vec![level], ..ExplainResponse::default() };
        assert_eq!(count(&answer, "node"), Some(TypeCounts { down: 1, held: 6 }));
        assert_eq!(count(&answer, "core"), None);
    }
}
