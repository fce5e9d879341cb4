//! One match: from the request to the answer, and back again if the client left.

use fluxion_context::{IfRefused, MatchFormat, MatchOperation, Matched, Reach, Wanted};
use fluxion_store::{Answer as Told, Answered, Command, RequestId, Revision};
use tonic::Status;

use crate::proto::fluxion::v1::{MatchRequest, MatchResponse};
use crate::transport::work::{Done, Undelivered};
use crate::v1::identity::identify;
use crate::v1::lengths::check_key;
use crate::v1::targets::Named;
use crate::v1::times::check_time;
use crate::v1::{failure, names, options, resource_sets, window_requests};

/// An answer on its way to the client, with the job that is rolled back if it does not arrive.
pub(crate) struct Reply {
    pub(crate) response: MatchResponse,
    pub(crate) booking: Option<Undelivered>,
}

/// Carries a match out. Whoever drops the future undoes it, unless the job can be found again.
pub(crate) async fn run(graph: &Named, request: MatchRequest) -> Result<Reply, Status> {
    let own = graph.thread.options();
    let asked = Asked::read(request)?;
    let policy = options::policy(own, &asked.request.policy)?;
    let Asked { id, operation, format, request } = asked;
    let reach = if request.inside_windows { Reach::Inside } else { Reach::Anywhere };
    let MatchRequest { jobspec, now, job_key, max_visits, windows, explain, .. } = request;
    let admission = window_requests::admission(windows, reach)?;
    let max_visits = (max_visits > 0).then_some(max_visits);
    let if_refused = if explain { IfRefused::Explained } else { IfRefused::Said };
    let wanted = Wanted { format, policy, max_visits, admission, if_refused };
    let command = Command::Match { operation, jobspec, now, wanted, job_key };
    let Done { answered, booking } = graph.execute(id, command).await?;
    let Answered { answer: Told::Matched(matched), revision, seconds } = answered else {
        return Err(failure::mismatch());
    };
    let format = format.unwrap_or(own.match_format);
    let response = MatchResponse {
        incarnation: graph.incarnation(),
        ..tell(operation, format, matched, revision, seconds)
    };
    Ok(Reply { response, booking })
}

struct Asked {
    id: Option<RequestId>,
    operation: MatchOperation,
    format: Option<MatchFormat>,
    request: MatchRequest,
}

impl Asked {
    /// The graph is taken out of the request, which says the same about either name of `default`.
    fn read(mut request: MatchRequest) -> Result<Self, Status> {
        request.graph.clear();
        check_key("job_key", &request.job_key)?;
        check_time("now", request.now)?;
        Ok(Self {
            id: identify("Match", &request.request_key, &request)?,
            operation: names::operation(request.operation)?,
            format: names::match_format("resource_format", request.resource_format)?,
            request,
        })
    }
}

fn tell(
    operation: MatchOperation,
    format: MatchFormat,
    matched: Matched,
    revision: Revision,
    overhead: f64,
) -> MatchResponse {
    let chosen = operation != MatchOperation::Satisfiability;
    MatchResponse {
        job_id: if operation.books() { matched.job.0 } else { 0 },
        outcome: names::outcome(matched.outcome).into(),
        at: matched.at,
        resources: chosen.then(|| resource_sets::tell(format, matched.resources)),
        revision: revision.0,
        overhead,
        ..MatchResponse::default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Config;
    use crate::access::caller::Caller;
    use crate::test_graph::{GRAPH, JOBSPEC};
    use crate::transport::registry::{Existing, Registry};
    use crate::transport::served_graph::Upload;

    async fn graph() -> Named {
        let registry = Arc::<Registry>::default();
        let options = Config::default().options("");
        registry
            .load("default", Upload::new(GRAPH.to_owned(), options), Existing::Stays)
            .await
            .unwrap();
        Named::find(&registry, "", &Caller::default()).unwrap()
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
