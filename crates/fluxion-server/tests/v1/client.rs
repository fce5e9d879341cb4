//! Clients of the three services, and what the details of a failure say.

use fluxion_server::Config;
use fluxion_server::proto::fluxion::v1::calendar_service_client::CalendarServiceClient;
use fluxion_server::proto::fluxion::v1::graph_service_client::GraphServiceClient;
use fluxion_server::proto::fluxion::v1::insight_service_client::InsightServiceClient;
use fluxion_server::proto::fluxion::v1::job_service_client::JobServiceClient;
use fluxion_server::proto::fluxion::v1::maintenance_service_client::MaintenanceServiceClient;
use fluxion_server::proto::fluxion::v1::resource_service_client::ResourceServiceClient;
use fluxion_server::proto::fluxion::v1::{
    CreateGraphHeader, CreateGraphRequest, CreateGraphResponse, Graph, JobReference, MatchRequest,
    MatchResponse, create_graph_request, create_graph_response, job_reference,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::transport::Channel;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt as _;

use crate::fixture::{TestServer, cluster, job};

pub(crate) struct V1 {
    pub(crate) server: TestServer,
    pub(crate) graphs: GraphServiceClient<Channel>,
    pub(crate) jobs: JobServiceClient<Channel>,
    pub(crate) resources: ResourceServiceClient<Channel>,
    pub(crate) maintenance: MaintenanceServiceClient<Channel>,
    pub(crate) insight: InsightServiceClient<Channel>,
    pub(crate) calendar: CalendarServiceClient<Channel>,
}

impl V1 {
    pub(crate) async fn start(config: Config) -> Self {
        Self::of(TestServer::start(config).await).await
    }

    pub(crate) async fn of(server: TestServer) -> Self {
        let channel = server.channel().await;
        let graphs = GraphServiceClient::new(channel.clone());
        let jobs = JobServiceClient::new(channel.clone());
        let resources = ResourceServiceClient::new(channel.clone());
        let maintenance = MaintenanceServiceClient::new(channel.clone());
        let insight = InsightServiceClient::new(channel.clone());
        let calendar = CalendarServiceClient::new(channel);
        Self { server, graphs, jobs, resources, maintenance, insight, calendar }
    }

    /// With the graph `default`, of nodes with cores.
    pub(crate) async fn with(nodes: usize, cores: usize) -> Self {
        let mut v1 = Self::start(Config::default()).await;
        v1.create("default", &cluster(nodes, cores)).await.unwrap();
        v1
    }

    pub(crate) async fn create(&mut self, name: &str, text: &str) -> Result<Graph, Status> {
        let events = self.send(parts(header(name), text.as_bytes(), 1000)).await?;
        match events.last().and_then(|event| event.event.clone()) {
            Some(create_graph_response::Event::Graph(graph)) => Ok(graph),
            other => panic!("{other:?}"),
        }
    }

    /// A creation that another one overtakes while its text is on its way.
    pub(crate) async fn overtake(&mut self, name: &str, text: &str) -> Result<(), Status> {
        let (send, slow) = mpsc::unbounded_channel();
        send.send(head(header(name))).unwrap();
        let requests = UnboundedReceiverStream::new(slow);
        let mut events = self.graphs.create_graph(requests).await?.into_inner();
        events.message().await?;
        self.create(name, text).await?;
        send.send(piece(text.as_bytes())).unwrap();
        drop(send);
        while events.message().await?.is_some() {}
        Ok(())
    }

    /// All events of a creation.
    pub(crate) async fn send(
        &mut self,
        parts: Vec<CreateGraphRequest>,
    ) -> Result<Vec<CreateGraphResponse>, Status> {
        let mut stream = self.graphs.create_graph(tokio_stream::iter(parts)).await?.into_inner();
        let mut events = Vec::new();
        while let Some(event) = stream.message().await? {
            events.push(event);
        }
        Ok(events)
    }

    pub(crate) async fn ask(&mut self, request: MatchRequest) -> Result<MatchResponse, Status> {
        self.jobs.r#match(request).await.map(Response::into_inner)
    }

    /// Takes `cores` cores.
    pub(crate) async fn take(&mut self, cores: u64) -> Result<MatchResponse, Status> {
        self.ask(want(cores, "core")).await
    }
}

pub(crate) fn want(slots: u64, kind: &str) -> MatchRequest {
    MatchRequest { jobspec: job(slots, kind), ..MatchRequest::default() }
}

pub(crate) fn header(name: &str) -> CreateGraphHeader {
    CreateGraphHeader { name: name.to_owned(), ..CreateGraphHeader::default() }
}

pub(crate) fn head(header: CreateGraphHeader) -> CreateGraphRequest {
    CreateGraphRequest { part: Some(create_graph_request::Part::Header(header)) }
}

pub(crate) fn piece(text: &[u8]) -> CreateGraphRequest {
    CreateGraphRequest { part: Some(create_graph_request::Part::Text(text.to_vec())) }
}

pub(crate) fn parts(
    header: CreateGraphHeader,
    text: &[u8],
    bytes: usize,
) -> Vec<CreateGraphRequest> {
    std::iter::once(head(header)).chain(text.chunks(bytes).map(piece)).collect()
}

pub(crate) fn by_id(id: u64) -> Option<JobReference> {
    Some(JobReference { reference: Some(job_reference::Reference::JobId(id)) })
}

pub(crate) fn by_key(key: &str) -> Option<JobReference> {
    Some(JobReference { reference: Some(job_reference::Reference::JobKey(key.to_owned())) })
}

/// Asserts the code and the details, written as `field: text`, `kind name` or `TYPE subject`; a part of the text is
/// enough.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>, code: Code, detail: &str) {
    let status = result.unwrap_err();
    assert_eq!(status.code(), code, "{status:?}");
    let details = status.get_error_details();
    let mut told = String::new();
    for violation in details.bad_request().iter().flat_map(|b| &b.field_violations) {
        told += &format!("{}: {}", violation.field, violation.description);
    }
    if let Some(info) = details.resource_info() {
        told += &format!("{} {}", info.resource_type, info.resource_name);
    }
    for violation in details.precondition_failure().iter().flat_map(|p| &p.violations) {
        told += &format!("{} {}", violation.r#type, violation.subject);
    }
    for violation in details.quota_failure().iter().flat_map(|q| &q.violations) {
        told += &format!("quota of {}", violation.subject);
    }
    if let Some(retry) = details.retry_info() {
        told += &format!("retry in {:?}", retry.retry_delay.unwrap());
    }
    assert!(
        told.starts_with(detail) && told.is_empty() == detail.is_empty(),
        "{told:?}: {status:?}"
    );
}
