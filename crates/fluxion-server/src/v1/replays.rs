//! Answers to requests that may be repeated.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use prost::Message;
use tonic::Status;

use crate::v1::failure;
use crate::v1::served::Served;

/// How many keys a graph remembers.
const MOST_KEYS: usize = 65_536;

/// How many bytes the answers of a graph may take together, keys and bookkeeping included. The last one is
/// remembered whatever its size.
const MOST_BYTES: usize = 64 << 20;

/// What a remembered answer takes besides its key and its text, about.
const BOOKKEEPING: usize = 256;

/// The longest key, in bytes; of a job key too.
pub(crate) const LONGEST_KEY: usize = 128;

/// What makes two requests the same.
#[derive(Debug)]
pub(crate) struct RequestId {
    key: Arc<str>,
    fingerprint: u64,
}

impl RequestId {
    /// The key, if the request has one.
    pub(crate) fn key(&self) -> Option<&Arc<str>> {
        Some(&self.key).filter(|key| !key.is_empty())
    }

    /// The identity of a request to which a text belongs. O(length of the text).
    pub(crate) fn with_text(
        method: &str,
        key: &str,
        request: &impl Message,
        text: &str,
    ) -> Result<Self, Status> {
        let mut id = Self::new(method, key, request)?;
        if id.key().is_some() {
            let mut hasher = DefaultHasher::new();
            (id.fingerprint, text).hash(&mut hasher);
            id.fingerprint = hasher.finish();
        }
        Ok(id)
    }

    /// The identity of a request: its method, its key, its content but for the name of the graph, which the caller
    /// has taken out where keys are remembered per graph.
    pub(crate) fn new(method: &str, key: &str, request: &impl Message) -> Result<Self, Status> {
        check_key("request_key", key)?;
        let mut hasher = DefaultHasher::new();
        if !key.is_empty() {
            (method, request.encode_to_vec()).hash(&mut hasher);
        }
        Ok(Self { key: key.into(), fingerprint: hasher.finish() })
    }
}

/// Whether a key is short enough.
pub(crate) fn check_key(field: &str, key: &str) -> Result<(), Status> {
    if key.len() <= LONGEST_KEY {
        return Ok(());
    }
    let what = format!("{} bytes: expected at most {LONGEST_KEY}", key.len());
    Err(failure::invalid(field, what))
}

#[derive(Debug)]
struct Remembered {
    fingerprint: u64,
    answer: Result<Vec<u8>, Status>,
}

impl Remembered {
    /// Bytes that it takes under a key, about.
    fn bytes(&self, key: &str) -> usize {
        let answer = match &self.answer {
            Ok(message) => message.len(),
            Err(status) => status.message().len() + status.details().len(),
        };
        BOOKKEEPING + key.len() + answer
    }
}

/// The last answers, by key.
#[derive(Debug, Default)]
pub(crate) struct Replays {
    answers: BTreeMap<Arc<str>, Remembered>,
    /// The keys, oldest first.
    order: VecDeque<Arc<str>>,
    /// What all of them take.
    bytes: usize,
}

impl Replays {
    pub(crate) fn find<T: Message + Default>(&self, id: &RequestId) -> Option<Result<T, Status>> {
        let remembered = self.answers.get(&id.key)?;
        if remembered.fingerprint != id.fingerprint {
            let what = "the key was used for a request with other content: expected a new key";
            return Some(Err(failure::invalid("request_key", what.to_owned())));
        }
        let decode = |bytes: &Vec<u8>| {
            T::decode(bytes.as_slice()).map_err(|error| Status::internal(error.to_string()))
        };
        Some(remembered.answer.as_ref().map_err(Status::clone).and_then(decode))
    }

    pub(crate) fn remember<T: Message>(&mut self, id: RequestId, answer: &Result<T, Status>) {
        let answer = answer.as_ref().map(Message::encode_to_vec).map_err(Status::clone);
        let new = Remembered { fingerprint: id.fingerprint, answer };
        let bytes = new.bytes(&id.key);
        while self.order.len() >= MOST_KEYS || self.bytes + bytes > MOST_BYTES {
            let Some(oldest) = self.order.pop_front() else { break };
            let gone = self.answers.remove(&oldest);
            self.bytes -= gone.map_or(0, |gone| gone.bytes(&oldest));
        }
        self.bytes += bytes;
        self.order.push_back(Arc::clone(&id.key));
        self.answers.insert(id.key, new);
    }
}

impl Served {
    /// Does `work` unless this request was answered before: then that answer is given again, success or not.
    pub(crate) fn once<T: Message + Default>(
        &mut self,
        id: RequestId,
        work: impl FnOnce(&mut Self) -> Result<T, Status>,
    ) -> Result<T, Status> {
        if id.key.is_empty() {
            return work(self);
        }
        if let Some(answer) = self.replays.find(&id) {
            return answer;
        }
        let answer = work(self);
        self.replays.remember(id, &answer);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::fluxion::v1::CancelResponse;

    fn id(key: usize, content: u64) -> RequestId {
        RequestId::new("Cancel", &key.to_string(), &content).unwrap()
    }

    fn answer(job_id: u64) -> Result<CancelResponse, Status> {
        Ok(CancelResponse { job_id, ..CancelResponse::default() })
    }

    #[test]
    fn the_oldest_key_is_forgotten_first() {
        let mut replays = Replays::default();
        for key in 0..=MOST_KEYS {
            replays.remember(id(key, 1), &answer(key as u64));
        }
        assert!(replays.find::<CancelResponse>(&id(0, 1)).is_none());
        for key in [1, MOST_KEYS] {
            let found = replays.find::<CancelResponse>(&id(key, 1)).unwrap().unwrap();
            assert_eq!(found.job_id, key as u64);
        }
        assert_eq!((replays.answers.len(), replays.order.len()), (MOST_KEYS, MOST_KEYS));
    }

    #[test]
    fn answers_are_bounded_by_bytes_but_the_last_is_kept() {
        let mut replays = Replays::default();
        let large = |bytes: usize| Err::<CancelResponse, _>(Status::internal("x".repeat(bytes)));
        for key in 0..10 {
            replays.remember(id(key, 1), &large(MOST_BYTES / 4));
            assert!(replays.bytes <= MOST_BYTES);
        }
        assert_eq!((replays.answers.len(), replays.order.len()), (3, 3));
        replays.remember(id(10, 1), &large(2 * MOST_BYTES));
        assert!(replays.find::<CancelResponse>(&id(10, 1)).is_some());
        replays.remember(id(11, 1), &answer(1));
        assert_eq!(replays.answers.len(), 1);
        assert_eq!(replays.bytes, replays.answers[&*id(11, 1).key].bytes("11"));
    }

    #[test]
    fn other_content_is_refused() {
        let mut replays = Replays::default();
        replays.remember(id(7, 1), &answer(1));
        let found = replays.find::<CancelResponse>(&id(7, 2)).unwrap();
        assert_eq!(found.unwrap_err().code(), tonic::Code::InvalidArgument);
    }
}
