//! A session with one graph whose journal goes to a log, as a server has it: operations are done in memory, their records
//! wait in an open frame, and a group commit writes it. Which operation comes when is fixed.

use fluxion_context::{
    Budget, Context, Extent, HeldResources, JobId, LoadFormat, MatchOperation, Options,
    ReleaseFormat, Status, Wanted,
};
use fluxion_store::journal::{
    ChainEnd, EncodedSnapshot, Event, GroupCommit, Life, Log, LogError, OpenFrame, Record,
    Recovered, Time, recover,
};
use fluxion_store::{
    Command, Commit, Incarnation, JobName, KeyedCommand, RequestError, RequestId, SentRefusal,
    Store, Target,
};

/// A cluster of two nodes with two cores each.
const GRAPH: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "id": 0, "paths": {"containment": "/c"}}},
    {"id": "1", "metadata": {"type": "node", "id": 0, "rank": 0, "paths": {"containment": "/c/node0"}}},
    {"id": "2", "metadata": {"type": "node", "id": 1, "rank": 1, "paths": {"containment": "/c/node1"}}},
    {"id": "3", "metadata": {"type": "core", "id": 0, "rank": 0, "paths": {"containment": "/c/node0/core0"}}},
    {"id": "4", "metadata": {"type": "core", "id": 1, "rank": 0, "paths": {"containment": "/c/node0/core1"}}},
    {"id": "5", "metadata": {"type": "core", "id": 0, "rank": 1, "paths": {"containment": "/c/node1/core0"}}},
    {"id": "6", "metadata": {"type": "core", "id": 1, "rank": 1, "paths": {"containment": "/c/node1/core1"}}}],
    "edges": [{"source": "0", "target": "1"}, {"source": "0", "target": "2"}, {"source": "1", "target": "3"},
    {"source": "1", "target": "4"}, {"source": "2", "target": "5"}, {"source": "2", "target": "6"}]}}"#;

const GROWN: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "id": 0, "paths": {"containment": "/c"}}},
    {"id": "9", "metadata": {"type": "disk", "id": 9, "paths": {"containment": "/c/disk9"}}}],
    "edges": [{"source": "0", "target": "9"}]}}"#;

fn jobspec(node: bool) -> String {
    let slot =
        r#"{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}"#;
    let resources = match node {
        false => slot.to_owned(),
        true => format!(r#"{{"type": "node", "count": 1, "with": [{slot}]}}"#),
    };
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": 60}}}}, "resources": [{resources}]}}"#
    )
}

/// What a client is sent.
pub(crate) fn refusal_as_sent(_: &RequestId, refusal: &RequestError) -> SentRefusal {
    SentRefusal { code: 9, message: refusal.to_string(), ..SentRefusal::default() }
}

/// What the operation of a number asks for.
fn command(number: u64) -> Command {
    let job = || JobName::Id(JobId(1 + number / 3));
    let asked = |operation, node| Command::Match {
        operation,
        jobspec: jobspec(node),
        now: number as i64,
        wanted: Wanted::default(),
        job_key: if number.is_multiple_of(2) { format!("job {number}") } else { String::new() },
    };
    let disk = || Target::Path("/c/disk9".to_owned());
    match number % 12 {
        0 | 4 => asked(MatchOperation::Allocate, false),
        1 | 7 => asked(MatchOperation::AllocateOrElseReserve, true),
        2 => asked(MatchOperation::WithoutAllocating, false),
        3 | 8 => Command::Cancel { job: job() },
        5 => Command::SetProperty {
            path: "/c/node1".to_owned(),
            key: format!("key{}", number % 5),
            value: number.to_string(),
        },
        6 => Command::Mark {
            target: Target::Path("/c/node0".to_owned()),
            extent: Extent::Vertex,
            status: if number % 24 < 12 { Status::Down } else { Status::Up },
        },
        9 => Command::Grow { jgf: GROWN.to_owned() },
        10 => Command::PartialCancel {
            job: job(),
            format: ReleaseFormat::Rv1exec,
            resources: r#"{"version": 1, "execution": {"R_lite": [{"rank": "0"}]}}"#.to_owned(),
        },
        _ => Command::Shrink { target: disk(), held: HeldResources::Refuse },
    }
}

/// A graph that is served.
pub(crate) struct Server {
    pub(crate) store: Store,
    end: ChainEnd,
    frame: OpenFrame,
    /// What somebody has who hears of the records alone.
    replica: Store,
    /// The fingerprint of the replica after the last commit, before any operation of the open frame.
    pub(crate) durable: u64,
    clock: u64,
}

pub(crate) fn options() -> Options {
    Options { load_format: LoadFormat::Jgf, ..Options::default() }
}

impl Server {
    /// Creates a graph: one write.
    pub(crate) fn create(log: &mut dyn Log, name: &str) -> Result<Self, LogError> {
        let context = Context::load(GRAPH, &options()).unwrap();
        Self::serve(log, name, Store::new(context, options(), Incarnation(7)))
    }

    /// Creates a graph of a store: one write.
    pub(crate) fn serve(log: &mut dyn Log, name: &str, store: Store) -> Result<Self, LogError> {
        let id = log.next_graph();
        let mut server = Self {
            end: ChainEnd::start(id, store.incarnation()),
            frame: OpenFrame::new(),
            replica: store.clone(),
            durable: 0,
            clock: 0,
            store,
        };
        let (name, store) = (name.to_owned(), Box::new(server.store.clone()));
        server.note(Event::Created { name: name.clone(), store });
        let frames = vec![server.seal()];
        log.append(&GroupCommit { created: vec![(id, name)], frames, dropped: Vec::new() })?;
        server.durable = server.replica.fingerprint();
        Ok(server)
    }

    /// Goes on with a graph that was recovered.
    pub(crate) fn resume(recovered: Recovered) -> Self {
        let Recovered { store, end, time, .. } = recovered;
        let (frame, replica) = (OpenFrame::new(), store.clone());
        let durable = store.fingerprint();
        Self { store, end, frame, replica, durable, clock: time.0 }
    }

    fn note(&mut self, event: Event) {
        self.clock += 1;
        self.frame.push(&Record::new(Time(self.clock), event), &refusal_as_sent);
    }

    fn seal(&mut self) -> fluxion_store::journal::Frame {
        std::mem::take(&mut self.frame).seal(&mut self.end, 0)
    }

    fn settle(&mut self, commit: Commit) {
        let settled = self.store.settle(commit).unwrap();
        self.replica.replay(&settled).unwrap();
        self.note(Event::Committed(settled));
    }

    /// Does the operation of a number in memory.
    pub(crate) fn operate(&mut self, number: u64) {
        let id = RequestId { key: number.to_string().into(), fingerprint: number };
        let id = (number % 3 < 2).then_some(id);
        self.ask(&KeyedCommand { id, command: command(number) });
        if number % 10 == 9
            && let Some(pending) = self.store.pending()
        {
            self.settle(pending);
        }
    }

    pub(crate) fn ask(&mut self, request: &KeyedCommand) {
        let decided = self.store.decide(request, &Budget::UNLIMITED, &|| 0.25);
        if let Some(commit) = decided.ok().and_then(|proposal| proposal.commit) {
            self.settle(commit);
        }
    }

    /// One write, if there is anything to be written.
    pub(crate) fn commit(&mut self, log: &mut dyn Log) -> Result<(), LogError> {
        self.flush(log)?;
        self.durable = self.replica.fingerprint();
        Ok(())
    }

    /// As [`Server::commit`], without a look at what is durable then.
    pub(crate) fn flush(&mut self, log: &mut dyn Log) -> Result<(), LogError> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let frames = vec![self.seal()];
        log.append(&GroupCommit { frames, ..GroupCommit::default() })
    }

    /// The last commit of the graph.
    pub(crate) fn drop(mut self, log: &mut dyn Log) -> Result<(), LogError> {
        self.note(Event::Dropped { next_job: JobId(0), request: None, created_by: None });
        let (dropped, frames) = (vec![self.end.graph], vec![self.seal()]);
        log.append(&GroupCommit { created: Vec::new(), frames, dropped })
    }

    /// A write for each part, and one more. The open frame must be empty.
    pub(crate) fn snapshot(&self, log: &mut dyn Log) -> Result<(), LogError> {
        let ChainEnd { graph, sequence, .. } = self.end;
        let time = Time(self.clock);
        let snapshot = EncodedSnapshot::of(&self.replica, graph, sequence, time, &refusal_as_sent);
        for (number, part) in snapshot.parts() {
            log.write_snapshot_part(&snapshot.head, number, part)?;
        }
        log.finish_snapshot(&snapshot.head)
    }

    /// Operations with group commits of one to four, and a snapshot after every `snapshots` of them.
    pub(crate) fn work(
        &mut self,
        log: &mut dyn Log,
        numbers: std::ops::Range<u64>,
        snapshots: u64,
    ) -> Result<(), LogError> {
        for number in numbers {
            self.operate(number);
            if number % 7 < 4 {
                self.commit(log)?;
            }
            if number % snapshots == snapshots - 1 {
                self.commit(log)?;
                self.snapshot(log)?;
            }
        }
        self.commit(log)
    }
}

/// The graphs that are served, recovered; their records must agree.
pub(crate) fn recover_all(log: &mut dyn Log) -> Result<Vec<Recovered>, String> {
    let graphs = log.graphs().map_err(|error| error.to_string())?;
    let served = graphs.iter().filter(|graph| graph.life == Life::Served);
    served.map(|graph| recover(log, graph, &mut |_| ()).map_err(|e| e.to_string())).collect()
}

/// The fingerprints of the graphs that are served.
pub(crate) fn fingerprints(log: &mut dyn Log) -> Result<Vec<u64>, String> {
    Ok(recover_all(log)?.iter().map(|recovered| recovered.store.fingerprint()).collect())
}
