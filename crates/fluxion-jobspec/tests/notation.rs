//! The YAML and JSON layer, `docs/semantics/jobspec.md`, Notation and Scalars.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use fluxion_jobspec::{Jobspec, JobspecErrorKind, parse};

fn read(text: &str) -> Result<Jobspec, String> {
    parse(text, &|_| true).map_err(|error| {
        let place = error.position().map(|p| format!("{}:{}", p.line, p.column));
        format!("{} @{}", error.specified(), place.unwrap_or_default())
    })
}

const HEAD: &str = "version: 1\nresources: [{type: node, count: 1}]\ntasks: []\n";
const WHOLE: &str = r#"{"version": 1, "resources": [], "tasks": [], "attributes": {}}"#;

#[track_caller]
fn accepted(text: &str) -> Jobspec {
    read(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    assert_eq!(read(text), Err(expected.to_owned()), "{text}");
}

#[track_caller]
fn syntax_error(text: &str, line: u32, column: u32) {
    let error = parse(text, &|_| true).expect_err(text);
    assert_eq!(error.kind(), JobspecErrorKind::Syntax, "{text}");
    let place = error.position().map(|p| (p.line, p.column));
    assert_eq!(place, Some((line, column)), "{error}\n{text}");
}

#[test]
fn document_markers() {
    let body = format!("{HEAD}attributes:\n");
    for text in [
        format!("---\n{body}"),
        format!("%YAML 1.2\n---\n{body}...\n"),
        format!("# comment\n{body}# comment"),
        format!("\u{feff}{body}"),
        format!("\u{feff}{WHOLE}"),
        body.replace('\n', "\r\n"),
        format!("{body}---\n@ not a document {{"),
        format!("{body}...\n%%% @ {{"),
    ] {
        accepted(&text);
    }
}

#[test]
fn text_behind_a_flow_document_is_ignored() {
    for tail in [" xyz", " @", " }", "\n@", "\n---\n@", "\nxyz: [", " \"abc", "{", " # x", "# x"] {
        accepted(&format!("{WHOLE}{tail}"));
        refused(&format!("{{}}{tail}"), r#"Missing key "version" in top level mapping @1:1"#);
    }
}

#[test]
fn nothing() {
    for text in ["", "\n\n", "# only a comment\n", "~", "---\n---\n", "null"] {
        let error = read(text).unwrap_err();
        assert!(error.starts_with("Top level of jobspec is not a mapping"), "{text:?}: {error}");
    }
}

#[test]
fn anchors() {
    let text = "version: &one 1\nresources: [&core {type: core, count: *one, with: []}, *core]\n\
                tasks: []\nattributes: {system: {a: &x 1, b: &x {duration: 2}, c: *x}}\n";
    let resources = accepted(text).resources;
    assert_eq!(resources[0], resources[1]);
    refused(
        &format!("{HEAD}attributes:\n  system:\n    queue: *a\n"),
        "the referenced anchor is not defined @6:12",
    );
    syntax_error("version: 1\nresources: &a [{with: *a}]\ntasks: []\nattributes:\n", 2, 23);
    // An alias is the same node: the error is where the node is written.
    refused(
        "version: 1\nresources: [*v]\ntasks: &v 5\nattributes:\n",
        "the referenced anchor is not defined @2:13",
    );
    refused(
        "attributes: {user: &v 5}\nversion: 1\nresources: [*v]\ntasks: []\n",
        "resource is not a mapping @1:20",
    );
}

#[test]
fn merge_keys_and_tags_mean_nothing() {
    let jobspec = accepted(&format!("{HEAD}attributes: {{system: {{<<: {{duration: 5}}}}}}\n"));
    assert_eq!(jobspec.duration, 0.0);
    accepted(
        "version: !!str 1\nresources: !!seq [{type: !foo node, count: !!str 1}]\ntasks: []\n\
         attributes: !!map {}\n",
    );
}

#[test]
fn white_space() {
    accepted(&WHOLE.replace(' ', "\n\t\t"));
    accepted(&format!("{HEAD}attributes: {{\n\t\"system\":\t{{}},\n\t\"user\": [\n\t]\n}}\n"));
    accepted(
        "version: 1\nresources: [\n\t{type: node,\n\t\tcount: 1}\n\t]\ntasks: []\nattributes:\n",
    );
    syntax_error("version: 1\nresources:\n\t- type: node\n\t  count: 1\n", 3, 2);
    syntax_error("version: 1\nresources:\n - type: node\n\tcount: 1\n", 3, 10);
}

#[test]
fn a_block_map_ends_with_a_colon() {
    for last in
        ["attributes", "attributes\n", "attributes:\nfoo\n", "attributes:\n\"foo\"\n", "[]\n"]
    {
        let error = parse(&format!("{HEAD}{last}"), &|_| true).unwrap_err();
        assert_eq!(error.kind(), JobspecErrorKind::Syntax, "{last:?}");
    }
    syntax_error("foo: bar: baz", 1, 9);
}

#[test]
fn commas() {
    let text = |system: &str| format!("{HEAD}attributes: {{system: {{{system}}}}}\n");
    accepted("{version: 1, resources: [{type: node, count: 1,},], tasks: [], attributes: {},}");
    assert_eq!(accepted(&text("duration: 1,, queue: q")).queue.as_deref(), Some("q"));
    accepted(&text("duration: 1,,,"));
    refused(
        "{version: 1, resources: [], tasks: [],, attributes: {}}",
        "Top mapping in jobspec must have exactly four entries @1:39",
    );
    // Places behind the repaired comma are those of the text as it was given.
    refused(&text("duration: 1,, queue: [],,"), "bad conversion @4:44");
    syntax_error("{version: [1,,2]}", 1, 14);
    syntax_error("a: 1\n, b: 2\n", 2, 1);
}

#[test]
fn escapes() {
    let queue = |text: &str| accepted(text).queue.unwrap();
    let json = |value: &str| {
        format!(
            r#"{{"version": 1, "resources": [], "tasks": [], "attributes": {{"\u0073ystem": {{{value}}}}}}}"#
        )
    };
    let all = r#""queue": "\"\\\/\n\u0041\ud83d\ude00 \uD83D\uDE01""#;
    assert_eq!(queue(&json(all)), "\"\\/\nA😀 😁");
    // Not strict JSON: the YAML reader.
    assert_eq!(queue(&json(&format!("{all},"))), "\"\\/\nA😀 😁");
    assert_eq!(queue(&json(r#""queue": "\\\\ud83d\\ude00 \ud83d\ude00","#)), r"\\ud83d\ude00 😀");
    let block = |system: &str| format!("{HEAD}attributes: {{system: {{{system}}}}}\n");
    assert_eq!(queue(&block(r#"queue: "a\ud83d\ude00""#)), "a😀");
    assert_eq!(queue(&block(r"queue: 'a\ud83d\ude00'")), r"a\ud83d\ude00");
    assert_eq!(queue(&block(r"queue: a\ud83d\ude00")), r"a\ud83d\ude00");
    syntax_error(&json(r#""queue": "\ud83d""#), 1, 86);
    syntax_error(&json(r#""queue": "\ude00\ud83d""#), 1, 86);
    // Places behind a pair are those of the text as it was given.
    refused(&json(r#""a": "\ud83d\ude00 \ud83d\ude01", "duration": "x""#), "bad conversion @1:123");
    refused(
        &block("a: \"\\ud83d\\ude00 é\r\n  x \\ud83d\\ude00\", b: \"\\ud83d\\ude00\", duration: x"),
        "bad conversion @5:49",
    );
}

#[test]
fn keys() {
    accepted(WHOLE);
    accepted(&WHOLE.replace(": ", ":"));
    accepted(&WHOLE.replace(':', "\n:"));
    refused(
        "{version:1, resources: [], tasks: [], attributes: {}}",
        r#"Missing key "version" in top level mapping @1:1"#,
    );
    accepted(&format!("{HEAD}? attributes\n: {{}}\n"));
}

#[test]
fn null_and_scalars() {
    for null in ["~", "null", "Null", "NULL", ""] {
        accepted(&format!("{HEAD}attributes: {null}\n"));
    }
    for scalar in ["\"null\"", "'~'", "\"\"", "nULL", "|\n  null"] {
        let error = read(&format!("{HEAD}attributes: {scalar}\n")).unwrap_err();
        assert!(error.starts_with("\"attributes\" is not a map"), "{scalar}: {error}");
    }
}

#[test]
fn duplicates() {
    let text = "version: 1\nresources: [{type: core, count: {min: 2, min: x}}]\ntasks: []\n\
                attributes: {system: {duration: 60, duration: 70}}\n";
    let jobspec = accepted(text);
    assert_eq!((jobspec.resources[0].count.min, jobspec.duration), (2, 70.0));
    let json = r#"{"version": 1, "resources": [], "tasks": [],
        "attributes": {"system": {"duration": 10}, "system": {"queue": "q"}}}"#;
    let jobspec = accepted(json);
    assert_eq!((jobspec.duration, jobspec.queue.as_deref()), (10.0, Some("q")));
}

#[test]
fn json_numbers_keep_their_text() {
    let json = |system: &str| {
        WHOLE.replace("\"attributes\": {", &format!("\"attributes\": {{\"system\": {system}"))
    };
    let queue = |number: &str| accepted(&json(&format!(r#"{{"queue": {number}}}"#))).queue;
    for number in
        ["1.50", "1e3", "-0", "123456789012345678901234567890", "-7", "18446744073709551615"]
    {
        assert_eq!(queue(number).as_deref(), Some(number));
    }
    refused(&json(r#"{"duration": 1e400}"#), "bad conversion @1:84");
}
