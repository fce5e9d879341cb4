//! A log in memory: for tests, of servers too. It fails when it is told to.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::journal::frame::{Frame, GraphId, Sequence};
use crate::journal::log::{GraphEntry, GroupCommit, Life, Log, LogError, Pruned, SnapshotHead};
use crate::journal::record::Time;
use crate::journal::remedy::Remedy;

/// What is kept of a snapshot, by its last record: its parts, and its head once it is whole.
type Snapshots = BTreeMap<Sequence, (BTreeMap<u32, Vec<u8>>, Option<SnapshotHead>)>;

#[derive(Clone, Debug)]
struct Kept {
    entry: GraphEntry,
    frames: Vec<Frame>,
    snapshots: Snapshots,
}

/// See the module documentation. A clone is what a server finds that starts after this one was killed.
#[derive(Clone, Debug, Default)]
pub struct MemoryLog {
    graphs: BTreeMap<GraphId, Kept>,
    next: u64,
    /// How many writes are still done.
    left: Option<u64>,
    poisoned: bool,
}

impl MemoryLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written, in a log that fails at no write, or after so many.
    #[must_use]
    pub fn reopened(&self, writes: Option<u64>) -> Self {
        Self { left: writes, poisoned: false, ..self.clone() }
    }

    // --- damage ---

    /// The last byte of a frame becomes another.
    pub fn damage(&mut self, graph: GraphId, last: Sequence) {
        let frames = self.graphs.get_mut(&graph).map(|kept| &mut kept.frames);
        let damaged = frames.into_iter().flatten().filter(|frame| frame.last == last);
        damaged.for_each(|frame| {
            let mut body = frame.body.to_vec();
            body.last_mut().into_iter().for_each(|byte| *byte ^= 1);
            frame.body = body.into();
        });
    }

    /// A frame is not there any more.
    pub fn lose(&mut self, graph: GraphId, last: Sequence) {
        if let Some(kept) = self.graphs.get_mut(&graph) {
            kept.frames.retain(|frame| frame.last != last);
        }
    }

    /// The last byte of a snapshot becomes another.
    pub fn damage_snapshot(&mut self, graph: GraphId, sequence: Sequence) {
        let kept = self.graphs.get_mut(&graph);
        let parts = kept.and_then(|kept| kept.snapshots.get_mut(&sequence));
        let byte = parts.and_then(|(parts, _)| parts.values_mut().last()?.last_mut());
        byte.into_iter().for_each(|byte| *byte ^= 1);
    }

    /// Throws away what a remedy says.
    pub fn mend(&mut self, remedy: &Remedy) {
        if remedy.is_all() {
            self.graphs.remove(&remedy.graph);
        }
        let Some(kept) = self.graphs.get_mut(&remedy.graph) else { return };
        let hash = kept.frames.iter().find(|frame| frame.last == remedy.last);
        if let Some(hash) = hash.map(|frame| frame.hash) {
            (kept.entry.last, kept.entry.hash) = (remedy.last, hash);
        }
        kept.frames.retain(|frame| frame.last > remedy.after && frame.last <= remedy.last);
        kept.snapshots.retain(|sequence, _| !remedy.snapshots.contains(sequence));
    }

    fn write(&mut self) -> Result<(), LogError> {
        if self.poisoned {
            return Err(LogError::Poisoned("it was told to fail".to_owned()));
        }
        match &mut self.left {
            None => Ok(()),
            Some(0) => {
                self.poisoned = true;
                Err(LogError::Full("memory".into()))
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }

    fn unknown(graph: GraphId, found: Sequence) -> LogError {
        LogError::Misplaced { graph, expected: Sequence(0), found }
    }
}

impl Log for MemoryLog {
    fn place(&self) -> PathBuf {
        "memory".into()
    }

    fn graphs(&mut self) -> Result<Vec<GraphEntry>, LogError> {
        Ok(self.graphs.values().map(|kept| kept.entry.clone()).collect())
    }

    fn next_graph(&mut self) -> GraphId {
        self.next += 1;
        GraphId(self.next)
    }

    fn append(&mut self, commit: &GroupCommit) -> Result<(), LogError> {
        let mut graphs = self.graphs.clone();
        for (id, name) in &commit.created {
            let incarnation = commit.frames.iter().find(|frame| frame.graph == *id);
            let frame = incarnation.ok_or_else(|| Self::unknown(*id, Sequence(1)))?;
            let entry = GraphEntry {
                id: *id,
                name: name.clone(),
                incarnation: frame.incarnation,
                life: Life::Served,
                last: Sequence(0),
                hash: frame.previous,
            };
            graphs.insert(*id, Kept { entry, frames: Vec::new(), snapshots: BTreeMap::new() });
        }
        for frame in &commit.frames {
            let unknown = || Self::unknown(frame.graph, frame.first);
            let kept = graphs.get_mut(&frame.graph).ok_or_else(unknown)?;
            let entry = &mut kept.entry;
            if frame.first.0 != entry.last.0 + 1 || frame.previous != entry.hash {
                let (graph, expected, found) = (frame.graph, entry.last, frame.first);
                return Err(LogError::Misplaced { graph, expected, found });
            }
            (entry.last, entry.hash) = (frame.last, frame.hash);
            kept.frames.push(frame.clone());
        }
        for id in &commit.dropped {
            if let Some(kept) = graphs.get_mut(id) {
                kept.entry.life = Life::Dropped;
            }
        }
        self.write()?;
        self.graphs = graphs;
        Ok(())
    }

    fn sync(&mut self) -> Result<(), LogError> {
        self.write()
    }

    fn read_frames(
        &mut self,
        graph: GraphId,
        after: Sequence,
        most_bytes: usize,
    ) -> Result<Vec<Frame>, LogError> {
        let frames = self.graphs.get(&graph).map_or(&[][..], |kept| &kept.frames);
        let (mut bytes, mut read) = (0, Vec::new());
        for frame in frames.iter().filter(|frame| frame.last > after) {
            if bytes >= most_bytes {
                break;
            }
            bytes += frame.body.len();
            read.push(frame.clone());
        }
        Ok(read)
    }

    fn snapshots(&mut self, graph: GraphId) -> Result<Vec<SnapshotHead>, LogError> {
        let Some(kept) = self.graphs.get(&graph) else { return Ok(Vec::new()) };
        Ok(kept.snapshots.values().rev().filter_map(|(_, head)| head.clone()).collect())
    }

    fn write_snapshot_part(
        &mut self,
        head: &SnapshotHead,
        part: u32,
        bytes: &[u8],
    ) -> Result<(), LogError> {
        self.write()?;
        let unknown = || Self::unknown(head.graph, head.sequence);
        let kept = self.graphs.get_mut(&head.graph).ok_or_else(unknown)?;
        kept.snapshots.entry(head.sequence).or_default().0.insert(part, bytes.to_vec());
        Ok(())
    }

    fn finish_snapshot(&mut self, head: &SnapshotHead) -> Result<(), LogError> {
        let (graph, found) = (head.graph, head.sequence);
        let kept = self.graphs.get(&graph).ok_or_else(|| Self::unknown(graph, found))?;
        let expected = kept.entry.last;
        if found > expected {
            return Err(LogError::Misplaced { graph, expected, found });
        }
        self.write()?;
        if let Some(kept) = self.graphs.get_mut(&graph) {
            kept.snapshots.entry(found).or_default().1 = Some(head.clone());
        }
        Ok(())
    }

    fn read_snapshot(&mut self, head: &SnapshotHead) -> Result<Vec<u8>, LogError> {
        let kept = self.graphs.get(&head.graph);
        let parts = kept.and_then(|kept| kept.snapshots.get(&head.sequence));
        let parts = parts.ok_or_else(|| Self::unknown(head.graph, head.sequence))?;
        Ok(parts.0.values().flatten().copied().collect())
    }

    fn prune(&mut self, before: Time, _most: u32) -> Result<Pruned, LogError> {
        self.write()?;
        let mut pruned = Pruned::default();
        for kept in self.graphs.values_mut() {
            let mut whole = kept.snapshots.iter().rev().filter(|(_, (_, head))| head.is_some());
            let Some((&oldest, _)) = whole.nth(1) else { continue };
            let (frames, snapshots) = (kept.frames.len(), kept.snapshots.len());
            let last = kept.entry.last;
            kept.frames
                .retain(|frame| frame.time >= before || frame.last > oldest || frame.last == last);
            kept.snapshots.retain(|&sequence, _| sequence >= oldest);
            pruned.frames += (frames - kept.frames.len()) as u64;
            pruned.snapshots += (snapshots - kept.snapshots.len()) as u64;
        }
        let graphs = self.graphs.len();
        let is_old = |frame: &Frame| frame.time < before;
        self.graphs
            .retain(|_, kept| kept.entry.life == Life::Served || !kept.frames.iter().all(is_old));
        pruned.graphs = (graphs - self.graphs.len()) as u64;
        Ok(pruned)
    }
}
