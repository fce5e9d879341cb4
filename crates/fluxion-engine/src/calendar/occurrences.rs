//! When windows are, in order of time, so that the few that overlap with a pass are found without looking at all. Knows a
//! window by its number alone.

use std::sync::Arc;

use super::window::Window;

/// The spans of all windows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Occurrences {
    /// By start.
    spans: Vec<Occurrence>,
    /// The ends of the spans, with their windows.
    ends: Vec<(i64, usize)>,
    /// The windows that float: number and lead, by lead.
    floating: Vec<(i64, usize)>,
}

/// One span of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Occurrence {
    start: i64,
    end: i64,
    window: usize,
    /// The latest end of this one and of all before it.
    latest_end: i64,
}

impl Occurrences {
    pub(super) fn of(windows: &[Arc<Window>]) -> Self {
        let spans = windows.iter().enumerate().flat_map(|(window, known)| {
            let of = move |span: &fluxion_graph::TimeWindow| Occurrence {
                start: span.start,
                end: span.end,
                window,
                latest_end: i64::MIN,
            };
            known.spans().iter().map(of)
        });
        let mut spans: Vec<Occurrence> = spans.collect();
        spans.sort_unstable();
        let mut latest_end = i64::MIN;
        for span in &mut spans {
            latest_end = latest_end.max(span.end);
            span.latest_end = latest_end;
        }
        let lead = |(window, known): (usize, &Arc<Window>)| Some((known.lead()?, window));
        let mut floating: Vec<(i64, usize)> = windows.iter().enumerate().filter_map(lead).collect();
        floating.sort_unstable();
        let mut ends: Vec<(i64, usize)> =
            spans.iter().map(|span| (span.end, span.window)).collect();
        ends.sort_unstable();
        Self { spans, ends, floating }
    }

    /// The windows with a span that overlaps with some time, each once for each such span. O(log spans + spans that begin before
    /// the end and not long before the start).
    pub(super) fn overlapping(&self, start: i64, end: i64) -> impl Iterator<Item = usize> + '_ {
        let first = self.spans.partition_point(|span| span.latest_end <= start);
        let begun = self.spans[first..].iter().take_while(move |span| span.start < end);
        begun.filter(move |span| span.end > start).map(|span| span.window)
    }

    /// When spans start after some time, ascending, and of which windows.
    pub(super) fn starts_after(&self, time: i64) -> impl Iterator<Item = (i64, usize)> + '_ {
        let first = self.spans.partition_point(|span| span.start <= time);
        self.spans[first..].iter().map(|span| (span.start, span.window))
    }

    /// When spans end after some time, ascending, and of which windows.
    pub(super) fn ends_after(&self, time: i64) -> impl Iterator<Item = (i64, usize)> + '_ {
        let first = self.ends.partition_point(|&(end, _)| end <= time);
        self.ends[first..].iter().copied()
    }

    /// The windows that float before so long a request ends.
    pub(super) fn floating(&self, duration: i64) -> impl Iterator<Item = usize> + '_ {
        self.floating
            .iter()
            .take_while(move |&&(lead, _)| lead < duration)
            .map(|&(_, window)| window)
    }
}
