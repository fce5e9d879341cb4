//! Answers to requests that may be repeated. Knows nothing of what they say but how large they are.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use fluxion_engine::blocks::BlockMap;

/// How many keys are remembered.
const MOST_KEYS: usize = 65_536;

/// How many bytes the answers may take together, keys and bookkeeping included. The last one is remembered whatever its
/// size.
const MOST_BYTES: usize = 64 << 20;

/// What a remembered answer takes besides its key and its text, about.
const BOOKKEEPING: usize = 256;

/// What makes two requests the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestId {
    /// The key that the client chose; not empty.
    pub key: Arc<str>,
    /// A number for all that the request says ([`StableHasher`](crate::StableHasher)).
    pub fingerprint: u64,
}

/// What can be remembered.
pub trait Weighty {
    /// The bytes of its texts, about.
    fn text_bytes(&self) -> usize;
}

/// An answer with its request.
#[derive(Clone, Debug)]
pub struct Remembered<A> {
    /// The request.
    pub id: RequestId,
    /// What it came to.
    pub answer: A,
}

impl<A: Weighty> Remembered<A> {
    /// Bytes that it takes, about.
    fn bytes(&self) -> usize {
        BOOKKEEPING + self.id.key.len() + self.answer.text_bytes()
    }
}

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Earlier<'a, A> {
    /// Its key was never used, or is forgotten.
    Unknown,
    /// It was answered so.
    Answered(&'a A),
    /// Its key was used for another one.
    OtherContent,
}

/// The last answers, by key. A clone shares what neither changes.
#[derive(Clone, Debug)]
pub struct RequestKeys<A> {
    /// The place of each key.
    places: BlockMap<Arc<str>, u64>,
    /// The answers by place, oldest first.
    answers: BlockMap<u64, Arc<Remembered<A>>>,
    /// The place of the next one.
    next: u64,
    /// Those before this place belong to a commit.
    committed: u64,
    /// What all of them take.
    bytes: usize,
}

impl<A> Default for RequestKeys<A> {
    fn default() -> Self {
        Self {
            places: BlockMap::default(),
            answers: BlockMap::default(),
            next: 0,
            committed: 0,
            bytes: 0,
        }
    }
}

impl<A: Weighty> RequestKeys<A> {
    /// What the answers take, in bytes, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn remembered(&self, key: &str) -> Option<&Remembered<A>> {
        let (found, place) = self.places.from(|known| **known < *key).next()?;
        if **found == *key { self.answers.get(place).map(|kept| &**kept) } else { None }
    }

    /// What is known of a request. O(log keys).
    pub fn find(&self, id: &RequestId) -> Earlier<'_, A> {
        match self.remembered(&id.key) {
            None => Earlier::Unknown,
            Some(kept) if kept.id == *id => Earlier::Answered(&kept.answer),
            Some(_) => Earlier::OtherContent,
        }
    }

    /// Remembers an answer; the oldest ones give way. One whose key is known changes nothing.
    pub fn remember(&mut self, new: Arc<Remembered<A>>) {
        if self.remembered(&new.id.key).is_some() {
            return;
        }
        let bytes = new.bytes();
        while self.answers.len() >= MOST_KEYS || self.bytes + bytes > MOST_BYTES {
            let Some((&oldest, _)) = self.answers.first() else { break };
            let Some(gone) = self.answers.remove(&oldest) else { break };
            self.places.remove(&gone.id.key);
            self.bytes -= gone.bytes();
        }
        self.bytes += bytes;
        self.places.insert(Arc::clone(&new.id.key), self.next);
        self.answers.insert(self.next, new);
        self.next += 1;
    }

    /// All that is remembered, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Remembered<A>>> + '_ {
        self.answers.values()
    }

    /// Those that belong to no commit yet, oldest first; what was forgotten since is not among them.
    pub(crate) fn uncommitted(&self) -> Vec<Arc<Remembered<A>>> {
        let entries = self.answers.from(|&place| place < self.committed);
        entries.map(|(_, kept)| Arc::clone(kept)).collect()
    }

    /// All that is remembered belongs to commits.
    pub(crate) fn commit(&mut self) {
        self.committed = self.next;
    }
}

impl<A> Hash for RequestKeys<A> {
    /// Keys and contents of the requests, in their order.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.answers.values().for_each(|kept| kept.id.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Weighty for String {
        fn text_bytes(&self) -> usize {
            self.len()
        }
    }

    fn id(key: usize, fingerprint: u64) -> RequestId {
        RequestId { key: key.to_string().into(), fingerprint }
    }

    fn remember(keys: &mut RequestKeys<String>, key: usize, answer: String) {
        keys.remember(Arc::new(Remembered { id: id(key, 1), answer }));
    }

    #[test]
    fn the_oldest_key_is_forgotten_first() {
        let mut keys = RequestKeys::default();
        for key in 0..=MOST_KEYS {
            remember(&mut keys, key, key.to_string());
        }
        assert_eq!(keys.find(&id(0, 1)), Earlier::Unknown);
        for key in [1, MOST_KEYS] {
            assert_eq!(keys.find(&id(key, 1)), Earlier::Answered(&key.to_string()));
        }
        assert_eq!((keys.answers.len(), keys.places.len()), (MOST_KEYS, MOST_KEYS));
    }

    #[test]
    fn answers_are_bounded_by_bytes_but_the_last_is_kept() {
        let mut keys = RequestKeys::default();
        for key in 0..10 {
            remember(&mut keys, key, "x".repeat(MOST_BYTES / 4));
            assert!(keys.bytes <= MOST_BYTES);
        }
        assert_eq!((keys.answers.len(), keys.places.len()), (3, 3));
        remember(&mut keys, 10, "x".repeat(2 * MOST_BYTES));
        assert_ne!(keys.find(&id(10, 1)), Earlier::Unknown);
        remember(&mut keys, 11, "1".to_owned());
        assert_eq!(keys.answers.len(), 1);
        assert_eq!(keys.bytes, BOOKKEEPING + "11".len() + 1);
    }

    #[test]
    fn other_content_is_known_as_such() {
        let mut keys = RequestKeys::default();
        remember(&mut keys, 7, "answer".to_owned());
        assert_eq!(keys.find(&id(7, 2)), Earlier::OtherContent);
    }

    #[test]
    fn what_belongs_to_no_commit_is_told_until_it_does() {
        let mut keys = RequestKeys::default();
        let told = |keys: &RequestKeys<String>| {
            keys.uncommitted().iter().map(|kept| kept.answer.clone()).collect::<Vec<_>>().join(" ")
        };
        (0..3).for_each(|key| remember(&mut keys, key, key.to_string()));
        assert_eq!(told(&keys), "0 1 2");
        keys.commit();
        assert_eq!(told(&keys), "");
        remember(&mut keys, 3, "3".to_owned());
        remember(&mut keys, 4, "x".repeat(2 * MOST_BYTES));
        remember(&mut keys, 5, "5".to_owned());
        assert_eq!(told(&keys), "5", "the others were forgotten");
    }
}
