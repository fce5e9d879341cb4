//! `fluxion validate`: everything that is wrong with files of every kind, at once and with its place.

#![allow(clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// Exit status, standard output and standard error of a command in a folder.
fn fluxion(folder: &Path, line: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fluxion"));
    let output = command.args(line.split_whitespace()).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn examples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// What is told of a file of this text, without the summary.
fn told(text: &[u8], options: &str) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f"), text).unwrap();
    let (status, told, complaints) = fluxion(folder.path(), &format!("validate f {options}"));
    assert_eq!(complaints, "");
    let (told, summary) = told.trim_end().rsplit_once('\n').unwrap();
    assert!(summary.contains("of 1 file valid: "), "{summary}");
    (status, told.to_owned())
}

#[track_caller]
fn check(text: &str, options: &str, expected: &str) {
    let (status, told) = told(text.as_bytes(), options);
    assert_eq!(told, expected, "{text}");
    assert_eq!(status, i32::from(!told.contains("f: valid")), "{text}");
}

#[test]
fn kinds_are_told_from_what_is_in_a_file() {
    let (status, told, _) = fluxion(
        &examples(),
        "validate semantics/racks.json semantics/version2.json semantics/nodes.json semantics/machine.xml \
         semantics/recipe.graphml jobspec.yaml",
    );
    assert_eq!(status, 0);
    insta::assert_snapshot!(told, @r"
    semantics/racks.json: valid JGF, 15 vertices, 14 edges
    semantics/version2.json: valid JGF, 3 vertices, 2 edges
    semantics/nodes.json: valid R version 1, 13 vertices, 12 edges
    semantics/machine.xml: valid hwloc, 6 vertices, 5 edges
    semantics/recipe.graphml: valid GRUG, 11 vertices, 10 edges
    jobspec.yaml: valid jobspec
    6 of 6 files valid: 0 errors, 0 warnings
    ");
}

#[test]
fn all_errors_of_a_file_are_told() {
    check(
        "{\"graph\": {\"nodes\": [\n {\"id\": \"0\", \"metadata\": {\"type\": \"cluster\", \"rank\": \"a\", \"paths\": \
         {\"containment\": \"/c0\"}}},\n {\"id\": \"1\", \"metadata\": {\"size\": 4.5}}], \"edges\": [\n {\"source\": \
         \"0\", \"target\": \"2\"}]}}",
        "",
        "f:2:2: vertex `0`: `rank` must be an integer within 64 bits\n\
         f:3:2: vertex `1`: `type` must be a string\n\
         f:3:2: vertex `1`: `paths` must be an object of strings\n\
         f:3:2: vertex `1`: `size` must be an integer within 64 bits\n\
         f:4:2: edge `0` -> `2`: both ends must be vertices of the document",
    );
    check(
        "{\"version\": 2, \"execution\": {\"R_lite\": [{\"rank\": \"0\", \"children\": {\"core\": \"x\"}}]}}",
        "",
        "f: `version` must be the integer 1\n\
         f: `execution.nodelist` must be present\n\
         f: `execution.R_lite[0].children.core`: `x` is not an idset such as 0-3,7",
    );
    check(
        "<graphml>\n<graph edgedefault=\"directed\">\n<node/>\n<edge source=\"a\"/>\n</graph></graphml>",
        "",
        "f:3:1: element `node`: attribute `id` must be present\n\
         f:4:1: element `edge`: attribute `target` must be present",
    );
    check(
        "<topology version=\"2.0\">\n<object type=\"Machine\" cpuset=\"0x1\" nodeset=\"0x1\">\n<object/>\n<x/>\n\
         </object></topology>",
        "",
        "f:3:1: the first attribute of an `object` must be `type`\n\
         f:4:1: an `object` may have info, page_type, userdata, in hwloc 1 distances, and then objects: `x` is out of \
         place",
    );
    check(
        "version: 1\nresources:\n  - type: slot\n    count: 0x\n    shape: round\ntasks: {}\n",
        "",
        "f:1:1: Missing key \"attributes\" in top level mapping\n\
         f:3:5: All slots must be labeled\n\
         f:4:12: `count`: expected a whole number, a range such as 2-8, 2+ or 2-8:2:*, or evenly spaced numbers such \
         as 2,4,6, found \"0x\"\n\
         f:5:5: Unrecognized key in resource mapping, found \"shape\"\n\
         f:6:8: \"tasks\" is not a sequence",
    );
}

#[test]
fn what_is_no_text_of_its_notation_has_one_error() {
    check("{\"graph\": {\n]", "", "f:2:1: not JSON: key must be a string");
    check("<graphml>\n<a></graphml>", "", "f:2:4: not XML: expected 'a' tag, not 'graphml' at 2:4");
    check("a: [\n", "", "f:2:1: while parsing a node, did not find expected node content");
    check("", "", "f:1:1: Top level of jobspec is not a mapping, found null");
    let (status, told) = told(b"version: \xff", "");
    assert_eq!(
        (status, told.as_str()),
        (1, "f: cannot read f: not UTF-8, invalid utf-8 sequence of 1 bytes from index 9")
    );
}

#[test]
fn options_overrule() {
    check("{}", "--format jgf", "f: expected a key `graph`");
    check(
        "{}",
        "--format r",
        "f: `version` must be the integer 1\nf: `execution` must be an object",
    );
    check("<a/>", "--format hwloc", "f:1:1: expected an element `topology` or `root`, not `a`");
    let jobspec = "{version: 1, resources: [{type: tape, count: 1}], tasks: [], attributes: }";
    check(jobspec, "", "f: valid jobspec");
    let graph = examples().join("semantics/racks.json");
    check(
        jobspec,
        &format!("--against {}", graph.display()),
        "f:1:33: Value of \"type\" must be a resource type known to fluxion, found \"tape\"",
    );
    for (line, expected) in [
        (
            "validate jobspec.yaml --against jobspec.yaml",
            "error: --against: jobspec.yaml does not look like a graph\n",
        ),
        (
            "validate jobspec.yaml --against nowhere",
            "error: --against: cannot read nowhere: No such file or directory (os error 2)\n",
        ),
    ] {
        let (status, told, complaints) = fluxion(&examples(), line);
        assert_eq!((status, told.as_str(), complaints.as_str()), (1, "", expected));
    }
    for line in
        ["validate", "validate jobspec.yaml --format yaml", "validate jobspec.yaml --output xml"]
    {
        assert_eq!(fluxion(&examples(), line).0, 2, "{line}");
    }
}

#[test]
fn what_is_odd_is_a_warning() {
    let vertex = |id: &str, more: &str, path: &str| {
        format!(
            r#"{{"id": "{id}", "metadata": {{"type": "node"{more}, "paths": {{"containment": "{path}"}}}}}}"#
        )
    };
    let vertices = [
        vertex("0", r#", "status": -1"#, "/c0"),
        vertex("1", r#", "rank": 3"#, "/c0/n1"),
        vertex("2", r#", "rank": 3, "size": 0"#, "/c0/n2"),
        vertex("3", r#", "rank": 4"#, "/c0/n3"),
    ];
    let text = format!(
        r#"{{"graph": {{"nodes": [{}], "edges": [{{"source": "0", "target": "1"}}, {{"source": "0", "target": "2"}}]}}}}"#,
        vertices.join(",")
    );
    check(
        &text,
        "",
        "f: warning: nodes without a rank, which no R can list: 1; the first is /c0\n\
         f: warning: nodes that share their rank with another one: 1; the first is /c0/n2\n\
         f: warning: vertices that no edges lead to from the root, and that are never found: 1; the first is /c0/n3\n\
         f: warning: vertices of 0 units: 1; the first is /c0/n2\n\
         f: warning: 1 vertices have the `status` -1 (unknown) and are taken to be up; the first is `0`\n\
         f: valid JGF, 4 vertices, 2 edges",
    );
}

#[test]
fn graphs_that_cannot_be_served_are_not_valid() {
    check(
        r#"{"graph": {"nodes": [{"id": "0", "metadata": {"type": "node", "paths": {}}}], "edges": []}}"#,
        "",
        "f: the graph has no root for the subsystem `containment`",
    );
}

#[test]
fn an_r_with_a_graph_is_both() {
    let (_, text, _) = fluxion(&examples(), "convert semantics/racks.json --to rv1 --number-nodes");
    check(&text, "", "f: valid R version 1 with a graph in its scheduling, 15 vertices, 14 edges");
    let faulty = text
        .replace("\"version\": 1", "\"version\": 2")
        .replace("\"type\": \"rack\"", "\"type\": 1");
    let (status, told) = told(faulty.as_bytes(), "");
    assert_eq!(status, 1);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "f: `version` must be the integer 1");
    assert!(lines[1].ends_with("`type` must be a string") && lines.len() == 3, "{told}");
}

#[test]
fn nothing_in_a_file_does_something_to_a_terminal() {
    let text = "{version: 1, resources: [], tasks: [], attributes: {}, \"\\e[2J\": 1}";
    let (_, told) = told(text.as_bytes(), "");
    assert!(told.contains("\\u{1b}[2J") && !told.contains('\u{1b}'), "{told}");
    let text = format!(
        "{{\"version\": 1, \"execution\": {{\"R_lite\": [], \"nodelist\": [\"{}\"]}}}}",
        "[".repeat(5000)
    );
    assert!(self::told(text.as_bytes(), "").1.len() < 1100);
}

#[test]
fn scripts_get_one_document() {
    let (status, text, _) =
        fluxion(&examples(), "validate jobspec.yaml semantics/broken.yaml -o json");
    assert_eq!(status, 1);
    insta::assert_snapshot!(text, @r#"
    {
      "files": [
        {
          "edges": null,
          "errors": [],
          "file": "jobspec.yaml",
          "kind": "jobspec",
          "valid": true,
          "vertices": null,
          "warnings": []
        },
        {
          "edges": null,
          "errors": [
            {
              "column": 25,
              "line": 4,
              "message": "`count`: expected a whole number, a range such as 2-8, 2+ or 2-8:2:*, or evenly spaced numbers such as 2,4,6, found \"0x\""
            }
          ],
          "file": "semantics/broken.yaml",
          "kind": "jobspec",
          "valid": false,
          "vertices": null,
          "warnings": []
        }
      ]
    }
    "#);
}
