//! Histories of jobs while clients ask for their pages: what was read of the journal is kept for a while, so that it is not
//! read again for each page. If it is not kept any more, it is read again: nothing depends on it but time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fluxion_store::journal::{
    Frame, GraphId, JobHistory, ReadFrames, SeekError, Sequence, Time, TimeRange, last_before,
};
use tokio::sync::Semaphore;
use tonic::Status;

use crate::message::no_memory;
use crate::transport::memory::{Counted, Memory};
use crate::v1::failure;

/// Bytes of frames that the log thread reads at once.
const PIECE: usize = 256 << 10;

/// Bytes of frames that a call looks at.
const STEP: usize = 8 << 20;

/// What a record counts for beside its bytes.
const RECORD: usize = 16;

/// The most jobs of a range.
const MOST_JOBS: usize = 1_000_000;

/// How many histories are kept for their clients, and for how long after the last page.
const KEPT: usize = 8;
const KEPT_FOR: Duration = Duration::from_secs(60);

/// How many read at the same time: others wait.
const AT_ONCE: usize = 2;

/// The histories that are being asked for. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Scans {
    kept: Arc<Mutex<Vec<Scan>>>,
    next: Arc<AtomicU64>,
    pub(crate) turns: Arc<Semaphore>,
    step: usize,
}

/// What was read of the records of a range.
#[derive(Debug)]
pub(crate) struct Scan {
    number: u64,
    pub(crate) graph: GraphId,
    /// The last record that is looked at.
    pub(crate) end: Sequence,
    /// The last one that was looked at; nothing if that has not begun.
    at: Option<Sequence>,
    pub(crate) history: JobHistory,
    step: usize,
    held: Vec<Counted>,
}

impl Default for Scans {
    fn default() -> Self {
        Self::with(STEP)
    }
}

impl Scans {
    /// With so many bytes for a call.
    pub(crate) fn with(step: usize) -> Self {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Self { kept: Arc::default(), next: Arc::default(), turns, step }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Scan>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept under a number, if it is of this graph and range and ends there.
    pub(crate) fn take(
        &self,
        number: u64,
        graph: GraphId,
        range: TimeRange,
        end: Sequence,
    ) -> Option<Scan> {
        let is_it = |scan: &Scan| {
            (scan.number, scan.graph, scan.end) == (number, graph, end)
                && scan.history.range() == range
        };
        let mut kept = self.kept();
        let place = kept.iter().position(is_it)?;
        Some(kept.remove(place))
    }

    /// Nothing is read yet.
    pub(crate) fn begin(&self, graph: GraphId, range: TimeRange, end: Sequence) -> Scan {
        let history = JobHistory::new(range);
        Scan { number: 0, graph, end, at: None, step: self.step, history, held: Vec::new() }
    }

    /// Keeps it for the next page, for a while, under the number that is told; the one that was kept longest may have to go.
    pub(crate) fn keep(&self, mut scan: Scan) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        scan.number = number;
        let mut kept = self.kept();
        kept.push(scan);
        if kept.len() > KEPT {
            kept.remove(0);
        }
        drop(kept);
        let kept = Arc::downgrade(&self.kept);
        tokio::spawn(async move {
            tokio::time::sleep(KEPT_FOR).await;
            if let Some(kept) = kept.upgrade() {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.retain(|scan| scan.number != number);
            }
        });
        number
    }
}

impl Scan {
    /// Whether all of it was read.
    pub(crate) fn is_whole(&self) -> bool {
        self.at.is_some_and(|at| at >= self.end)
    }

    /// Reads on, as much as a call may. On a thread that may wait.
    pub(crate) fn read_on(
        &mut self,
        read: &mut ReadFrames<'_>,
        memory: &Arc<Memory>,
    ) -> Result<(), Status> {
        let since = self.history.range().since;
        let begin = || last_before(&mut *read, self.end, since);
        let mut at = self.at.map_or_else(begin, Ok).map_err(|error| failure::unread(&error))?;
        let mut looked_at = 0;
        while at < self.end && looked_at < self.step {
            let frames = read(at, PIECE.min(self.step));
            let frames = frames.map_err(|error| failure::unread(&error.into()))?;
            // what would come next was thrown away meanwhile, or is the end
            let Some(last) = frames.last().map(|frame| frame.last) else { break };
            for frame in &frames {
                looked_at += self.enter(frame)?;
            }
            at = last;
            self.count(memory)?;
        }
        self.at = Some(if looked_at < self.step { self.end } else { at });
        Ok(())
    }

    /// Adds what a frame says; how much that was to look at.
    fn enter(&mut self, frame: &Frame) -> Result<usize, Status> {
        let records = SeekError::records(frame).map_err(|error| failure::unread(&error))?;
        let of_range = records.iter().filter(|(sequence, _)| *sequence <= self.end);
        of_range.for_each(|(_, record)| self.history.enter(record));
        Ok(frame.body.len() + records.len() * RECORD)
    }

    /// Draws what it takes by now, unless it is too much.
    fn count(&mut self, memory: &Arc<Memory>) -> Result<(), Status> {
        if self.history.len() > MOST_JOBS {
            return Err(failure::too_long_a_range(MOST_JOBS));
        }
        let before: u64 = self.held.iter().map(Counted::bytes).sum();
        let more = self.history.bytes().saturating_sub(before);
        if more > 0 {
            self.held.push(memory.hold(more).map_err(|refusal| no_memory(&refusal))?);
        }
        Ok(())
    }
}

/// The last record that a range may have something to do with, of a graph that ends with `last`.
pub(crate) fn end_of(
    read: &mut ReadFrames<'_>,
    last: Sequence,
    until: Time,
) -> Result<Sequence, SeekError> {
    let before = last_before(read, last, until)?;
    // the next frame may have records of before and after
    let next = read(before, 1)?;
    Ok(next.first().map_or(before, |frame| frame.last).min(last))
}

#[cfg(test)]
mod tests {
    use fluxion_context::{Budget, Context, JobId, MatchOperation, Wanted};
    use fluxion_store::journal::{
        ChainEnd, Event, GroupCommit, Log as _, MemoryLog, OpenFrame, Record,
    };
    use fluxion_store::{
        Command, Incarnation, JobName, KeyedCommand, RequestError, RequestId, SentRefusal, Store,
    };

    use super::*;
    use crate::Config;
    use crate::test_graph::{GRAPH, JOBSPEC};

    fn unsent(_: &RequestId, _: &RequestError) -> SentRefusal {
        SentRefusal::default()
    }

    /// A log with a frame for each of so many jobs that were booked and cancelled one after the other.
    fn log(jobs: u64) -> (MemoryLog, ChainEnd) {
        let options = Config::default().options("");
        let context = Context::load(GRAPH, &options).unwrap();
        let mut store = Store::new(context, options, Incarnation(7));
        let mut log = MemoryLog::new();
        let mut end = ChainEnd::start(log.next_graph(), store.incarnation());
        let created = vec![(end.graph, "g".to_owned())];
        let event = Event::Created { name: "g".to_owned(), store: Box::new(store.clone()) };
        let mut events = vec![event];
        for job in 1..=jobs {
            let book = Command::Match {
                operation: MatchOperation::Allocate,
                jobspec: JOBSPEC.to_owned(),
                now: 0,
                wanted: Wanted::default(),
                job_key: String::new(),
            };
            for command in [book, Command::Cancel { job: JobName::Id(JobId(job)) }] {
                let request = KeyedCommand { id: None, command };
                let proposal = store.decide(&request, &Budget::UNLIMITED, &|| 0.0).unwrap();
                let settled = store.settle(proposal.commit.unwrap()).unwrap();
                events.push(Event::Committed(settled));
            }
        }
        for (time, event) in (1..).zip(events) {
            let mut frame = OpenFrame::new();
            frame.push(&Record::new(Time(time), event), &unsent);
            let created = if time == 1 { created.clone() } else { Vec::new() };
            let frames = vec![frame.seal(&mut end, 0)];
            log.append(&GroupCommit { created, frames, dropped: Vec::new() }).unwrap();
        }
        (log, end)
    }

    fn scanned(step: usize, since: u64) -> (usize, Vec<JobId>) {
        let (mut log, end) = log(20);
        let range = TimeRange { since: Time(since), until: Time(u64::MAX) };
        let mut read = |after, bytes| log.read_frames(end.graph, after, bytes);
        let mut scan = Scans::with(step).begin(end.graph, range, end.sequence);
        let (memory, mut calls) = (Memory::new(crate::ByteSize(1 << 30)), 0);
        while !scan.is_whole() {
            scan.read_on(&mut read, &memory).unwrap();
            calls += 1;
        }
        (calls, scan.history.after(None).map(|(job, _)| job).collect())
    }

    #[test]
    fn a_call_reads_a_part_and_the_next_one_goes_on() {
        let all = (1..=20).map(JobId).collect::<Vec<_>>();
        assert_eq!(scanned(STEP, 0), (1, all.clone()));
        let (calls, jobs) = scanned(1, 0);
        assert_eq!((calls > 20, jobs), (true, all));
        let (late, jobs) = scanned(1, 39);
        assert_eq!((late < 6, jobs), (true, vec![JobId(19), JobId(20)]));
    }

    #[test]
    fn what_does_not_fit_into_the_memory_is_refused() {
        let (mut log, end) = log(20);
        let range = TimeRange { since: Time(0), until: Time(u64::MAX) };
        let mut read = |after, bytes| log.read_frames(end.graph, after, bytes);
        let mut scan = Scans::default().begin(end.graph, range, end.sequence);
        let refused = scan.read_on(&mut read, &Memory::new(crate::ByteSize(1000)));
        assert_eq!(refused.unwrap_err().code(), tonic::Code::ResourceExhausted);
    }

    #[tokio::test]
    async fn as_many_are_kept_as_may_be_and_each_is_taken_once() {
        let (graph, end) = (GraphId(1), Sequence(1));
        let range = TimeRange { since: Time(0), until: Time(5) };
        let scans = Scans::default();
        let numbers: Vec<u64> =
            (0..=KEPT).map(|_| scans.keep(scans.begin(graph, range, end))).collect();
        let other = TimeRange { since: Time(1), ..range };
        let take = |number, range| scans.take(number, graph, range, end).is_some();
        assert!(!take(numbers[0], range), "it had to go");
        assert!(!take(numbers[1], other), "another range");
        assert!(take(numbers[1], range));
        assert!(!take(numbers[1], range), "somebody has it");
    }
}
