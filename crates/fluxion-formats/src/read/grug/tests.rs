//! Worked examples, the rules of `docs/semantics/readers.md`, GRUG, one by one, hostile texts.

use fluxion_graph::{CONTAINMENT, Graph, Tree};
use insta::assert_snapshot;

use super::*;
use crate::read::limits::MAX_RECIPE_TEXT;
use crate::read::listing::listing;

/// The keys that shipped recipes declare, with the defaults of `docs/semantics/readers.md`, Recipe fields.
const KEYS: &str = r#"
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
"#;

fn data(values: &str) -> String {
    let pairs = values.split_whitespace().filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| format!("<data key=\"{key}\">{value}</data>")).collect()
}

/// A recipe from lines: `id: key=value ...` is a node (type and basename default to the id), `a > b: key=value
/// ...` an edge.
fn recipe(lines: &str) -> String {
    let mut elements = String::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (head, values) = line.split_once(':').unwrap_or((line, ""));
        let values = data(values);
        elements += &match head.split_once('>') {
            Some((source, target)) => format!(
                "<edge source=\"{}\" target=\"{}\">{values}</edge>\n",
                source.trim(),
                target.trim()
            ),
            None => {
                let named = data(&format!("type={head} basename={head}"));
                format!("<node id=\"{head}\">{named}{values}</node>\n")
            }
        };
    }
    format!("<graphml>{KEYS}<graph edgedefault=\"directed\">{elements}</graph></graphml>")
}

fn graph(lines: &str) -> Graph {
    load(&recipe(lines)).unwrap()
}

fn names(graph: &Graph, ty: &str) -> String {
    let ty = graph.type_id(ty);
    let some = graph.vertices().iter().filter(|v| Some(v.ty) == ty);
    some.map(|v| graph.text(v.name)).collect::<Vec<_>>().join(" ")
}

fn post_order(graph: &Graph, subsystem: &str) -> String {
    fn visit(graph: &Graph, tree: &Tree, at: fluxion_graph::VertexId, out: &mut Vec<String>) {
        for edge in
            graph.edges().iter().filter(|e| e.subsystem == tree.subsystem() && e.source == at)
        {
            visit(graph, tree, edge.target, out);
        }
        out.push(graph.vertex(at).uniq_id.to_string());
    }
    let tree = Tree::of(graph, graph.subsystem_id(subsystem).unwrap()).unwrap();
    let mut out = Vec::new();
    visit(graph, &tree, tree.root(), &mut out);
    out.join(" ")
}

#[test]
fn example_a() {
    let graph = graph(
        "cluster: root=1 basename=mini
         rack
         node
         core
         gpu
         memory: size=4 unit=GB
         cluster > rack: multi_scale=2
         rack > node: multi_scale=2 id_scope=1
         node > core: multi_scale=2
         node > gpu: id_scope=1
         node > memory: multi_scale=2 id_scope=2 id_start=10 id_stride=3",
    );
    assert_snapshot!(listing(&graph), @"
    0 cluster mini0 (mini, 0) rank -1 containment=/mini0 root
    1 rack rack0 (rack, 0) rank -1 containment=/mini0/rack0
    2 rack rack1 (rack, 1) rank -1 containment=/mini0/rack1
    3 node node0 (node, 0) rank 0 containment=/mini0/rack0/node0
    4 node node1 (node, 1) rank 1 containment=/mini0/rack0/node1
    5 node node2 (node, 2) rank 2 containment=/mini0/rack1/node2
    6 node node3 (node, 3) rank 3 containment=/mini0/rack1/node3
    7 core core0 (core, 0) rank -1 containment=/mini0/rack0/node0/core0
    8 core core1 (core, 1) rank -1 containment=/mini0/rack0/node0/core1
    9 core core0 (core, 0) rank -1 containment=/mini0/rack0/node1/core0
    10 core core1 (core, 1) rank -1 containment=/mini0/rack0/node1/core1
    11 core core0 (core, 0) rank -1 containment=/mini0/rack1/node2/core0
    12 core core1 (core, 1) rank -1 containment=/mini0/rack1/node2/core1
    13 core core0 (core, 0) rank -1 containment=/mini0/rack1/node3/core0
    14 core core1 (core, 1) rank -1 containment=/mini0/rack1/node3/core1
    15 gpu gpu0 (gpu, 0) rank -1 containment=/mini0/rack0/node0/gpu0
    16 gpu gpu1 (gpu, 1) rank -1 containment=/mini0/rack0/node1/gpu1
    17 gpu gpu0 (gpu, 0) rank -1 containment=/mini0/rack1/node2/gpu0
    18 gpu gpu1 (gpu, 1) rank -1 containment=/mini0/rack1/node3/gpu1
    19 memory memory10 (memory, 10) rank -1 size 4GB containment=/mini0/rack0/node0/memory10
    20 memory memory13 (memory, 13) rank -1 size 4GB containment=/mini0/rack0/node0/memory13
    21 memory memory16 (memory, 16) rank -1 size 4GB containment=/mini0/rack0/node1/memory16
    22 memory memory19 (memory, 19) rank -1 size 4GB containment=/mini0/rack0/node1/memory19
    23 memory memory22 (memory, 22) rank -1 size 4GB containment=/mini0/rack1/node2/memory22
    24 memory memory25 (memory, 25) rank -1 size 4GB containment=/mini0/rack1/node2/memory25
    25 memory memory28 (memory, 28) rank -1 size 4GB containment=/mini0/rack1/node3/memory28
    26 memory memory31 (memory, 31) rank -1 size 4GB containment=/mini0/rack1/node3/memory31
    0>1, 0>2, 1>3, 1>4, 2>5, 2>6, 3>7, 3>8, 4>9, 4>10, 5>11, 5>12, 6>13, 6>14, 3>15, 4>16, 5>17, 6>18, 3>19, 3>20, 4>21, 4>22, 5>23, 5>24, 6>25, 6>26
    ");
    assert_eq!(graph.distinct_counts(), (6, 19, 27));
    let expected = "7 8 15 19 20 3 9 10 16 21 22 4 1 11 12 17 23 24 5 13 14 18 25 26 6 2 0";
    assert_eq!(post_order(&graph, "containment"), expected);
}

const EXAMPLE_B: &str = "
    cluster: root=1 basename=c
    rack
    node
    core
    panel: root=1 subsystem=power
    prack: type=rack subsystem=power
    pnode: type=node subsystem=power
    watt: size=50 unit=W subsystem=power
    cluster > rack: multi_scale=2
    rack > node: multi_scale=2 id_scope=1
    node > core
    panel > prack: gen_method=ASSOCIATE_IN e_subsystem=power
    prack > pnode: gen_method=ASSOCIATE_BY_PATH_IN as_tgt_uplvl=1 as_src_uplvl=0 e_subsystem=power
    pnode > watt: e_subsystem=power";

#[test]
fn example_b() {
    let b = graph(EXAMPLE_B);
    assert_snapshot!(listing(&b), @"
    0 cluster c0 (c, 0) rank -1 containment=/c0 root
    1 rack rack0 (rack, 0) rank -1 containment=/c0/rack0 power=/panel0/rack0
    2 rack rack1 (rack, 1) rank -1 containment=/c0/rack1 power=/panel0/rack1
    3 node node0 (node, 0) rank 0 containment=/c0/rack0/node0 power=/panel0/rack0/node0
    4 node node1 (node, 1) rank 1 containment=/c0/rack0/node1 power=/panel0/rack0/node1
    5 node node2 (node, 2) rank 2 containment=/c0/rack1/node2 power=/panel0/rack1/node2
    6 node node3 (node, 3) rank 3 containment=/c0/rack1/node3 power=/panel0/rack1/node3
    7 core core0 (core, 0) rank -1 containment=/c0/rack0/node0/core0
    8 core core0 (core, 0) rank -1 containment=/c0/rack0/node1/core0
    9 core core0 (core, 0) rank -1 containment=/c0/rack1/node2/core0
    10 core core0 (core, 0) rank -1 containment=/c0/rack1/node3/core0
    11 panel panel0 (panel, 0) rank -1 power=/panel0 root
    12 watt watt0 (watt, 0) rank -1 size 50W power=/panel0/rack0/node0/watt0
    13 watt watt0 (watt, 0) rank -1 size 50W power=/panel0/rack0/node1/watt0
    14 watt watt0 (watt, 0) rank -1 size 50W power=/panel0/rack1/node2/watt0
    15 watt watt0 (watt, 0) rank -1 size 50W power=/panel0/rack1/node3/watt0
    0>1, 0>2, 1>3 power, 1>4 power, 2>5 power, 2>6 power, 3>7, 4>8, 5>9, 6>10, 11>1 power, 11>2 power, 3>12 power, 4>13 power, 5>14 power, 6>15 power
    ");
    assert_eq!(b.distinct_counts(), (6, 10, 22));
    assert_eq!(post_order(&b, "power"), "12 3 13 4 1 14 5 15 6 2 11");
    let higher = graph(&EXAMPLE_B.replace("as_src_uplvl=0", "as_src_uplvl=1"));
    assert_eq!(names(&higher, "watt"), "");
    let nothing_left = EXAMPLE_B.replace("as_src_uplvl=0", "as_src_uplvl=9");
    let nothing_left = graph(&nothing_left.replace("as_tgt_uplvl=1", "as_tgt_uplvl=9"));
    assert_eq!(names(&nothing_left, "watt"), "");
}

#[test]
fn example_c() {
    for (scope, expected) in [
        (-1, "core core core core core core core core"),
        (0, "core5 core6 core5 core6 core5 core6 core5 core6"),
        (1, "core5 core7 core9 core11 core5 core7 core9 core11"),
        (2, "core5 core7 core9 core11 core13 core15 core17 core19"),
        (3, "core5 core7 core9 core11 core13 core15 core17 core19"),
        (9, "core5 core7 core9 core11 core13 core15 core17 core19"),
    ] {
        let graph = graph(&format!(
            "cluster: root=1
             rack
             node
             core
             cluster > rack: multi_scale=2
             rack > node: multi_scale=2
             node > core: multi_scale=2 id_scope={scope} id_start=5 id_stride=2"
        ));
        assert_eq!(names(&graph, "core"), expected, "scope {scope}");
    }
}

#[test]
fn an_association_does_not_disturb_ids() {
    let graph = graph(
        "cluster: root=1
         rack
         node
         again: type=rack
         core
         cluster > rack: multi_scale=3
         rack > node: multi_scale=2
         node > again: gen_method=ASSOCIATE_IN e_subsystem=x
         node > core: id_scope=1",
    );
    assert_eq!(names(&graph, "core"), "core0 core1 core0 core1 core0 core1");
}

#[test]
fn an_association_along_an_edge_moves_it() {
    let graph = graph(
        "cluster: root=1
         node
         again: type=node
         cluster > node: multi_scale=2
         cluster > again: gen_method=ASSOCIATE_IN e_subsystem=power
         again > watt
         watt: subsystem=power",
    );
    assert_snapshot!(listing(&graph), @"
    0 cluster cluster0 (cluster, 0) rank -1 containment=/cluster0 root power=
    1 node node0 (node, 0) rank 0 containment=/cluster0/node0 power=/node0
    2 node node1 (node, 1) rank 1 containment=/cluster0/node1 power=/node1
    3 watt watt0 (watt, 0) rank -1 power=/node0/watt0
    4 watt watt0 (watt, 0) rank -1 power=/node1/watt0
    0>1 power, 0>2 power, 1>3, 2>4
    ");
}

#[test]
fn by_path_in_the_subsystem_that_it_writes() {
    let graph = graph(
        "a: root=1
         b
         c
         again: type=c
         a > b: multi_scale=2
         b > c: multi_scale=2
         b > again: gen_method=ASSOCIATE_BY_PATH_IN as_src_uplvl=0
         again > d
         d",
    );
    assert_eq!(names(&graph, "d"), "d0 d0 d0 d0");
    assert_eq!(graph.edges().len(), 2 + 4 + 4);
}

#[test]
fn the_walk() {
    const ROOT: &str = "0 a a0 (a, 0) rank -1 containment=/a0 root";
    for (lines, expected) in [
        ("a: root=1", ""),
        ("a\nb\na > b", ""),
        ("b\na: root=1\na > b", ""),
        ("a: root=1\na > a", ""),
        ("a: root=1\nb\na > b: multi_scale=0", ROOT),
        ("a: root=1\nb\na > b: multi_scale=-3", ROOT),
    ] {
        assert_eq!(listing(&graph(lines)), expected, "{lines}");
    }
    let cycle = graph("a: root=1\nb\nc\na > b\nb > c\nc > a\nc > b\na > c: multi_scale=5");
    assert_eq!(cycle.vertices().len(), 3);
    let late_root = graph("b\nc\na: root=1\nb > c\na > b");
    assert_eq!((names(&late_root, "b"), names(&late_root, "c")), (String::new(), String::new()));
    let two_roots = graph("a: root=1\nb: root=1\nc\nd\na > c\nb > d");
    assert_eq!(two_roots.root(CONTAINMENT).map(|v| v.0), Some(0));
    assert_eq!((names(&two_roots, "b"), names(&two_roots, "d")), (String::new(), "d0".to_owned()));
}

#[test]
fn a_source_without_a_path_gets_an_empty_one() {
    assert_snapshot!(listing(&graph("a: root=1\nwatt: subsystem=power\na > watt: e_subsystem=power")), @"
    0 a a0 (a, 0) rank -1 containment=/a0 root power=
    1 watt watt0 (watt, 0) rank -1 power=/watt0
    0>1 power
    ");
}

#[test]
fn nodes_get_ranks_and_sizes_are_truncated() {
    let graph = graph("a: root=1\nnode: size=4294967299\na > node: multi_scale=2");
    let nodes: Vec<_> = graph.vertices().iter().map(|v| (v.rank, v.size)).collect();
    assert_eq!(nodes, [(-1, 1), (0, 3), (1, 3)]);
}

fn check(text: &str, expected: &str) {
    let error = load(text).unwrap_err();
    assert_eq!(error.to_string(), expected, "{text}");
}

#[test]
fn what_the_xml_may_contain() {
    let inner = recipe("a: root=1\nb\na > b");
    let same = listing(&load(&inner).unwrap());
    for text in [
        format!("<?xml version=\"1.0\"?><!-- {inner} -->{inner}"),
        format!("<!DOCTYPE graphml>{inner}"),
        format!("{inner}{inner}"),
        format!("{inner} trailing & text"),
        inner.replace(
            "<graphml>",
            "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" xmlns:x=\"y\">stray ",
        ),
        inner
            .replace("<graph ", "<unknown/><graph id=\"x\" ")
            .replace("<node ", "stray <port/><node "),
        inner.replace(">b<", "> \n<![CDATA[b]]>\t<").replace(">MULTIPLY<", ">MULT&#73;PLY<"),
        inner.replace("</graph>", "</graph><graph/>"),
        inner.replace(
            "<graph ",
            "<key id=\"u\" for=\"all\" attr.name=\"unused\" attr.type=\"x\"/><graph ",
        ),
    ] {
        assert_eq!(listing(&load(&text).unwrap()), same, "{text}");
    }
    assert_eq!(listing(&load("<graphml/>").unwrap()), "");
    assert_eq!(
        listing(&load("<graphml><graph edgedefault=\"undirected\"/></graphml>").unwrap()),
        ""
    );
}

#[test]
fn missing_values_are_the_documented_defaults() {
    let text = r#"<graphml>
      <key id="r" for="node" attr.name="root" attr.type="string"/>
      <key id="t" for="node" attr.name="type" attr.type="string"/>
      <key id="s" for="node" attr.name="subsystem" attr.type="string"><default>containment</default></key>
      <key id="m" for="edge" attr.name="gen_method" attr.type="string"/>
      <key id="x" for="all" attr.name="basename" attr.type="string"><default>not applied</default></key>
      <graph edgedefault="directed">
        <node id="a"><data key="t">c</data></node><node id="a"><data key="r">1</data></node>
        <node id="b"><data key="t">n</data><data key="r"></data></node>
        <edge source="a" target="b"><data key="m">MULTIPLY</data></edge>
        <edge source="b" target="undeclared"><data key="m">MULTIPLY</data></edge>
      </graph></graphml>"#;
    assert_snapshot!(listing(&load(text).unwrap()), @"
    0 c 0 (, 0) rank -1 containment=/0 root
    1 n 0 (, 0) rank -1 containment=/0/0
    2  0 (, 0) rank -1 containment=/0/0/0
    0>1 , 1>2
    ");
}

#[test]
fn errors() {
    let good = recipe("a: root=1\nb\na > b");
    check("", "not XML: the document does not have a root node (line 1, column 1)");
    check("{}", "not XML: unknown token at 1:1 (line 1, column 1)");
    check("<graph/>", "expected an element `graphml`, not `graph` (line 1, column 1)");
    check(&good[..good.len() - 1], &load(&good[..good.len() - 1]).unwrap_err().to_string());
    let within = |from: &str, to: &str, expected: &str| {
        let error = load(&good.replacen(from, to, 1)).unwrap_err();
        assert_eq!(error.kind().to_string(), expected, "{to}");
        assert!(error.position().is_some(), "{to}");
    };
    within("id=\"root\"", "", "element `key`: attribute `id` must be present");
    within("for=\"node\"", "", "element `key`: attribute `for` must be present");
    within(
        "for=\"node\"",
        "for=\"nodes\"",
        "element `key`: attribute `for` must be a GraphML class such as node or edge",
    );
    within(
        " edgedefault=\"directed\"",
        "",
        "element `graph`: attribute `edgedefault` must be present",
    );
    let directed = "element `edge`: attribute `directed` must be true, as edgedefault=\"directed\" of the graph says";
    within("\"directed\"", "\"undirected\"", directed);
    within("<edge ", "<edge directed=\"false\" ", directed);
    within("<node id=\"a\"", "<node", "element `node`: attribute `id` must be present");
    within("target=\"b\"", "", "element `edge`: attribute `target` must be present");
    within("<data key=\"type\"", "<data", "element `data`: attribute `key` must be present");
    within("<data key=\"type\"", "<data key=\"typo\"", "no field of this element: `typo`");
    within(
        "<data key=\"type\"",
        "<data key=\"gen_method\"",
        "no field of this element: `gen_method`",
    );
    within("<node ", "<data key=\"type\">x</data><node ", "no field of this element: `graph data`");
    within("attr.name=\"root\"", "attr.name=\"rot\"", "no field of this element: `rot`");
    within(
        "attr.type=\"long\"",
        "attr.type=\"int\"",
        "field `size` must be declared as `string` or `long`, not `int`",
    );
    for value in ["2.5", "", "x", "2147483648", "1 2"] {
        within(
            ">1</data>",
            &format!(">{value}</data>"),
            &format!("field `root` must be an integer within 32 bits, not `{value}`"),
        );
    }
    within(
        "<default>1<",
        "<default>9223372036854775808<",
        "field `size` must be an integer within 64 bits, not `9223372036854775808`",
    );
    within(">b</data>", ">b b</data>", "field `type` must be free of white space, not `b b`");
    check(
        &recipe("a: root=1\nb: size=-1\na > b"),
        "field `size` must be 0 or more, not `-1` (line 20, column 1)",
    );
}

#[test]
fn an_unknown_method_is_an_error_where_it_is_reached() {
    for method in ["multiply", "", "ASSOCIATE"] {
        let text = recipe(&format!("a: root=1\nb\na > b: gen_method={method}"));
        let error = load(&text).unwrap_err();
        assert_eq!(error.kind(), &GrugErrorKind::UnknownMethod(method.to_owned()));
    }
    assert!(load(&recipe("a: root=1\nb\na > b\na > b: gen_method=never")).is_ok());
}

#[test]
fn hostile_recipes_end() {
    let kind = |text: &str| load(text).map(|g| g.vertices().len()).map_err(|e| e.kind().clone());
    let too_large = Err(GrugErrorKind::TooLarge);
    assert_eq!(kind(&recipe("a: root=1\nb\na > b: multi_scale=2147483647")), too_large);
    let growing = "a: root=1\nb\nc\nd\na > b: multi_scale=1000\nb > c: multi_scale=1000\nc > d: multi_scale=1000";
    assert_eq!(kind(&recipe(growing)), too_large);
    let pairs = "a: root=1\nb\nc: type=b\na > b: multi_scale=5000\nb > c: gen_method=ASSOCIATE_IN";
    assert_eq!(kind(&recipe(pairs)), too_large);
    let chain: String =
        (0..200).map(|n| format!("n{n}: root={}\nn{n} > n{}\n", u8::from(n == 0), n + 1)).collect();
    assert_eq!(kind(&recipe(&chain)), too_large);
    assert_eq!(kind(&" ".repeat(MAX_RECIPE_TEXT + 1)), Err(GrugErrorKind::TooLong));
    let deep = format!("<graphml>{}", "<a>".repeat(300_000));
    assert!(kind(&deep).is_err());
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=''")).collect();
    assert_eq!(
        kind(&format!("<graphml{attributes}/>")),
        Err(GrugErrorKind::Xml("too many attributes".to_owned()))
    );
    let entities = "<!DOCTYPE g [<!ENTITY a \"aaaaaaaaaa\">]><graphml>&a;</graphml>";
    assert!(matches!(kind(entities), Err(GrugErrorKind::Xml(_))));
    let long = recipe(&format!("a: root=1 unit={}\nb\na > b", "u".repeat(2000)));
    assert!(matches!(kind(&long), Err(GrugErrorKind::Value { field: "unit", .. })));
}
