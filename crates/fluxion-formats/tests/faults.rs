//! Everything that is wrong with a graph at once, each with its place; and nothing that only follows from another
//! fault.

use fluxion_formats::read::{grug, hwloc, jgf, rv1};
use proptest::prelude::*;

fn lines(faults: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
    faults.into_iter().map(|fault| fault.to_string()).collect()
}

fn vertex(id: &str, metadata: &str) -> String {
    format!(r#"{{"id": "{id}", "metadata": {{{metadata}}}}}"#)
}

fn edge(source: &str, target: &str) -> String {
    format!(r#"{{"source": "{source}", "target": "{target}"}}"#)
}

/// A document with a vertex or an edge a line, the first vertex at line 2.
fn document(vertices: &[String], edges: &[String]) -> String {
    let (vertices, edges) = (vertices.join(",\n"), edges.join(",\n"));
    format!("{{\"graph\": {{\"nodes\": [\n{vertices}],\n\"edges\": [\n{edges}]}}}}")
}

const ROOT: &str = r#""type": "cluster", "paths": {"containment": "/c0"}"#;
const NODE: &str = r#""type": "node", "paths": {"containment": "/c0/n1"}"#;

#[track_caller]
fn check_jgf(vertices: &[String], edges: &[String], expected: &[&str]) {
    let text = document(vertices, edges);
    let found = jgf::faults(&text);
    assert_eq!(lines(&found), expected, "{text}");
    let first = jgf::load(&text).err();
    assert_eq!(first.is_none(), found.is_empty());
    assert!(first.is_none_or(|first| found.iter().any(|fault| fault.kind() == first.kind())));
}

#[test]
fn each_field_of_a_vertex_of_jgf_is_looked_at() {
    check_jgf(&[vertex("0", ROOT), vertex("1", NODE)], &[edge("0", "1")], &[]);
    let first = r#""type": 1, "name": 2, "rank": "x", "size": -7, "status": 4, "exclusive": 1, "paths": {"a": 3}"#;
    let second = r#""type": "node", "uniq_id": {}, "properties": 1, "paths": {"containment": 1}"#;
    check_jgf(
        &[vertex("0", ROOT), vertex("1", first), vertex("x", second)],
        &[edge("0", "1"), edge("0", "x")],
        &[
            "vertex `1`: `type` must be a string (line 3, column 1)",
            "vertex `1`: `paths` must be an object of strings (line 3, column 1)",
            "vertex `1`: `name` must be a string (line 3, column 1)",
            "vertex `1`: `exclusive` must be a boolean (line 3, column 1)",
            "vertex `1`: `rank` must be an integer within 64 bits (line 3, column 1)",
            "vertex `1`: `size` must be within 0 to 4294967295, not -7 (line 3, column 1)",
            "vertex `1`: `status` must be 0 (up) or 1 (down) (line 3, column 1)",
            "vertex `x`: `paths` must be an object of strings (line 4, column 1)",
            "vertex `x`: `uniq_id` must be an integer within 64 bits (line 4, column 1)",
            "vertex `x`: `properties` must be an object of strings (line 4, column 1)",
        ],
    );
}

#[test]
fn edges_to_faulty_vertices_of_jgf_are_not_to_blame() {
    let own = |text: &str| text.to_owned();
    check_jgf(
        &[vertex("0", ROOT), own(r#"{"id": "1"}"#), own(r#"{"metadata": {}}"#), vertex("3", ROOT)],
        &[edge("0", "1"), edge("0", "4"), own("7"), own(r#"{"source": "0"}"#)],
        &[
            "vertex `1`: expected an object with a key `metadata` (line 3, column 1)",
            "a vertex must be an object with a string `id` (line 4, column 1)",
            "edge `0` -> `4`: both ends must be vertices of the document (line 8, column 1)",
            "an edge must be an object with strings `source` and `target` (line 9, column 1)",
            "an edge must be an object with strings `source` and `target` (line 10, column 1)",
        ],
    );
}

#[test]
fn repeats_in_jgf_are_all_found() {
    let root = r#""type": "cluster", "rank": 1, "paths": {"containment": "/d0"}"#;
    let vertices = [
        vertex("0", ROOT),
        vertex("1", NODE),
        vertex("1", &NODE.replace("n1", "n2")),
        vertex("2", root),
    ];
    let collision = "edge cluster0 -> node1: an earlier edge of the same source leads to the same vertex, or to one \
                     with the same uniq_id";
    check_jgf(
        &vertices,
        &[edge("0", "1"), edge("0", "1"), edge("0", "2"), edge("0", "1")],
        &[
            "vertex `1`: the id is used already (line 4, column 1)",
            "vertex `2`: its path makes it a second root of subsystem `containment` (line 5, column 1)",
            &format!("{collision} (line 8, column 1)"),
            &format!("{collision} (line 10, column 1)"),
        ],
    );
}

#[test]
fn what_is_no_jgf_has_one_fault() {
    let faults = |text| lines(jgf::faults(text));
    assert_eq!(faults("{\"graph\":\n {]"), ["not JSON: key must be a string (line 2, column 3)"]);
    assert_eq!(faults("{}"), ["expected a key `graph`"]);
    let strings =
        r#"{"graph": {"nodes": [{"id": "\u0000"}, {"id": "\ud800"}], "edges": ["\ud800"]}}"#;
    assert_eq!(faults(strings).len(), 3);
}

#[track_caller]
fn check_r(members: &str, expected: &[&str]) {
    let text = format!("{{{members}}}");
    let found = rv1::faults(&text);
    assert_eq!(lines(&found), expected, "{text}");
    assert_eq!(rv1::load(&text).err().as_ref(), found.first());
}

#[test]
fn all_of_an_r_is_looked_at() {
    let entry = |ranks: &str| format!(r#"{{"rank": "{ranks}", "children": {{"core": "0"}}}}"#);
    let r = |entries: &[String], hosts: &str| {
        format!(
            r#""version": 1, "execution": {{"R_lite": [{}], "nodelist": ["{hosts}"]}}"#,
            entries.join(", ")
        )
    };
    check_r(&r(&[entry("0-1")], "n[0-1]"), &[]);
    check_r(
        r#""version": 2, "execution": {
           "R_lite": [{"rank": "x", "children": {"core": "1-0", "gpu": 3}}, 7, {"rank": "3"}],
           "nodelist": ["n[", 4], "properties": {"a": "0,0", "b": "0"}}"#,
        &[
            "`version` must be the integer 1",
            "`execution.R_lite[0].rank`: `x` is not an idset such as 0-3,7",
            "`execution.R_lite[0].children.core`: `1-0` is not an idset such as 0-3,7",
            "`execution.R_lite[0].children.gpu` must be a string with an idset",
            "`execution.R_lite[1]` must be an object with `rank` and `children`",
            "`execution.R_lite[2]` must be an object with `rank` and `children`",
            "`execution.nodelist[0]`: `n[` is not a list of hosts such as n[0-3],login",
            "`execution.nodelist[1]` must be a string with a list of hosts",
            "`execution.properties.a`: `0,0` is not an idset such as 0-3,7",
        ],
    );
    check_r(
        r#""version": "1""#,
        &["`version` must be the integer 1", "`execution` must be an object"],
    );
    check_r(
        r#""version": 1, "execution": {}"#,
        &["`execution.R_lite` must be present", "`execution.nodelist` must be present"],
    );
    check_r(
        &r(&[entry("0-4"), entry("0-1")], "a,b9999999999999999999"),
        &[
            "rank 2 has no host: `execution.nodelist` has 2 hosts for 5 ranks",
            "rank 0 (host `a`) occurs in two entries of `execution.R_lite`",
            "rank 1 (host `b9999999999999999999`) occurs in two entries of `execution.R_lite`",
            "host `b9999999999999999999`: the number at its end must be below 2^63",
        ],
    );
}

const KEYS: &str = r#"<graphml>
<key id="root" for="node" attr.name="root" attr.type="int"/>
<key id="type" for="node" attr.name="type" attr.type="string"/>
<key id="size" for="node" attr.name="size" attr.type="long"><default>1</default></key>
<key id="m" for="edge" attr.name="gen_method" attr.type="string"><default>MULTIPLY</default></key>
<key id="scale" for="edge" attr.name="multi_scale" attr.type="int"/>
<graph edgedefault="directed">
"#;

#[track_caller]
fn check_grug(recipe: &str, expected: &[&str]) {
    let text = format!("{KEYS}{recipe}\n</graph>\n</graphml>");
    let found = grug::faults(&text);
    assert_eq!(lines(&found), expected, "{text}");
    assert_eq!(grug::load(&text).err().as_ref(), found.first());
}

#[test]
fn all_of_a_recipe_is_looked_at() {
    let root = r#"<node id="c"><data key="type">c</data><data key="root">1</data></node>"#;
    check_grug(root, &[]);
    let recipe = [
        root,
        r#"<node id="n"><data key="size">big</data>"#,
        r#"<data key="color"/></node>"#,
        r#"<node/>"#,
        r#"<node id="s"><data key="size">-5</data></node>"#,
        r#"<edge source="c" target="n"><data key="scale">many</data><data key="m">GROW</data></edge>"#,
        r#"<edge source="c"/>"#,
        r#"<edge source="c" target="s"/>"#,
        r#"<edge source="c" target="t"><data key="m">GROW</data></edge>"#,
    ];
    check_grug(
        &recipe.join("\n"),
        &[
            "field `size` must be an integer within 64 bits, not `big` (line 9, column 14)",
            "no field of this element: `color` (line 10, column 1)",
            "element `node`: attribute `id` must be present (line 11, column 1)",
            "field `multi_scale` must be an integer within 32 bits, not `many` (line 13, column 29)",
            "element `edge`: attribute `target` must be present (line 14, column 1)",
            "field `size` must be 0 or more, not `-5` (line 15, column 1)",
            "`gen_method` must be MULTIPLY, ASSOCIATE_IN or ASSOCIATE_BY_PATH_IN, not `GROW` (line 16, column 1)",
        ],
    );
    let keys = "<graphml><key id=\"a\"/><key for=\"node\"/>\n<key id=\"b\" for=\"x\"/>\
                <graph edgedefault=\"directed\"><edge source=\"a\" target=\"b\"/></graph></graphml>";
    assert_eq!(
        lines(grug::faults(keys)),
        [
            "element `key`: attribute `for` must be present (line 1, column 10)",
            "element `key`: attribute `id` must be present (line 1, column 23)",
            "element `key`: attribute `for` must be a GraphML class such as node or edge (line 2, column 1)",
        ]
    );
}

#[track_caller]
fn check_hwloc(objects: &str, expected: &[&str]) {
    let sets = r#"cpuset="0x3" complete_cpuset="0x3" nodeset="0x1""#;
    let text = format!(
        "<topology version=\"2.0\"><object type=\"Machine\" {sets}>\n\
         <object type=\"NUMANode\" {sets}/>\n{objects}\n</object></topology>"
    );
    let found = hwloc::faults(&text);
    assert_eq!(lines(&found), expected, "{text}");
    assert_eq!(hwloc::load(&text, &[]).is_ok(), found.is_empty());
}

#[test]
fn all_of_a_topology_is_looked_at() {
    let core = r#"<object type="Core" cpuset="0x1" complete_cpuset="0x1"/>"#;
    check_hwloc(core, &[]);
    check_hwloc(
        "<object type=\"Kore\">\n<object type=\"Core\" cpuset=\"many\"/></object>\n<thing/>\n<object/>",
        &[
            "`type` must be an object type of hwloc such as Machine, Package or PU, not `Kore` (line 3, column 1)",
            "`cpuset` must be hexadecimal words such as 0x00000001,0xffffffff and stay below 65536, not `many` (line \
             4, column 1)",
            "an `object` may have info, page_type, userdata, in hwloc 1 distances, and then objects: `thing` is out of \
             place (line 5, column 1)",
            "the first attribute of an `object` must be `type` (line 6, column 1)",
        ],
    );
    let disk = |name: &str| format!("<object type=\"OSDev\" name=\"{name}\" osdev_type=\"0\"/>");
    check_hwloc(
        &format!("{core}\n{}\n{}", disk("sda"), disk("sdb")),
        &[
            "block device `sda`: an `info` of the name Size must give its size in kB (line 4, column 1)",
            "block device `sdb`: an `info` of the name Size must give its size in kB (line 5, column 1)",
        ],
    );
}

fn metadata() -> impl Strategy<Value = String> {
    let members = prop::sample::select(vec![
        r#""type": "node""#,
        r#""type": "node", "paths": {"containment": "/c0/n1"}"#,
        r#""type": "core", "rank": 1, "paths": {"containment": "/c0/n1/c2"}"#,
        r#""paths": {}"#,
        r#""paths": 1"#,
        r#""rank": 99999999999"#,
        r#""size": -2"#,
        r#""uniq_id": "4""#,
        r#""uniq_id": 1"#,
        r#""status": 9"#,
        r#""properties": {"a": 1}"#,
    ]);
    prop::collection::vec(members, 0..4).prop_map(|members| members.join(", "))
}

proptest! {
    #[test]
    fn faults_are_found_exactly_where_a_load_fails(
        vertices in prop::collection::vec(("[0-3x]", metadata()), 0..6),
        edges in prop::collection::vec(("[0-4x]", "[0-4x]"), 0..6),
    ) {
        let vertices: Vec<_> = vertices.iter().map(|(id, more)| vertex(id, more)).collect();
        let edges: Vec<_> = edges.iter().map(|(source, target)| edge(source, target)).collect();
        let text = document(&vertices, &edges);
        let found = jgf::faults(&text);
        match jgf::load(&text) {
            Ok(_) => prop_assert!(found.is_empty(), "{} {:?}", text, found),
            Err(first) => {
                let is_there = found.iter().any(|fault| fault.kind() == first.kind());
                prop_assert!(is_there, "{} {:?} {:?}", text, first, found);
            }
        }
    }
}
