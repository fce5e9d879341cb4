//! The calls against a real server, over a socket.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

mod in_process;

use std::time::Duration;

use fluxion_client::{
    Call, Code, Credentials, Error, Failure, FluxionClient, MatchOperation, Options,
};
use in_process::with_server;
use tokio::net::TcpListener;

const GRAPH: &str = include_str!("../../../examples/cluster.json");
const JOBSPEC: &str = include_str!("../../../examples/jobspec.yaml");

/// Both nodes of the graph.
const WHOLE_MACHINE: &str = "
version: 1
resources: [{type: slot, count: 2, label: default, with: [{type: node, count: 1}]}]
tasks: [{command: [app], slot: default, count: {per_slot: 1}}]
attributes: {system: {duration: 60}}
";

async fn loaded(target: &str) -> Result<FluxionClient, Error> {
    let client = FluxionClient::connect(target, Options::default()).await?;
    client.init(GRAPH, "lonode").await?;
    Ok(client)
}

/// Asserts call, code and a part of the message; gives the error for a look at its variant.
#[track_caller]
fn fails<T: std::fmt::Debug>(
    result: Result<T, Error>,
    call: Call,
    code: Code,
    part: &str,
) -> Error {
    let error = result.unwrap_err();
    let failure = error.failure().unwrap();
    assert_eq!((failure.call, failure.code), (call, code), "{error}");
    assert!(failure.message.contains(part), "{part:?} is not in {error}");
    error
}

#[test]
fn the_main_job() {
    with_server(async |target| {
        let client = loaded(target).await?;
        let matched = client.match_jobspec(JOBSPEC, MatchOperation::Allocate).await?;
        assert_eq!((matched.jobid, matched.reserved, matched.at), (1, false, 0));
        assert!(matched.allocation.contains("/tiny0/rack0/node0/socket0/core0"));
        assert_eq!(client.cancel(1).await?.job_id, 1);
        Ok::<_, Error>(())
    });
}

#[test]
fn a_token_is_not_sent_where_it_could_be_overheard() {
    let credentials = Credentials { token: Some("flx_a".to_owned()), ..Credentials::default() };
    let options = Options { credentials, ..Options::default() };
    let connecting = FluxionClient::connect("192.0.2.1:4242", options);
    let error = tokio::runtime::Runtime::new().unwrap().block_on(connecting).unwrap_err();
    assert!(matches!(error, Error::ClearTextToken { .. }), "{error}");
}

#[test]
fn every_operation_means_the_same_to_the_service() {
    with_server(async |target| {
        for (operation, job, reserved, at) in [
            (MatchOperation::Satisfiability, -1, false, 0),
            (MatchOperation::WithoutAllocating, -1, false, 0),
            (MatchOperation::Allocate, 1, false, 0),
            (MatchOperation::WithoutAllocatingFuture, -1, false, 60),
            (MatchOperation::AllocateOrElseReserve, 3, false, 0),
            (MatchOperation::AllocateWithSatisfiability, 4, false, 0),
        ] {
            let client = loaded(target).await?;
            if operation == MatchOperation::WithoutAllocatingFuture {
                client.match_jobspec(WHOLE_MACHINE, MatchOperation::Allocate).await?;
            }
            let matched = client.match_jobspec(WHOLE_MACHINE, operation).await?;
            let seen = (matched.jobid, matched.reserved, matched.at);
            assert_eq!(seen, (job, reserved, at), "{operation:?}");
        }
        Ok::<_, Error>(())
    });
}

#[test]
fn a_reservation_starts_when_the_resources_are_free() {
    with_server(async |target| {
        let client = loaded(target).await?;
        client.match_jobspec(WHOLE_MACHINE, MatchOperation::Allocate).await?;
        let later = client.match_jobspec(JOBSPEC, MatchOperation::AllocateOrElseReserve).await?;
        assert_eq!((later.jobid, later.reserved, later.at), (2, true, 60));
        Ok::<_, Error>(())
    });
}

#[test]
fn errors_can_be_told_apart() {
    with_server(async |target| {
        let client = FluxionClient::connect(target, Options::default()).await?;
        let ask = |jobspec: &str, operation| client.match_jobspec(jobspec.to_owned(), operation);
        let now = MatchOperation::Allocate;
        let error = fails(ask(JOBSPEC, now).await, Call::Match, Code::FailedPrecondition, "Init");
        assert!(matches!(error, Error::NotReady(_)));
        let error = fails(client.init("{", "").await, Call::Init, Code::InvalidArgument, "line 1");
        assert!(matches!(error, Error::InvalidArgument(_)));
        client.init(GRAPH, "").await?;
        ask(WHOLE_MACHINE, now).await?;
        let error =
            fails(ask(JOBSPEC, now).await, Call::Match, Code::ResourceExhausted, "possible");
        assert!(matches!(error, Error::NotPossibleNow(_)));
        let never = WHOLE_MACHINE.replace("count: 2", "count: 3");
        let checked = ask(&never, MatchOperation::AllocateWithSatisfiability).await;
        assert!(matches!(checked, Err(Error::NeverPossible(_))), "{checked:?}");
        let large = format!("{JOBSPEC}#{}", "x".repeat(17 << 20));
        let error = fails(ask(&large, now).await, Call::Match, Code::ResourceExhausted, "16 MiB");
        assert!(matches!(error, Error::LimitExceeded(_)));
        let error = fails(client.cancel(77).await, Call::Cancel, Code::NotFound, "77");
        assert_eq!(error.to_string(), "Cancel: nonexistent job 77 (NotFound)");
        assert!(matches!(error, Error::UnknownJob(_)));
        Ok::<_, Error>(())
    });
}

#[test]
fn clones_share_the_connection() {
    with_server(async |target| {
        let client = loaded(target).await?;
        let tasks = (0..4).map(|_| {
            let client = client.clone();
            tokio::spawn(
                async move { client.match_jobspec(JOBSPEC, MatchOperation::Allocate).await },
            )
        });
        let mut jobs = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            jobs.push(task.await.unwrap()?.jobid);
        }
        jobs.sort_unstable();
        assert_eq!(jobs, [1, 2, 3, 4]);
        Ok::<_, Error>(())
    });
}

/// A listener that accepts nobody: the system takes the connection, and no answer ever comes.
async fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    (listener, target)
}

#[tokio::test]
async fn every_call_has_its_limit() {
    let (_listener, target) = silent().await;
    let instant = Some(Duration::from_millis(1));
    let options = Options { init_timeout: instant, call_timeout: instant, ..Options::default() };
    let client = FluxionClient::connect(&target, options).await.unwrap();
    let timed_out = |call| {
        let message = "no answer within 1ms".to_owned();
        Failure { call, code: Code::DeadlineExceeded, message }
    };
    let init = client.init(GRAPH, "").await.unwrap_err();
    assert_eq!(init.failure(), Some(&timed_out(Call::Init)));
    let found = client.match_jobspec(JOBSPEC, MatchOperation::Allocate).await.unwrap_err();
    assert_eq!(found.failure(), Some(&timed_out(Call::Match)));
    let cancelled = client.cancel(1).await.unwrap_err();
    assert_eq!(cancelled.to_string(), "Cancel: no answer within 1ms (DeadlineExceeded)");
    assert!(matches!(cancelled, Error::TimedOut(_)));
}

#[tokio::test]
async fn connecting_has_a_limit_and_says_what_it_met_with() {
    let (listener, target) = silent().await;
    drop(listener);
    let options =
        Options { connect_timeout: Some(Duration::from_millis(50)), ..Options::default() };
    let error = FluxionClient::connect(&target, options).await.unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with(&format!("cannot connect to {target}: ")), "{text}");
    assert!(text.contains("refused") && error.failure().is_none(), "{text}");
}
