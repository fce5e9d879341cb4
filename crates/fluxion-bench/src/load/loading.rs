//! A large graph is sent and loaded while another one answers.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use fluxion_server::proto::fluxion::v1::create_graph_request::Part;
use fluxion_server::proto::fluxion::v1::create_graph_response::Event;
use fluxion_server::proto::fluxion::v1::graph_service_client::GraphServiceClient;
use fluxion_server::proto::fluxion::v1::{CreateGraphHeader, CreateGraphRequest};
use tonic::transport::Channel;

use super::{Pattern, Process, Traffic, Until, runtime, seen_row};
use crate::machine::Machine;
use crate::measure;
use crate::progress::Progress;
use crate::report::{Column, Report, Row};

/// What is loaded beside the traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loading {
    /// Clients of the other graph.
    pub clients: usize,
    /// Nodes of the other graph, with 64 cores and 4 gpus each.
    pub nodes: usize,
    /// Nodes of the graph that is loaded, with 96 cores and 4 gpus each; 6,500 make 200 MB.
    pub loaded: usize,
}

/// Size of the pieces.
const PIECE: usize = 256 << 10;

impl Loading {
    /// Starts a server and measures it.
    ///
    /// # Errors
    /// The server did not start, did not load a machine or cannot be reached.
    pub fn run(self) -> anyhow::Result<Report> {
        runtime()?.block_on(self.measure())
    }

    async fn measure(self) -> anyhow::Result<Report> {
        let text = Machine::flat(self.loaded, 96, 4).jgf();
        let bytes = text.len();
        let requests = pieces(text);
        let server = Process::start()?;
        server.init(Machine::flat(self.nodes, 64, 4)).await?;
        let traffic = Traffic { clients: self.clients, pattern: Pattern::PlaceAndRelease };
        let idle = Arc::new(Until { calls: 2000 * self.clients, ..Until::default() });
        let (alone, alone_took) = traffic.run(&server, idle, Progress::new("alone")).await?;
        let until = Arc::new(Until { calls: usize::MAX, ..Until::default() });
        let creation = measure::time_async(create(&server, requests, bytes));
        let creating = async {
            let created = creation.await;
            until.told.store(true, Ordering::Relaxed);
            created
        };
        let traffic = traffic.run(&server, Arc::clone(&until), Progress::new("traffic"));
        let ((vertices, loading), beside) = tokio::join!(creating, traffic);
        let (beside, took) = beside?;
        let seconds = loading.as_secs_f64();
        let rows = vec![
            Row::new("create a graph, streamed")
                .with(Column::Vertices, vertices? as f64)
                .with(Column::Seconds, seconds)
                .with(Column::Bytes, bytes as f64)
                .with(Column::BytesPerSecond, bytes as f64 / seconds)
                .with_size(Column::Resident, server.resident()),
            seen_row(&alone, "the other graph before", alone_took),
            seen_row(&beside, "the other graph meanwhile", took),
        ];
        let title = format!(
            "{} clients match and cancel on {} nodes while another graph is created",
            self.clients, self.nodes
        );
        Ok(Report { bench: "loading".to_owned(), title, rows })
    }
}

fn pieces(text: String) -> Vec<CreateGraphRequest> {
    let header = CreateGraphHeader {
        name: "large".to_owned(),
        text_bytes: text.len() as u64,
        ..CreateGraphHeader::default()
    };
    let parts = text.as_bytes().chunks(PIECE).map(|piece| Part::Text(piece.to_vec()));
    let parts = std::iter::once(Part::Header(header)).chain(parts);
    parts.map(|part| CreateGraphRequest { part: Some(part) }).collect()
}

/// Sends the pieces; how many vertices the graph has.
async fn create(
    server: &Process,
    requests: Vec<CreateGraphRequest>,
    bytes: usize,
) -> anyhow::Result<u64> {
    let channel = Channel::from_shared(format!("http://{}", server.address))?.connect().await?;
    let mut client = GraphServiceClient::new(channel);
    let mut progress = Progress::new("create a graph");
    let mut events = client.create_graph(tokio_stream::iter(requests)).await?.into_inner();
    let mut vertices = 0;
    while let Some(response) = events.message().await? {
        match response.event {
            Some(Event::ReceivedBytes(received)) => {
                progress.step(usize::try_from(received).unwrap_or(bytes), bytes);
            }
            Some(Event::Graph(graph)) => vertices = graph.vertices,
            Some(Event::Loading(_)) | None => {}
        }
    }
    Ok(vertices)
}
