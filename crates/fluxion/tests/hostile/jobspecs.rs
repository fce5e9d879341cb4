//! Jobspec files: refused for what they are, or matched in a small graph.

use std::fmt::Write as _;

use crate::support::{Answer, Jgf, job, job_of, match_in};

const NODE: &str =
    r#"{"type": "slot", "count": 1, "label": "s", "with": [{"type": "node", "count": 1}]}"#;

/// Tries a jobspec in two nodes with four cores each.
#[track_caller]
fn submit(jobspec: impl AsRef<[u8]>) -> Answer {
    let graph = Jgf::cluster(2, &[("core", 1), ("core", 1), ("core", 1), ("core", 1)]);
    match_in(&graph, "-P low", jobspec)
}

#[track_caller]
fn invalid(jobspec: impl AsRef<[u8]>) {
    submit(jobspec).says("match_allocate: ERROR: ").says("No matching resources found");
}

#[track_caller]
fn no_match(jobspec: impl AsRef<[u8]>) {
    submit(jobspec).says("Unsatisfiable request").says("No matching resources found");
}

#[track_caller]
fn allocated(jobspec: impl AsRef<[u8]>) {
    submit(jobspec).says("RESOURCES=ALLOCATED");
}

fn nested(depth: usize, element: &str) -> String {
    let open = format!(r#"[{{{element}, "count": 1, "with": "#);
    job(&format!("{}[]{}", open.repeat(depth), "}]".repeat(depth)))
}

#[test]
fn nested_with_100_000_times() {
    for element in [r#""type": "node""#, r#""type": "slot", "label": "s""#] {
        invalid(nested(100_000, element));
        invalid(nested(100_000, element).replace('"', "'"));
        no_match(nested(60, element));
    }
    let mut block = String::from("version: 1\ntasks: []\nattributes:\nresources:\n");
    for level in 0..1000 {
        let indent = "  ".repeat(level);
        let _ = write!(block, "{indent}- type: node\n{indent}  count: 1\n{indent}  with:\n");
    }
    invalid(block);
}

#[test]
fn deep_nesting() {
    for opening in ["[", "{a: ", "{\"a\":", "- ", "? ", "a: [", "&a [", "!x ["] {
        invalid(opening.repeat(100_000));
    }
    for user in ["[".repeat(100_000), "{\"a\": ".repeat(100_000)] {
        invalid(job("[]").replace("{\"system\"", &format!("{{\"user\": {user}, \"system\"")));
    }
}

#[test]
fn alias_bombs() {
    let mut bomb = String::from("attributes:\n  user:\n    a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(bomb, "    a{level}: &a{level} [{items}]");
    }
    invalid(bomb);
    let mut tree = String::from("attributes: {user: {l0: &l0 [{type: core, count: 1}],");
    for level in 1..12 {
        let element = format!("{{type: node, count: 1, with: *l{}}}", level - 1);
        let _ = write!(tree, "l{level}: &l{level} [{}],", vec![element; 9].join(","));
    }
    tree.push_str("}}\nversion: 1\ntasks: []\nresources: *l11\n");
    invalid(&tree);
    submit(tree.replace("*l11", "*l3")).says("No matching resources found");
    invalid("a: &a [*a]");
    let wide =
        format!("attributes: {{user: [&a \"{}\", {}]}}", "x".repeat(1 << 19), "*a, ".repeat(1000));
    invalid(wide);
}

#[test]
fn counts_of_billions() {
    for count in ["1000000000", "4294967295", r#"{"min": 4294967295}"#] {
        no_match(job(&NODE.replace("\"count\": 1,", &format!("\"count\": {count},")).list()));
    }
    for count in ["4294967296", "-1", "1e9", "99999999999999999999999", "NaN", ".inf"] {
        invalid(job(&NODE.replace("\"count\": 1,", &format!("\"count\": {count},")).list()));
    }
    let element = r#"[{"type": "node", "count": 4294967295, "with": "#;
    let core = r#"[{"type": "slot", "label": "s", "count": 4294967295, "with": [{"type": "core", "count": 4294967295}]}]"#;
    no_match(job(&format!("{}{core}{}", element.repeat(40), "}]".repeat(40))));
}

#[test]
fn ranges_of_counts_near_the_end() {
    for (min, operator, operand) in [
        (1, '+', 1),
        (1, '+', 2_147_483_647),
        (1, '*', 2),
        (2, '*', 2_147_483_647),
        (3, '*', 2),
        (2, '^', 2),
        (2, '^', 2_147_483_647),
    ] {
        for max in [4_294_967_295_u32, 4_294_967_294, 2_147_483_648, 65_536] {
            let count = format!(
                r#"{{"min": {min}, "max": {max}, "operator": "{operator}", "operand": {operand}}}"#
            );
            let slots = r#"{"type": "slot", "count": C, "label": "s", "with": [{"type": "core", "count": 1}]}"#;
            allocated(job(&slots.replace('C', &count).list()));
            let cores = slots.replace("\"count\": 1", "\"count\": C").replace("t\": C,", "t\": 1,");
            allocated(job(&cores.replace('C', &count).list()));
        }
    }
}

/// A list of one.
trait List {
    fn list(&self) -> String;
}

impl List for String {
    fn list(&self) -> String {
        format!("[{self}]")
    }
}

#[test]
fn durations_that_are_no_numbers() {
    let slot = NODE.to_owned().list();
    for duration in [".nan", ".inf", "-.inf", "-1", "1e308", "1e400", "NaN", "1e18", "3153600001"] {
        invalid(job_of(&slot, duration));
        invalid(job_of(&slot, duration).replace("\"duration\"", "duration"));
    }
    for duration in ["1e-320", "0", "3153600000", "0.5"] {
        allocated(job_of(&slot, duration));
    }
}

#[test]
fn truncated_texts() {
    let whole = job(&NODE.to_owned().list());
    for end in (0..whole.len()).step_by(3) {
        invalid(&whole[..end]);
    }
}

#[test]
fn files_that_are_no_text() {
    for bytes in [
        &b"\0"[..],
        b"",
        b"\xff",
        b"\xff\xfe{\0}\0",
        b"version: \xff",
        b"version: \"\0\"",
        b"\xef\xbb\xbf",
        &[0; 1 << 20],
        &[0x80; 1 << 20],
        &[b'\n'; 1 << 20],
        &[b'\t'; 1 << 20],
        &[b'-'; 1 << 20],
        &[b'['; 1 << 20],
        &[b'['; 1 << 18],
        &[b'&'; 1 << 20],
    ] {
        invalid(bytes);
    }
}

#[test]
fn texts_of_megabytes() {
    for unit in ["{}", "a: 1\n", "- 1\n", "- [", "[],", "\"\",", "*a ", "&a ", "? ", "# x\n", "!"] {
        for opening in ["", "[", "{a: [", "\""] {
            invalid(format!("{opening}{}", unit.repeat((1 << 20) / unit.len())));
            invalid(format!("{opening}{}", unit.repeat((250 << 10) / unit.len())));
        }
    }
    invalid(format!("{{\"a\": [{}0]}}", "0,".repeat(7 << 20)));
    invalid("x".repeat(20 << 20));
    for (count, reason) in [(4000, ""), (50_000, "expected at most 4096 resources")] {
        let elements = vec![r#"{"type": "core", "count": 1}"#; count].join(",");
        submit(job(&format!("[{elements}]"))).says("No matching resources found").says(reason);
    }
    let keys: String = (0..100_000).map(|n| format!("\"k{n}\": 1,")).collect();
    invalid(job("[]").replace("{\"version\"", &format!("{{{keys} \"version\"")));
}

#[test]
fn duplicate_keys() {
    let whole = job(&NODE.to_owned().list());
    invalid(whole.replace("\"count\": 1,", "\"count\": 1, \"count\": 2,"));
    invalid(whole.replace("\"version\": 1,", &"\"version\": 1,".repeat(1000)));
}

#[test]
fn jobspec_files_that_are_not_files() {
    let graph = Jgf::cluster(1, &[("core", 1)]);
    let files: [(&str, &[u8]); 1] = [("graph", graph.as_bytes())];
    let input =
        b"match allocate /dev/zero\nmatch allocate .\nmatch allocate none\ncat /dev/zero\nlist\n";
    let answer = crate::support::session(&files, "-L graph -f jgf", input);
    answer.says("at most 16 MiB").says("/dev/zero is larger than any jobspec");
}

fn constrained(constraint: &str) -> String {
    job(&NODE.to_owned().list())
        .replace("\"duration\"", &format!("\"constraints\": {constraint}, \"duration\""))
}

#[test]
fn constraints_without_measure() {
    let deep = format!("{}{{}}{}", "{\"not\": [".repeat(50), "]}".repeat(50));
    allocated(constrained(&deep));
    let deeper = format!("{}{{}}{}", "{\"and\": [".repeat(100_000), "]}".repeat(100_000));
    invalid(constrained(&deeper));
    for hosts in
        ["n[0-1000000000]", "n[0-99999]x[0-99999]", "n[0-999999],m[0-999999]", "[[[[", "n[0-"]
    {
        invalid(constrained(&format!("{{\"hostlist\": [\"{hosts}\"]}}")));
    }
    for ranks in ["0-2147483647", "0-2147483646", "0,0,0"] {
        submit(constrained(&format!("{{\"ranks\": [\"{ranks}\"]}}"))).says("");
    }
    let many = vec!["{\"hostlist\": [\"n[0-99999]\"]}"; 1000].join(",");
    invalid(constrained(&format!("{{\"or\": [{many}]}}")));
    let properties = vec!["\"p\""; 200_000].join(",");
    no_match(constrained(&format!("{{\"properties\": [{properties}]}}")));
    let terms = vec!["{\"properties\": [\"p\"]}"; 20_000].join(",");
    no_match(constrained(&format!("{{\"or\": [{terms}]}}")));
}
