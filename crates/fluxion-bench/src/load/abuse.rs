//! Clients that attack a server in every way we know, while others go about their work: how long do these wait, and how
//! much memory does the server take?

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fluxion_client::v1::{GraphFormat, NewGraph};
use fluxion_client::{FluxionClient, MatchOperation};
use tokio::task::JoinSet;

use super::attack::{Attack, OTHER};
use super::attackers::{Attackers, Target};
use super::crowd::{CROWD, Crowd};
use super::{Process, runtime};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::{self, Samples};
use crate::memory;
use crate::progress::Progress;
use crate::report::{Column, Report, Row};

/// How long and against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abuse {
    /// Matches of the other clients during each attack, at 500 in a second.
    pub matches: usize,
    /// Connections of the attackers and calls on each, where they are not as many as reported.
    pub few: Option<(usize, usize)>,
    /// Nodes of the machine, with 64 cores and 4 gpus each.
    pub nodes: usize,
    /// All at once.
    pub crowd: Crowd,
}

/// Clients that do no harm; each makes 25 matches in a second.
const CLIENTS: usize = 20;
const PACE: Duration = Duration::from_millis(40);

/// What the server may take.
const MEMORY: &str = "512MiB";

impl Abuse {
    /// Starts a server for each attack that has `name` in its name, and measures it.
    ///
    /// # Errors
    /// The server did not start, did not load the machine or cannot be reached.
    pub fn run(self, name: &str) -> anyhow::Result<Report> {
        let mut rows = Vec::new();
        for attack in Attack::ALL.into_iter().filter(|attack| attack.name().contains(name)) {
            rows.push(runtime()?.block_on(self.measure(attack))?);
        }
        if CROWD.contains(name) {
            rows.push(runtime()?.block_on(self.crowd.measure())?);
        }
        let title = format!(
            "500 matches a second on {} nodes while others attack; the memory is the server's, which may take {MEMORY}, and 1GiB in a crowd",
            self.nodes
        );
        Ok(Report { bench: "abuse".to_owned(), title, rows })
    }

    async fn measure(self, attack: Attack) -> anyhow::Result<Row> {
        let (connections, calls) = self.few.unwrap_or_else(|| attack.size());
        let fewer_than_attack = (connections / 2 + CLIENTS + 2).to_string();
        let mut options = vec!["--max-memory", MEMORY];
        if attack == Attack::Silence {
            options.extend(["--max-connections", &fewer_than_attack]);
        }
        let server = Process::start_with(&options)?;
        server.init(Machine::flat(self.nodes, 64, 4)).await?;
        if attack == Attack::Deadlines {
            let other = NewGraph::named(OTHER).with_format(GraphFormat::Rv1exec);
            let text = Cursor::new(Machine::flat(4_000, 64, 0).rv1());
            server.connect_v1().await?.create_graph(other, text).await?;
        }
        let target = Target::new(&server, attack, calls);
        let clients = at_work(&server).await?;
        let attackers = Attackers::begin(&[(connections, target)])?;
        let (worked, took) = measure::time_async(self.work(clients)).await;
        attackers.tell();
        let (samples, errors) = worked?;
        let peak = memory::peak(&server.id());
        drop(server);
        attackers.wait();
        let row = samples.timed_row(attack.name(), took);
        Ok(row.with(Column::Errors, errors as f64).with_size(Column::Peak, peak))
    }

    /// The samples of all matches, and how many failed.
    async fn work(self, connected: Vec<FluxionClient>) -> anyhow::Result<(Samples, usize)> {
        let (mut clients, errors) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
        for client in connected {
            let errors = Arc::clone(&errors);
            clients.spawn(async move {
                let (mut samples, jobspec) = (Samples::default(), Job::units(1, 0).json());
                let mut ticks = tokio::time::interval(PACE);
                for _ in 0..self.matches.div_ceil(CLIENTS) {
                    ticks.tick().await;
                    let call = client.match_jobspec(jobspec.as_str(), MatchOperation::Allocate);
                    let (answer, took) = measure::time_async(call).await;
                    samples.add(took);
                    let failed = match answer {
                        Ok(matched) => client.cancel(matched.jobid).await.is_err(),
                        Err(_) => true,
                    };
                    errors.fetch_add(usize::from(failed), Ordering::Relaxed);
                }
                samples
            });
        }
        let (mut all, mut progress) = (Samples::default(), Progress::new("abuse"));
        for done in 0..CLIENTS {
            if let Some(one) = clients.join_next().await {
                all.join(one?);
            }
            progress.step(done + 1, CLIENTS);
        }
        Ok((all, errors.load(Ordering::Relaxed)))
    }
}

/// Clients that have made a call before anybody attacks.
async fn at_work(server: &Process) -> anyhow::Result<Vec<FluxionClient>> {
    let (mut clients, jobspec) = (Vec::new(), Job::units(1, 0).json());
    for _ in 0..CLIENTS {
        let client = server.connect().await?;
        let matched = client.match_jobspec(jobspec.as_str(), MatchOperation::Allocate).await?;
        client.cancel(matched.jobid).await?;
        clients.push(client);
    }
    Ok(clients)
}
