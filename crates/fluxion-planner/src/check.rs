//! Whether a timeline holds exactly some spans: its points, the ends at each, the use from each, and what its
//! blocks say about themselves.

use std::collections::BTreeMap;

use crate::timeline::Timeline;

/// A span: from, to, amounts per column.
pub type Span = (i64, i64, Vec<i64>);

/// A point of a timeline: when, how many spans start or end there, the use per column from there on.
pub type Point = (i64, u32, Vec<i64>);

/// Where a timeline and its spans disagree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimelineFault {
    /// The points differ: the first that does, as it should be and as it is.
    #[error("expected the point {expected:?}, found {found:?}")]
    Point {
        /// What follows from the spans.
        expected: Option<Point>,
        /// What is recorded.
        found: Option<Point>,
    },
    /// What a block says about itself is wrong; it starts at this time.
    #[error("the summary of the points from {0} on is wrong")]
    Summary(i64),
}

impl Timeline {
    /// Proves that these spans, and no others, are recorded. O(spans × log spans).
    ///
    /// # Errors
    /// [`TimelineFault`].
    pub fn check(&self, spans: &[Span]) -> Result<(), TimelineFault> {
        let mut expected = points(spans, self.width()).into_iter();
        let mut found = self.points();
        loop {
            let (expected, found) = (expected.next(), found.next());
            if expected != found {
                return Err(TimelineFault::Point { expected, found });
            }
            if found.is_none() {
                break;
            }
        }
        self.wrong_summary().map_or(Ok(()), |from| Err(TimelineFault::Summary(from)))
    }
}

fn points(spans: &[Span], width: usize) -> Vec<Point> {
    let mut changes: BTreeMap<i64, (u32, Vec<i64>)> = BTreeMap::new();
    for (start, end, amounts) in spans {
        for (time, sign) in [(*start, 1), (*end, -1)] {
            let (ends, change) = changes.entry(time).or_insert_with(|| (0, vec![0; width]));
            *ends += 1;
            change.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += sign * amount);
        }
    }
    let mut used = vec![0; width];
    let mut points = Vec::with_capacity(changes.len());
    for (time, (ends, change)) in changes {
        used.iter_mut().zip(change).for_each(|(sum, amount)| *sum += amount);
        points.push((time, ends, used.clone()));
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spans_are_told_apart() {
        let mut timeline = Timeline::new(2);
        let spans: Vec<Span> = (0..200).map(|n| (n, n + 7, vec![1, n % 3])).collect();
        spans.iter().for_each(|(start, end, amounts)| timeline.add(*start, *end, amounts));
        assert_eq!(timeline.check(&spans), Ok(()));
        assert!(matches!(timeline.check(&spans[1..]), Err(TimelineFault::Point { .. })));
        let mut other = spans;
        other[100].2[1] += 1;
        let fault = timeline.check(&other).unwrap_err();
        let TimelineFault::Point { expected: Some(expected), found: Some(found) } = fault else {
            panic!("{fault}");
        };
        assert_eq!((expected.0, found.0), (100, 100));
        assert_eq!(expected.2[1], found.2[1] + 1);
    }
}
