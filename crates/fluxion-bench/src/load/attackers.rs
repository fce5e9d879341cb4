//! Clients that attack a server, on a thread of their own: what they do is no part of what others wait. Must not know what others do
//! meanwhile.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::attack::Attack;
use super::{Process, runtime};

/// Between two connections of an attacker.
const REST: Duration = Duration::from_millis(10);

/// How long an attacker waits for a connection. The system would go on for two minutes, with ever longer rests.
const PATIENCE: Duration = Duration::from_secs(1);

/// Attackers at work.
pub(super) struct Attackers {
    thread: thread::JoinHandle<()>,
    targets: Vec<Arc<Target>>,
}

impl Attackers {
    /// So many connections attack each target from now on.
    pub(super) fn begin(targets: &[(usize, Arc<Target>)]) -> anyhow::Result<Self> {
        let (runtime, all) = (runtime()?, targets.to_vec());
        let attack = move || {
            runtime.block_on(async {
                let mut attackers = JoinSet::new();
                for (connections, target) in &all {
                    (0..*connections).for_each(|_| {
                        attackers.spawn(Arc::clone(target).again());
                    });
                }
                attackers.join_all().await;
            });
        };
        let thread = thread::Builder::new().name("attackers".to_owned()).spawn(attack)?;
        let targets = targets.iter().map(|(_, target)| Arc::clone(target)).collect();
        Ok(Self { thread, targets })
    }

    /// It is enough.
    pub(super) fn tell(&self) {
        self.targets.iter().for_each(|target| target.done.close());
    }

    /// Waits until all have heard it.
    pub(super) fn wait(self) {
        drop(self.thread.join());
    }
}

/// What is attacked.
pub(super) struct Target {
    address: String,
    attack: Attack,
    /// What is sent of a request, by calls in turn.
    messages: Vec<Bytes>,
    /// On each connection.
    calls: usize,
    /// Closed when it is enough: a connection that the server never saw would wait for its end for ever.
    done: Semaphore,
}

impl Target {
    /// A server, and how it is attacked.
    pub(super) fn new(server: &Process, attack: Attack, calls: usize) -> Arc<Self> {
        let (address, messages) = (server.address.clone(), attack.messages());
        Arc::new(Self { address, attack, messages, calls, done: Semaphore::new(0) })
    }

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

    /// The headers of a call.
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
            let request = self.request()?;
            calls.spawn(call(client.clone(), request, message.clone(), self.attack));
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

/// Begins a call and holds it until the server ends it; again and again, if that is the attack.
async fn call(
    client: SendRequest<Bytes>,
    request: http::Request<()>,
    message: Bytes,
    attack: Attack,
) -> anyhow::Result<()> {
    loop {
        let mut ready = client.clone().ready().await?;
        let (answer, mut sending) = ready.send_request(request.clone(), false)?;
        sending.send_data(message.clone(), attack.is_finished())?;
        let mut answer = answer.await?;
        let body = answer.body_mut();
        if !attack.is_endless() {
            body.data().await;
            return Ok(());
        }
        while let Some(piece) = body.data().await {
            body.flow_control().release_capacity(piece?.len())?;
        }
    }
}
