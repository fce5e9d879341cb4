//! What is told of a graph while it is shown: two tasks, one that watches it and opens a lost connection again, and one that
//! asks for what a watch does not tell. They end with the feed.

use std::time::Duration;

use anyhow::Context as _;
use fluxion_client::Code;
use fluxion_client::v1::{Cursor, Error, Event, EventChange, Graph, Server, WatchFrom, Watched};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::asking;
use super::model::Tidings;
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
    OfGraph(Tidings),
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
        let (last_start, period, counted) = (told_start, interval.max(FIGURES), None);
        let poll = Poll { graph, out: out.clone(), last_start, period, counted };
        tasks.spawn(poll.run());
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
async fn tell(out: &mpsc::Sender<News>, told: Tidings) -> bool {
    out.send(News::OfGraph(told)).await.is_ok()
}

// --- the watch ---

async fn follow(graph: Graph, out: mpsc::Sender<News>, last_start: LastStart) {
    let mut cursor = None;
    let mut wait = FIRST_WAIT;
    loop {
        let before = cursor.clone();
        let Err(error) = watch_on(&graph, &out, &last_start, &mut cursor).await else { return };
        if !tell(&out, Tidings::Lost(reason(&error))).await {
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
    let codes = [Code::NotFound, Code::OutOfRange, Code::FailedPrecondition, Code::InvalidArgument];
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
    if !tell(out, Tidings::Time(graph.time().await?)).await || !tell(out, Tidings::Connected).await
    {
        return Ok(());
    }
    loop {
        let watched = watching.next().await?;
        *cursor = watched.cursor().cloned().or(cursor.take());
        note_start(&watched, last_start);
        let begins = matches!(watched, Watched::State(..));
        if !tell(out, Tidings::Watched(watched)).await {
            return Ok(());
        }
        if let (true, Some(cursor)) = (begins, &cursor) {
            let events = asking::before(graph, cursor).await;
            if !tell(out, Tidings::Before(events)).await {
                return Ok(());
            }
        }
    }
}

fn note_start(watched: &Watched, last_start: &LastStart) {
    match watched {
        Watched::State(state, _) => {
            last_start.send_replace(Some(asking::last_start(&state.jobs)));
        }
        Watched::Event(Event { change: Some(EventChange::JobBooked(told)), .. }) => {
            let start = asking::last_start(told.job.as_slice());
            last_start.send_modify(|last| *last = (*last).max(Some(start)));
        }
        Watched::Event(_) | Watched::Begun(_) | Watched::Bookmark(_) => {}
    }
}

// --- what has to be asked for ---

/// Asks again and again; while the server cannot be heard, the watch says so.
struct Poll {
    graph: Graph,
    out: mpsc::Sender<News>,
    last_start: watch::Receiver<Option<i64>>,
    period: Duration,
    /// When the vertices were counted last, and of which load and revision of the graph.
    counted: Option<(Instant, Cursor)>,
}

impl Poll {
    /// Goes on as long as somebody hears it.
    async fn run(mut self) {
        while self.last_start.wait_for(Option::is_some).await.is_ok() && !self.out.is_closed() {
            // what fails now is asked again
            let _ = self.ask().await;
            tokio::time::sleep(self.period).await;
        }
    }

    async fn ask(&mut self) -> Result<(), Error> {
        let figures = self.graph.stats().await?;
        let incarnation = figures.incarnation.clone();
        let place = Cursor { incarnation, revision: figures.revision };
        let types: Vec<String> = figures.vertices_by_type.keys().cloned().collect();
        tell(&self.out, Tidings::Figures(figures)).await;
        if self.is_due(&place) {
            let start = self.last_start.borrow().unwrap_or_default();
            let now = asking::time_of_counts(&self.graph, start).await?;
            let counts = asking::counts(&self.graph, &types, now).await?;
            self.counted = Some((Instant::now(), place));
            tell(&self.out, Tidings::Counts(counts)).await;
        }
        Ok(())
    }

    /// Whether the vertices are to be counted: after a change, but not too often.
    fn is_due(&self, place: &Cursor) -> bool {
        let old = |(at, before): &(Instant, Cursor)| before != place && at.elapsed() >= COUNTS;
        self.counted.as_ref().is_none_or(old)
    }
}
