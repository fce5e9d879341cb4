//! What the sessions once found, by name.

use fluxion_context::{
    Context, JobId, LoadFormat, MatchFormat, MatchOperation, Options, ReleaseFormat, UpdateFormat,
    UpdateTime,
};

use crate::documents::jgf;
use crate::machine::Machine;
use crate::support::graph::item;

/// A machine with a context that serves it, and edges more from nodes to leaves.
fn serve(policy: &str, text: &str, shared: &[(usize, usize)]) -> (Machine, Context) {
    let machine = Machine::new(&item(text), 0, shared);
    let options = Options {
        load_format: LoadFormat::Jgf,
        match_format: MatchFormat::Simple,
        policy: policy.to_owned(),
        ..Options::default()
    };
    let all: Vec<usize> = machine.present().collect();
    let context = Context::load(&jgf(&machine, &all, &machine.edges, &[]), &options).unwrap();
    (machine, context)
}

/// Holds the last of some paths, reached through the others; what is printed.
#[track_caller]
fn update(
    (machine, context): (&Machine, &mut Context),
    format: UpdateFormat,
    way: &[&str],
    (start, duration): (i64, i64),
) -> String {
    let way: Vec<usize> = way.iter().map(|path| machine.at(path).unwrap()).collect();
    let edges: Vec<(usize, usize)> = way.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let text = jgf(machine, &way, &edges, &way[way.len() - 1..]);
    let time = UpdateTime { start, duration, now: 0 };
    let updated = context.update(format, &text, JobId(1), time).unwrap();
    assert_eq!(context.check(), Ok(()));
    updated.resources
}

fn allocate(context: &mut Context, ty: &str, now: i64) -> Option<String> {
    let found = context.match_jobspec(MatchOperation::Allocate, &slot_of(ty), now).ok();
    found.map(|matched| matched.resources)
}

/// A jobspec for a slot of one vertex.
fn slot_of(ty: &str) -> String {
    format!(
        r#"{{"version": 9999, "tasks": [], "attributes": {{"system": {{"duration": 9}}}}, "resources":
            [{{"type": "slot", "label": "s", "count": 1, "with": [{{"type": "{ty}", "count": 1}}]}}]}}"#
    )
}

#[test]
fn a_shorthand_update_holds_what_other_vertices_share() {
    let (machine, mut context) = serve("low", "cluster0(node0(memory0) node1(core0))", &[(1, 0)]);
    let both = (&machine, &mut context);
    let way = ["/cluster0", "/cluster0/node1"];
    let printed = update(both, UpdateFormat::JgfShorthand, &way, (0, 100));
    assert!(printed.contains("memory0[1:x]"), "{printed}");
    assert_eq!(allocate(&mut context, "memory", 0), None);
    context.cancel(JobId(1)).unwrap();
    assert!(allocate(&mut context, "memory", 0).is_some());
}

/// Whether or not figures of the whole machine speak for the time: where leaves are shared they do not.
#[test]
fn an_overrunning_job_blocks_what_its_policy_added() {
    for shared in [&[][..], &[(1, 0)]] {
        let (machine, mut context) =
            serve("lonodex", "cluster0(node0(core0 core1 memory0) node1)", shared);
        let way = ["/cluster0", "/cluster0/node0", "/cluster0/node0/core0"];
        update((&machine, &mut context), UpdateFormat::Jgf, &way, (0, 1));
        assert_eq!(allocate(&mut context, "core", 5), None, "{shared:?}");
        context.cancel(JobId(1)).unwrap();
        assert!(allocate(&mut context, "core", 5).is_some(), "{shared:?}");
    }
}

#[test]
fn what_a_policy_added_can_be_given_back() {
    let (machine, mut context) = serve("lonodex", "cluster0(node0(core0 core1))", &[]);
    let way = ["/cluster0", "/cluster0/node0", "/cluster0/node0/core0"];
    update((&machine, &mut context), UpdateFormat::Jgf, &way, (0, 100));
    let node = machine.at("/cluster0/node0").unwrap();
    let text = jgf(&machine, &[node], &[], &[node]);
    context.partial_cancel(ReleaseFormat::Jgf, &text, JobId(1)).unwrap();
    assert_eq!(context.check(), Ok(()));
    assert_eq!(allocate(&mut context, "node", 0), None, "its cores are held");
}

/// What lies below a shared vertex counts below the parent that the walk reaches first. A job that comes through
/// another one is charged there all the same, or cancelling it would take back what it never added.
#[test]
fn what_is_reached_through_a_second_parent_is_charged() {
    for policy in ["low", "first"] {
        let text = "cluster0(node0(gpu0(core0)) node1(core1))";
        let (machine, mut context) = serve(policy, text, &[(1, 0)]);
        let core = "/cluster0/node0/gpu0/core0";
        for node in ["/cluster0/node1", "/cluster0/node0", "/cluster0/node1"] {
            let way = ["/cluster0", node, "/cluster0/node0/gpu0", core];
            update((&machine, &mut context), UpdateFormat::Jgf, &way, (0, 100));
            context.cancel(JobId(1)).unwrap();
            assert_eq!(context.check(), Ok(()));
        }
    }
}

#[test]
fn a_removed_rank_is_an_unknown_one() {
    let (machine, mut context) = serve("low", "cluster0(node0(core0) node1(core1))", &[]);
    let way = ["/cluster0", "/cluster0/node0", "/cluster0/node0/core0"];
    update((&machine, &mut context), UpdateFormat::Jgf, &way, (0, 100));
    context.remove_ranks("1").unwrap();
    let text = r#"{"version": 1, "execution": {"R_lite": [{"rank": "1"}]}}"#;
    let error = context.partial_cancel(ReleaseFormat::Rv1exec, text, JobId(1)).unwrap_err();
    assert!(error.to_string().contains("there is no rank 1"), "{error}");
}

/// What is known of nodes in time counts a job at the outermost node alone.
#[test]
fn reservations_on_nodes_within_nodes() {
    let (_, mut context) = serve("first", "cluster0(node0(node1(core0)))", &[]);
    allocate(&mut context, "core", 0).unwrap();
    let operation = MatchOperation::AllocateOrElseReserve;
    let reserved = context.match_jobspec(operation, &slot_of("core"), 0).unwrap();
    assert_eq!(reserved.at, 9);
    assert_eq!(context.check(), Ok(()));
}
