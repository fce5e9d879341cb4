//! Each call: success, and each documented failure.

use tonic::Code;

use crate::fixture::{cluster, fails, job, start, start_with};

#[tokio::test]
async fn a_job_is_matched_and_cancelled() {
    let (_server, mut client) = start_with(2, 2).await;
    let answer = client.allocate(&job(1, "core")).await.unwrap();
    assert_eq!((answer.jobid, answer.reserved, answer.at, answer.status), (1, false, 0, 0));
    assert!(answer.allocation.starts_with(r#"{"graph": {"nodes": ["#));
    assert!(answer.allocation.ends_with("}\n"));
    assert!(answer.overhead > 0.0 && answer.overhead < 10.0);
    assert_eq!(client.cancel(1).await.unwrap(), 1);
}

#[tokio::test]
async fn jobspecs_may_be_json() {
    let (_server, mut client) = start_with(1, 1).await;
    let jobspec = r#"{"version": 1, "attributes": {"system": {"duration": 60}},
        "resources": [{"type": "slot", "count": 1, "label": "a", "with": [{"type": "core", "count": 1}]}],
        "tasks": [{"command": ["app"], "slot": "a", "count": {"per_slot": 1}}]}"#;
    assert_eq!(client.allocate(jobspec).await.unwrap().jobid, 1);
}

#[tokio::test]
async fn nothing_works_before_the_first_init() {
    let (_server, mut client) = start().await;
    fails(client.allocate(&job(1, "core")).await, Code::FailedPrecondition, &["call Init first"]);
    fails(client.cancel(1).await, Code::FailedPrecondition, &["call Init first"]);
}

#[tokio::test]
async fn a_bad_graph_is_refused_with_its_place() {
    let (_server, mut client) = start().await;
    let cut = "{\"graph\": {\n  \"nodes\": [}";
    fails(client.init("", cut).await, Code::InvalidArgument, &["jgf", "line 2, column"]);
    fails(client.init("", "").await, Code::InvalidArgument, &["jgf", "line 1, column"]);
    fails(client.init("", "{}").await, Code::InvalidArgument, &["jgf", "`graph`"]);
}

/// A vertex may have any name, and be called as an option is.
#[tokio::test]
async fn a_graph_is_blamed_at_its_place_whatever_its_vertices_are_named() {
    let (_server, mut client) = start_with(1, 1).await;
    for name in ["can't create matcher", "prune", "a\nb"] {
        let id = serde_json::Value::from(name);
        let graph = format!("{{\"graph\": {{\"nodes\": [\n{{\"id\": {id}}}], \"edges\": []}}}}");
        let status = client.init("", &graph).await.unwrap_err();
        let expected = format!(
            "jgf: vertex `{}`: expected an object with a key `metadata` (line 2, column 1)",
            name.replace('\n', r"\n")
        );
        assert_eq!((status.code(), status.message()), (Code::InvalidArgument, expected.as_str()));
    }
}

#[tokio::test]
async fn a_bad_policy_is_refused_by_name() {
    let (_server, mut client) = start().await;
    let graph = cluster(1, 1);
    fails(client.init("best", &graph).await, Code::InvalidArgument, &["policy", "`best`"]);
    let injection = "low\", \"match_format\": \"rlite";
    fails(client.init(injection, &graph).await, Code::InvalidArgument, &["policy"]);
    for policy in ["first", "high", "lonode", "policy=low node_centric=true"] {
        client.init(policy, &graph).await.unwrap();
    }
}

#[tokio::test]
async fn a_failed_init_changes_nothing() {
    let (_server, mut client) = start_with(1, 1).await;
    let job_of_all = job(1, "core");
    assert_eq!(client.allocate(&job_of_all).await.unwrap().jobid, 1);
    fails(client.init("", "[]").await, Code::InvalidArgument, &["jgf"]);
    fails(client.init("best", &cluster(2, 2)).await, Code::InvalidArgument, &["policy"]);
    fails(client.allocate(&job_of_all).await, Code::ResourceExhausted, &[]);
    client.cancel(1).await.unwrap();
}

#[tokio::test]
async fn an_init_replaces_the_graph_and_goes_on_with_the_numbers() {
    let (_server, mut client) = start_with(1, 1).await;
    assert_eq!(client.allocate(&job(1, "core")).await.unwrap().jobid, 1);
    client.init("", &cluster(1, 1)).await.unwrap();
    assert_eq!(client.allocate(&job(1, "core")).await.unwrap().jobid, 2);
    fails(client.cancel(1).await, Code::NotFound, &["nonexistent job 1"]);
}

#[tokio::test]
async fn a_bad_jobspec_is_refused_with_its_place_and_spends_no_number() {
    let (_server, mut client) = start_with(1, 2).await;
    let broken = "version: 1\nresources: [\n";
    fails(client.allocate(broken).await, Code::InvalidArgument, &["jobspec", "line "]);
    let unknown = job(1, "warp_core");
    let parts = ["jobspec, line ", "resource type known"];
    fails(client.allocate(&unknown).await, Code::InvalidArgument, &parts);
    fails(client.allocate("").await, Code::InvalidArgument, &["jobspec"]);
    assert_eq!(client.allocate(&job(1, "core")).await.unwrap().jobid, 1);
}

#[tokio::test]
async fn busy_resources_are_told_from_impossible_ones() {
    let (_server, mut client) = start_with(2, 1).await;
    client.allocate(&job(2, "node")).await.unwrap();
    let busy = client.allocate(&job(1, "node")).await;
    fails(busy, Code::ResourceExhausted, &["Allocation was not possible"]);
    for request in ["satisfiability", "allocate_with_satisfiability"] {
        let never = client.ask(&job(3, "node"), request, false).await;
        fails(never, Code::OutOfRange, &["Allocation was not possible"]);
    }
}

#[tokio::test]
async fn a_reservation_starts_when_the_resources_are_free() {
    let (_server, mut client) = start_with(2, 1).await;
    client.allocate(&job(2, "node")).await.unwrap();
    fails(client.allocate(&job(2, "node")).await, Code::ResourceExhausted, &[]);
    let later = client.ask(&job(2, "node"), "allocate", true).await.unwrap();
    assert_eq!((later.jobid, later.reserved, later.at), (3, true, 3600));
    let same = client.ask(&job(1, "node"), "allocate_orelse_reserve", false).await.unwrap();
    assert_eq!((same.jobid, same.reserved, same.at), (4, true, 7200));
    client.cancel(3).await.unwrap();
}

#[tokio::test]
async fn operations_that_book_nothing_have_no_job() {
    let (_server, mut client) = start_with(1, 1).await;
    for _ in 0..2 {
        let answer = client.ask(&job(1, "core"), "satisfiability", false).await.unwrap();
        assert_eq!((answer.jobid, answer.allocation.as_str(), answer.status), (-1, "", 0));
        for request in ["without_allocating", "without_allocating_future"] {
            let answer = client.ask(&job(1, "core"), request, false).await.unwrap();
            assert_eq!((answer.jobid, answer.reserved, answer.at), (-1, false, 0));
            assert!(answer.allocation.contains("/cluster0/node0/core0"));
        }
    }
    assert_eq!(client.allocate(&job(1, "core")).await.unwrap().jobid, 1);
}

#[tokio::test]
async fn an_unknown_request_is_refused() {
    let (_server, mut client) = start_with(1, 1).await;
    let jobspec = job(1, "core");
    let unknown = client.ask(&jobspec, "please", false).await;
    fails(unknown, Code::InvalidArgument, &["`please`", "allocate_orelse_reserve"]);
    let conflict = client.ask(&jobspec, "satisfiability", true).await;
    fails(conflict, Code::InvalidArgument, &["contradicts `reservation`"]);
    assert_eq!(client.allocate(&jobspec).await.unwrap().jobid, 1);
}

#[tokio::test]
async fn unknown_jobs_cannot_be_cancelled() {
    let (_server, mut client) = start_with(1, 1).await;
    client.allocate(&job(1, "core")).await.unwrap();
    for id in [2, 0, -1, i64::MIN, i64::MAX] {
        fails(client.cancel(id).await, Code::NotFound, &[&format!("nonexistent job {id}")]);
    }
    client.cancel(1).await.unwrap();
    fails(client.cancel(1).await, Code::NotFound, &["nonexistent job 1"]);
}
