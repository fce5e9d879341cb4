//! Revisions of graphs in the headers of calls: which one an answer is to be of at least, and of which one it is.

use http::{HeaderMap, HeaderName, HeaderValue};
use tonic::Status;

/// In which header, or metadata, a request says what it wants.
const LEAST: HeaderName = HeaderName::from_static("fluxion-min-revision");

/// Where an answer says of which revision it is.
const SEEN: HeaderName = HeaderName::from_static("fluxion-revision");

/// The revision that an answer is to be of at least, if the call says so.
///
/// # Errors
/// INVALID_ARGUMENT if it is no number.
pub(crate) fn least(headers: &HeaderMap) -> Result<Option<u64>, Box<Status>> {
    let Some(said) = headers.get(&LEAST) else { return Ok(None) };
    let number = said.to_str().ok().and_then(|said| said.parse().ok());
    number.map(Some).ok_or_else(|| {
        Box::new(Status::invalid_argument(format!("{LEAST}: expected the number of a revision")))
    })
}

/// Tells of which revision an answer is.
pub(crate) fn put(revision: Option<u64>, headers: &mut HeaderMap) {
    if let Some(revision) = revision {
        headers.insert(SEEN, HeaderValue::from(revision));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &'static str, expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(LEAST, HeaderValue::from_static(said));
        assert_eq!(least(&headers).ok().flatten(), expected, "{said}");
    }

    #[test]
    fn a_revision_is_a_number() {
        check("0", Some(0));
        check("18446744073709551615", Some(u64::MAX));
        check("18446744073709551616", None);
        check("-1", None);
        check("", None);
        assert_eq!(least(&HeaderMap::new()).unwrap(), None);
    }
}
