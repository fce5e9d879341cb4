//! The keys by which a client of the three calls finds its jobs again, or repeats a call safely. The published messages
//! have no place for them, so they travel as metadata: adding a header is all that a published client has to do.

use fluxion_store::{RequestId, StableHasher};
use prost::Message;
use tonic::Request;

use crate::asked_service::AskedService;

/// Names the job that a Match makes, as `job_key` of `fluxion.v1` does.
pub(crate) const JOB_KEY: &str = "fluxion-job-key";

/// Makes a Match or a Cancel safe to repeat, as `request_key` of `fluxion.v1` does.
pub(crate) const REQUEST_KEY: &str = "fluxion-request-key";

/// The longest key, in bytes.
const LONGEST: usize = 128;

/// A key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadKey {
    /// It is no visible ASCII.
    #[error("{0}: expected visible ASCII characters")]
    Characters(&'static str),
    /// It is so many bytes long.
    #[error("{0}: {1} bytes: expected at most {LONGEST}")]
    Length(&'static str, usize),
}

impl BadKey {
    /// The name of the metadata.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Characters(name) | Self::Length(name, _) => name,
        }
    }
}

/// The key of the job that is made; empty if there is none.
pub(crate) fn job_key<T>(request: &Request<T>) -> Result<String, BadKey> {
    key(request, JOB_KEY)
}

/// The identity of a call, if it may be repeated.
pub(crate) fn request_id<T: Message>(
    method: &str,
    request: &Request<T>,
) -> Result<Option<RequestId>, BadKey> {
    let request_key = key(request, REQUEST_KEY)?;
    if request_key.is_empty() {
        return Ok(None);
    }
    // the job key says what is asked for, too
    let hasher = StableHasher::new()
        .with(method)
        .with(request.get_ref().encode_to_vec())
        .with(key(request, JOB_KEY)?);
    Ok(Some(AskedService::Published.id(request_key.into(), hasher.finish())))
}

fn key<T>(request: &Request<T>, name: &'static str) -> Result<String, BadKey> {
    let Some(value) = request.metadata().get(name) else { return Ok(String::new()) };
    match value.to_str() {
        Err(_) => Err(BadKey::Characters(name)),
        Ok(text) if text.len() > LONGEST => Err(BadKey::Length(name, text.len())),
        Ok(text) => Ok(text.to_owned()),
    }
}
