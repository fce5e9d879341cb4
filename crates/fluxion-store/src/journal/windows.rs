//! Windows, as they are written down, and back.

use std::sync::Arc;

use bytes::Bytes;
use fluxion_context::{
    Conflict, Fate, JobId, NamedConflict, TimeWindow, VertexId, Window, WindowKind, WindowOverlap,
    WindowTargets, WindowTimes,
};
use fluxion_recurrence::RecurrenceText;
use prost::Message as _;

use crate::journal::column::{column, put_column};
use crate::journal::error::DecodeError;
use crate::journal::{runs, wire};
use crate::window_request::WindowSource;

pub(super) fn put_window(window: &Window) -> wire::Window {
    let (times, lead) = match &window.times {
        WindowTimes::Spans(spans) => {
            (put_column(spans.iter().flat_map(|span| [span.start, span.end])), 0)
        }
        WindowTimes::Floating { lead } => (Bytes::new(), *lead),
    };
    let kind = match window.kind {
        WindowKind::Maintenance => wire::WindowKind::Maintenance,
        WindowKind::Reservation => wire::WindowKind::Reservation,
    };
    wire::Window {
        name: window.name.to_string(),
        kind: kind.into(),
        vertex_runs: runs::put_vertices(&window.roots).into(),
        times,
        lead,
        overlap: window.overlap == WindowOverlap::Allowed,
        source: Bytes::copy_from_slice(&window.about),
    }
}

pub(super) fn window(told: wire::Window) -> Result<Arc<Window>, DecodeError> {
    let kind = match told.kind() {
        wire::WindowKind::Maintenance => WindowKind::Maintenance,
        wire::WindowKind::Reservation => WindowKind::Reservation,
        wire::WindowKind::Unspecified => return Err(DecodeError::UnknownKind("a window")),
    };
    let times = match told.lead {
        0 => WindowTimes::Spans(spans(&told.times)?.into()),
        lead => WindowTimes::Floating { lead },
    };
    let overlap = if told.overlap { WindowOverlap::Allowed } else { WindowOverlap::Refused };
    let roots = runs::vertices(&told.vertex_runs)?.into();
    let (name, about) = (told.name.into(), told.source.to_vec().into());
    Ok(Arc::new(Window { name, kind, roots, times, overlap, about }))
}

fn spans(times: &[u8]) -> Result<Vec<TimeWindow>, DecodeError> {
    let ends: Vec<i64> = column(times, Some)?;
    let (pairs, rest) = ends.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(DecodeError::Malformed("a time of a window without an end"));
    }
    Ok(pairs.iter().map(|&[start, end]| TimeWindow { start, end }).collect())
}

// --- what it was set by ---

/// What is kept of a request in a window itself.
pub(crate) fn put_source(source: &WindowSource) -> Vec<u8> {
    let WindowTargets { paths, ranks, criteria, jobspec } = source.targets.clone();
    let recurrence = source.recurrence.clone().map(|text| {
        let RecurrenceText { start, zone, duration, rule } = text;
        wire::WindowRecurrence { start, time_zone: zone, duration, rule }
    });
    let note = source.note.clone();
    let told = wire::WindowSource { paths, ranks, criteria, jobspec, note, recurrence };
    told.encode_to_vec()
}

/// The same back.
pub(crate) fn source(bytes: &[u8]) -> Result<WindowSource, DecodeError> {
    let told = wire::WindowSource::decode(bytes)?;
    let wire::WindowSource { paths, ranks, criteria, jobspec, note, recurrence } = told;
    let recurrence = recurrence.map(|text| {
        let wire::WindowRecurrence { start, time_zone, duration, rule } = text;
        RecurrenceText { start, zone: time_zone, duration, rule }
    });
    Ok(WindowSource {
        targets: WindowTargets { paths, ranks, criteria, jobspec },
        note,
        recurrence,
    })
}

// --- what was answered ---

pub(super) fn put_conflict(named: &NamedConflict) -> wire::WindowConflict {
    let Conflict { job, held, vertex: _, fate } = named.conflict;
    let (fate, new_end) = match fate {
        Fate::Kept => (wire::WindowFate::Kept, 0),
        Fate::Cancelled => (wire::WindowFate::Cancelled, 0),
        Fate::Truncated { end } => (wire::WindowFate::Truncated, end),
        Fate::InTheWay => (wire::WindowFate::InTheWay, 0),
    };
    let (path, fate) = (named.path.to_string(), fate.into());
    wire::WindowConflict { job: job.0, start: held.start, end: held.end, path, fate, new_end }
}

pub(super) fn conflict(told: wire::WindowConflict) -> Result<NamedConflict, DecodeError> {
    let fate = match told.fate() {
        wire::WindowFate::Kept => Fate::Kept,
        wire::WindowFate::Cancelled => Fate::Cancelled,
        wire::WindowFate::Truncated => Fate::Truncated { end: told.new_end },
        wire::WindowFate::InTheWay => Fate::InTheWay,
        wire::WindowFate::Unspecified => {
            return Err(DecodeError::UnknownKind("what becomes of a job"));
        }
    };
    let wire::WindowConflict { job, start, end, path, .. } = told;
    let held = TimeWindow { start, end };
    // numbers of vertices mean nothing later
    let conflict = Conflict { job: JobId(job), held, vertex: VertexId(u32::MAX), fate };
    Ok(NamedConflict { conflict, path: path.into() })
}
