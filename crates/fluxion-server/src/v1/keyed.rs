//! Answers of the server itself to requests that may be repeated: graphs that were created and dropped. What a graph
//! answers it remembers itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use prost::Message;
use tokio::sync::Mutex as TurnLock;
use tonic::Status;

use crate::v1::replays::{Replays, RequestId};

/// The last answers, and the keys whose first request is being carried out.
#[derive(Debug, Default)]
pub(crate) struct Keyed {
    replays: Mutex<Replays>,
    turns: Mutex<BTreeMap<Arc<str>, Weak<TurnLock<()>>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keyed {
    /// Does `work` unless this request was answered before: then that answer is given again, success or not. A
    /// repeat waits while the first is being carried out.
    pub(crate) async fn once<T: Message + Default>(
        &self,
        id: RequestId,
        work: impl Future<Output = Result<T, Status>>,
    ) -> Result<T, Status> {
        let Some(key) = id.key() else { return work.await };
        let turn = self.turn(key);
        let _held = turn.lock().await;
        if let Some(answer) = lock(&self.replays).find(&id) {
            return answer;
        }
        let answer = work.await;
        lock(&self.replays).remember(id, &answer);
        answer
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
