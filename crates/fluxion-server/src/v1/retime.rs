//! `Retime`: a job ends at another time.

use fluxion_context::{NewEnd, TimeWindow};
use fluxion_store::{Answer, Answered, Command, RequestId, Revision};
use tonic::Status;

use crate::proto::fluxion::v1::retime_request::NewEnd as Asked;
use crate::proto::fluxion::v1::{RetimeRequest, RetimeResponse};
use crate::v1::failure;
use crate::v1::targets::{self, Named};

pub(super) async fn retime(
    graph: &Named,
    id: Option<RequestId>,
    request: RetimeRequest,
) -> Result<RetimeResponse, Status> {
    let (job, end) = (targets::job(request.job)?, new_end(request.new_end)?);
    match graph.execute(id, Command::Retime { job, end }).await?.answered {
        Answered {
            answer: Answer::Retimed(job, TimeWindow { start, end }),
            revision: Revision(revision),
            ..
        } => Ok(RetimeResponse {
            job_id: job.0,
            start,
            end,
            revision,
            incarnation: graph.incarnation(),
        }),
        _ => Err(failure::mismatch()),
    }
}

fn new_end(asked: Option<Asked>) -> Result<NewEnd, Status> {
    match asked {
        Some(Asked::End(end)) => Ok(NewEnd::At(end)),
        Some(Asked::Duration(duration)) => Ok(NewEnd::AfterStart(duration)),
        Some(Asked::LaterBy(seconds)) => Ok(NewEnd::Later(seconds)),
        None => Err(failure::invalid(
            "new_end",
            "expected one of `end`, `duration` and `later_by`".to_owned(),
        )),
    }
}
