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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fluxion_graph::TimeWindow;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::window::{WindowKind, WindowOverlap, WindowTimes};

    /// Windows of spans, each given by how long after the one before it starts, and how long it lasts.
    fn windows(all: &[Vec<(i64, i64)>]) -> Vec<Arc<Window>> {
        let window = |spans: &Vec<(i64, i64)>| {
            let mut from = 0;
            let span = spans.iter().map(|&(after, lasts)| {
                let start = from + after;
                from = start + lasts;
                TimeWindow { start, end: from }
            });
            Arc::new(Window {
                name: "w".into(),
                kind: WindowKind::Maintenance,
                roots: Arc::default(),
                times: WindowTimes::Spans(span.collect()),
                overlap: WindowOverlap::Allowed,
                about: Arc::default(),
            })
        };
        all.iter().map(window).collect()
    }

    proptest! {
        #[test]
        fn spans_are_found_as_one_by_one(
            all in vec(vec((0..20_i64, 1..20_i64), 1..4), 0..6),
            (start, lasts) in (0..80_i64, 1..40_i64),
        ) {
            let windows = windows(&all);
            let occurrences = Occurrences::of(&windows);
            let end = start + lasts;
            let found: BTreeSet<usize> = occurrences.overlapping(start, end).collect();
            let overlaps = |span: &&TimeWindow| span.start < end && start < span.end;
            let expected = (0..windows.len()).filter(|&w| windows[w].spans().iter().any(|s| overlaps(&s)));
            prop_assert!(found.into_iter().eq(expected));
            for (window, known) in windows.iter().enumerate() {
                let all = known.spans();
                let span = known.span_in(start, end);
                prop_assert_eq!(span, all.iter().find(overlaps).copied());
                let ends = occurrences.ends_after(start).filter(|&(_, of)| of == window);
                let expected = all.iter().map(|span| span.end).filter(|&end| end > start);
                prop_assert!(ends.map(|(end, _)| end).eq(expected));
                let starts = occurrences.starts_after(start).filter(|&(_, of)| of == window);
                let expected = all.iter().map(|span| span.start).filter(|&at| at > start);
                prop_assert!(starts.map(|(at, _)| at).eq(expected));
            }
        }
    }
}
