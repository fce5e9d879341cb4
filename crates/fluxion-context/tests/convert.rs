//! Graphs keep what a format can say when they are written in it and read again, and what it cannot say is told.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use fluxion_context::{
    Conversion, ConvertError, ConvertFormat, GraphFormat, LoadFormat, MatchFormat, TextKind,
};
use proptest::prelude::*;

const JGF: ConvertFormat = ConvertFormat::Graph(GraphFormat::Jgf);
const R: ConvertFormat = ConvertFormat::Set(MatchFormat::Rv1Nosched);
const LISTING: ConvertFormat = ConvertFormat::Set(MatchFormat::PrettySimple);

/// A text in another format; it is read as what it looks like.
fn converted(text: &str, to: ConvertFormat) -> String {
    let mut out = String::new();
    read(text).write(to, &mut out).unwrap();
    out
}

fn read(text: &str) -> Conversion {
    let TextKind::Graph(format) = TextKind::of(text) else { panic!("no graph: {text}") };
    Conversion::read(text, format).unwrap()
}

fn losses(text: &str, to: ConvertFormat) -> String {
    read(text).losses(to).iter().map(|loss| format!("{loss}\n")).collect()
}

fn example(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/");
    std::fs::read_to_string([folder, name].concat()).unwrap()
}

const GRAPHS: [&str; 8] = [
    "describe/small.json",
    "describe/unranked.json",
    "semantics/nodes.json",
    "semantics/power.json",
    "semantics/racks.json",
    "semantics/version2.json",
    "semantics/recipe.graphml",
    "semantics/machine.xml",
];

#[test]
fn jgf_says_everything() {
    for name in GRAPHS {
        let text = example(name);
        let jgf = converted(&text, JGF);
        assert_eq!(converted(&jgf, JGF), jgf, "{name}");
        let listing = |text: &str| {
            let mut out = String::new();
            read(text).write(LISTING, &mut out).map(|()| out).map_err(|error| error.to_string())
        };
        assert_eq!(listing(&jgf), listing(&text), "{name}");
        assert_eq!(losses(&jgf, JGF), "", "{name}");
    }
}

#[test]
fn an_r_with_a_graph_keeps_it() {
    let text = example("semantics/racks.json");
    let rv1 = converted(&text, ConvertFormat::Set(MatchFormat::Rv1));
    assert_eq!(TextKind::of(&rv1), TextKind::GraphWithinR);
    let again = Conversion::read(&rv1, LoadFormat::Jgf).unwrap();
    let mut listing = String::new();
    again.write(LISTING, &mut listing).unwrap();
    assert_eq!(listing, converted(&text, LISTING));
}

/// A node of two cores below a cluster, with more metadata for the node and for the first core.
fn graph(node: &str, core: &str) -> String {
    let vertex = |id: usize, ty: &str, more: &str, path: &str| {
        format!(
            r#"{{"id": "{id}", "metadata": {{"type": "{ty}", "uniq_id": {id}{more}, "paths": {{"containment": "{path}"}}}}}}"#
        )
    };
    let vertices = [
        vertex(0, "cluster", "", "/cluster0"),
        vertex(1, "node", &format!(r#", "name": "n1"{node}"#), "/cluster0/n1"),
        vertex(2, "core", &format!(r#", "id": 0{core}"#), "/cluster0/n1/core0"),
        vertex(3, "core", r#", "id": 1"#, "/cluster0/n1/core1"),
    ];
    let edges = [(0, 1), (1, 2), (1, 3)]
        .map(|(from, to)| format!(r#"{{"source": "{from}", "target": "{to}"}}"#));
    format!(r#"{{"graph": {{"nodes": [{}], "edges": [{}]}}}}"#, vertices.join(","), edges.join(","))
}

#[track_caller]
fn check_loss(node: &str, core: &str, expected: &str) {
    let text = graph(&format!(r#", "rank": 0{node}"#), core);
    assert_eq!(losses(&text, R), expected, "{text}");
}

#[test]
fn what_r_cannot_say_is_told() {
    check_loss("", "", "");
    check_loss(r#", "properties": {"a": ""}"#, "", "");
    check_loss(
        r#", "properties": {"a": "b"}"#,
        "",
        "properties whose value becomes a part of the name, NAME=VALUE: 1\n",
    );
    check_loss(
        "",
        r#", "properties": {"a": ""}"#,
        "vertices other than nodes whose properties are left out: 1\n",
    );
    check_loss("", r#", "size": 4"#, "vertices of several units, and will have one: 1\n");
    check_loss(r#", "status": 1"#, "", "vertices that are down, and will be up: 1\n");
    check_loss(r#", "id": 7"#, "", "vertices whose name, basename or id will be another: 1\n");
    check_loss("", r#", "name": "c""#, "vertices whose name, basename or id will be another: 1\n");
    let both =
        "cores and gpus that have the id of another one of their node, and are one with it: 1\n";
    check_loss("", r#", "id": 1, "name": "core1""#, both);
    assert_eq!(
        losses(&example("semantics/power.json"), R),
        "vertices left out: 1 pdu\nsubsystems left out: power\n"
    );
}

#[test]
fn pictures_are_called_so() {
    let text = example("describe/small.json");
    for (format, expected) in [
        (GraphFormat::Dot, "dot has the names of vertices and the subsystems of edges"),
        (GraphFormat::Graphml, "graphml has all there is to draw"),
    ] {
        let told = losses(&text, ConvertFormat::Graph(format));
        assert_eq!(told, format!("{expected}, and no reader of graphs takes it\n"));
    }
}

#[test]
fn what_cannot_be_written_is_an_error() {
    let failure =
        |text: &str, to| read(text).write(to, &mut String::new()).unwrap_err().to_string();
    assert_eq!(
        failure(&graph("", ""), R),
        "/cluster0/n1 has rank -1: resource set formats need a rank of 0 or more"
    );
    let memory = example("semantics/recipe.graphml");
    assert_eq!(
        failure(&memory, R),
        "the resources contain no core or gpu below a node, and rlite lists nothing else"
    );
    let empty = r#"{"graph": {"nodes": [], "edges": []}}"#;
    assert_eq!(failure(empty, LISTING), ConvertError::NoRoot.to_string());
}

#[test]
fn nodes_can_be_numbered() {
    let mut graph = Conversion::read(&example("describe/unranked.json"), LoadFormat::Jgf).unwrap();
    assert_eq!(graph.number_nodes(), 1);
    let mut rlite = String::new();
    graph.write(ConvertFormat::Set(MatchFormat::Rlite), &mut rlite).unwrap();
    assert_eq!(rlite, "[{\"rank\": \"0\", \"children\": {\"core\": \"0-1\"}}]\n");
}

/// Groups of ranks with their cores and gpus.
fn r() -> impl Strategy<Value = String> {
    let group = (1..4_u32, 0..5_u32, 0..3_u32, any::<bool>());
    prop::collection::vec(group, 1..4).prop_map(|groups| {
        let (mut next, mut entries, mut marked) = (0, Vec::new(), Vec::new());
        for (nodes, cores, gpus, is_marked) in groups {
            let ranks = format!("{next}-{}", next + nodes);
            let children = format!(r#"{{"core": "0-{}", "gpu": "{gpus}"}}"#, cores + 1);
            entries.push(format!(r#"{{"rank": "{ranks}", "children": {children}}}"#));
            marked.extend(is_marked.then_some(ranks));
            next += nodes + 1;
        }
        format!(
            r#"{{"version": 1, "execution": {{"R_lite": [{}], "nodelist": ["a[08-{:02}]"], "properties": {{"p": "{}"}}}}}}"#,
            entries.join(", "),
            next + 7,
            marked.join(",")
        )
    })
}

proptest! {
    #[test]
    fn r_comes_back_from_jgf(text in r()) {
        prop_assert_eq!(losses(&text, R), "");
        prop_assert_eq!(losses(&text, JGF), "");
        let once = converted(&converted(&text, JGF), R);
        prop_assert_eq!(converted(&text, R), once.as_str());
        prop_assert_eq!(converted(&converted(&once, JGF), R), once.as_str());
        let sorted = |text: &str| {
            let listing = converted(text, LISTING);
            let mut lines: Vec<String> = listing.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        prop_assert_eq!(sorted(&once), sorted(&text));
    }
}
