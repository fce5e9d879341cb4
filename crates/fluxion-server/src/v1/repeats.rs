//! Answers of the server itself to requests that may be repeated: graphs that were created and dropped. What a graph
//! answers its store remembers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use fluxion_store::{CreatedBy, Earlier, Incarnation, Remembered, RequestId, RequestKeys, Weighty};
use prost::Message;
use tokio::sync::Mutex as TurnLock;
use tonic::Status;

use crate::proto::fluxion::v1::DropGraphResponse;
use crate::transport::journal::{Found, RecoveredGraph};
use crate::v1::describe::describe_new;
use crate::v1::failure;

/// An answer as it travelled.
#[derive(Clone, Debug)]
struct Encoded(Result<Vec<u8>, Status>);

impl Weighty for Encoded {
    fn text_bytes(&self) -> usize {
        match &self.0 {
            Ok(message) => message.len(),
            Err(status) => status.message().len() + status.details().len(),
        }
    }
}

/// Whether the same request may be answered otherwise at another time.
fn may_pass(status: &Status) -> bool {
    use tonic::Code::{Aborted, Cancelled, DeadlineExceeded, ResourceExhausted, Unavailable};
    matches!(
        status.code(),
        Aborted | Cancelled | DeadlineExceeded | ResourceExhausted | Unavailable
    )
}

/// The last answers, and the keys whose first request is being carried out.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    answers: Mutex<RequestKeys<Encoded>>,
    turns: Mutex<BTreeMap<Arc<str>, Weak<TurnLock<()>>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Repeats {
    /// Does `work` unless this request was answered before: then that answer is given again, success or not. A
    /// repeat waits while the first is being carried out.
    pub(crate) async fn once<T: Message + Default>(
        &self,
        id: Option<RequestId>,
        work: impl Future<Output = Result<T, Status>>,
    ) -> Result<T, Status> {
        let Some(id) = id else { return work.await };
        let turn = self.turn(&id.key);
        let _held = turn.lock().await;
        if let Some(answer) = self.find(&id) {
            return answer;
        }
        let answer = work.await;
        if answer.as_ref().is_err_and(may_pass) {
            return answer;
        }
        let encoded = Encoded(answer.as_ref().map(Message::encode_to_vec).map_err(Status::clone));
        self.remember(id, encoded);
        answer
    }

    /// Knows again what graphs tell of the requests by which they were created and dropped: an earlier life of the server has
    /// answered those.
    pub(crate) fn resume(&self, found: &Found) {
        for RecoveredGraph { name, store, .. } in &found.graphs {
            self.resume_created(name, store.incarnation(), store.created_by());
        }
        for graph in &found.dropped {
            self.resume_created(&graph.name, graph.incarnation, graph.created_by.as_ref());
            if let Some(id) = &graph.dropped_by {
                self.remember(id.clone(), Encoded(Ok(DropGraphResponse {}.encode_to_vec())));
            }
        }
    }

    fn resume_created(
        &self,
        name: &str,
        incarnation: Incarnation,
        created_by: Option<&Arc<CreatedBy>>,
    ) {
        if let Some(created_by) = created_by {
            let graph = describe_new(name, incarnation, created_by);
            self.remember(created_by.request.clone(), Encoded(Ok(graph.encode_to_vec())));
        }
    }

    fn remember(&self, id: RequestId, answer: Encoded) {
        lock(&self.answers).remember(Arc::new(Remembered { id, answer }));
    }

    fn find<T: Message + Default>(&self, id: &RequestId) -> Option<Result<T, Status>> {
        match lock(&self.answers).find(id) {
            Earlier::Unknown => None,
            Earlier::OtherContent => Some(Err(failure::key_reused())),
            Earlier::Answered(Encoded(Err(status))) => Some(Err(status.clone())),
            Earlier::Answered(Encoded(Ok(message))) => {
                let decoded = T::decode(message.as_slice());
                Some(decoded.map_err(|error| Status::internal(error.to_string())))
            }
        }
    }

    fn turn(&self, key: &Arc<str>) -> Arc<TurnLock<()>> {
        let mut turns = lock(&self.turns);
        if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::default();
        turns.insert(Arc::clone(key), Arc::downgrade(&turn));
        turn
    }
}
