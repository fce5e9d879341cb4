//! Windows of a store: from a request to a change, with the times of a recurrence; and, on a graph with a clock, what becomes of
//! windows as time goes by: those that recur get their next times, and those that are over end.

use fluxion_context::{
    Budget, Change, Clock, ConflictRules, Decided, NamedConflict, OnConflict, TimeWindow, VertexId,
    Window, WindowTimes,
};
use fluxion_recurrence::{Recurrence, RecurrenceText};

use crate::answer::RequestError;
use crate::journal::windows::{put_source, source};
use crate::revision::CommitError;
use crate::store::Store;
use crate::window_request::{WindowRequest, WindowSource, WindowWhen};

/// How far ahead recurring windows are known, in seconds: 400 days.
const HORIZON: i64 = 400 * 86_400;

/// How many of their times are known.
const MOST_SPANS: usize = 64;

/// How many windows a graph may have.
const MOST_WINDOWS: usize = 1024;

impl Store {
    /// What it comes to that a window is set: the jobs that it meets.
    pub(crate) fn plan_window(
        &mut self,
        request: &WindowRequest,
        budget: &Budget,
    ) -> Result<Decided<Vec<NamedConflict>>, RequestError> {
        let now = self.time_of_match(request.now)?;
        let is_new = self.context.window(&request.name).is_none();
        if is_new && self.context.windows().count() >= MOST_WINDOWS {
            return Err(RequestError::TooManyWindows(MOST_WINDOWS));
        }
        let (times, first) = self.times_of(&request.when, now)?;
        let roots = self.roots_of(request, first, budget)?;
        let window = Window {
            name: request.name.as_str().into(),
            kind: request.kind,
            roots: roots.into(),
            times,
            overlap: request.overlap,
            about: put_source(&request.source()).into(),
        };
        Ok(self.context.decide_window(window, request.rules, now)?)
    }

    /// The vertices of a window; one of its name gives way, and is in nobody's way.
    fn roots_of(
        &mut self,
        request: &WindowRequest,
        time: Option<TimeWindow>,
        budget: &Budget,
    ) -> Result<Vec<VertexId>, RequestError> {
        let WindowRequest { name, targets, .. } = request;
        let gives_way = self.context.decide_end_of_window(name).ok();
        match gives_way.filter(|_| !targets.jobspec.is_empty()) {
            Some(change) => {
                let mut without = self.context.clone();
                without.apply(&change).map_err(CommitError::from)?;
                Ok(without.window_roots(targets, time, budget)?)
            }
            None => Ok(self.context.window_roots(targets, time, budget)?),
        }
    }

    /// The times of a window, and the first of them.
    fn times_of(
        &self,
        when: &WindowWhen,
        now: i64,
    ) -> Result<(WindowTimes, Option<TimeWindow>), RequestError> {
        let spans = match when {
            WindowWhen::Floating { lead } => {
                return Ok((WindowTimes::Floating { lead: *lead }, None));
            }
            WindowWhen::Span(span) => vec![*span],
            WindowWhen::Recurrence(text) if self.options().clock == Clock::System => {
                next_spans(text, now)?
            }
            WindowWhen::Recurrence(_) => return Err(RequestError::NeedsClock),
        };
        let first = spans.first().copied().ok_or(RequestError::NoOccurrence)?;
        Ok((WindowTimes::Spans(spans.into()), Some(first)))
    }

    /// What was said when a window was set.
    pub fn source_of_window(&self, window: &Window) -> WindowSource {
        source(&window.about).unwrap_or_default()
    }

    /// When something is to be done about a window by itself, on a graph with a clock: it gets more times, or ends.
    pub(crate) fn window_due(&self, window: &Window) -> Option<i64> {
        let WindowTimes::Spans(spans) = &window.times else { return None };
        let at = match self.source_of_window(window).recurrence {
            Some(_) => spans.len() / 2,
            None => spans.len().checked_sub(1)?,
        };
        spans.get(at).map(|span| span.end)
    }

    /// What is done about a window whose time for that has come; nothing if it is to stay as it is for now.
    pub(crate) fn keep_window(&self, window: &Window) -> Option<Change> {
        let end = || self.context.decide_end_of_window(&window.name).ok();
        let recurrence = self.source_of_window(window).recurrence;
        let next = recurrence.and_then(|text| next_spans(&text, self.now()).ok());
        match next {
            Some(spans) if !spans.is_empty() => {
                let times = WindowTimes::Spans(spans.into());
                let again = Window { times, ..window.clone() };
                let keep = ConflictRules { running: OnConflict::Keep, reserved: OnConflict::Keep };
                let decided = self.context.decide_window(again, keep, self.now());
                decided.ok().and_then(|decided| decided.change)
            }
            _ => end(),
        }
    }
}

/// The next times of a recurrence, the present one included.
fn next_spans(text: &RecurrenceText, now: i64) -> Result<Vec<TimeWindow>, RequestError> {
    let recurrence = Recurrence::read(text)?;
    let spans = recurrence.within(now, now.saturating_add(HORIZON), MOST_SPANS);
    Ok(spans.iter().map(|span| TimeWindow { start: span.start, end: span.end }).collect())
}
