//! Clients that attack a server in every way we know, while others go about their work: how long do these wait, and how
//! much memory does the server take?

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use fluxion_client::v1::{GraphFormat, NewGraph};
use fluxion_client::{FluxionClient, MatchOperation};
use h2::client::SendRequest;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::attack::{Attack, OTHER};
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
}

/// Clients that do no harm; each makes 25 matches in a second.
const CLIENTS: usize = 20;
const PACE: Duration = Duration::from_millis(40);

/// Between two connections of an attacker.
const REST: Duration = Duration::from_millis(10);

/// How long an attacker waits for a connection. The system would go on for two minutes, with ever longer rests.
const PATIENCE: Duration = Duration::from_secs(1);

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
        let title = format!(
            "500 matches a second on {} nodes while others attack; the memory is the server's, which may take {MEMORY}",
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
        let target = Arc::new(Target {
            messages: attack.messages(),
            address: server.address.clone(),
            attack,
            calls,
            done: Semaphore::new(0),
        });
        let clients = at_work(&server).await?;
        let attackers = attack_with(connections, Arc::clone(&target))?;
        let (worked, took) = measure::time_async(self.work(clients)).await;
        target.done.close();
        let (samples, errors) = worked?;
        let peak = memory::peak(&server.id());
        drop(server);
        drop(attackers.join());
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

/// On a thread of their own: what they do is no part of what others wait.
fn attack_with(connections: usize, target: Arc<Target>) -> anyhow::Result<thread::JoinHandle<()>> {
    let runtime = runtime()?;
    let attackers = move || {
        runtime.block_on(async {
            let mut attackers = JoinSet::new();
            for _ in 0..connections {
                attackers.spawn(Arc::clone(&target).again());
            }
            attackers.join_all().await;
        });
    };
    Ok(thread::Builder::new().name("attackers".to_owned()).spawn(attackers)?)
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

/// What is attacked.
struct Target {
    address: String,
    attack: Attack,
    /// What is sent of a request, by calls in turn.
    messages: Vec<Bytes>,
    calls: usize,
    /// Closed when it is enough: a connection that the server never saw would wait for its end for ever.
    done: Semaphore,
}

impl Target {
    /// Attacks until the others are done; when the connection ends, with the next one.
    async fn again(self: Arc<Self>) {
        while self.attack != Attack::None && !self.done.is_closed() {
            // the server may do what it wants with it
            tokio::select! {
                _ = self.once() => {}
                _ = self.done.acquire() => return,
            }
            tokio::time::sleep(REST).await;
        }
    }

    fn request(&self) -> anyhow::Result<http::Request<()>> {
        let path = self.attack.method();
        let request = http::Request::post(format!("http://{}/{path}", self.address));
        let request = request.header("content-type", "application/grpc");
        let request = match self.attack.timeout() {
            Some(timeout) => request.header("grpc-timeout", timeout),
            None => request,
        };
        Ok(request.header("te", "trailers").body(())?)
    }

    async fn once(&self) -> anyhow::Result<()> {
        let connecting = TcpStream::connect(&self.address);
        let mut stream = tokio::time::timeout(PATIENCE, connecting).await??;
        if self.attack == Attack::Silence {
            stream.read_to_end(&mut Vec::new()).await?;
            return Ok(());
        }
        let window = if self.attack.is_unread() { 0 } else { 65_535 };
        let mut builder = h2::client::Builder::new();
        builder.initial_window_size(window);
        let (client, connection) = builder.handshake(stream).await?;
        let mut calls = JoinSet::new();
        for message in self.messages.iter().cycle().take(self.calls) {
            calls.spawn(call(client.clone(), self.request(), message.clone(), self.attack));
        }
        tokio::select! {
            ended = connection => Ok(ended?),
            () = waited(calls), if self.attack.is_repeated() => Ok(()),
        }
    }
}

/// All calls have ended.
async fn waited(mut calls: JoinSet<anyhow::Result<()>>) {
    while calls.join_next().await.is_some() {}
}

/// Begins a call and holds it until the server ends it.
async fn call(
    client: SendRequest<Bytes>,
    request: anyhow::Result<http::Request<()>>,
    message: Bytes,
    attack: Attack,
) -> anyhow::Result<()> {
    let (answer, mut body) = client.ready().await?.send_request(request?, false)?;
    body.send_data(message, attack.is_finished())?;
    let mut answer = answer.await?;
    answer.body_mut().data().await;
    Ok(())
}
