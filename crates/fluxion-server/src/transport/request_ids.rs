//! Names of requests: what callers say, or what no other request of this process has.

use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue};

/// In which header, or metadata, it stands, in requests and answers.
const NAME: HeaderName = HeaderName::from_static("fluxion-request-id");

/// The longest that is taken.
const LONGEST: usize = 64;

/// Where names come from.
#[derive(Debug)]
pub(crate) struct RequestIds {
    /// Another one in each process.
    seed: u32,
    next: AtomicU64,
}

impl RequestIds {
    /// Of a process.
    #[expect(clippy::disallowed_types, reason = "that it differs from run to run is the point")]
    pub(crate) fn new() -> Self {
        let seed = std::hash::RandomState::new().hash_one(()) as u32;
        Self { seed, next: AtomicU64::new(1) }
    }

    /// What the caller says, if that is printable ASCII and not too long; else one of our own.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Arc<str> {
        let said = headers.get(&NAME).and_then(|said| said.to_str().ok());
        match said.filter(|said| is_good(said)) {
            Some(said) => said.into(),
            None => {
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                format!("{:08x}-{number}", self.seed).into()
            }
        }
    }

    /// Sends it back.
    pub(crate) fn put(id: &str, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(id) {
            headers.insert(NAME, value);
        }
    }
}

fn is_good(said: &str) -> bool {
    (1..=LONGEST).contains(&said.len()) && said.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &'static [u8], is_taken: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(NAME, HeaderValue::from_bytes(said).unwrap());
        let taken = RequestIds::new().of(&headers);
        assert_eq!(taken.as_bytes() == said, is_taken, "{taken}");
    }

    #[test]
    fn what_is_printable_and_short_is_taken() {
        check(b"a-1", true);
        check(&[b'x'; 64], true);
        check(&[b'x'; 65], false);
        check(b"", false);
        check("\u{e9}".as_bytes(), false);
        check(b"a\tb", false);
    }

    #[test]
    fn others_get_names_of_their_own() {
        let (ids, headers) = (RequestIds::new(), HeaderMap::new());
        assert_ne!(ids.of(&headers), ids.of(&headers));
    }
}
