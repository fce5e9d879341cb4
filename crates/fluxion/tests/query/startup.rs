//! Options and starting up.

use insta::assert_snapshot;

use crate::support::{DEMO, session};

#[test]
fn faulty_options_are_told_with_a_hint() {
    assert_snapshot!(session("-f xml", ""), @"
    --- stderr
    [ERROR] unknown format for --load-format: xml
    hint: `fluxion query --help` lists the options
    --- exit
    Some(2)
    ");
    assert_snapshot!(session("-L none.json", ""), @"
    --- stderr
    [ERROR] file does not exist for --load-file: none.json
    hint: `fluxion query --help` lists the options
    --- exit
    Some(2)
    ");
    assert_snapshot!(session("--match-p", ""), @"
    --- stderr
    fluxion query: option '--match-policy' requires an argument
    hint: `fluxion query --help` lists the options
    --- exit
    Some(2)
    ");
    assert_snapshot!(session("operand", ""), @"
    --- stderr
    fluxion query: unexpected argument 'operand'
    hint: `fluxion query --help` lists the options
    --- exit
    Some(2)
    ");
}

#[test]
fn help_goes_to_stderr_and_succeeds() {
    let text = session("-h", "");
    assert!(text.starts_with("--- stderr\n\nusage: resource-query [OPTIONS...]\n"), "{text}");
    assert!(!text.contains("--- exit"), "{text}");
}

/// What `find` chooses of a machine that hwloc describes.
fn found(args: &str) -> String {
    let text = session(&format!("-L machine.xml -f hwloc -d {args}"), "find status=up\n");
    let lines = text.lines().filter(|line| !line.starts_with('|'));
    lines.map(str::trim).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_machine_that_hwloc_describes() {
    assert_snapshot!(found(""), @r"
    ---------core0[1:x]
    ---------core1[1:x]
    ---------numanode0[1:x]
    ---------gpu3[1:x]
    ------n7[1:x]
    ---cluster0[1:x]
    ");
    assert_snapshot!(found("-W core"), @r"
    ------core0[1:x]
    ------core1[1:x]
    ---cluster0[1:x]
    ");
    assert_snapshot!(found("-W node -W @ -W gpu,pu"), @r"
    ---------gpu3[1:x]
    ------n7[1:x]
    ---cluster0[1:x]
    ");
    assert_snapshot!(found("-W ,"), @"---cluster0[1:x]");
}

#[test]
fn a_machine_that_cannot_be_loaded() {
    assert_snapshot!(session("-L no_size.xml -f hwloc", "help\n"), @"
    --- stderr
    : Runtime error: resource_query_t: ERROR: Error getting the size of block storage device; Error getting the size of block storage device; Error hwloc walk: rank -1; ERROR: error generating resources
    error: no_size.xml:3:5: block device `sda`: an `info` of the name Size must give its size in kB (and 1 more objects)
    --- exit
    Some(1)
    ");
    assert_snapshot!(session("-L demo.json -f hwloc", "help\n"), @"
    --- stderr
    : Runtime error: resource_query_t: ERROR: Error hwloc load: rank -1; ERROR: error generating resources
    error: demo.json:1:1: not XML: unknown token at 1:1
    --- exit
    Some(1)
    ");
}

#[test]
fn a_graph_that_is_no_text_is_refused() {
    assert_snapshot!(session("-L latin1.json -f jgf", ""), @"
    --- stderr
    : Runtime error: latin1.json is not UTF-8: invalid utf-8 sequence of 1 bytes from index 1
    --- exit
    Some(1)
    ");
}

/// The text of the reference for a session that does not start; more may follow it.
fn reason(args: &str) -> String {
    let text = session(args, "help\n");
    assert!(text.contains("\n--- exit\n"), "{text}");
    let known = text.lines().find(|line| line.starts_with(": Runtime error: "));
    known.unwrap_or_default().to_owned()
}

#[test]
fn contexts_that_cannot_be_made() {
    assert_snapshot!(reason(""), @": Runtime error: resource_query_t: ERROR: error in reading grug string; ERROR: error generating resources");
    assert_snapshot!(reason("-L demo.json"), @": Runtime error: resource_query_t: ERROR: error in reading grug string; ERROR: error generating resources");
    assert_snapshot!(reason("-L demo.json -f jgf -P best"), @": Runtime error: resource_query_t: ERROR: can't create matcher");
    assert_snapshot!(reason("-L demo.json -f jgf -P policy"), @": Runtime error: resource_query_t: ERROR: can't create matcher");
    assert_snapshot!(reason("-L demo.json -f jgf -P policy=low@foo=1"), @": Runtime error: resource_query_t: ERROR: can't create matcher");
    assert_snapshot!(reason("-L demo.json -f jgf -p core"), @": Runtime error: initialize_matchers_and_traversers: ERROR: can't set pruning filters");
    assert_snapshot!(reason("-L demo.json -f jgf -S PA"), @": Runtime error: initialize_matchers_and_traversers: ERROR: can't initialize traverser");
    assert_snapshot!(reason("-L demo.json -f jgf -S XA"), @": Runtime error: resource_query_t: ERROR: can't set subsystems to use for matching");
    assert_snapshot!(reason("-L demo.json -f jgf -T rigid"), @": Runtime error: resource_query_t: ERROR: can't create traverser");
    assert!(reason("-L truncated.json -f jgf").contains("ERROR: fetch_jgf: json_loads"));
}

#[test]
fn the_cause_is_told_behind_the_text_of_the_reference() {
    assert_snapshot!(session("-L demo.json -f jgf -T rigid", ""), @"
    --- stderr
    : Runtime error: resource_query_t: ERROR: can't create traverser
    error: unknown traverser `rigid`: expected simple or flexible
    --- exit
    Some(2)
    ");
    let text = session("-L truncated.json -f jgf", "");
    assert!(text.contains("\nerror: truncated.json:2:"), "{text}");
}

#[test]
fn a_result_file_that_cannot_be_written() {
    assert_snapshot!(session("-L demo.json -f jgf -t none/result", "help\n"), @r"
    --- stderr
    fluxion query: can't open file for --test-output: none/result: No such file or directory (os error 2)
    --- exit
    Some(1)
    ");
}

#[test]
fn figures_of_the_graph() {
    assert_snapshot!(session(&format!("{DEMO} -e"), ""), @r"
    INFO: Graph Load Time: *
    INFO: Vertex Count: 8
    INFO: Edge Count: 7
    INFO: by_type Key-Value Pairs: 5
    INFO: by_name Key-Value Pairs: 6
    INFO: by_path Key-Value Pairs: 8
    INFO: number of vertices with rank -1: 2
    INFO: number of vertices with rank 0: 3
    INFO: number of vertices with rank 1: 3
    ");
}

#[test]
fn an_allowlist_that_is_ignored_is_mentioned() {
    assert_snapshot!(session(&format!("{DEMO} -W node -W core -r 9999999"), ""), @r"
    --- stderr
    WARN: out of range specified for --reserve-vtx-vec: 9999999
    WARN: --load-allowlist node,core has no effect: the format jgf loads everything
    ");
}
