//! The session itself, `cat`, `help`, `quit`, and the commands that are not there yet.

use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::support::{DEMO, printed, session};

#[test]
fn the_session_ends_with_quit_or_its_input() {
    assert_snapshot!(session(DEMO, ""), @"");
    assert_snapshot!(session(DEMO, "q now\nget-status /demo0\n"), @"");
    assert_snapshot!(session(DEMO, "get-status /demo0"), @"/demo0 is up");
    assert_snapshot!(session(DEMO, "\n \t \n# comment\nMATCH\nget-status /demo0\r\n"), @"/demo0 is up");
    assert_snapshot!(session(DEMO, "\x0bget-status\x0c/ƒ2\n"), @"Could not find path /ƒ2 in resource graph.");
    assert_snapshot!(printed(DEMO, b"e /\xff\n"), @"Could not find path /\u{fffd} in resource graph.");
}

#[test]
fn channels_keep_the_order_even_if_they_lead_to_the_same_place() {
    let input = "get-status /demo0\nhelp quit\nget-status /demo0\n";
    assert_snapshot!(session(&format!("{DEMO} -t /dev/stdout"), input), @r"
    /demo0 is up
    INFO: quit (q) -- Quit the session: resource-query> quit
    /demo0 is up
    ");
}

#[test]
fn files_are_printed() {
    assert_snapshot!(session(DEMO, "cat no_newline.txt\na none.txt\ncat\ncat a b\n"), @"
    first
    last
    INFO: Jobspec in no_newline.txt
    INFO: Jobspec in none.txt
    --- stderr
    ERROR: can't open none.txt: No such file or directory (os error 2)
    ERROR: malformed command: expected `cat jobspec`
    ERROR: malformed command: expected `cat jobspec`
    ");
}

#[test]
fn help() {
    assert_snapshot!(session(DEMO, "help m\nhelp j\nhelp bogus\n"), @r"
    INFO: match (m) -- Allocate or reserve matching resources (subcmd: allocate | allocate_with_satisfiability | allocate_orelse_reserve) | satisfiability | without_allocating | without_allocating_future: resource-query> match allocate jobspec
    INFO: attach (j) -- Attach a JGF subgraph to the resource graph: resource-query> attach jgf_file
    ERROR: unknown command: bogus
    ");
    assert_snapshot!(session(DEMO, "help\n"), @r"
    INFO: match (m) -- Allocate or reserve matching resources (subcmd: allocate | allocate_with_satisfiability | allocate_orelse_reserve) | satisfiability | without_allocating | without_allocating_future: resource-query> match allocate jobspec
    INFO: multi-match (M) -- Allocate or reserve for multiple jobspecs (subcmd: allocate | allocate_with_satisfiability | allocate_orelse_reserve | without_allocating | without_allocating_future): resource-query> multi-match allocate jobspec1 jobspec2 ...
    INFO: update (u) -- Update resources with a JGF subgraph (subcmd: allocate | reserve), (reader: jgf | jgf_shorthand | rv1exec): resource-query> update allocate jgf jgf_file jobid starttime duration
    INFO: attach (j) -- Attach a JGF subgraph to the resource graph: resource-query> attach jgf_file
    INFO: remove (j) -- Remove a subgraph from the resource graph, specifying whether the target is a path (true) or idset (false): resource-query> remove (/path/to/node/ | idset) (true|false)
    INFO: find (f) -- Find resources matched with criteria (predicates: status={up|down} sched-now={allocated|free} sched-future={reserved|free} agfilter={true|false} names=hostlist jobid-alloc=jobid jobid-span=jobid jobid-tag=jobid jobid-reserved=jobid property=name): resource-query> find status=down and sched-now=allocated
    INFO: cancel (c) -- Cancel an allocation or reservation: resource-query> cancel jobid (optional subcmd: stats)
    INFO: partial-cancel (pc) -- Partially release an allocation: resource-query> partial-cancel jobid (file format: jgf | rv1exec) R_to_cancel.file (optional subcmd: stats)
    INFO: set-property (p) -- Add a property to a resource: resource-query> set-property resource PROPERTY=VALUE
    INFO: get-property (g) -- Get all properties of a resource: resource-query> get-property resource
    INFO: set-status (t) -- Set resource status on vertex: resource-query> set-status PATH_TO_VERTEX {up|down}
    INFO: get-status (e) -- Get the graph resource vertex status: resource-query> get-status PATH_TO_VERTEX
    INFO: list (l) -- List all jobs: resource-query> list
    INFO: info (i) -- Print info on a jobid: resource-query> info jobid
    INFO: stat (s) -- Print overall stats: resource-query> stat jobid
    INFO: cat (a) -- Print jobspec file: resource-query> cat jobspec
    INFO: help (h) -- Print help message: resource-query> help
    INFO: quit (q) -- Quit the session: resource-query> quit
    INFO: explain (explain) -- Tell why a jobspec does not start now, when it does, and what would help (optional: a vertex, of which it is told why it is not used; preempt, to be told which jobs would have to go, and what jobs cost, 1 unless said): resource-query> explain jobspec /path/to/vertex preempt jobid=cost ...
    ");
    assert_eq!(session(DEMO, "h a b\n"), session(DEMO, "help\n"));
}

#[test]
fn nobody_reading_is_no_failure() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .args(["query", "-L", "demo.json", "-f", "jgf"])
        .current_dir(data)
        .stdin(std::fs::File::open(format!("{data}/help.txt")).unwrap())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(child.wait().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
