//! The options `-g` and `-o`.

use std::fs;

use insta::assert_snapshot;

use crate::support::{DEMO, session};

/// What a session with `options` leaves in the only file of an otherwise empty folder, behind its name.
fn written(options: &str, input: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let basename = folder.path().join("graph");
    assert_eq!(session(&format!("{DEMO} {options} -o {}", basename.display()), input), "");
    let files = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
    let content = |file: fs::DirEntry| {
        let text = fs::read_to_string(file.path()).unwrap();
        format!("{}:\n{text}", file.file_name().display())
    };
    files.map(content).collect()
}

#[test]
fn dot_of_the_graph_as_the_session_leaves_it() {
    assert_snapshot!(written("", "remove /demo0/rack0/node0 true\n"), @r#"
    graph.dot:
    digraph G {
    0[label="demo0"];
    1[label="rack0"];
    2[label="node1"];
    3[label="socket0"];
    4[label="core0"];
    0->1 [label="containment"];
    1->2 [label="containment"];
    2->3 [label="containment"];
    3->4 [label="containment"];
    }
    "#);
}

#[test]
fn graphml_with_status_and_properties() {
    let input = "set-status /demo0/rack0 down\nset-property /demo0 ssd=<big>\nquit\nset-status /demo0 down\n";
    let text = written("-g GRAPHML", input);
    assert!(text.starts_with("graph.graphml:\n<?xml "), "{text}");
    assert_eq!(text.matches("<node ").count(), 8, "{text}");
    assert_eq!(text.matches(">down<").count(), 1, "{text}");
    assert!(text.contains(">{ssd=&lt;big&gt;}<"), "{text}");
}

#[test]
fn a_graph_file_that_cannot_be_written() {
    assert_snapshot!(session(&format!("{DEMO} -o none/graph"), "help quit\n"), @r"
    --- stderr
    fluxion query: can't open file for --graph-output: none/graph.dot: No such file or directory (os error 2)
    --- exit
    Some(1)
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let basename = folder.path().join("full");
    std::os::unix::fs::symlink("/dev/full", folder.path().join("full.dot")).unwrap();
    let text = session(&format!("{DEMO} -o {}", basename.display()), "get-status /demo0\n");
    let text = text.replace(folder.path().to_str().unwrap(), "FOLDER");
    assert_snapshot!(text, @r"
    /demo0 is up
    --- stderr
    fluxion query: can't write file for --graph-output: FOLDER/full.dot: No space left on device (os error 28)
    --- exit
    Some(1)
    ");
}
