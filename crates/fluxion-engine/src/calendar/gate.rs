//! The calendar as one request meets it: which windows let it in, and what the others bar during a pass
//! (`docs/semantics/windows.md`). Every pass asks here, and so does whatever skips times or counts vertices beforehand.

use std::sync::Arc;

use fluxion_graph::TimeWindow;

use super::Calendar;
use super::barred::{Barred, BarredSets, Windows};
use super::extent::WindowExtent;
use super::window::{Admission, Reach, Window, WindowKind};
use crate::refusal::{GRAPH_END, Refusal};
use crate::site::Site;

/// See the module documentation.
pub(crate) struct Gate<'a> {
    calendar: &'a Calendar,
    /// The windows that it names, by number, ascending.
    named: Vec<usize>,
    reach: Reach,
    sets: &'a mut BarredSets,
}

impl<'a> Gate<'a> {
    /// How a request with an admission meets a calendar.
    ///
    /// # Errors
    /// [`Refusal::NoSuchWindow`], [`Refusal::Maintenance`].
    pub(crate) fn of(
        calendar: &'a Calendar,
        admission: &Admission,
        sets: &'a mut BarredSets,
    ) -> Result<Self, Refusal> {
        for name in &admission.windows {
            match calendar.get(name).map(|window| window.kind) {
                None => return Err(Refusal::NoSuchWindow(Arc::clone(name))),
                Some(WindowKind::Maintenance) => {
                    return Err(Refusal::Maintenance(Arc::clone(name)));
                }
                Some(WindowKind::Reservation) => {}
            }
        }
        let mut named: Vec<usize> = calendar.named(admission).map(|(at, _)| at).collect();
        named.sort_unstable();
        named.dedup();
        Ok(Self { calendar, named, reach: admission.reach, sets })
    }

    fn admits(&self, window: usize) -> bool {
        self.named.binary_search(&window).is_ok()
    }

    /// What is barred during some time; none if nothing is.
    pub(crate) fn during(&mut self, site: &Site, start: i64, end: i64) -> Option<Arc<Barred>> {
        let windows = self.windows_during(start, end);
        self.barred(site, &windows)
    }

    /// Whether what was asked for last is worth orders of its own.
    pub(crate) fn is_worth_orders(&self) -> bool {
        self.sets.is_worth_orders()
    }

    /// What is always barred to so long a request, whenever it starts: the spans of windows pass. One that is confined to
    /// windows may use those that are long enough.
    pub(crate) fn always(&mut self, site: &Site, duration: i64) -> Option<Arc<Barred>> {
        let is_long = |window: &Window| {
            let mut spans = window.spans().iter();
            window.lead().is_some() || spans.any(|span| span.end - span.start >= duration)
        };
        let windows = Windows {
            barring: self.barring(self.calendar.occurrences.floating(duration)),
            inside: self.inside(is_long),
        };
        self.barred(site, &windows)
    }

    /// The windows that matter during some time.
    pub(crate) fn windows_during(&self, start: i64, end: i64) -> Windows {
        let occurrences = &self.calendar.occurrences;
        let floating = occurrences.floating(end.saturating_sub(start));
        let covers = |window: &Window| {
            let span = window.span_in(start, end);
            let lasts = span.is_some_and(|span| span.start <= start && end <= span.end);
            lasts || window.lead().is_some()
        };
        Windows {
            barring: self.barring(occurrences.overlapping(start, end).chain(floating)),
            inside: self.inside(covers),
        }
    }

    /// The times after `now` at which windows stop keeping the request out, ascending: where one ends that does not let it in,
    /// and where one starts that it is confined to.
    pub(crate) fn times_after(&self, now: i64) -> Vec<i64> {
        let occurrences = &self.calendar.occurrences;
        let ends = occurrences.ends_after(now).filter(|&(_, window)| !self.admits(window));
        let mut times: Vec<i64> = ends.map(|(end, _)| end).collect();
        if self.reach == Reach::Inside {
            let starts = occurrences.starts_after(now).filter(|&(_, window)| self.admits(window));
            times.extend(starts.map(|(start, _)| start));
            times.sort_unstable();
        }
        times.dedup();
        times
    }

    /// What keeps the request out during some time: windows by number, with the first occurrence that does; of one that floats,
    /// from when on.
    pub(crate) fn keeping_out(&self, start: i64, end: i64) -> Vec<(usize, TimeWindow)> {
        let occurrence = |at: usize| {
            let window = &self.calendar.windows()[at];
            let floating = |lead| TimeWindow { start: start.saturating_add(lead), end: GRAPH_END };
            window.span_in(start, end).or(window.lead().map(floating))
        };
        let barring = self.windows_during(start, end).barring;
        barring.into_iter().filter_map(|at| Some((at, occurrence(at)?))).collect()
    }

    /// When a request that starts at `now` would have to end so that fewer windows keep it out: before `end`, in no order.
    pub(crate) fn turns_before(&self, now: i64, end: i64) -> Vec<i64> {
        let occurrences = &self.calendar.occurrences;
        let starts = occurrences.starts_after(now).filter(|&(_, window)| !self.admits(window));
        let ends = occurrences
            .ends_after(now)
            .filter(|&(_, window)| self.reach == Reach::Inside && self.admits(window));
        let floating = self.barring(occurrences.floating(end.saturating_sub(now)));
        let leads = floating.iter().filter_map(|&at| self.calendar.windows()[at].lead());
        let spans = starts.chain(ends).map(|(at, _)| at).filter(|&at| at < end);
        spans.chain(leads.map(|lead| now.saturating_add(lead))).collect()
    }

    /// Which vertices a window is about.
    pub(crate) fn extent(&mut self, site: &Site, window: usize) -> Arc<WindowExtent> {
        self.sets.extent(self.calendar, site, window)
    }

    /// The name of a window.
    pub(crate) fn name(&self, window: usize) -> Arc<str> {
        Arc::clone(&self.calendar.windows()[window].name)
    }

    fn barring(&self, windows: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut barring: Vec<usize> = windows.filter(|&at| !self.admits(at)).collect();
        barring.sort_unstable();
        barring.dedup();
        barring
    }

    fn inside(&self, is_open: impl Fn(&Window) -> bool) -> Option<Vec<usize>> {
        let named = || self.named.iter().copied();
        (self.reach == Reach::Inside)
            .then(|| named().filter(|&at| is_open(&self.calendar.windows()[at])).collect())
    }

    fn barred(&mut self, site: &Site, windows: &Windows) -> Option<Arc<Barred>> {
        (!windows.is_none()).then(|| self.sets.of(self.calendar, site, windows))
    }
}
