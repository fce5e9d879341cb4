//! A log whose commits take a given time, to measure with: disks differ, and those of shared machines differ from minute to minute.

use std::path::PathBuf;
use std::time::Duration;

use fluxion_store::journal::{
    Frame, GraphEntry, GraphId, GroupCommit, Log, LogError, Pruned, Sequence, SnapshotHead, Time,
};

/// See the module documentation.
pub(crate) struct ModelledDisk {
    pub(crate) log: Box<dyn Log>,
    /// What a sync takes.
    pub(crate) sync: Duration,
}

impl ModelledDisk {
    #[expect(clippy::disallowed_methods, reason = "what is modelled is the time that passes")]
    fn wait(&self) {
        std::thread::sleep(self.sync);
    }
}

impl Log for ModelledDisk {
    fn place(&self) -> PathBuf {
        self.log.place()
    }

    fn graphs(&mut self) -> Result<Vec<GraphEntry>, LogError> {
        self.log.graphs()
    }

    fn next_graph(&mut self) -> GraphId {
        self.log.next_graph()
    }

    fn append(&mut self, commit: &GroupCommit) -> Result<(), LogError> {
        self.wait();
        self.log.append(commit)
    }

    fn sync(&mut self) -> Result<(), LogError> {
        self.wait();
        self.log.sync()
    }

    fn read_frames(
        &mut self,
        graph: GraphId,
        after: Sequence,
        most_bytes: usize,
    ) -> Result<Vec<Frame>, LogError> {
        self.log.read_frames(graph, after, most_bytes)
    }

    fn snapshots(&mut self, graph: GraphId) -> Result<Vec<SnapshotHead>, LogError> {
        self.log.snapshots(graph)
    }

    fn write_snapshot_part(
        &mut self,
        head: &SnapshotHead,
        part: u32,
        bytes: &[u8],
    ) -> Result<(), LogError> {
        self.wait();
        self.log.write_snapshot_part(head, part, bytes)
    }

    fn finish_snapshot(&mut self, head: &SnapshotHead) -> Result<(), LogError> {
        self.wait();
        self.log.finish_snapshot(head)
    }

    fn read_snapshot(&mut self, head: &SnapshotHead) -> Result<Vec<u8>, LogError> {
        self.log.read_snapshot(head)
    }

    fn prune(&mut self, before: Time, most: u32) -> Result<Pruned, LogError> {
        self.wait();
        self.log.prune(before, most)
    }
}
