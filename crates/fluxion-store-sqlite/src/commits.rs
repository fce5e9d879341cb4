//! What the last commit left: the graphs, the snapshots, its number. A hash of all of that stands beside it in the database,
//! and in the head file, so that a row that is missing or altered is found.

use std::collections::BTreeMap;

use fluxion_store::journal::{GraphEntry, GraphId, Sequence, SnapshotHead};
use xxhash_rust::xxh3::Xxh3;

use crate::head::Head;

/// See the module documentation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    /// The number of the last commit.
    pub(crate) commit: u64,
    /// The number of the graph that is created next.
    pub(crate) next_graph: u64,
    /// Each with the hash of what it says.
    pub(crate) graphs: BTreeMap<GraphId, (GraphEntry, u128)>,
    /// Those that are whole, likewise.
    pub(crate) snapshots: BTreeMap<(GraphId, Sequence), (SnapshotHead, u128)>,
}

impl Catalog {
    /// Enters a graph as it is now.
    pub(crate) fn enter(&mut self, entry: GraphEntry) {
        let check = entry.check();
        self.graphs.insert(entry.id, (entry, check));
    }

    /// Enters a snapshot.
    pub(crate) fn enter_snapshot(&mut self, head: SnapshotHead) {
        let check = head.check();
        self.snapshots.insert((head.graph, head.sequence), (head, check));
    }

    pub(crate) fn entry(&self, graph: GraphId) -> Option<&GraphEntry> {
        self.graphs.get(&graph).map(|(entry, _)| entry)
    }

    /// The snapshots of a graph, newest first.
    pub(crate) fn snapshots_of(&self, graph: GraphId) -> impl Iterator<Item = &SnapshotHead> + '_ {
        let all = (graph, Sequence(0))..=(graph, Sequence(u64::MAX));
        self.snapshots.range(all).rev().map(|(_, (head, _))| head)
    }

    /// Number and hash of the last commit. O(graphs + snapshots).
    pub(crate) fn head(&self) -> Head {
        let mut hasher = Xxh3::new();
        hasher.update(&self.commit.to_le_bytes());
        hasher.update(&self.next_graph.to_le_bytes());
        hasher.update(&(self.graphs.len() as u64).to_le_bytes());
        let graphs = self.graphs.values().map(|(_, check)| check);
        let snapshots = self.snapshots.values().map(|(_, check)| check);
        graphs.chain(snapshots).for_each(|check| hasher.update(&check.to_le_bytes()));
        Head { commit: self.commit, hash: hasher.digest128() }
    }
}
