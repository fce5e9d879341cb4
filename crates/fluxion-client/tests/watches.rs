//! Watches over connections that are cut now and then.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails shall stop")]

mod in_process;

use std::sync::Arc;
use std::time::Duration;

use fluxion_client::v1::{
    Error, Event, EventChange, EventKind, Graph, MatchRequest, NewGraph, Server, WatchFrom, Watched,
};
use fluxion_client::{Code, Options};
use in_process::with_server;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

const CLUSTER: &str = include_str!("../../../examples/cluster.json");
const JOBSPEC: &str = include_str!("../../../examples/jobspec.yaml");

/// Passes connections on to a server until it is told to cut them.
struct Line {
    target: String,
    cut: Arc<Notify>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Line {
    async fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().to_string();
        let (cut, target) = (Arc::<Notify>::default(), target.to_owned());
        let ends = Arc::clone(&cut);
        let accepting = tokio::spawn(async move {
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                let (ends, target) = (Arc::clone(&ends), target.clone());
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(&target).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        () = ends.notified() => {}
                    }
                });
            }
        });
        Self { target: own, cut, accepting }
    }

    fn cut(&self) {
        self.cut.notify_waiters();
    }

    /// Nothing is passed on any more.
    fn end(&self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn loaded(target: &str) -> Result<Graph, Error> {
    let server = Server::connect(target, Options::default()).await?;
    server.create_graph(NewGraph::named("tiny"), CLUSTER.as_bytes()).await
}

fn event(told: Watched) -> Option<Event> {
    match told {
        Watched::Event(event) => Some(event),
        _ => None,
    }
}

#[test]
fn a_watch_goes_on_when_its_connection_is_cut() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        let line = Line::to(target).await;
        let far = Server::connect(&line.target, Options::default()).await?.graph("tiny");
        let mut watching = far.watch(WatchFrom::now()).await?;
        let Watched::Begun(begin) = watching.next().await? else { panic!() };
        assert_eq!((watching.cursor(), begin.revision), (Some(&begin), 1));
        let mut revisions = Vec::new();
        for round in 0..20 {
            for _ in 0..2 {
                let job = graph.match_jobspec(MatchRequest::of(JOBSPEC)).await?.job_id;
                graph.cancel(job).await?;
            }
            for _ in 0..round % 5 {
                let told = event(watching.next().await?).unwrap();
                revisions.push(told.cursor.unwrap().revision);
            }
            line.cut();
        }
        while revisions.last() != Some(&81) {
            if let Some(told) = event(watching.next().await?) {
                revisions.push(told.cursor.unwrap().revision);
            }
        }
        assert_eq!(revisions, (2..=81).collect::<Vec<_>>());
        Ok::<_, Error>(())
    });
}

#[test]
fn the_state_comes_whole_and_kinds_are_chosen() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        let job = graph.match_jobspec(MatchRequest::of(JOBSPEC)).await?.job_id;
        let from = WatchFrom::state().with_kinds([EventKind::JobCanceled]).with_bookmarks(1);
        let mut watching = graph.watch(from).await?;
        let Watched::State(state, cursor) = watching.next().await? else { panic!() };
        assert_eq!((state.jobs[0].job_id, state.jobs.len(), cursor.revision), (job, 1, 2));
        graph.match_jobspec(MatchRequest::of(JOBSPEC)).await?;
        let Watched::Bookmark(cursor) = watching.next().await? else { panic!() };
        assert_eq!(cursor.revision, 3);
        graph.cancel(job).await?;
        let told = event(watching.next().await?).unwrap();
        assert!(matches!(told.change, Some(EventChange::JobCanceled(gone)) if gone.job_id == job));
        graph.drop_graph().await?;
        let error = watching.next().await.unwrap_err();
        assert_eq!(error.code(), Some(Code::NotFound), "{error}");
        Ok::<_, Error>(())
    });
}

#[test]
fn patience_ends() {
    with_server(async |target| {
        let graph = loaded(target).await?;
        let line = Line::to(target).await;
        let far = Server::connect(&line.target, Options::default()).await?.graph(graph.name());
        let watching = far.watch(WatchFrom::now()).await?;
        let mut watching = watching.with_patience(Duration::from_millis(300));
        watching.next().await?;
        line.end();
        let error = watching.next().await.unwrap_err();
        assert!(matches!(error.code(), None | Some(Code::Unavailable)), "{error}");
        Ok::<_, Error>(())
    });
}
