//! What makes two requests the same: their method, their key, their content but for the name of the graph, which the
//! caller has taken out where keys are remembered per graph. Also, what an incarnation looks like.

use fluxion_store::{Incarnation, RequestId, StableHasher};
use prost::Message;
use tonic::Status;

use crate::asked_service::AskedService;
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
    let hasher = StableHasher::new().with(method).with(request.encode_to_vec());
    Ok(Some(AskedService::Full.id(key.into(), hasher.finish())))
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
        let hasher = StableHasher::new().with(fingerprint.to_le_bytes()).with(text);
        AskedService::Full.id(key, hasher.finish())
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
