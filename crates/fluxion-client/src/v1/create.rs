//! Creating a graph: its text goes out as it is read, progress comes back.

use std::io::{self, Read};

use tokio::sync::{mpsc, oneshot};
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::proto::v1::create_graph_request::Part;
use crate::proto::v1::create_graph_response::Event;
use crate::proto::v1::{CreateGraphHeader, CreateGraphRequest, CreateGraphResponse};
use crate::v1::{Error, Graph, GraphFormat, GraphOptions, Server};

/// How much is read and sent at once.
const PIECE: usize = 256 << 10;

/// How many pieces may wait for the network.
const WAITING: usize = 4;

const CALL: &str = "CreateGraph";

/// What becomes of a graph that has the name of a new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the new one is refused.
    #[default]
    Stays,
    /// It gives way once the new one has loaded.
    GivesWay,
}

/// A graph to create.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewGraph {
    /// 1 to 63 letters, digits, `.`, `_`, `-`.
    pub name: String,
    /// How it is served; what is left out takes the default of the server.
    pub options: GraphOptions,
    /// What becomes of a graph of this name.
    pub existing: Existing,
    /// Size of the text in bytes, if known: the server refuses early what is too large.
    pub text_bytes: Option<u64>,
    /// A repeat with the same key, header and text returns the first answer and changes nothing; none if empty.
    pub request_key: String,
    /// With [`Existing::GivesWay`]: only a graph of this incarnation does; any if empty.
    pub incarnation: String,
}

impl NewGraph {
    /// A graph in JSON Graph Format with the defaults of the server.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Reads another format.
    #[must_use]
    pub fn with_format(mut self, format: GraphFormat) -> Self {
        self.options.format = format.into();
        self
    }

    /// Chooses by a match policy.
    #[must_use]
    pub fn with_policy(mut self, policy: impl Into<String>) -> Self {
        self.options.policy = policy.into();
        self
    }

    /// Takes the place of a graph of this name, if there is one.
    #[must_use]
    pub fn replacing(mut self) -> Self {
        self.existing = Existing::GivesWay;
        self
    }

    /// Makes repeats safe: the same key with the same text creates one graph.
    #[must_use]
    pub fn with_request_key(mut self, key: impl Into<String>) -> Self {
        self.request_key = key.into();
        self
    }

    fn header(&self) -> CreateGraphHeader {
        CreateGraphHeader {
            name: self.name.clone(),
            options: Some(self.options.clone()),
            replace: self.existing == Existing::GivesWay,
            text_bytes: self.text_bytes.unwrap_or_default(),
            request_key: self.request_key.clone(),
            incarnation: self.incarnation.clone(),
        }
    }
}

/// How far a creation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many bytes have arrived.
    Received(u64),
    /// All has arrived, so many bytes, and is being read.
    Loading(u64),
}

/// Why there is no more to send. The sender keeps the request open, as its end would look like that of the text.
struct Unreadable {
    error: io::Error,
    _open: mpsc::Sender<CreateGraphRequest>,
}

impl Server {
    /// Creates a graph from a text, which may be a file: it is sent while it is read.
    ///
    /// # Errors
    /// [`Error::Read`]; those of the call, say `ALREADY_EXISTS`.
    pub async fn create_graph(
        &self,
        new: NewGraph,
        text: impl Read + Send + 'static,
    ) -> Result<Graph, Error> {
        self.create_graph_with(new, text, |_| ()).await
    }

    /// As [`create_graph`](Self::create_graph), and tells how far it is.
    ///
    /// # Errors
    /// As `create_graph`.
    pub async fn create_graph_with(
        &self,
        new: NewGraph,
        text: impl Read + Send + 'static,
        mut progress: impl FnMut(Progress),
    ) -> Result<Graph, Error> {
        let (sender, requests) = mpsc::channel(WAITING);
        let (fail, failed) = oneshot::channel();
        let header = CreateGraphRequest { part: Some(Part::Header(new.header())) };
        tokio::task::spawn_blocking(move || {
            if let Some(unreadable) = send(text, header, sender) {
                // Whoever asked may be gone.
                let _ = fail.send(unreadable);
            }
        });
        let created = self.long_call(CALL, self.created(requests, &mut progress));
        tokio::pin!(created);
        tokio::select! {
            created = &mut created => created?,
            Ok(unreadable) = failed => return Err(Error::Read(unreadable.error)),
        }
        Ok(self.graph(new.name))
    }

    async fn created(
        &self,
        requests: mpsc::Receiver<CreateGraphRequest>,
        progress: &mut impl FnMut(Progress),
    ) -> Result<(), Status> {
        let mut service = self.graph_service();
        let mut events = service.create_graph(ReceiverStream::new(requests)).await?.into_inner();
        while let Some(CreateGraphResponse { event }) = events.next().await.transpose()? {
            match event {
                Some(Event::ReceivedBytes(bytes)) => progress(Progress::Received(bytes)),
                Some(Event::Loading(loading)) => progress(Progress::Loading(loading.text_bytes)),
                Some(Event::Graph(_)) => return Ok(()),
                None => {}
            }
        }
        Err(Status::internal("the server ended the call without an answer"))
    }
}

/// Sends the header and the text; tells why the text ended early. A server that hangs up ends it too.
fn send(
    mut text: impl Read,
    header: CreateGraphRequest,
    sender: mpsc::Sender<CreateGraphRequest>,
) -> Option<Unreadable> {
    sender.blocking_send(header).ok()?;
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        match text.by_ref().take(PIECE as u64).read_to_end(&mut piece) {
            Ok(0) => return None,
            Ok(_) => {
                let part = Some(Part::Text(piece));
                sender.blocking_send(CreateGraphRequest { part }).ok()?;
            }
            Err(error) => return Some(Unreadable { error, _open: sender }),
        }
    }
}
