//! What watchers cost those who change something: matches and cancels at a steady rate, with nobody who watches and with many.

use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::anyhow;
use fluxion_client::Options;
use fluxion_client::v1::{Error, Graph, MatchRequest, Server, WatchFrom};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::{Case, Settings};
use crate::jobspecs::Job;
use crate::load::{Process, runtime};
use crate::machine::Machine;
use crate::measure::{self, Samples};
use crate::memory;
use crate::progress::Progress;
use crate::report::{Column, Row};

/// How many watch.
const WATCHERS: [usize; 2] = [0, 100];

/// As many have a connection together.
const ON_ONE: usize = 25;

/// Changes in a second: half of them matches.
const RATE: u64 = 200;

/// Nodes, and matches.
fn sizes(settings: Settings) -> (usize, usize) {
    (settings.pick(1024, 64), settings.pick(3000, 200))
}

pub(super) fn title(settings: Settings) -> String {
    let (nodes, matches) = sizes(settings);
    format!(
        "{matches} one-core matches, each cancelled, {RATE} changes a second on {nodes} nodes x 16 cores over gRPC; the memory is the server's"
    )
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&["nobody watches", "100 watch"], run)
}

fn run(case: &Case, settings: Settings, progress: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let (nodes, matches) = sizes(settings);
    let watchers = WATCHERS.get(case.variant).copied().unwrap_or_default();
    runtime()?.block_on(async {
        let server = Process::start()?;
        server.init(Machine::flat(nodes, 16, 0)).await?;
        let graph = server.connect_v1().await?.graph("");
        let last = 1 + 2 * matches as u64;
        let watching = Watchers::begin(&server, watchers, last).await?;
        let (samples, took) = measure::time_async(change(&graph, matches, progress)).await;
        let row = samples?.timed_row(&case.name, took);
        watching.end()?;
        Ok(vec![row.with_size(Column::Peak, memory::peak(&server.id()))])
    })
}

/// A match and its cancel at a time; how long the matches took.
async fn change(graph: &Graph, matches: usize, progress: &mut Progress) -> anyhow::Result<Samples> {
    let (mut samples, jobspec) = (Samples::default(), Job::units(1, 0).json());
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / RATE as u32);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for at in 0..matches {
        ticks.tick().await;
        let asked = graph.match_jobspec(MatchRequest::of(jobspec.clone()));
        let (matched, took) = measure::time_async(asked).await;
        samples.add(took);
        ticks.tick().await;
        graph.cancel(matched?.job_id).await?;
        progress.step(at + 1, matches);
    }
    Ok(samples)
}

/// Those who watch, on a thread of their own.
struct Watchers(JoinHandle<anyhow::Result<()>>);

impl Watchers {
    /// Begins to watch, until a revision has come.
    async fn begin(server: &Process, watchers: usize, last: u64) -> anyhow::Result<Self> {
        let (ready, all_watch) = oneshot::channel();
        let address = server.address.clone();
        let thread =
            thread::spawn(move || runtime()?.block_on(watch(&address, (watchers, last), ready)));
        // if it is dropped, the thread tells why
        let _ = all_watch.await;
        Ok(Self(thread))
    }

    /// Waits until all have heard of everything.
    fn end(self) -> anyhow::Result<()> {
        self.0.join().map_err(|_| anyhow!("the watchers met a fault"))?
    }
}

async fn watch(
    address: &str,
    (watchers, last): (usize, u64),
    ready: oneshot::Sender<()>,
) -> anyhow::Result<()> {
    let mut all = JoinSet::new();
    let mut server = Server::connect(address, Options::default()).await?;
    for at in 0..watchers {
        if at % ON_ONE == 0 {
            server = Server::connect(address, Options::default()).await?;
        }
        let mut watching = server.graph("").watch(WatchFrom::now()).await?;
        watching.next().await?;
        all.spawn(async move {
            while watching.cursor().is_none_or(|cursor| cursor.revision < last) {
                watching.next().await?;
            }
            Ok::<_, Error>(())
        });
    }
    let _ = ready.send(());
    while let Some(heard) = all.join_next().await {
        heard??;
    }
    Ok(())
}
