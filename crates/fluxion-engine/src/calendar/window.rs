//! What a window is: a time during which vertices are kept from most jobs. Plain data. Windows are no bookings: what
//! jobs hold says nothing of them.

use std::sync::Arc;

use fluxion_graph::{TimeWindow, VertexId};

use crate::operation::JobId;
use crate::refusal::GRAPH_END;

/// Whom a window lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowKind {
    /// Nobody.
    Maintenance,
    /// Requests that name it.
    Reservation,
}

/// When a window keeps its vertices from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WindowTimes {
    /// During these spans, ascending and apart, in seconds.
    Spans(Arc<[TimeWindow]>),
    /// Always from so many seconds after the present on: no job may last longer.
    Floating {
        /// Seconds, at least one.
        lead: i64,
    },
}

/// Whether a window may share vertices and time with other windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowOverlap {
    /// It is refused if it would.
    Refused,
    /// It may; a request must be let in by all of them.
    Allowed,
}

/// A window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// By which requests name it.
    pub name: Arc<str>,
    /// Whom it lets in.
    pub kind: WindowKind,
    /// The vertices, ascending; with them goes all that lies below.
    pub roots: Arc<[VertexId]>,
    /// When.
    pub times: WindowTimes,
    /// Whether it may meet other windows.
    pub overlap: WindowOverlap,
    /// What whoever has set it wants to know of it later. Nothing is read from it here.
    pub about: Arc<[u8]>,
}

/// What becomes of jobs that a new window meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConflict {
    /// The window is refused.
    Refuse,
    /// They stay as they are.
    Keep,
    /// They end when the window starts; only where they have started before it. Reservations that would begin in it are refused.
    Truncate,
    /// They are cancelled.
    Cancel,
}

/// What is to become of jobs that a new window meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConflictRules {
    /// Of allocations.
    pub running: OnConflict,
    /// Of reservations: refuse, keep or cancel.
    pub reserved: OnConflict,
}

/// A job that holds something of a window during its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Which.
    pub job: JobId,
    /// From when to when it holds that.
    pub held: TimeWindow,
    /// The first vertex that it holds there.
    pub vertex: VertexId,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a job that a new window meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It keeps the window from being set.
    InTheWay,
    /// It stays as it is.
    Kept,
    /// It ends then.
    Truncated {
        /// Seconds.
        end: i64,
    },
    /// It is cancelled.
    Cancelled,
}

/// For whom windows are open during a request, beside what is open for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Admission {
    /// The reservations that the request names.
    pub windows: Vec<Arc<str>>,
    /// Whether it may use anything else.
    pub reach: Reach,
}

/// Whether a request that names windows may use what lies outside of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// It may.
    #[default]
    Anywhere,
    /// It uses nothing but what lies in one of them, during its time.
    Inside,
}

impl Window {
    /// Its spans; none if it floats.
    pub(crate) fn spans(&self) -> &[TimeWindow] {
        match &self.times {
            WindowTimes::Spans(spans) => spans,
            WindowTimes::Floating { .. } => &[],
        }
    }

    /// How far before the present it begins, if it floats.
    pub(crate) fn lead(&self) -> Option<i64> {
        match self.times {
            WindowTimes::Spans(_) => None,
            WindowTimes::Floating { lead } => Some(lead),
        }
    }

    /// Whether its times can be kept: spans that are not empty, ascend, lie apart and within the life of a graph; or a lead.
    pub(crate) fn has_times(&self) -> bool {
        let spans = self.spans();
        let within =
            |span: &TimeWindow| 0 <= span.start && span.start < span.end && span.end <= GRAPH_END;
        let apart = spans.windows(2).all(|pair| pair[0].end <= pair[1].start);
        match self.lead() {
            Some(lead) => (1..=GRAPH_END).contains(&lead),
            None => !spans.is_empty() && spans.iter().all(within) && apart,
        }
    }

    /// Whether its times can be kept, and its roots ascend.
    pub(crate) fn is_in_order(&self) -> bool {
        self.has_times() && self.roots.is_sorted_by(|a, b| a < b)
    }

    /// The first of its spans that overlaps with some time.
    pub(crate) fn span_in(&self, start: i64, end: i64) -> Option<TimeWindow> {
        let spans = self.spans();
        let next = spans.get(spans.partition_point(|span| span.end <= start))?;
        (next.start < end).then_some(*next)
    }
}

impl Admission {
    /// What a request brings that names no window.
    pub const NONE: Self = Self { windows: Vec::new(), reach: Reach::Anywhere };

    /// Whether it says nothing.
    pub(crate) fn is_none(&self) -> bool {
        self.windows.is_empty() && self.reach == Reach::Anywhere
    }
}
