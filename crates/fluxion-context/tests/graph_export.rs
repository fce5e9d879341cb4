//! A graph that is written as JGF loads as the same graph.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use fluxion_context::{Context, Extent, GraphFormat, LoadFormat, Options, StatusTarget};
use fluxion_graph::Status;

const CLUSTER: &str = include_str!("../../../examples/cluster.json");
const MACHINE: &str = include_str!("../../fluxion/tests/data/machine.xml");

const R: &str = r#"{"version": 1, "execution": {
    "R_lite": [{"rank": "0-1", "children": {"core": "0-3", "gpu": "0"}}, {"rank": "2", "children": {"core": "4"}}],
    "nodelist": ["n[7-9]"], "properties": {"big \"fast\"": "0,2", "small": "1"}}}"#;

const TWO_SUBSYSTEMS: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "id": 0, "paths": {"containment": "/c0"}}},
    {"id": "1", "metadata": {"type": "node", "id": 0, "rank": 3, "status": 1, "size": 0,
        "paths": {"containment": "/c0/node0", "power": "/pdu0/node0"}}},
    {"id": "5", "metadata": {"type": "pdu", "id": 0, "basename": "b", "name": "\\ \"\n", "uniq_id": 90,
        "properties": {"k": "v", "a": ""}, "paths": {"power": "/pdu0"}}}],
    "edges": [{"source": "0", "target": "1"},
        {"source": "1", "target": "0", "metadata": {"name": {"containment": "in"}}},
        {"source": "5", "target": "1", "metadata": {"subsystem": "power", "name": {"power": "supplies_to"}}}]}}"#;

/// Racks of nodes; panels and outlets in the subsystem `power`.
const RECIPE: &str = r#"<graphml>
  <key id="root" for="node" attr.name="root" attr.type="int"><default>0</default></key>
  <key id="type" for="node" attr.name="type" attr.type="string"/>
  <key id="basename" for="node" attr.name="basename" attr.type="string"/>
  <key id="size" for="node" attr.name="size" attr.type="long"><default>1</default></key>
  <key id="unit" for="node" attr.name="unit" attr.type="string"/>
  <key id="subsystem" for="node" attr.name="subsystem" attr.type="string"><default>containment</default></key>
  <key id="e_subsystem" for="edge" attr.name="e_subsystem" attr.type="string"><default>containment</default></key>
  <key id="relation" for="edge" attr.name="relation" attr.type="string"><default>contains</default></key>
  <key id="gen_method" for="edge" attr.name="gen_method" attr.type="string"><default>MULTIPLY</default></key>
  <key id="multi_scale" for="edge" attr.name="multi_scale" attr.type="int"><default>1</default></key>
  <key id="id_scope" for="edge" attr.name="id_scope" attr.type="int"><default>0</default></key>
  <key id="id_start" for="edge" attr.name="id_start" attr.type="int"><default>0</default></key>
  <key id="id_stride" for="edge" attr.name="id_stride" attr.type="int"><default>1</default></key>
  <key id="as_tgt_subsystem" for="edge" attr.name="as_tgt_subsystem" attr.type="string"><default>containment</default></key>
  <key id="as_tgt_uplvl" for="edge" attr.name="as_tgt_uplvl" attr.type="int"><default>1</default></key>
  <key id="as_src_uplvl" for="edge" attr.name="as_src_uplvl" attr.type="int"><default>1</default></key>
  <graph edgedefault="directed">
    <node id="c"><data key="type">cluster</data><data key="basename">c</data><data key="root">1</data></node>
    <node id="r"><data key="type">rack</data><data key="basename">rack</data></node>
    <node id="n"><data key="type">node</data><data key="basename">node</data></node>
    <node id="m"><data key="type">memory</data><data key="basename">memory</data><data key="size">16</data></node>
    <node id="p"><data key="type">panel</data><data key="basename">panel</data><data key="root">1</data>
      <data key="subsystem">power</data></node>
    <node id="q"><data key="type">outlet</data><data key="basename">outlet</data><data key="subsystem">power</data></node>
    <edge source="c" target="r"><data key="multi_scale">2</data></edge>
    <edge source="r" target="n"><data key="multi_scale">2</data><data key="id_scope">1</data></edge>
    <edge source="n" target="m"/>
    <edge source="p" target="q"><data key="e_subsystem">power</data><data key="relation">supplies_to</data>
      <data key="multi_scale">2</data></edge>
  </graph></graphml>"#;

fn context(format: LoadFormat, text: &str) -> Context {
    let options =
        Options { load_format: format, subsystems: "CA".to_owned(), ..Options::default() };
    Context::load(text, &options).unwrap()
}

fn exported(context: &Context) -> String {
    let mut text = String::new();
    context.write_graph(GraphFormat::Jgf, &mut text).unwrap();
    text
}

/// Gives the graph that was loaded from the export.
#[track_caller]
fn check(format: LoadFormat, text: &str) -> Context {
    let loaded = context(format, text);
    let export = exported(&loaded);
    let again = context(LoadFormat::Jgf, &export);
    assert_eq!(exported(&again), export);
    assert_eq!(again.fingerprint(), loaded.fingerprint(), "{export}");
    assert_eq!(again.check(), Ok(()));
    again
}

#[test]
fn every_reader_s_graph_comes_back() {
    for (format, text) in [
        (LoadFormat::Jgf, CLUSTER),
        (LoadFormat::Jgf, TWO_SUBSYSTEMS),
        (LoadFormat::Rv1exec, R),
        (LoadFormat::Grug, RECIPE),
        (LoadFormat::Hwloc, MACHINE),
    ] {
        check(format, text);
    }
}

/// Paths that an association left behind are gone, and nothing else.
#[test]
fn associated_vertices_come_back() {
    let recipe = RECIPE.replace(">outlet<", ">rack<").replace(
        r#"<data key="multi_scale">2</data></edge>
  </graph>"#,
        r#"<data key="gen_method">ASSOCIATE_IN</data></edge></graph>"#,
    );
    let export = exported(&context(LoadFormat::Grug, &recipe));
    assert!(
        export.contains(r#"{"containment": "/c0/rack1", "power": "/panel0/rack1"}"#),
        "{export}"
    );
    assert_eq!(exported(&context(LoadFormat::Jgf, &export)), export);
}

#[test]
fn every_member_is_written() {
    let export = exported(&check(LoadFormat::Jgf, TWO_SUBSYSTEMS));
    insta::assert_snapshot!(export, @r#"
    {"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "basename": "cluster", "name": "cluster0", "id": 0, "uniq_id": 0, "rank": -1, "status": 0, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/c0"}}},
    {"id": "1", "metadata": {"type": "node", "basename": "node", "name": "node0", "id": 0, "uniq_id": 1, "rank": 3, "status": 1, "exclusive": false, "unit": "", "size": 0, "paths": {"containment": "/c0/node0", "power": "/pdu0/node0"}}},
    {"id": "2", "metadata": {"type": "pdu", "basename": "b", "name": "\\ \"\n", "id": 0, "uniq_id": 90, "rank": -1, "status": 0, "properties": {"a": "", "k": "v"}, "exclusive": false, "unit": "", "size": 1, "paths": {"power": "/pdu0"}}}], "edges": [
    {"source": "0", "target": "1", "metadata": {"subsystem": "containment", "name": {"containment": "contains"}}},
    {"source": "1", "target": "0", "metadata": {"subsystem": "containment", "name": {"containment": "in"}}},
    {"source": "2", "target": "1", "metadata": {"subsystem": "power", "name": {"power": "supplies_to"}}}]}}
    "#);
}

#[test]
fn what_is_down_now_stays_down() {
    let mut marked = context(LoadFormat::Jgf, CLUSTER);
    marked.mark(StatusTarget::Path("/tiny0/rack0/node1"), Extent::Vertex, Status::Down).unwrap();
    let again = context(LoadFormat::Jgf, &exported(&marked));
    let down = |context: &Context| {
        let ids = context.graph().vertex_ids();
        ids.filter(|&v| context.status_of(v) == Status::Down).collect::<Vec<_>>()
    };
    assert_eq!((down(&marked).len(), down(&again)), (1, down(&marked)));
}
