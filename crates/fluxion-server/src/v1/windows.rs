//! Windows as clients are told them.

use std::sync::Arc;

use fluxion_context::{
    Action, Budget, Fate, NamedConflict, TimeWindow, Window as Kept, WindowKind as Kind,
    WindowOverlap, WindowTargets as Targets, WindowTimes,
};
use fluxion_store::{Answer, Command, KeyedCommand, Proposal, RecurrenceText, RequestError, Store};

use crate::proto::fluxion::v1::window::When;
use crate::proto::fluxion::v1::{
    OnConflict, Recurrence, Window, WindowConflict, WindowKind, WindowSpan, WindowTargets,
};

/// How many vertices are named of a window.
const MOST_PATHS: usize = 1000;

/// What setting a window would come to: the window, and the jobs that it meets. A jobspec among its targets may be remembered for speed,
/// and nothing else.
pub(crate) fn try_out(
    store: &mut Store,
    command: Command,
    budget: &Budget,
) -> Result<(Option<Arc<Kept>>, Vec<NamedConflict>), RequestError> {
    let Proposal { answered, commit } =
        store.decide(&KeyedCommand { id: None, command }, budget, &|| 0.0)?;
    let window = match commit.and_then(|commit| commit.change.action) {
        Some(Action::SetWindow { window, .. }) => Some(window),
        _ => None,
    };
    let conflicts = match answered.answer {
        Answer::WindowSet(told) => told.conflicts,
        _ => Vec::new(),
    };
    Ok((window, conflicts))
}

/// A window of a graph at a time, in seconds.
pub(crate) fn tell(store: &Store, window: &Kept, now: i64) -> Window {
    let source = store.source_of_window(window);
    let next: Vec<WindowSpan> = spans(window).filter(|span| span.end > now).collect();
    let when = match (&window.times, source.recurrence) {
        (WindowTimes::Floating { lead }, _) => When::FloatingLead(*lead),
        (WindowTimes::Spans(_), Some(text)) => When::Recurrence(recurrence(text)),
        (WindowTimes::Spans(spans), None) => {
            let (first, last) = (spans.first(), spans.last());
            let start = first.map_or(0, |span| span.start);
            When::Span(WindowSpan { start, end: last.map_or(start, |span| span.end) })
        }
    };
    let Targets { paths, ranks, criteria, jobspec } = source.targets;
    Window {
        name: window.name.to_string(),
        kind: kind(window.kind).into(),
        targets: Some(WindowTargets { paths, ranks, criteria, jobspec }),
        when: Some(when),
        overlap: window.overlap == WindowOverlap::Allowed,
        note: source.note,
        paths: store.context().window_paths(window, MOST_PATHS),
        vertices: window.roots.len() as u64,
        next,
    }
}

/// Whom a window lets in.
pub(crate) fn kind(kind: Kind) -> WindowKind {
    match kind {
        Kind::Maintenance => WindowKind::Maintenance,
        Kind::Reservation => WindowKind::Reservation,
    }
}

/// When a window is; never if it floats.
pub(crate) fn spans(window: &Kept) -> impl Iterator<Item = WindowSpan> + '_ {
    let spans = match &window.times {
        WindowTimes::Spans(spans) => &spans[..],
        WindowTimes::Floating { .. } => &[],
    };
    spans.iter().map(|&TimeWindow { start, end }| WindowSpan { start, end })
}

fn recurrence(text: RecurrenceText) -> Recurrence {
    let RecurrenceText { start, zone, duration, rule } = text;
    Recurrence { start, time_zone: zone, duration, rule }
}

/// The jobs that a window meets.
pub(crate) fn conflicts(store: &Store, found: &[NamedConflict]) -> Vec<WindowConflict> {
    found.iter().map(|named| conflict(store, named)).collect()
}

fn conflict(store: &Store, named: &NamedConflict) -> WindowConflict {
    let NamedConflict { conflict, path } = named;
    let (fate, new_end) = match conflict.fate {
        Fate::InTheWay => (OnConflict::Refuse, 0),
        Fate::Kept => (OnConflict::Keep, 0),
        Fate::Truncated { end } => (OnConflict::Truncate, end),
        Fate::Cancelled => (OnConflict::Cancel, 0),
    };
    WindowConflict {
        job_id: conflict.job.0,
        job_key: store.job_key(conflict.job).to_owned(),
        start: conflict.held.start,
        end: conflict.held.end,
        path: path.to_string(),
        fate: fate.into(),
        new_end,
    }
}
