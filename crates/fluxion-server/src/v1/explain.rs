//! One explanation: from the request to the answer. It is a question to a copy of the graph, and never a command, so
//! that nothing of it can be written down.

#![expect(clippy::disallowed_methods, reason = "how long an explanation takes is told to clients")]

use std::time::Instant;

use fluxion_context::{
    Admission, Budget, ExplainWanted, Hints, JobCosts, JobId, MOST_EXAMPLES, Policy, Reach,
};
use fluxion_store::{JobName, Store, Target as Vertices};
use tonic::Status;

use crate::proto::fluxion::v1::explain_request::Subject;
use crate::proto::fluxion::v1::{ExplainRequest, ExplainResponse, JobCost, Preempt};
use crate::v1::explanation::tell;
use crate::v1::targets::{Named, job, vertices};
use crate::v1::times::check_time;
use crate::v1::{failure, options, window_requests};

/// What is asked, checked.
struct Question {
    asked: Asked,
    now: i64,
}

enum Asked {
    Request {
        jobspec: String,
        policy: Option<Policy>,
        max_visits: Option<u64>,
        hints: Hints,
        examples: usize,
        why_not: Option<Vertices>,
        admission: Admission,
        preempt: Option<JobCosts>,
    },
    Job(JobName),
}

/// Explains a jobspec or a job.
pub(crate) async fn run(graph: &Named, request: ExplainRequest) -> Result<ExplainResponse, Status> {
    let policy = options::policy(graph.thread.options(), &request.policy)?;
    let question = read(request, policy)?;
    graph.question(move |store, budget| answer(store, budget, &question)).await
}

fn read(request: ExplainRequest, policy: Option<Policy>) -> Result<Question, Status> {
    check_time("now", request.now)?;
    let asked = match request.subject {
        Some(Subject::Jobspec(jobspec)) => Asked::Request {
            jobspec,
            policy,
            max_visits: (request.budget_visits > 0).then_some(request.budget_visits),
            hints: if request.hints { Hints::Tried } else { Hints::Skipped },
            examples: (request.examples as usize).min(MOST_EXAMPLES),
            why_not: request.why_not.map(|target| vertices(Some(target))).transpose()?,
            admission: window_requests::admission(request.windows, Reach::Anywhere)?,
            preempt: request.preempt.map(costs),
        },
        Some(Subject::Job(reference)) => Asked::Job(job(Some(reference))?),
        None => {
            let what = "expected a jobspec or a job".to_owned();
            return Err(failure::invalid("jobspec", what));
        }
    };
    Ok(Question { asked, now: request.now })
}

fn costs(preempt: Preempt) -> JobCosts {
    let Preempt { costs, default_cost } = preempt;
    let listed = costs.into_iter().map(|JobCost { job_id, cost }| (JobId(job_id), cost));
    JobCosts { listed: listed.collect(), others: default_cost }
}

fn answer(
    store: &mut Store,
    budget: &Budget,
    question: &Question,
) -> Result<ExplainResponse, Status> {
    let start = Instant::now();
    let now = store.time_of_match(question.now).map_err(|error| failure::refused(&error))?;
    let explained = match &question.asked {
        Asked::Request {
            jobspec,
            policy,
            max_visits,
            hints,
            examples,
            why_not,
            admission,
            preempt,
        } => {
            let wanted = ExplainWanted {
                policy: *policy,
                max_visits: *max_visits,
                hints: *hints,
                examples: *examples,
                why_not: why_not.as_ref().map(Vertices::borrowed),
                admission: admission.clone(),
                preempt: preempt.as_ref(),
            };
            store.explain(jobspec, now, &wanted, budget)
        }
        Asked::Job(name) => {
            let job = store.job(name).map_err(|error| failure::refused(&error))?;
            store.explain_job(job.id, now, budget)
        }
    };
    let explained = explained.map_err(|error| failure::no_explanation(&error))?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(ExplainResponse { seconds, ..tell(explained) })
}
