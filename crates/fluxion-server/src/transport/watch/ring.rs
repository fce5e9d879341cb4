//! What has happened to a graph of late, kept once for all who watch it. Whoever has the turn adds to it; nobody waits for
//! anybody.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fluxion_store::journal::{Event, Record};
use fluxion_store::{Commit, Happening};

use crate::transport::asked_by::AskedBy;
use crate::transport::memory::{Counted, Memory};

/// The most that is kept.
const MOST_TOLD: usize = 65_536;
const MOST_BYTES: u64 = 64 << 20;

/// One thing that has happened.
#[derive(Debug)]
pub(crate) struct Told {
    /// The revision that it made.
    pub(crate) revision: u64,
    /// The time of the graph then.
    pub(crate) time: i64,
    pub(crate) by: AskedBy,
    pub(crate) what: Happening,
}

impl Told {
    /// What a commit means; nothing if it makes no revision.
    pub(crate) fn of(commit: &Commit, by: &AskedBy) -> Option<Self> {
        let what = Happening::of(commit)?;
        Some(Self { revision: commit.revision.0, time: commit.time, by: by.clone(), what })
    }

    /// What a record means that was written down.
    pub(crate) fn recorded(record: &Record) -> Option<Self> {
        let Event::Committed(settled) = &record.event else { return None };
        Self::of(settled.commit(), &AskedBy::written(&record.principal, &record.request_id))
    }

    fn bytes(&self) -> u64 {
        self.what.bytes()
    }
}

/// The last events of a graph, without a gap.
#[derive(Debug)]
pub(crate) struct Ring {
    kept: Mutex<Kept>,
    most: usize,
}

#[derive(Debug)]
struct Kept {
    told: VecDeque<Arc<Told>>,
    /// The revision after the last one.
    newest: u64,
    bytes: u64,
    counted: Counted,
}

impl Ring {
    /// Nothing has happened yet.
    pub(crate) fn new(memory: &Arc<Memory>) -> Self {
        Self::with(memory, MOST_TOLD)
    }

    /// With room for so many events.
    pub(super) fn with(memory: &Arc<Memory>, most: usize) -> Self {
        let (told, counted) = (VecDeque::new(), memory.note(0));
        Self { kept: Mutex::new(Kept { told, newest: 0, bytes: 0, counted }), most }
    }

    /// The graph is served from this revision on.
    pub(crate) fn begin(&self, revision: u64) {
        self.kept().newest = revision;
    }

    /// Something has happened, after all that is there. What is oldest goes if there is no room for both.
    pub(crate) fn push(&self, told: Told) {
        let mut kept = self.kept();
        let bytes = told.bytes();
        kept.newest = told.revision;
        kept.bytes += bytes;
        kept.told.push_back(Arc::new(told));
        while kept.told.len() > self.most || kept.bytes > MOST_BYTES {
            kept.forget();
        }
        if kept.counted.grow(kept.bytes).is_err() {
            // others need the memory more
            for _ in 0..kept.told.len().div_ceil(2) {
                kept.forget();
            }
            kept.counted.set(kept.bytes);
        }
    }

    /// The revision after the last event.
    pub(crate) fn newest(&self) -> u64 {
        self.kept().newest
    }

    /// The revision after which all events are there.
    pub(crate) fn oldest(&self) -> u64 {
        self.kept().oldest()
    }

    /// Up to `most` events after a revision, and up to another; nothing if the first of them is not there any more. O(`most`).
    pub(crate) fn after(&self, revision: u64, until: u64, most: usize) -> Option<Vec<Arc<Told>>> {
        let kept = self.kept();
        let from = usize::try_from(revision.checked_sub(kept.oldest())?).ok()?;
        let there = kept.told.range(from.min(kept.told.len())..).take(most);
        Some(there.filter(|told| told.revision <= until).cloned().collect())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn oldest(&self) -> u64 {
        self.told.front().map_or(self.newest, |told| told.revision - 1)
    }

    fn forget(&mut self) {
        if let Some(told) = self.told.pop_front() {
            self.bytes -= told.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use fluxion_context::JobId;

    use super::*;
    use crate::byte_size::ByteSize;

    fn ring(memory: &Arc<Memory>, most: usize, events: u64) -> Ring {
        let ring = Ring::with(memory, most);
        ring.begin(1);
        for revision in 2..2 + events {
            let what = Happening::Cancelled(JobId(revision));
            ring.push(Told { revision, time: 0, by: AskedBy::default(), what });
        }
        ring
    }

    fn after(ring: &Ring, revision: u64, until: u64, most: usize) -> Option<Vec<u64>> {
        let told = ring.after(revision, until, most)?;
        Some(told.iter().map(|told| told.revision).collect())
    }

    #[test]
    fn what_is_there_is_told_without_a_gap_and_the_rest_is_not() {
        let memory = Arc::default();
        let ring = ring(&memory, 5, 9);
        assert_eq!((ring.oldest(), ring.newest()), (5, 10));
        let check = |revision, until, most, expected: Option<&[u64]>| {
            assert_eq!(after(&ring, revision, until, most).as_deref(), expected, "{revision}");
        };
        check(5, 10, 100, Some(&[6, 7, 8, 9, 10]));
        check(5, 8, 100, Some(&[6, 7, 8]));
        check(5, 10, 2, Some(&[6, 7]));
        check(9, 10, 100, Some(&[10]));
        check(10, 10, 100, Some(&[]));
        check(11, 12, 100, Some(&[]));
        check(4, 10, 100, None);
    }

    #[test]
    fn a_ring_without_events_knows_where_it_begins() {
        let ring = ring(&Arc::default(), 5, 0);
        assert_eq!((ring.oldest(), ring.newest()), (1, 1));
        assert_eq!((after(&ring, 1, 1, 9), after(&ring, 0, 1, 9)), (Some(vec![]), None));
    }

    #[test]
    fn what_it_takes_is_counted_and_where_memory_is_short_it_keeps_less() {
        let memory = Memory::new(ByteSize(1 << 20));
        let before = memory.counted();
        let full = ring(&memory, 100_000, 20_000);
        assert!(memory.counted() <= (1 << 20) / 4 * 3, "{}", memory.counted());
        assert!(full.oldest() > 1 && full.newest() == 20_001, "{}", full.oldest());
        assert_eq!(after(&full, 20_000, 20_001, 9), Some(vec![20_001]));
        drop(full);
        assert_eq!(memory.counted(), before);
    }
}
