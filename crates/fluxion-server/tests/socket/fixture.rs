//! A server on a free port, clients of it, and small graphs and jobspecs.

use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use fluxion_server::proto::fluxion::{CancelRequest, InitRequest, MatchRequest, MatchResponse};
use fluxion_server::{Config, Drained, Listen, Port, ServeError, Server};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::Channel;
use tonic::{Code, Status, Streaming};
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

pub(crate) struct TestServer {
    pub(crate) url: String,
    stop: oneshot::Sender<()>,
    /// How serving ends.
    pub(crate) task: JoinHandle<Result<Drained, ServeError>>,
}

impl TestServer {
    pub(crate) async fn start(config: Config) -> Self {
        let listen = Listen { host: "127.0.0.1".to_owned(), port: Port(0) };
        Self::of(Server::bind(&listen, config).await.unwrap())
    }

    pub(crate) fn of(server: Server) -> Self {
        let url = format!("http://{}", server.local_address().unwrap());
        let (stop, stopped) = oneshot::channel();
        let run = async { server.run(async { stopped.await.unwrap_or(()) }).await };
        Self { url, stop, task: tokio::spawn(run) }
    }

    pub(crate) async fn channel(&self) -> Channel {
        Channel::from_shared(self.url.clone()).unwrap().connect().await.unwrap()
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// A health watch that has heard SERVING, on a connection of its own.
    pub(crate) async fn watch(&self) -> Streaming<HealthCheckResponse> {
        let mut health = HealthClient::new(self.channel().await);
        let watch = health.watch(HealthCheckRequest::default()).await;
        let mut watch = watch.unwrap().into_inner();
        watch.message().await.unwrap().unwrap();
        watch
    }

    pub(crate) async fn client(&self) -> Client {
        let client = FluxionServiceClient::new(self.channel().await);
        Client(client.max_encoding_message_size(usize::MAX).max_decoding_message_size(usize::MAX))
    }

    /// Tells the server to stop; the task ends when it has drained.
    pub(crate) fn stop(self) -> JoinHandle<Drained> {
        self.stop.send(()).unwrap();
        tokio::spawn(async { self.task.await.unwrap().unwrap() })
    }
}

/// A server and a client, before the first Init.
pub(crate) async fn start() -> (TestServer, Client) {
    let server = TestServer::start(Config::default()).await;
    let client = server.client().await;
    (server, client)
}

/// A server and a client with the graph of [`cluster`] loaded.
pub(crate) async fn start_with(nodes: usize, cores: usize) -> (TestServer, Client) {
    let (server, mut client) = start().await;
    client.init("", &cluster(nodes, cores)).await.unwrap();
    (server, client)
}

#[derive(Clone)]
pub(crate) struct Client(pub(crate) FluxionServiceClient<Channel>);

impl Client {
    pub(crate) async fn init(&mut self, policy: &str, jgf: &str) -> Result<(), Status> {
        let request = InitRequest { policy: policy.to_owned(), jgf: jgf.to_owned() };
        self.0.init(request).await.map(|answer| assert_eq!(answer.into_inner().status, 0))
    }

    pub(crate) async fn ask(
        &mut self,
        jobspec: &str,
        request: &str,
        reservation: bool,
    ) -> Result<MatchResponse, Status> {
        let jobspec = jobspec.to_owned();
        let request = MatchRequest { jobspec, request: request.to_owned(), reservation };
        self.0.r#match(request).await.map(tonic::Response::into_inner)
    }

    pub(crate) async fn allocate(&mut self, jobspec: &str) -> Result<MatchResponse, Status> {
        self.ask(jobspec, "allocate", false).await
    }

    pub(crate) async fn cancel(&mut self, job: i64) -> Result<i64, Status> {
        let answer = self.0.cancel(CancelRequest { job_id: job }).await?.into_inner();
        assert_eq!((answer.error, answer.status), (0, 0));
        Ok(answer.job_id)
    }
}

/// Asserts the code of a failure, and that its message contains `parts`.
#[track_caller]
pub(crate) fn fails<T: std::fmt::Debug>(result: Result<T, Status>, code: Code, parts: &[&str]) {
    let status = result.unwrap_err();
    assert_eq!(status.code(), code, "{status:?}");
    for part in parts {
        assert!(status.message().contains(part), "{part:?} is not in {:?}", status.message());
    }
}

/// A cluster of nodes with cores, in JGF version 1.
pub(crate) fn cluster(nodes: usize, cores: usize) -> String {
    let mut vertices = vec![vertex(0, "cluster", 0, "/cluster0")];
    let mut edges = Vec::new();
    for node in 0..nodes {
        let parent = vertices.len();
        let path = format!("/cluster0/node{node}");
        vertices.push(vertex(parent, "node", node, &path));
        edges.push(edge(0, parent));
        for core in 0..cores {
            edges.push(edge(parent, vertices.len()));
            vertices.push(vertex(vertices.len(), "core", core, &format!("{path}/core{core}")));
        }
    }
    json!({"graph": {"nodes": vertices, "edges": edges}}).to_string()
}

fn vertex(uniq_id: usize, kind: &str, id: usize, path: &str) -> Value {
    json!({"id": uniq_id.to_string(), "metadata":
        {"type": kind, "id": id, "rank": -1, "paths": {"containment": path}}})
}

pub(crate) fn edge(source: usize, target: usize) -> Value {
    json!({"source": source.to_string(), "target": target.to_string()})
}

/// A job of `slots` exclusive slots, each one `kind`, for an hour.
pub(crate) fn job(slots: u64, kind: &str) -> String {
    format!(
        "version: 1
resources:
  - type: slot
    count: {slots}
    label: default
    with:
      - type: {kind}
        count: 1
tasks:
  - command: [app]
    slot: default
    count: {{per_slot: 1}}
attributes:
  system:
    duration: 3600
"
    )
}
