//! The records of several graphs in the order of their times.

use std::collections::VecDeque;

use fluxion_store::Store;
use fluxion_store::journal::{
    Frame, GraphEntry, Log as _, LogError, Record, Sequence, SnapshotHead, Time,
};
use fluxion_store_sqlite::SqliteLog;

use crate::journal::chronicler::{Chronicler, Happening};

/// So many bytes of frames are read at once.
const BATCH: usize = 1 << 20;

/// What there is to tell of a graph.
pub(super) enum Told {
    /// What happened, with its details.
    Happened(Happening, String),
    /// Records that cannot be read, the first and the last one, and why.
    Unreadable(Sequence, Sequence, String),
}

enum Next {
    Record(Sequence, Box<Record>),
    Unreadable(Sequence, Sequence, String),
}

/// The records of one graph, from the first one that is kept.
pub(super) struct History {
    pub(super) graph: GraphEntry,
    chronicler: Chronicler,
    /// The oldest snapshot: from there on vertices have names.
    snapshot: Option<SnapshotHead>,
    /// The last record that was read.
    at: Sequence,
    /// The time of the last record that was told.
    time: Time,
    next: VecDeque<Next>,
}

impl History {
    /// Before the first record that comes after `after`.
    pub(super) fn open(
        log: &mut SqliteLog,
        graph: GraphEntry,
        after: Sequence,
    ) -> Result<Self, LogError> {
        let snapshot = log.snapshots(graph.id)?.pop();
        let (chronicler, next) = (Chronicler::default(), VecDeque::new());
        Ok(Self { graph, chronicler, snapshot, at: after, time: Time(0), next })
    }

    /// When the next record was made; none if there is no more.
    pub(super) fn peek(&mut self, log: &mut SqliteLog) -> Result<Option<Time>, LogError> {
        if self.next.is_empty() {
            for frame in log.read_frames(self.graph.id, self.at, BATCH)? {
                self.at = frame.last;
                self.enter(&frame);
            }
        }
        Ok(self.next.front().map(|next| match next {
            Next::Record(_, record) => record.time,
            Next::Unreadable(..) => self.time,
        }))
    }

    fn enter(&mut self, frame: &Frame) {
        match frame.records() {
            Ok(records) => {
                let next = |(sequence, record)| Next::Record(sequence, Box::new(record));
                self.next.extend(records.into_iter().map(next));
            }
            Err(error) => {
                let reason = error.to_string();
                self.next.push_back(Next::Unreadable(frame.first, frame.last, reason));
            }
        }
    }

    /// Tells of the next record; nothing if it is not wanted, or there is no more.
    pub(super) fn tell(
        &mut self,
        log: &mut SqliteLog,
        wanted: &dyn Fn(&Happening) -> bool,
    ) -> Option<Told> {
        match self.next.pop_front()? {
            Next::Record(sequence, record) => {
                self.resume(log, sequence);
                self.time = record.time;
                let told = self.chronicler.tell(sequence, *record, wanted)?;
                Some(Told::Happened(told.0, told.1))
            }
            Next::Unreadable(first, last, reason) => {
                self.chronicler.store = None;
                Some(Told::Unreadable(first, last, reason))
            }
        }
    }

    /// The graph as the oldest snapshot has it, if that is of the moment before a record. If it cannot be read, numbers have
    /// to do.
    fn resume(&mut self, log: &mut SqliteLog, sequence: Sequence) {
        let is_before = |head: &SnapshotHead| head.sequence.0 + 1 == sequence.0;
        let head = self.snapshot.as_ref().filter(|head| is_before(head));
        if let (Some(head), None) = (head, &self.chronicler.store) {
            let bytes = log.read_snapshot(head);
            self.chronicler.store = bytes.ok().and_then(|bytes| Store::restore(&bytes).ok());
        }
    }
}

/// Several graphs at once.
pub(super) struct Histories(pub(super) Vec<History>);

impl Histories {
    /// The number of the graph whose next record is the earliest; none if there are no more.
    pub(super) fn earliest(&mut self, log: &mut SqliteLog) -> Result<Option<usize>, LogError> {
        let mut earliest: Option<(Time, usize)> = None;
        for (number, history) in self.0.iter_mut().enumerate() {
            if let Some(time) = history.peek(log)?
                && earliest.is_none_or(|(found, _)| time < found)
            {
                earliest = Some((time, number));
            }
        }
        Ok(earliest.map(|(_, number)| number))
    }
}
