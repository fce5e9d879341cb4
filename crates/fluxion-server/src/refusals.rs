//! Refusals that are given again after a restart, in the words of the service that gave them first: a store keeps what was
//! refused, and does not know how that is sent.

use fluxion_store::{RequestError, RequestId, SentRefusal};

use crate::asked_service::AskedService;
use crate::{published, v1};

/// What was sent to who asked.
pub(crate) fn sent(id: &RequestId, refusal: &RequestError) -> SentRefusal {
    let status = match AskedService::of(id) {
        AskedService::Published => published::refused(refusal),
        AskedService::Full => v1::refused(refusal),
    };
    SentRefusal {
        code: status.code().into(),
        message: status.message().to_owned(),
        details: status.details().to_vec(),
        ..SentRefusal::default()
    }
}
