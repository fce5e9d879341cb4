//! Windows are set, and end: what jobs meet a new one, and what becomes of them (`docs/semantics/windows.md`, Setting a
//! window). A window that is refused changes nothing.

use std::sync::Arc;

use fluxion_graph::{TimeWindow, VertexId};

use crate::calendar::extent::WindowExtent;
use crate::calendar::window::{
    Conflict, ConflictRules, Fate, OnConflict, Window, WindowKind, WindowOverlap, WindowTimes,
};
use crate::change::action::{Action, Change};
use crate::decision::Grant;
use crate::engine::Engine;
use crate::operation::{JobId, JobState};
use crate::record::JobRecord;

/// Why a window is not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowRefusal {
    /// Jobs are in its way: all that it meets, with what would become of each.
    #[error("jobs are in the way")]
    Jobs(Vec<Conflict>),
    /// It would share a vertex and time with another one, and one of both does not allow it.
    #[error("it would overlap with the window {name}")]
    Windows {
        /// The other one.
        name: Arc<str>,
        /// Where.
        vertex: VertexId,
    },
    /// It is about no vertex.
    #[error("a window needs a vertex")]
    NoVertices,
    /// Its spans are empty, out of order, or outside of the life of the graph; or its lead is less than a second.
    #[error(
        "a window needs times: ascending spans within the life of the graph, or a lead of a second at least"
    )]
    NoTime,
    /// There is no such vertex.
    #[error("there is no vertex {}", .0.0)]
    UnknownVertex(VertexId),
    /// Reservations cannot end when a window starts: they have not begun.
    #[error("reservations cannot be truncated: expected that they are refused, kept or cancelled")]
    TruncateReserved,
}

/// No window has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no window {0}")]
pub struct NoSuchWindow(pub Arc<str>);

/// Where and when a job meets a window.
struct Meeting {
    /// When the first occurrence starts that it meets.
    occurrence: i64,
    vertex: VertexId,
}

impl Engine {
    /// The windows, by name.
    pub fn windows(&self) -> impl Iterator<Item = &Arc<Window>> {
        self.calendar.windows().iter()
    }

    /// A window by its name.
    pub fn window(&self, name: &str) -> Option<&Arc<Window>> {
        self.calendar.get(name)
    }

    /// The change that sets a window, in place of one of the same name, and the jobs that it meets, with what becomes of each.
    /// `now` in seconds: what was over by then is not asked. O(what all jobs hold in its time).
    ///
    /// # Errors
    /// [`WindowRefusal`].
    pub fn decide_window(
        &self,
        window: Window,
        rules: ConflictRules,
        now: i64,
    ) -> Result<(Change, Vec<Conflict>), WindowRefusal> {
        let window = self.checked_window(window, rules)?;
        let extent = WindowExtent::of(&self.site, &window.roots);
        self.check_overlap(&window, &extent, now)?;
        let conflicts = self.conflicts_within(&window, &extent, rules, now);
        if conflicts.iter().any(|conflict| conflict.fate == Fate::InTheWay) {
            return Err(WindowRefusal::Jobs(conflicts));
        }
        let truncated = conflicts.iter().filter_map(|conflict| match conflict.fate {
            Fate::Truncated { end } => Some((conflict.job, end)),
            _ => None,
        });
        let cancelled = conflicts.iter().filter(|conflict| conflict.fate == Fate::Cancelled);
        let action = Action::SetWindow {
            truncated: truncated.collect(),
            cancelled: cancelled.map(|conflict| conflict.job).collect(),
            window: Arc::new(window),
        };
        Ok((self.change(action), conflicts))
    }

    /// The change by which there is no such window any more.
    ///
    /// # Errors
    /// [`NoSuchWindow`].
    pub fn decide_end_of_window(&self, name: &str) -> Result<Change, NoSuchWindow> {
        let window = self.calendar.get(name).ok_or_else(|| NoSuchWindow(name.into()))?;
        Ok(self.change(Action::DropWindow { name: Arc::clone(&window.name) }))
    }

    /// The jobs that a window meets now, ascending; they are told as kept. O(what all jobs hold in its time).
    pub fn conflicts_of(&self, window: &Window, now: i64) -> Vec<Conflict> {
        let extent = WindowExtent::of(&self.site, &window.roots);
        let rules = ConflictRules { running: OnConflict::Keep, reserved: OnConflict::Keep };
        self.conflicts_within(window, &extent, rules, now)
    }

    /// The window, and where, that a job meets anew if it goes on until `end`.
    pub(super) fn window_met_until(
        &self,
        record: &JobRecord,
        end: i64,
    ) -> Option<(VertexId, Arc<str>)> {
        self.windows().filter(|window| window.is_met_anew(record.window, end)).find_map(|window| {
            let extent = WindowExtent::of(&self.site, &window.roots);
            Some((vertex_met(&extent, record)?, Arc::clone(&window.name)))
        })
    }

    /// The window in good order.
    fn checked_window(
        &self,
        mut window: Window,
        rules: ConflictRules,
    ) -> Result<Window, WindowRefusal> {
        if rules.reserved == OnConflict::Truncate {
            return Err(WindowRefusal::TruncateReserved);
        }
        if window.roots.is_empty() {
            return Err(WindowRefusal::NoVertices);
        }
        if let Some(&unknown) = window.roots.iter().find(|&&root| !self.site.graph.has(root)) {
            return Err(WindowRefusal::UnknownVertex(unknown));
        }
        if !window.has_times() {
            return Err(WindowRefusal::NoTime);
        }
        if !window.roots.is_sorted_by(|a, b| a < b) {
            let mut roots = window.roots.to_vec();
            roots.sort_unstable();
            roots.dedup();
            window.roots = roots.into();
        }
        Ok(window)
    }

    /// Whether a window shares nothing with another one, or both allow it.
    fn check_overlap(
        &self,
        window: &Window,
        extent: &WindowExtent,
        now: i64,
    ) -> Result<(), WindowRefusal> {
        let refused =
            |other: &Window| [window.overlap, other.overlap].contains(&WindowOverlap::Refused);
        let others = self.windows().filter(|other| other.name != window.name);
        for other in others.filter(|other| refused(other) && window.overlaps(other, now)) {
            if let Some(vertex) = extent.first_common(&WindowExtent::of(&self.site, &other.roots)) {
                return Err(WindowRefusal::Windows { name: Arc::clone(&other.name), vertex });
            }
        }
        Ok(())
    }

    fn conflicts_within(
        &self,
        window: &Window,
        extent: &WindowExtent,
        rules: ConflictRules,
        now: i64,
    ) -> Vec<Conflict> {
        let before = self.calendar.get(&window.name).filter(|before| {
            [before.kind, window.kind].iter().all(|&kind| kind == WindowKind::Reservation)
        });
        let before = before.map(|before| (before, WindowExtent::of(&self.site, &before.roots)));
        let live = self.jobs().filter(|(_, record)| record.is_live());
        let conflict = |(job, record): (JobId, &JobRecord)| {
            let Meeting { occurrence, vertex } = meeting(window, extent, record, now)?;
            let was_in = before
                .as_ref()
                .is_some_and(|(before, extent)| meeting(before, extent, record, now).is_some());
            let fate = if was_in { Fate::Kept } else { fate(record, rules, occurrence, now) };
            Some(Conflict { job, held: record.window, vertex, fate })
        };
        live.filter_map(conflict).collect()
    }
}

/// What becomes of a job that meets an occurrence.
fn fate(record: &JobRecord, rules: ConflictRules, occurrence: i64, now: i64) -> Fate {
    let rule = match record.state {
        JobState::Reserved => rules.reserved,
        _ => rules.running,
    };
    let end = occurrence.max(now);
    match rule {
        OnConflict::Refuse => Fate::InTheWay,
        OnConflict::Keep => Fate::Kept,
        OnConflict::Cancel => Fate::Cancelled,
        // its time is over already
        OnConflict::Truncate if record.window.end <= end => Fate::Kept,
        OnConflict::Truncate if end <= record.window.start => Fate::InTheWay,
        OnConflict::Truncate => Fate::Truncated { end },
    }
}

/// Where and when a job meets a window.
fn meeting(
    window: &Window,
    extent: &WindowExtent,
    record: &JobRecord,
    now: i64,
) -> Option<Meeting> {
    let occurrence = window.met_by(record, now)?;
    Some(Meeting { occurrence, vertex: vertex_met(extent, record)? })
}

/// What a job has of some vertices, or holds above them: the first that it holds alone, or else passes through.
fn vertex_met(extent: &WindowExtent, record: &JobRecord) -> Option<VertexId> {
    let meets = |grant: &&Grant| {
        extent.contains(grant.vertex) || (grant.exclusive && extent.is_below(grant.vertex))
    };
    let grants = || record.grants.iter().filter(meets);
    let first = grants().find(|grant| grant.exclusive).or_else(|| grants().next());
    first.map(|grant| grant.vertex)
}

impl Window {
    /// When the first occurrence starts in the time of a job, what is over aside.
    fn met_by(&self, record: &JobRecord, now: i64) -> Option<i64> {
        let TimeWindow { start, end } = record.window;
        let has_begun = record.state == JobState::Allocated && start <= now;
        // what a job has that overruns its time it has now
        let until = if has_begun { end.max(now.saturating_add(1)) } else { end };
        match self.times {
            WindowTimes::Spans(_) => self.span_in(start.max(now), until).map(|span| span.start),
            WindowTimes::Floating { lead } if has_begun => {
                let latest = now.saturating_add(lead);
                (end > latest).then_some(latest)
            }
            WindowTimes::Floating { lead } => {
                let latest = start.saturating_add(lead);
                (end > latest).then_some(latest)
            }
        }
    }

    /// Whether a job meets an occurrence that it did not meet before if it goes on until `end`.
    fn is_met_anew(&self, held: TimeWindow, end: i64) -> bool {
        match self.times {
            WindowTimes::Spans(_) => {
                let spans = self.spans();
                let next = spans.get(spans.partition_point(|span| span.start < held.end));
                next.is_some_and(|span| span.start < end)
            }
            WindowTimes::Floating { lead } => {
                end - held.start > lead && held.end - held.start <= lead
            }
        }
    }

    /// Whether two windows are ever at one time, from now on.
    fn overlaps(&self, other: &Self, now: i64) -> bool {
        let last_end = |window: &Self| window.spans().last().map_or(i64::MAX, |span| span.end);
        match (self.lead(), other.lead()) {
            (Some(_), Some(_)) => true,
            (Some(lead), None) => last_end(other) > now.saturating_add(lead),
            (None, Some(lead)) => last_end(self) > now.saturating_add(lead),
            (None, None) => self.spans().iter().any(|span| {
                let from = span.start.max(now);
                from < span.end && other.span_in(from, span.end).is_some()
            }),
        }
    }
}
