//! Creating a graph: a header, then its text in pieces; progress on the way back.

use std::sync::Arc;

use fluxion_context::{Options, Position};
use fluxion_store::RequestId;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use crate::access::caller::Caller;
use crate::byte_size::ByteSize;
use crate::config::Config;
use crate::proto::fluxion::v1::create_graph_request::Part;
use crate::proto::fluxion::v1::create_graph_response::Event;
use crate::proto::fluxion::v1::{
    CreateGraphHeader, CreateGraphRequest, CreateGraphResponse, Graph, Loading,
};
use crate::transport::call_notes::CallNotes;
use crate::transport::registry::{
    CreateError, Existing, LONGEST_GRAPH_NAME, Registry, is_graph_name,
};
use crate::transport::served_graph::Upload;
use crate::v1::describe::describe;
use crate::v1::identity::{identify_with_text, incarnation};
use crate::v1::lengths::check_key;
use crate::v1::repeats::Repeats;
use crate::v1::{failure, options};

/// Progress is told each time that so many bytes have arrived.
const STEP: usize = 1 << 20;

/// How many events may wait for a client that does not listen; progress beyond is left out.
const WAITING: usize = 16;

type Events = mpsc::Sender<Result<CreateGraphResponse, Status>>;

/// A graph that is being created.
pub(crate) struct Creation {
    config: Config,
    registry: Arc<Registry>,
    repeats: Arc<Repeats>,
    caller: Caller,
}

/// What the header says.
struct Plan {
    name: String,
    options: Options,
    existing: Existing,
    announced: u64,
    header: CreateGraphHeader,
}

impl Creation {
    /// Nothing has arrived yet.
    pub(crate) fn new(
        config: Config,
        registry: Arc<Registry>,
        repeats: Arc<Repeats>,
        caller: Caller,
    ) -> Self {
        Self { config, registry, repeats, caller }
    }

    /// Receives and loads in the background; the stream tells how far it is.
    pub(crate) fn begin(
        self,
        requests: Streaming<CreateGraphRequest>,
    ) -> ReceiverStream<Result<CreateGraphResponse, Status>> {
        let (events, told) = mpsc::channel(WAITING);
        tokio::spawn(CallNotes::carry(async move {
            let created = self.create(requests, &events).await;
            let last = created.map(|graph| event(Event::Graph(graph)));
            if let Err(status) = &last {
                tracing::warn!(message = status.message(), "a graph was not created");
            }
            let _ = events.send(last).await;
        }));
        ReceiverStream::new(told)
    }

    async fn create(
        &self,
        mut requests: Streaming<CreateGraphRequest>,
        events: &Events,
    ) -> Result<Graph, Status> {
        let plan = self.plan(requests.message().await?)?;
        // Some clients lose the status of a call that ends while they send: they may wait for this.
        let _ = events.try_send(Ok(event(Event::ReceivedBytes(0))));
        let text = self.receive(&plan, requests, events).await?;
        if events.is_closed() {
            // A client that left looks as if its text ended here.
            return Err(Status::cancelled("the client left before its text was complete"));
        }
        let text = String::from_utf8(text).map_err(|error| {
            let (valid, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
            let position = end_of(bytes.get(..valid).unwrap_or_default());
            failure::invalid_text("text", "the bytes are not UTF-8", Some(position))
        })?;
        let text_bytes = text.len() as u64;
        // If nobody listens any more, the graph is loaded all the same.
        let _ = events.send(Ok(event(Event::Loading(Loading { text_bytes })))).await;
        let key = &plan.header.request_key;
        let id = identify_with_text("CreateGraph", key, &plan.header, &text)?;
        self.repeats.once(id.clone(), self.load(plan, text, id)).await
    }

    async fn load(
        &self,
        plan: Plan,
        text: String,
        asked: Option<RequestId>,
    ) -> Result<Graph, Status> {
        let Plan { name, options, existing, header, .. } = plan;
        let bytes = text.len();
        self.caller.recheck(&name)?;
        let by = self.caller.asked_by();
        let upload = Upload { text, options, asked, by: by.clone() };
        let loaded = self.registry.load(&name, upload, existing).await;
        let thread = loaded.map_err(|error| {
            let error = match error {
                // there was none when it began
                CreateError::Exists(name) if header.request_key.is_empty() => {
                    CreateError::Lost(name)
                }
                other => other,
            };
            failure::not_created(&name, &error)
        })?;
        tracing::info!(graph = name, bytes, principal = by.name(), "a graph was loaded");
        describe(&name, &thread).await
    }

    fn plan(&self, first: Option<CreateGraphRequest>) -> Result<Plan, Status> {
        let Some(Part::Header(header)) = first.and_then(|first| first.part) else {
            let what = "expected a header as the first message".to_owned();
            return Err(failure::invalid("header", what));
        };
        let CreateGraphHeader { name, options, replace, text_bytes, request_key, .. } =
            header.clone();
        check_name("header.name", &name)?;
        self.caller.check_graph(&name)?;
        check_key("header.request_key", &request_key)?;
        let options = options::read(&self.config, options.unwrap_or_default())?;
        let existing = existing(replace, &header.incarnation)?;
        // a repeat is known once its text is there
        if request_key.is_empty() {
            let allowed = self.registry.check(&name, existing);
            allowed.map_err(|error| failure::not_created(&name, &error))?;
        }
        check_size(text_bytes, self.config.limits.graph)?;
        // the text says its size itself
        let header = CreateGraphHeader { text_bytes: 0, ..header };
        Ok(Plan { name, options, existing, announced: text_bytes, header })
    }

    async fn receive(
        &self,
        plan: &Plan,
        mut requests: Streaming<CreateGraphRequest>,
        events: &Events,
    ) -> Result<Vec<u8>, Status> {
        let mut text = Vec::new();
        while let Some(request) = requests.message().await? {
            let Some(Part::Text(piece)) = request.part else {
                let what = "expected a piece of the text after the header".to_owned();
                return Err(failure::invalid("text", what));
            };
            let before = text.len() / STEP;
            check_size((text.len() + piece.len()) as u64, self.config.limits.graph)?;
            text.extend_from_slice(&piece);
            if text.len() / STEP > before {
                let _ = events.try_send(Ok(event(Event::ReceivedBytes(text.len() as u64))));
            }
        }
        let received = text.len() as u64;
        if plan.announced != 0 && plan.announced != received {
            let what = format!("{} bytes were announced, {received} arrived", plan.announced);
            return Err(failure::invalid("header.text_bytes", what));
        }
        Ok(text)
    }
}

fn event(event: Event) -> CreateGraphResponse {
    CreateGraphResponse { event: Some(event) }
}

fn existing(replace: bool, meant: &str) -> Result<Existing, Status> {
    match (replace, incarnation("header.incarnation", meant)?) {
        (false, None) => Ok(Existing::Stays),
        (true, None) => Ok(Existing::GivesWay),
        (true, Some(meant)) => Ok(Existing::GivesWayAs(meant)),
        (false, Some(_)) => {
            let what = "expected `replace` with it: it says which graph gives way".to_owned();
            Err(failure::invalid("header.incarnation", what))
        }
    }
}

/// Whether a graph may have the name that a field has.
pub(crate) fn check_name(field: &str, name: &str) -> Result<(), Status> {
    if is_graph_name(name) {
        return Ok(());
    }
    let what =
        format!("`{name}`: expected 1 to {LONGEST_GRAPH_NAME} letters, digits, `.`, `_` or `-`");
    Err(failure::invalid(field, what))
}

fn check_size(bytes: u64, limit: ByteSize) -> Result<(), Status> {
    if bytes <= limit.0 {
        return Ok(());
    }
    Err(failure::too_large(format!(
        "the text is larger than the limit of {limit}, which the server's --max-graph-size raises"
    )))
}

/// The place behind a text.
fn end_of(text: &[u8]) -> Position {
    let line = text.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let last = text.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let column = String::from_utf8_lossy(last).chars().count() + 1;
    Position { line, column }
}
