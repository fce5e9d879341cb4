//! The keys by which a client of the three calls finds its jobs again, or repeats a call safely. The published messages
//! have no place for them, so they travel as metadata: adding a header is all that a published client has to do.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use fluxion_store::RequestId;
use prost::Message;
use tonic::{Request, Status};

use crate::published::status;

/// Names the job that a Match makes, as `job_key` of `fluxion.v1` does.
pub(crate) const JOB_KEY: &str = "fluxion-job-key";

/// Makes a Match or a Cancel safe to repeat, as `request_key` of `fluxion.v1` does.
pub(crate) const REQUEST_KEY: &str = "fluxion-request-key";

/// The longest key, in bytes.
const LONGEST: usize = 128;

/// The key of the job that is made; empty if there is none.
pub(crate) fn job_key<T>(request: &Request<T>) -> Result<String, Status> {
    key(request, JOB_KEY)
}

/// The identity of a call, if it may be repeated.
pub(crate) fn request_id<T: Message>(
    method: &str,
    request: &Request<T>,
) -> Result<Option<RequestId>, Status> {
    let request_key = key(request, REQUEST_KEY)?;
    if request_key.is_empty() {
        return Ok(None);
    }
    let mut hasher = DefaultHasher::new();
    // the job key says what is asked for, too
    (method, request.get_ref().encode_to_vec(), key(request, JOB_KEY)?).hash(&mut hasher);
    Ok(Some(RequestId { key: request_key.into(), fingerprint: hasher.finish() }))
}

fn key<T>(request: &Request<T>, name: &str) -> Result<String, Status> {
    let Some(value) = request.metadata().get(name) else { return Ok(String::new()) };
    let text =
        value.to_str().map_err(|_| status::key(name, "expected visible ASCII characters"))?;
    if text.len() > LONGEST {
        let what = format!("{} bytes: expected at most {LONGEST}", text.len());
        return Err(status::key(name, &what));
    }
    Ok(text.to_owned())
}
