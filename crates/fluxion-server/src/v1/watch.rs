//! Watch: what happens to a graph, told to one client, from where it wants and as fast as it reads. There is no queue: what is told next
//! is looked up when the transport asks for it.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use tokio_stream::Stream;
use tonic::Status;

use crate::access::caller::Caller;
use crate::measures::watch_measures::{WatchEnd, WatchMeasures};
use crate::proto::fluxion::v1::watch_request::Start;
use crate::proto::fluxion::v1::watch_response::Item;
use crate::proto::fluxion::v1::{Cursor, EventKind, WatchRequest, WatchResponse};
use crate::transport::faults::Stopped;
use crate::transport::readiness::{Draining, farewell};
use crate::transport::registry::Registry;
use crate::transport::turns::Cost;
use crate::transport::watch::{Behind, Told, Watcher};
use crate::v1::targets::Named;
use crate::v1::watch_state::{StateCopy, TellingState};
use crate::v1::{events, failure, identity};

/// Seconds without anything else after which a bookmark is told: usually, and at most.
const BOOKMARK: u32 = 5;
const LONGEST_BOOKMARK: u32 = 3600;

/// One client's watch of one graph.
pub(crate) struct Watch {
    name: String,
    caller: Caller,
    draining: Option<Draining>,
    watcher: Watcher,
    kinds: Kinds,
    /// The state, until it was told.
    state: Option<TellingState>,
    is_synced: bool,
    /// All up to this revision was told, or is of another kind.
    position: u64,
    /// What comes next, as far as it was looked up.
    next: VecDeque<Arc<Told>>,
    /// After how long a bookmark is told, and when the next one is.
    bookmark: Duration,
    bookmark_at: Instant,
    measures: Arc<WatchMeasures>,
    /// Why it ends, unless its client leaves.
    end: WatchEnd,
}

/// The kinds of events that are told.
#[derive(Clone, Copy, Debug)]
struct Kinds(u32);

impl Kinds {
    fn read(kinds: &[i32]) -> Result<Self, Status> {
        let mut all = 0;
        for &number in kinds {
            match EventKind::try_from(number) {
                Ok(kind) if kind != EventKind::Unspecified => all |= 1 << number,
                _ => {
                    return Err(failure::invalid("kinds", format!("{number} is no kind of event")));
                }
            }
        }
        Ok(Self(if kinds.is_empty() { u32::MAX } else { all }))
    }

    fn has(self, kind: EventKind) -> bool {
        self.0 & (1 << i32::from(kind)) != 0
    }
}

fn bookmark(seconds: u32) -> Result<Duration, Status> {
    match seconds {
        0 => Ok(Duration::from_secs(BOOKMARK.into())),
        1..=LONGEST_BOOKMARK => Ok(Duration::from_secs(seconds.into())),
        _ => {
            let what = format!("{seconds}: expected at most {LONGEST_BOOKMARK} seconds");
            Err(failure::invalid("bookmark_seconds", what))
        }
    }
}

/// Begins to watch.
pub(crate) async fn begin(
    registry: &Registry,
    request: WatchRequest,
    caller: Caller,
    draining: Option<Draining>,
) -> Result<Telling, Status> {
    let (kinds, bookmark) = (Kinds::read(&request.kinds)?, bookmark(request.bookmark_seconds)?);
    let graph = Named::find(registry, &request.graph, &caller)?;
    // before the place is looked for: nothing can come in between
    let watcher = graph.thread.watch();
    let Place { position, newest, state } = Place::of(&graph, request.start).await?;
    let measures = Arc::clone(registry.watches());
    let mut watch = Watch {
        name: graph.name().to_owned(),
        caller,
        draining,
        watcher,
        kinds,
        state,
        is_synced: false,
        position,
        next: VecDeque::new(),
        bookmark,
        bookmark_at: Instant::now() + bookmark,
        measures,
        end: WatchEnd::Refused,
    };
    // what is too old is refused at once
    watch.look_up(newest).await?;
    watch.end = WatchEnd::Left;
    Ok(Telling::of(watch))
}

/// Where a watch begins.
struct Place {
    /// The revision after which events are told.
    position: u64,
    /// The last one that is durable.
    newest: u64,
    /// The state that is told before.
    state: Option<TellingState>,
}

impl Place {
    async fn of(graph: &Named, start: Option<Start>) -> Result<Self, Status> {
        if start == Some(Start::WithState(true)) {
            let copied = graph.read(Cost::Dear, StateCopy::of).await?;
            let position = copied.revision();
            return Ok(Self { position, newest: position, state: Some(TellingState::of(copied)) });
        }
        let newest = newest(graph).await?;
        let position = match start {
            Some(Start::After(cursor)) => after(graph, &cursor, newest)?,
            _ => newest,
        };
        Ok(Self { position, newest, state: None })
    }
}

/// The last revision, which is durable.
async fn newest(graph: &Named) -> Result<u64, Status> {
    graph.read(Cost::Cheap, |seen| Ok(seen.store.revision().0)).await
}

/// The revision of a cursor, if there can be something after it.
fn after(graph: &Named, cursor: &Cursor, newest: u64) -> Result<u64, Status> {
    let Cursor { incarnation, revision } = cursor;
    let Some(expected) = identity::incarnation("after.incarnation", incarnation)? else {
        let what = "expected the incarnation of a graph, with its revision".to_owned();
        return Err(failure::invalid("after.incarnation", what));
    };
    let found = graph.thread.incarnation();
    if expected != found {
        return Err(failure::another(graph.name(), expected, Some(found)));
    }
    match (1..=newest).contains(revision) {
        true => Ok(*revision),
        false => {
            let what = format!("{revision}: expected 1 to {newest}, the last revision until now");
            Err(failure::invalid("after.revision", what))
        }
    }
}

impl Watch {
    /// What is told next; waits until there is something. An error ends the watch.
    async fn tell(&mut self) -> Result<WatchResponse, Status> {
        let item = self.item().await?;
        self.bookmark_at = Instant::now() + self.bookmark;
        Ok(WatchResponse { item: Some(item) })
    }

    async fn item(&mut self) -> Result<Item, Status> {
        if let Some(state) = &mut self.state {
            if let Some(piece) = state.next()? {
                return Ok(Item::State(piece));
            }
            self.state = None;
        }
        if !std::mem::replace(&mut self.is_synced, true) {
            return Ok(Item::Synced(self.cursor()));
        }
        loop {
            if let Some(told) = self.next_of_kind() {
                return Ok(Item::Event(events::tell(self.watcher.incarnation, &told)));
            }
            // whoever filters is told, however much passes by
            if self.bookmark_at <= Instant::now() {
                return Ok(Item::Bookmark(self.cursor()));
            }
            self.caller.recheck(&self.name)?;
            let horizon = self.watcher.horizon();
            self.look_up(horizon.revision).await?;
            if self.next.is_empty() {
                if let Some(over) = horizon.over {
                    return Err(self.over(over));
                }
                self.wait().await?;
            }
        }
    }

    /// The next event that is told, of those that were looked up.
    fn next_of_kind(&mut self) -> Option<Arc<Told>> {
        while let Some(told) = self.next.pop_front() {
            self.position = told.revision;
            if self.kinds.has(events::kind(&told.what)) {
                return Some(told);
            }
        }
        None
    }

    /// Looks up what comes next, as far as a revision that is durable, unless something is there.
    async fn look_up(&mut self, until: u64) -> Result<(), Status> {
        if self.next.is_empty() && self.position < until {
            let found = self.watcher.after(self.position, until).await;
            self.next = found.map_err(|behind| self.behind(&behind))?.into();
        }
        Ok(())
    }

    /// Waits until something may have happened, or a bookmark is to be told.
    async fn wait(&mut self) -> Result<(), Status> {
        let Self { watcher, draining, bookmark_at, .. } = self;
        let drained = async {
            match draining {
                Some(draining) => draining.begun().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = watcher.moved() => Ok(()),
            () = tokio::time::sleep_until(*bookmark_at) => Ok(()),
            () = drained => {
                self.end = WatchEnd::Drained;
                Err(farewell())
            }
        }
    }

    fn cursor(&self) -> Cursor {
        events::cursor(self.watcher.incarnation, self.position)
    }

    fn behind(&mut self, behind: &Behind) -> Status {
        match behind {
            Behind::TooOld { oldest, newest } => {
                self.end = WatchEnd::TooOld;
                failure::too_old(&self.name, self.position, (*oldest, *newest))
            }
            Behind::Unread(error) => failure::unread(error),
        }
    }

    fn over(&mut self, over: Stopped) -> Status {
        self.end = WatchEnd::GraphOver;
        match over {
            Stopped::Dropped => failure::no_graph_any_more(&self.name),
            over => failure::stopped(&self.name, over),
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.measures.count(self.end);
    }
}

type Step = Pin<Box<dyn Future<Output = (Box<Watch>, Result<WatchResponse, Status>)> + Send>>;

/// What a watch tells, made when it is asked for.
pub(crate) struct Telling(Option<Step>);

impl Telling {
    fn of(watch: Watch) -> Self {
        Self(Some(step(Box::new(watch))))
    }
}

fn step(mut watch: Box<Watch>) -> Step {
    Box::pin(async move {
        let told = watch.tell().await;
        if told.is_err() && watch.end == WatchEnd::Left {
            watch.end = WatchEnd::Refused;
        }
        (watch, told)
    })
}

impl Stream for Telling {
    type Item = Result<WatchResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(next) = &mut self.0 else { return Poll::Ready(None) };
        next.as_mut().poll(task).map(|(watch, told)| {
            self.0 = told.is_ok().then(|| step(watch));
            Some(told)
        })
    }
}
