//! What is said when a window is set, as plain data.

use fluxion_context::{ConflictRules, TimeWindow, WindowKind, WindowOverlap, WindowTargets};
use fluxion_recurrence::RecurrenceText;

/// A window that is to be set, in place of one of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowRequest {
    /// By which requests name it.
    pub name: String,
    /// Whom it lets in.
    pub kind: WindowKind,
    /// Of which vertices.
    pub targets: WindowTargets,
    /// When.
    pub when: WindowWhen,
    /// Whether it may meet other windows.
    pub overlap: WindowOverlap,
    /// For people.
    pub note: String,
    /// What becomes of jobs that it meets.
    pub rules: ConflictRules,
    /// What time it is, in seconds, if the graph has no clock; else 0.
    pub now: i64,
}

/// When a window is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WindowWhen {
    /// Once.
    Span(TimeWindow),
    /// Again and again.
    Recurrence(RecurrenceText),
    /// From so many seconds after the present on.
    Floating {
        /// Seconds.
        lead: i64,
    },
}

/// What is kept of a request beside what follows from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowSource {
    /// Which vertices were meant.
    pub targets: WindowTargets,
    /// For people.
    pub note: String,
    /// How it recurs, if it does.
    pub recurrence: Option<RecurrenceText>,
}

impl WindowRequest {
    /// The bytes of its texts, about.
    pub(crate) fn text_bytes(&self) -> usize {
        let WindowTargets { paths, ranks, criteria, jobspec } = &self.targets;
        let paths: usize = paths.iter().map(|path| path.len() + 24).sum();
        self.name.len() + self.note.len() + paths + ranks.len() + criteria.len() + jobspec.len()
    }

    /// What is kept of it.
    pub(crate) fn source(&self) -> WindowSource {
        let recurrence = match &self.when {
            WindowWhen::Recurrence(text) => Some(text.clone()),
            _ => None,
        };
        WindowSource { targets: self.targets.clone(), note: self.note.clone(), recurrence }
    }
}
