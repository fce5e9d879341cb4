//! What makes two requests the same: their method, their key, their content but for the name of the graph, which the
//! caller has taken out where keys are remembered per graph. Also, what an incarnation looks like.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use fluxion_store::{Incarnation, RequestId};
use prost::Message;
use tonic::Status;

use crate::v1::failure;
use crate::v1::lengths::check_key;

/// The identity of a request; none if it has no key.
pub(crate) fn identify(
    method: &str,
    key: &str,
    request: &impl Message,
) -> Result<Option<RequestId>, Status> {
    check_key("request_key", key)?;
    if key.is_empty() {
        return Ok(None);
    }
    let mut hasher = DefaultHasher::new();
    (method, request.encode_to_vec()).hash(&mut hasher);
    Ok(Some(RequestId { key: key.into(), fingerprint: hasher.finish() }))
}

/// The identity of a request to which a text belongs. O(length of the text).
pub(crate) fn identify_with_text(
    method: &str,
    key: &str,
    request: &impl Message,
    text: &str,
) -> Result<Option<RequestId>, Status> {
    let id = identify(method, key, request)?;
    Ok(id.map(|RequestId { key, fingerprint }| {
        let mut hasher = DefaultHasher::new();
        (fingerprint, text).hash(&mut hasher);
        RequestId { key, fingerprint: hasher.finish() }
    }))
}

/// Which load of a graph a request means; any if it says nothing.
pub(crate) fn incarnation(field: &str, text: &str) -> Result<Option<Incarnation>, Status> {
    if text.is_empty() {
        return Ok(None);
    }
    let what = || format!("`{text}`: expected the incarnation of a graph as an answer tells it");
    text.parse().map(Some).map_err(|_| failure::invalid(field, what()))
}
