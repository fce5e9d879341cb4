//! Up and down, by path and by rank.

#![expect(clippy::unwrap_used, reason = "a context that cannot be made is a failed test")]

use fluxion_context::StatusTarget::{Path, Ranks};
use fluxion_context::{
    Context, Extent, LoadFormat, MatchErrorKind, MatchOperation, Options, StatusError, StatusTarget,
};
use fluxion_graph::Status::{self, Down, Up};

const GRAPH: &str = r#"{"version": 1, "execution": {"R_lite": [{"rank": "0-2", "children": {"core": "0-1"}}],
    "nodelist": ["n[0-2]"]}}"#;

/// Three nodes of two cores each.
fn context() -> Context {
    let options = Options {
        load_format: LoadFormat::Rv1exec,
        policy: "low".to_owned(),
        ..Options::default()
    };
    Context::load(GRAPH, &options).unwrap()
}

/// Paths of vertices that are marked down themselves, without what is common to all.
fn down(context: &Context) -> Vec<String> {
    let graph = context.graph();
    let marked = graph.vertex_ids().filter(|&v| context.status_of(v) == Down);
    let paths = marked.map(|v| graph.path_text(graph.vertex(v).path.unwrap()));
    paths.map(|path| path.trim_start_matches("/cluster0").to_owned()).collect()
}

/// What is down after some marks on an idle graph.
#[track_caller]
fn check(marks: &[(StatusTarget<'_>, Extent, Status, usize)], expected: &[&str]) {
    let mut context = context();
    for &(target, extent, status, count) in marks {
        assert_eq!(context.mark(target, extent, status), Ok(count), "{target:?}");
    }
    assert_eq!(down(&context), expected);
}

#[test]
fn vertices_and_subtrees() {
    use Extent::{Subtree, Vertex};
    check(&[(Path("/cluster0/n1"), Vertex, Down, 1)], &["/n1"]);
    check(&[(Path("/cluster0/n1"), Subtree, Down, 3)], &["/n1", "/n1/core0", "/n1/core1"]);
    check(&[(Ranks("0,2"), Vertex, Down, 2)], &["/n0", "/n2"]);
    check(&[(Ranks("[0,2]"), Vertex, Down, 2)], &["/n0", "/n2"]);
    check(
        &[(Ranks("0-2"), Subtree, Down, 9), (Ranks("1-2"), Subtree, Up, 6)],
        &["/n0", "/n0/core0", "/n0/core1"],
    );
    check(&[(Ranks("all"), Vertex, Down, 3)], &["/n0", "/n1", "/n2"]);
    check(&[(Path("/cluster0"), Subtree, Down, 10), (Ranks("all"), Subtree, Up, 9)], &[""]);
    check(
        &[(Path("/cluster0/n1"), Subtree, Down, 3), (Ranks("1"), Vertex, Up, 1)],
        &["/n1/core0", "/n1/core1"],
    );
}

#[test]
fn what_is_unknown_changes_nothing() {
    let mut context = context();
    let text = |text: &str| text.to_owned();
    for (target, expected) in [
        (Path("/cluster0/n7"), StatusError::Path(text("/cluster0/n7"))),
        (Path(""), StatusError::Path(text(""))),
        (Ranks("0,7"), StatusError::Rank(7)),
        (Ranks("1000-2000000000"), StatusError::Rank(1000)),
        (Ranks(""), StatusError::Ranks(text(""))),
        (Ranks("-1"), StatusError::Ranks(text("-1"))),
        (Ranks("n0"), StatusError::Ranks(text("n0"))),
        (Ranks("ALL"), StatusError::Ranks(text("ALL"))),
    ] {
        assert_eq!(context.mark(target, Extent::Subtree, Down), Err(expected));
    }
    assert_eq!(down(&context), Vec::<String>::new());
}

#[test]
fn marks_decide_what_is_matched() {
    let mut context = context();
    let nodes = |context: &mut Context, operation, count: u32| {
        let jobspec = format!(
            r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": 60}}}}, "resources":
                [{{"type": "slot", "label": "s", "count": {count}, "with": [{{"type": "node", "count": 1,
                 "with": [{{"type": "core", "count": 2}}]}}]}}]}}"#
        );
        context.match_jobspec(operation, &jobspec, 0).map_err(|error| error.kind())
    };
    use MatchOperation::{AllocateWithSatisfiability, Satisfiability, WithoutAllocating};
    let mark = |context: &mut Context, ranks, extent, status| {
        context.mark(Ranks(ranks), extent, status).unwrap();
    };
    mark(&mut context, "1-2", Extent::Subtree, Down);
    assert_eq!(nodes(&mut context, WithoutAllocating, 2), Err(MatchErrorKind::Busy));
    let unsatisfiable = Err(MatchErrorKind::Unsatisfiable);
    assert_eq!(nodes(&mut context, AllocateWithSatisfiability, 2), unsatisfiable);
    assert!(nodes(&mut context, Satisfiability, 3).is_ok());
    mark(&mut context, "2", Extent::Vertex, Up);
    assert!(nodes(&mut context, WithoutAllocating, 2).is_err(), "its cores are still down");
    mark(&mut context, "2", Extent::Subtree, Up);
    assert!(nodes(&mut context, WithoutAllocating, 2).is_ok());
    assert!(nodes(&mut context, WithoutAllocating, 3).is_err());
}
