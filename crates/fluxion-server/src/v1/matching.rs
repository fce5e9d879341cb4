//! One match: from the request to the answer, and back again if the client left.

use fluxion_context::{MatchFormat, Wanted};
use fluxion_engine::{JobId, MatchOperation};
use tonic::Status;

use crate::booking::Booking;
use crate::graph_thread::GraphThread;
use crate::proto::fluxion::v1::{MatchRequest, MatchResponse};
use crate::v1::replays::{RequestId, check_key};
use crate::v1::served::{Served, Timed};
use crate::v1::targets::Named;
use crate::v1::{failure, names, options, resource_sets};

/// An answer on its way to the client, with the job that is rolled back if it does not arrive.
pub(crate) struct Answer {
    pub(crate) response: MatchResponse,
    pub(crate) booking: Option<Booking>,
}

/// Carries a match out. Whoever drops the future undoes it, unless the job can be found again.
pub(crate) async fn run(graph: &Named, request: MatchRequest) -> Result<Answer, Status> {
    let asked = Asked::read(request)?;
    let thread = graph.thread.clone();
    let work = move |served: &mut Served| asked.answer(served, thread);
    let answer = graph.thread.call_or_undo(work, undo).await;
    answer.map_err(|error| failure::stopped(graph.name(), error))?
}

/// The client left while its job was booked.
fn undo(served: &mut Served, answer: Result<Answer, Status>) {
    if let Ok(Answer { booking: Some(booking), .. }) = answer {
        booking.roll_back(served);
    }
}

struct Asked {
    id: RequestId,
    operation: MatchOperation,
    format: Option<MatchFormat>,
    request: MatchRequest,
}

impl Asked {
    /// The graph is taken out of the request, which says the same about either name of `default`.
    fn read(mut request: MatchRequest) -> Result<Self, Status> {
        request.graph.clear();
        check_key("job_key", &request.job_key)?;
        if request.now < 0 {
            let what =
                format!("{} is before the start of the axis: expected 0 or more", request.now);
            return Err(failure::invalid("now", what));
        }
        Ok(Self {
            id: RequestId::new("Match", &request.request_key, &request)?,
            operation: names::operation(request.operation)?,
            format: names::match_format("resource_format", request.resource_format)?,
            request,
        })
    }

    fn answer(self, served: &mut Served, thread: GraphThread) -> Result<Answer, Status> {
        let Self { id, operation, format, request } = self;
        let can_be_found = !request.request_key.is_empty() || !request.job_key.is_empty();
        let response = served.once(id, |served| answer(served, operation, format, &request))?;
        let is_fresh = response.job_id != 0 && !can_be_found;
        let booking = is_fresh.then(|| Booking::new(thread, JobId(response.job_id)));
        Ok(Answer { response, booking })
    }
}

fn answer(
    served: &mut Served,
    operation: MatchOperation,
    format: Option<MatchFormat>,
    request: &MatchRequest,
) -> Result<MatchResponse, Status> {
    let policy = options::policy(&served.options, &request.policy)?;
    if operation.books() && served.is_taken(&request.job_key) {
        return Err(failure::job_exists(&request.job_key));
    }
    let wanted = Wanted { format, policy };
    let MatchRequest { jobspec, now, job_key, .. } = request;
    let found = served.match_jobspec(operation, jobspec, *now, &wanted, job_key);
    let Timed { matched, seconds } = found.map_err(|error| failure::no_match(&error))?;
    let format = format.unwrap_or(served.options.match_format);
    let chosen = operation != MatchOperation::Satisfiability;
    Ok(MatchResponse {
        job_id: if operation.books() { matched.job.0 } else { 0 },
        outcome: names::outcome(matched.outcome).into(),
        at: matched.at,
        resources: chosen.then(|| resource_sets::tell(format, matched.resources)),
        revision: served.revision,
        overhead: seconds,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Config;
    use crate::registry::{Existing, Registry};
    use crate::test_graph::{GRAPH, JOBSPEC};

    async fn graph() -> Named {
        let registry = Arc::<Registry>::default();
        let options = Config::default().options("");
        registry.load("default", GRAPH.to_owned(), options, Existing::Stays).await.unwrap();
        Named::find(&registry, "").unwrap()
    }

    fn keyed(job_key: &str, request_key: &str) -> MatchRequest {
        let (job_key, request_key) = (job_key.to_owned(), request_key.to_owned());
        MatchRequest {
            jobspec: JOBSPEC.to_owned(),
            job_key,
            request_key,
            ..MatchRequest::default()
        }
    }

    /// Whether the only node is free after an answer to `request` was lost on its way.
    async fn is_free_after_loss(request: MatchRequest) -> bool {
        let graph = graph().await;
        drop(run(&graph, request).await.unwrap());
        run(&graph, keyed("", "")).await.is_ok()
    }

    #[tokio::test]
    async fn an_answer_that_is_lost_is_undone_unless_the_job_can_be_found() {
        assert!(is_free_after_loss(keyed("", "")).await);
        assert!(!is_free_after_loss(keyed("mine", "")).await);
        assert!(!is_free_after_loss(keyed("", "request")).await);
    }
}
