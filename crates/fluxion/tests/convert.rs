//! `fluxion convert`: which formats are meant, what is told, how it ends.

#![allow(clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Exit status, standard output and standard error of a command in the folder of the examples.
fn fluxion(line: &str, input: &str) -> (i32, String, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .args(line.split_whitespace())
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // a command that does not read its input may be gone
    let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
    let output = process.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The beginning of what is printed, and all that is told.
#[track_caller]
fn check(line: &str, beginning: &str, told: &str) {
    let (status, text, complaints) = fluxion(&format!("convert {line}"), "");
    assert_eq!((status, complaints.as_str()), (0, told), "{line}");
    assert!(text.starts_with(beginning), "{line}: {text}");
}

#[test]
fn formats_are_told_from_what_is_in_a_text() {
    let jgf = "{\"graph\": {\"nodes\": [\n{\"id\": \"0\", \"metadata\": {\"type\": \"cluster\"";
    for name in [
        "describe/small.json",
        "semantics/version2.json",
        "semantics/nodes.json",
        "semantics/machine.xml",
    ] {
        check(name, jgf, "");
    }
    check("semantics/recipe.graphml", jgf, "");
    check(
        "semantics/nodes.json --from r --to rlite",
        "[{\"rank\": ",
        "note: rlite has ranks, cores and gpus, and no reader of graphs takes it\n",
    );
}

#[test]
fn each_format_can_be_written() {
    let picture = "and no reader of graphs takes it\n";
    for (format, beginning, told) in [
        ("jgf", "{\"graph\": ", String::new()),
        ("r", "{\"version\": 1, \"execution\": {\"R_lite\"", String::new()),
        ("rv1", "{\"version\": 1, \"execution\": {\"R_lite\"", String::new()),
        ("rlite", "[{\"rank\": ", format!("note: rlite has ranks, cores and gpus, {picture}")),
        (
            "simple",
            "---------core0[1:x]\n",
            format!("note: a listing has names and sizes, {picture}"),
        ),
        (
            "pretty_simple",
            "      ---cluster0[1:exclusive]\n",
            format!("note: a listing has names and sizes, {picture}"),
        ),
        (
            "dot",
            "digraph G {\n",
            format!("note: dot has the names of vertices and the subsystems of edges, {picture}"),
        ),
        ("graphml", "<?xml ", format!("note: graphml has all there is to draw, {picture}")),
    ] {
        let line = format!("semantics/nodes.json --to {format}");
        let (status, text, complaints) = fluxion(&format!("convert {line}"), "");
        assert_eq!((status, complaints), (0, told), "{line}");
        assert!(text.trim_start().starts_with(beginning.trim_start()), "{line}: {text}");
    }
}

#[test]
fn names_tell_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    for (name, beginning) in [
        ("a.json", "{\"graph\": "),
        ("a.jgf", "{\"graph\": "),
        ("R", "{\"version\": 1"),
        ("a.R", "{\"version\": 1"),
        ("a.dot", "digraph"),
        ("a.gv", "digraph"),
        ("a.graphml", "<?xml"),
    ] {
        let file = folder.path().join(name);
        let (status, text, _) =
            fluxion(&format!("convert semantics/nodes.json {}", file.display()), "");
        assert_eq!((status, text.as_str()), (0, ""), "{name}");
        assert!(fs::read_to_string(file).unwrap().starts_with(beginning), "{name}");
    }
}

#[test]
fn texts_come_from_standard_input_and_go_round() {
    let (_, r, _) = fluxion("convert semantics/nodes.json --to r", "");
    let (_, jgf, _) = fluxion("convert - -", &r);
    let (status, again, told) = fluxion("convert - --to r", &jgf);
    assert_eq!((status, again, told.as_str()), (0, r, ""));
    let (_, rv1, _) = fluxion("convert semantics/racks.json --to rv1", "");
    let (status, _, told) = fluxion("convert -", &rv1);
    let note =
        "note: FROM is the graph in the scheduling of an R; its execution is read with --from r\n";
    assert_eq!((status, told.as_str()), (0, note));
}

#[track_caller]
fn check_failure(line: &str, input: &str, status: i32, told: &str) {
    let (found, text, complaints) = fluxion(&format!("convert {line}"), input);
    assert_eq!((found, text.as_str(), complaints.as_str()), (status, "", told), "{line}");
}

#[test]
fn failures_say_what_would_help() {
    let all = "hint: `fluxion validate` lists all that is wrong with a file\n";
    check_failure(
        "describe/unranked.json --to r",
        "",
        1,
        "error: /cluster0/rack0/fox7 has rank -1: resource set formats need a rank of 0 or more\n\
         hint: --number-nodes gives the nodes ranks\n",
    );
    check_failure(
        "semantics/recipe.graphml --to r",
        "",
        1,
        "error: the resources contain no core or gpu below a node, and rlite lists nothing else\n\
         hint: R needs vertices of type `node` with cores or gpus below them; --to jgf has them all\n",
    );
    check_failure(
        "- --from r",
        r#"{"graph": {}}"#,
        1,
        "error: standard input is no graph in R version 1: `version` must be the integer 1: this is a graph, \
         which the load format jgf reads\nhint: --from jgf reads it\n",
    );
    check_failure(
        "-",
        "<graphml>\n<graph/></graphml>",
        1,
        &format!(
            "error: standard input is no graph in GRUG: element `graph`: attribute `edgedefault` must be present \
             (line 2, column 1)\n{all}"
        ),
    );
    check_failure(
        "- --from jgf",
        "{\u{1b}",
        1,
        &format!(
            "error: standard input is no graph in JGF: not JSON: key must be a string (line 1, column 2)\n{all}"
        ),
    );
    check_failure(
        "jobspec.yaml",
        "",
        1,
        "error: jobspec.yaml does not look like a graph: it begins neither with { nor with <\n\
         hint: --from says what it is\n",
    );
    check_failure(
        "nowhere.json",
        "",
        1,
        "error: cannot read nowhere.json: No such file or directory (os error 2)\n",
    );
}

#[test]
fn wrong_options_are_refused_before_anything_is_read() {
    check_failure(
        "nowhere.json --to grug",
        "",
        2,
        "error: a recipe generates a graph, and most graphs have none: grug can be read but not written\n\
         hint: `fluxion generate --format grug` writes recipes\n",
    );
    check_failure(
        "nowhere.json --to hwloc",
        "",
        2,
        "error: a topology has what hwloc has found out about one machine, and a graph knows too little of it: \
         hwloc can be read but not written\n",
    );
    check_failure(
        "nowhere.json a.b",
        "",
        2,
        "error: the name a.b does not tell what to write\nhint: --to says it\n",
    );
    assert_eq!(fluxion("convert nowhere.json --to jgf_full", "").0, 2);
    assert_eq!(fluxion("convert nowhere.json --from dot", "").0, 2);
}

#[test]
fn what_cannot_be_written_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("R");
    assert_eq!(fluxion(&format!("convert describe/unranked.json {}", file.display()), "").0, 1);
    assert!(!file.exists());
    let (status, _, told) = fluxion("convert describe/small.json /dev/null/x.json", "");
    assert!(status == 1 && told.starts_with("error: cannot write /dev/null/x.json: "), "{told}");
}

#[test]
fn each_help_page_has_examples_and_the_exit_statuses() {
    for command in ["generate", "convert", "validate"] {
        let (status, page, complaints) = fluxion(&format!("{command} --help"), "");
        assert_eq!((status, complaints.as_str()), (0, ""), "{command}");
        assert!(page.contains(&format!("Examples:\n  fluxion {command} ")), "{page}");
        assert!(page.contains("\nExit status: 0 ") && page.contains(" 2 wrong options"), "{page}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let command = format!(
        "{{ {} generate --nodes 4096; echo $? >&2; }} | head -1 > /dev/null",
        env!("CARGO_BIN_EXE_fluxion")
    );
    let output = Command::new("sh").args(["-c", &command]).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "0\n");
}
