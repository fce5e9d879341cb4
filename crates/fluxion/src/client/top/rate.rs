//! How often something happens, from a count that grows, over the last seconds. Knows no clock.

use std::collections::VecDeque;
use std::time::Duration;

/// What is looked back to.
const SPAN: Duration = Duration::from_secs(10);

/// A count at several times.
#[derive(Clone, Debug, Default)]
pub(super) struct Rate {
    seen: VecDeque<(Duration, u64)>,
}

impl Rate {
    /// The count at a time. One that is less than before is of another life: what was before it is forgotten.
    pub(super) fn note(&mut self, at: Duration, count: u64) {
        if self.seen.back().is_some_and(|&(_, before)| count < before) {
            self.seen.clear();
        }
        self.seen.push_back((at, count));
        // the last one that is old enough is the beginning of the span
        while self.seen.get(1).is_some_and(|&(second, _)| at.saturating_sub(second) >= SPAN) {
            self.seen.pop_front();
        }
    }

    /// How much it has grown in a second; not known before there are two times.
    pub(super) fn per_second(&self) -> Option<f64> {
        let (&(from, before), &(until, after)) = (self.seen.front()?, self.seen.back()?);
        let seconds = until.saturating_sub(from).as_secs_f64();
        (seconds > 0.0).then(|| after.saturating_sub(before) as f64 / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seen: &[(u64, u64)], expected: Option<f64>) {
        let mut rate = Rate::default();
        for &(second, count) in seen {
            rate.note(Duration::from_secs(second), count);
        }
        assert_eq!(rate.per_second(), expected, "{seen:?}");
    }

    #[test]
    fn rates_are_of_the_last_seconds() {
        check(&[], None);
        check(&[(1, 7)], None);
        check(&[(1, 7), (1, 9)], None);
        check(&[(1, 7), (3, 11)], Some(2.0));
        check(&[(0, 0), (5, 1000), (15, 1000)], Some(0.0));
        check(&[(0, 0), (60, 120)], Some(2.0));
        // another load of the graph
        check(&[(0, 500), (2, 3)], None);
        check(&[(0, 500), (2, 3), (4, 9)], Some(3.0));
    }
}
