//! A log in memory that outlives the servers that have it, as a disk does.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};

use fluxion_server::{Config, JournalOptions, Listen, OnInit, Port, Server};
use fluxion_store::journal::{
    Frame, GraphEntry, GraphId, GroupCommit, Log, LogError, MemoryLog, Pruned, Sequence,
    SnapshotHead, Time,
};

use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::client::V1;
use crate::fixture::TestServer;

/// What is on the disk. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Disk(Arc<(Mutex<Content>, Condvar)>);

#[derive(Default)]
struct Content {
    log: MemoryLog,
    /// Appends wait.
    is_held: bool,
    /// Appends, those included that wait.
    begun: u64,
}

impl Disk {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// What a server finds that starts when the one before was killed. That one writes nothing here.
    pub(crate) fn after_a_crash(&self, writes: Option<u64>) -> Self {
        let disk = Self::new();
        disk.content().log = self.content().log.reopened(writes);
        disk
    }

    /// Lets appends wait, or go on.
    pub(crate) fn hold(&self, is_held: bool) {
        self.content().is_held = is_held;
        self.0.1.notify_all();
    }

    fn begun(&self) -> u64 {
        self.content().begun
    }

    /// Throws away what no snapshot needs.
    pub(crate) fn forget(&self) {
        self.content().log.prune(Time(u64::MAX), u32::MAX).unwrap();
    }

    pub(crate) fn graphs(&self) -> Vec<GraphEntry> {
        self.content().log.graphs().unwrap()
    }

    fn content(&self) -> std::sync::MutexGuard<'_, Content> {
        self.0.0.lock().unwrap()
    }

    /// A server that keeps its graphs there.
    pub(crate) async fn server(&self, config: Config, options: JournalOptions) -> Server {
        let listen = Listen { host: "127.0.0.1".to_owned(), port: Port(0) };
        let server = Server::bind(&listen, config).await.unwrap();
        server.keeping(Box::new(self.clone()), options)
    }

    /// Its clients, once it serves.
    pub(crate) async fn start(&self) -> V1 {
        self.start_with(JournalOptions::default()).await
    }

    pub(crate) async fn start_with(&self, options: JournalOptions) -> V1 {
        self.served(Config::default(), options).await
    }

    pub(crate) async fn start_as(&self, on_init: OnInit) -> V1 {
        let config = Config { on_init, ..Config::default() };
        self.served(config, JournalOptions::default()).await
    }

    pub(crate) async fn served(&self, config: Config, options: JournalOptions) -> V1 {
        let v1 = V1::of(TestServer::of(self.server(config, options).await)).await;
        v1.served().await;
        v1
    }
}

impl Log for Disk {
    fn place(&self) -> PathBuf {
        "disk".into()
    }

    fn graphs(&mut self) -> Result<Vec<GraphEntry>, LogError> {
        self.content().log.graphs()
    }

    fn next_graph(&mut self) -> GraphId {
        self.content().log.next_graph()
    }

    fn append(&mut self, commit: &GroupCommit) -> Result<(), LogError> {
        let mut content = self.content();
        content.begun += 1;
        while content.is_held {
            content = self.0.1.wait(content).unwrap();
        }
        content.log.append(commit)
    }

    fn sync(&mut self) -> Result<(), LogError> {
        self.content().log.sync()
    }

    fn read_frames(
        &mut self,
        graph: GraphId,
        after: Sequence,
        most_bytes: usize,
    ) -> Result<Vec<Frame>, LogError> {
        self.content().log.read_frames(graph, after, most_bytes)
    }

    fn snapshots(&mut self, graph: GraphId) -> Result<Vec<SnapshotHead>, LogError> {
        self.content().log.snapshots(graph)
    }

    fn write_snapshot_part(
        &mut self,
        head: &SnapshotHead,
        part: u32,
        bytes: &[u8],
    ) -> Result<(), LogError> {
        self.content().log.write_snapshot_part(head, part, bytes)
    }

    fn finish_snapshot(&mut self, head: &SnapshotHead) -> Result<(), LogError> {
        self.content().log.finish_snapshot(head)
    }

    fn read_snapshot(&mut self, head: &SnapshotHead) -> Result<Vec<u8>, LogError> {
        self.content().log.read_snapshot(head)
    }

    fn prune(&mut self, before: Time, most: u32) -> Result<Pruned, LogError> {
        self.content().log.prune(before, most)
    }
}

impl V1 {
    /// Waits until the server has recovered what there was.
    pub(crate) async fn served(&self) {
        let mut health = HealthClient::new(self.server.channel().await);
        let watch = health.watch(HealthCheckRequest::default()).await;
        let mut watch = watch.unwrap().into_inner();
        while watch.message().await.unwrap().unwrap().status() != ServingStatus::Serving {}
    }
}

impl Disk {
    /// Waits until so many appends have begun.
    pub(crate) async fn reached(&self, appends: u64) {
        while self.begun() < appends {
            tokio::task::yield_now().await;
        }
    }
}

impl Disk {
    /// How many snapshots there are of all graphs.
    pub(crate) fn snapshots(&self) -> usize {
        let mut content = self.content();
        let graphs = content.log.graphs().unwrap();
        graphs.iter().map(|graph| content.log.snapshots(graph.id).unwrap().len()).sum()
    }

    /// Waits until there is one.
    pub(crate) async fn snapshotted(&self) {
        while self.snapshots() == 0 {
            tokio::task::yield_now().await;
        }
    }
}

impl Disk {
    /// The first record of the first graph that is kept.
    pub(crate) fn first_record(&self) -> u64 {
        let mut content = self.content();
        let graph = content.log.graphs().unwrap()[0].id;
        content.log.read_frames(graph, Sequence(0), 1).unwrap()[0].first.0
    }

    /// Waits until a record was thrown away.
    pub(crate) async fn forgot(&self, record: u64) {
        while self.first_record() <= record {
            tokio::task::yield_now().await;
        }
    }
}
