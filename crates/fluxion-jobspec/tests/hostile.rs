//! Texts made to cost time, memory or stack are refused quickly, or cost what their length does.

#![expect(clippy::disallowed_methods, reason = "the time is what is tested")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use fluxion_jobspec::{Jobspec, JobspecError, JobspecErrorKind, parse};

/// Generous: a debug build on a busy machine. Without limits these inputs take minutes or all memory.
const PATIENCE: Duration = Duration::from_secs(20);

fn read(text: &str) -> Result<Jobspec, JobspecError> {
    let start = Instant::now();
    let result = parse(text, &|_| true);
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
    result
}

#[track_caller]
fn check(text: &str, kind: JobspecErrorKind) {
    assert_eq!(read(text).unwrap_err().kind(), kind);
}

fn with_attributes(attributes: &str) -> String {
    format!("version: 1\nresources: []\ntasks: []\nattributes: {attributes}\n")
}

#[test]
fn nesting() {
    let nested = |depth: usize| {
        with_attributes(&format!("{{user: {}{}}}", "[".repeat(depth), "]".repeat(depth)))
    };
    assert!(read(&nested(126)).is_ok());
    check(&nested(127), JobspecErrorKind::Limit);
    for opening in ["[", "{a: ", "{\"a\":", "- ", "? ", "a: [", "&a [", "!x ["] {
        for depth in [200, 100_000] {
            assert!(read(&opening.repeat(depth)).is_err(), "{opening:?} {depth}");
        }
    }
    let mut block = String::new();
    for depth in 0..1000 {
        let _ = writeln!(block, "{}a:", " ".repeat(depth));
    }
    check(&block, JobspecErrorKind::Limit);
    let element = r#"{"type": "core", "count": 1, "with": ["#;
    let deep = format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{}}, "resources": [{}{}]}}"#,
        element.repeat(1000),
        "]}".repeat(1000)
    );
    check(&deep, JobspecErrorKind::Limit);
}

#[test]
fn aliases_that_multiply() {
    let mut bomb = String::from("attributes:\n  user:\n    a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(bomb, "    a{level}: &a{level} [{items}]");
    }
    check(&bomb, JobspecErrorKind::Limit);
    let wide =
        format!("attributes: {{user: [&a \"{}\", {}]}}", "x".repeat(1 << 17), "*a, ".repeat(1000));
    check(&wide, JobspecErrorKind::Limit);
    let deep = (1..100).fold("a0: &a0 []\n".to_owned(), |text, level| {
        format!("{text}a{level}: &a{level} [[*a{}]]\n", level - 1)
    });
    check(&deep, JobspecErrorKind::Limit);
}

#[test]
fn aliased_resources_multiply_within_the_limit() {
    assert!(read(&aliased_resources(4)).is_ok());
    check(&aliased_resources(5), JobspecErrorKind::Limit);
    let list = |count: usize| vec![r#"{"type": "core", "count": 1}"#; count].join(",");
    let json = |count: usize| {
        format!(
            r#"{{"version": 1, "tasks": [], "attributes": {{}}, "resources": [{}]}}"#,
            list(count)
        )
    };
    assert!(read(&json(4096)).is_ok());
    check(&json(4097), JobspecErrorKind::Limit);
}

fn aliased_resources(levels: usize) -> String {
    let mut text = String::from("attributes: {user: {");
    text.push_str("l0: &l0 [{type: core, count: 1}],");
    for level in 1..=levels {
        let element = format!("{{type: core, count: 1, with: *l{}}}", level - 1);
        let _ = write!(text, "l{level}: &l{level} [{}],", vec![element; 5].join(","));
    }
    format!("{text}}}}}\nversion: 1\ntasks: []\nresources: *l{levels}\n")
}

#[test]
fn hosts_that_multiply() {
    let constraint = |text: &str| with_attributes(&format!("{{system: {{constraints: {text}}}}}"));
    let endless = constraint("{hostlist: ['n[0-1000000000]']}");
    assert_eq!(read(&endless).unwrap_err().to_string(), "Invalid hostlist `n[0-1000000000]'");
    for hosts in ["n[0-99999]x[0-99999]", "n[0-999999],m[0-999999]", "n[0-999999]"] {
        check(&constraint(&format!("{{hostlist: ['{hosts}']}}")), JobspecErrorKind::Limit);
    }
    let text =
        constraint(&format!("{{or: [&a {{hostlist: ['n[0-99999]']}}, {}]}}", "*a, ".repeat(1000)));
    check(&text, JobspecErrorKind::Limit);
    let ranks = constraint("{ranks: ['0-2147483647', '0-2147483647']}");
    assert!(read(&ranks).is_ok());
}

#[test]
fn large_counts_cost_nothing() {
    for count in ["1000000000", "{min: 1, max: 4294967295, operator: '*', operand: 2}"] {
        let text = format!(
            "version: 1\nresources: [{{type: core, count: {count}}}]\ntasks: []\nattributes:\n"
        );
        assert!(read(&text).unwrap().resources[0].count.effective_max() > 0);
    }
}

#[test]
fn large_texts() {
    let json = |size: usize| {
        format!(
            r#"{{"version": 1, "resources": [], "tasks": [], "attributes": {{"user": "{}"}}}}"#,
            "x".repeat(size)
        )
    };
    assert!(read(&json(15 << 20)).is_ok());
    check(&json(16 << 20), JobspecErrorKind::Limit);
    check(&json(2 << 20).replace("1,", "0,"), JobspecErrorKind::Rule);
    check(&with_attributes(&"x".repeat(2 << 20)), JobspecErrorKind::Limit);
    assert!(read(&with_attributes(&format!("{{user: {}}}", "x".repeat(1 << 17)))).is_ok());
    for unit in
        [",", "a,", "- ", "a: 1\n", "\"\",", "? ", ": ", "&a ", "*a ", "\n", "\t", "!", "#", "[]"]
    {
        let text = unit.repeat((1 << 17) / unit.len() + 1);
        for opening in ["", "[", "{", "a: [", "\""] {
            let text = format!("{opening}{text}");
            assert!(read(&text[..1 << 17]).is_err(), "{opening}{unit}");
        }
    }
    let numbers = format!(r#"{{"a": [{}0]}}"#, "0,".repeat(7 << 20));
    check(&numbers, JobspecErrorKind::Limit);
}

#[test]
fn repairs_end() {
    let commas = with_attributes(&format!("{{user: {{{}}}}}", ",".repeat(10_000)));
    check(&commas, JobspecErrorKind::Syntax);
    let scalar = format!("\"{}\"", r"\ud83d\ude00".repeat(10_000));
    assert!(read(&with_attributes(&format!("{{user: {scalar}}}"))).is_ok());
    let scalars = vec![r#""\ud83d\ude00""#; 1000].join(", ");
    check(&with_attributes(&format!("{{user: [{scalars}]}}")), JobspecErrorKind::Syntax);
    let quoted = with_attributes("\n  system:\n    a: {b: \"x\ny\", c: 1}");
    check(&quoted, JobspecErrorKind::Syntax);
    let tabs = "\n\t\t\t1,".repeat(10_000);
    assert!(read(&with_attributes(&format!("{{user: [{tabs}]}}"))).is_ok());
}

#[test]
fn truncated_texts() {
    let yaml = "version: 1\nresources:\n  - type: &t slot\n    count: {min: 1}\n    label: \"\\ud83d\\ude00\"\n    \
                with: [{type: *t, count: 1}]\ntasks: []\nattributes:\n  system: {duration: 1,, queue: |\n";
    let json = r#"{"version": 1, "resources": [{"type": "core", "count": {"min": 1}}], "tasks": [], "attributes": {}}"#;
    for text in [yaml, json] {
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            assert!(read(&text[..end]).is_err(), "{}", &text[..end]);
        }
    }
}
