//! What is told of a graph while it is shown: two tasks, one that watches it and opens a lost connection again, and one that
//! asks for what a watch does not tell. They end with the feed.

use std::time::Duration;

use anyhow::Context as _;
use fluxion_client::Code;
use fluxion_client::v1::{Cursor, Error, Graph, Server, WatchFrom, Watched};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::asking;
use super::model::Told;
use super::upcoming::UpcomingJobs;
use crate::client::exit::reason;

/// What may wait to be shown; the server waits meanwhile.
const ROOM: usize = 1024;

/// Between two attempts to go on, first and at most.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Between two questions for the figures, at least, and between two countings of the vertices.
const FIGURES: Duration = Duration::from_secs(2);
const COUNTS: Duration = Duration::from_secs(10);

/// What comes in.
#[derive(Debug)]
pub(super) enum News {
    OfGraph(Told),
    /// The names of the graphs of the server.
    Graphs(Vec<String>),
}

/// When the last of the jobs that run began; nothing before the state is known.
type LastStart = watch::Sender<Option<i64>>;

/// The tasks, and what they tell.
pub(super) struct Feed {
    server: Server,
    tasks: JoinSet<()>,
    out: mpsc::Sender<News>,
    news: mpsc::Receiver<News>,
}

impl Feed {
    pub(super) fn start(server: Server, graph: &str, interval: Duration) -> Self {
        let (out, news) = mpsc::channel(ROOM);
        let (last_start, told_start) = watch::channel(None);
        let graph = server.graph(graph);
        let mut tasks = JoinSet::new();
        tasks.spawn(follow(graph.clone(), out.clone(), last_start));
        tasks.spawn(poll(graph, out.clone(), told_start, interval.max(FIGURES)));
        Self { server, tasks, out, news }
    }

    /// What comes next.
    pub(super) async fn next(&mut self) -> anyhow::Result<News> {
        loop {
            tokio::select! {
                Some(news) = self.news.recv() => return Ok(news),
                Some(ended) = self.tasks.join_next() => ended.context("a task has failed")?,
            }
        }
    }

    /// Asks for the names of the graphs.
    pub(super) fn list_graphs(&mut self) {
        let (server, out) = (self.server.clone(), self.out.clone());
        self.tasks.spawn(async move {
            // a server that cannot be heard is told of by the watch
            if let Ok(graphs) = server.graphs().await {
                let names = graphs.into_iter().map(|graph| graph.name).collect();
                let _ = out.send(News::Graphs(names)).await;
            }
        });
    }
}

/// Sends it; whether somebody is there who hears it.
async fn tell(out: &mpsc::Sender<News>, told: Told) -> bool {
    out.send(News::OfGraph(told)).await.is_ok()
}

// --- the watch ---

async fn follow(graph: Graph, out: mpsc::Sender<News>, last_start: LastStart) {
    let mut cursor = None;
    let mut wait = FIRST_WAIT;
    loop {
        let before = cursor.clone();
        let Err(error) = watch_on(&graph, &out, &last_start, &mut cursor).await else { return };
        if !tell(&out, Told::Lost(reason(&error))).await {
            return;
        }
        if is_of_another_life(&error) {
            cursor = None;
        }
        wait = if cursor == before { (wait * 2).min(LONGEST_WAIT) } else { FIRST_WAIT };
        tokio::time::sleep(wait).await;
    }
}

/// Whether what was seen before is not continued.
fn is_of_another_life(error: &Error) -> bool {
    let codes =
        [Code::NotFound, Code::OutOfRange, Code::FailedPrecondition, Code::InvalidArgument];
    error.code().is_some_and(|code| codes.contains(&code))
}

/// Watches until the connection is lost; ends without an error if nobody hears it any more.
async fn watch_on(
    graph: &Graph,
    out: &mpsc::Sender<News>,
    last_start: &LastStart,
    cursor: &mut Option<Cursor>,
) -> Result<(), Error> {
    let from = match &cursor {
        Some(Cursor { incarnation, revision }) => WatchFrom::after(incarnation, *revision),
        None => WatchFrom::state(),
    };
    let mut watching = graph.watch(from).await?.with_patience(Duration::ZERO);
    if !tell(out, Told::Time(graph.time().await?)).await || !tell(out, Told::Connected).await {
        return Ok(());
    }
    loop {
        let watched = watching.next().await?;
        *cursor = watched.cursor().cloned().or(cursor.take());
        note_start(&watched, last_start);
        let begins = matches!(watched, Watched::State(..));
        if !tell(out, Told::Watched(watched)).await {
            return Ok(());
        }
        if let (true, Some(cursor)) = (begins, &cursor) {
            let events = asking::before(graph, cursor).await;
            if !tell(out, Told::Before(events)).await {
                return Ok(());
            }
        }
    }
}

fn note_start(watched: &Watched, last_start: &LastStart) {
    let of = |jobs| Some(UpcomingJobs::new(jobs).last_start());
    let start = match watched {
        Watched::State(state, _) => of(state.jobs.clone()),
        Watched::Event(event) => match &event.change {
            Some(fluxion_client::v1::EventChange::JobBooked(told)) => of(told.job.iter().cloned().collect()),
            _ => None,
        },
        Watched::Begun(_) | Watched::Bookmark(_) => None,
    };
    if let Some(start) = start {
        let is_state = matches!(watched, Watched::State(..));
        last_start.send_modify(|last| *last = if is_state { Some(start) } else { (*last).max(Some(start)) });
    }
}

// --- what has to be asked for ---

async fn poll(
    graph: Graph,
    out: mpsc::Sender<News>,
    mut last_start: watch::Receiver<Option<i64>>,
    period: Duration,
) {
    let mut counted: Option<(Instant, String, u64)> = None;
    // while the server cannot be heard, the watch says so
    while last_start.wait_for(Option::is_some).await.is_ok() {
        if let Ok(figures) = graph.stats().await {
            let (incarnation, revision) = (figures.incarnation.clone(), figures.revision);
            let is_due = counted.as_ref().is_none_or(|(at, life, until)| {
                (life, until) != (&incarnation, &revision) && at.elapsed() >= COUNTS
            });
            let types: Vec<String> = figures.vertices_by_type.keys().cloned().collect();
            if !tell(&out, Told::Figures(figures)).await {
                return;
            }
            let start = last_start.borrow().unwrap_or_default();
            if is_due && let Ok(now) = asking::time_of_counts(&graph, start).await
                && let Ok(counts) = asking::counts(&graph, &types, now).await
            {
                counted = Some((Instant::now(), incarnation, revision));
                if !tell(&out, Told::Counts(counts)).await {
                    return;
                }
            }
        }
        tokio::time::sleep(period).await;
    }
}
