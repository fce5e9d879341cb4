//! Every message (`docs/semantics/jobspec.md`): its text, its place, the order of checks.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use fluxion_jobspec::{
    Constraint, Count, Exclusivity, Jobspec, JobspecError, Operator, PropertyTest, parse,
};
use fluxion_sets::hostlist::Hosts;

fn known(name: &str) -> bool {
    ["slot", "xor_slot", "node", "core", ""].contains(&name)
}

fn read(text: &str) -> Result<Jobspec, JobspecError> {
    parse(text, &known)
}

/// The message, and `line:column` where the error has a place.
fn failure(text: &str) -> String {
    let error = read(text).expect_err(text);
    let place = error.position().expect("every error of a small text has a place");
    format!("{} @{}:{}", error.specified(), place.line, place.column)
}

/// A jobspec whose lines are `version`, `resources`, `tasks`, `attributes`.
fn with(resources: &str, tasks: &str, attributes: &str) -> String {
    format!("version: 1\nresources: {resources}\ntasks: {tasks}\nattributes: {attributes}\n")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(failure(text), expected, "\n{text}");
}

/// `expected` ends with `@column` of the second line.
#[track_caller]
fn resource(element: &str, expected: &str) {
    check(&with(&format!("[{element}]"), "[]", "{}"), &expected.replace('@', "@2:"));
}

#[track_caller]
fn count(count: &str, expected: &str) {
    resource(&format!("{{type: core, count: {count}}}"), expected);
}

#[track_caller]
fn task(task: &str, expected: &str) {
    check(&with("[]", &format!("[{task}]"), "{}"), &expected.replace('@', "@3:"));
}

#[track_caller]
fn attributes(attributes: &str, expected: &str) {
    check(&with("[]", "[]", attributes), &expected.replace('@', "@4:"));
}

#[track_caller]
fn constraint(constraint: &str, expected: &str) {
    let text = format!("{{system: {{constraints: {constraint}}}}}");
    attributes(&text, expected);
}

#[test]
fn top_level() {
    check("[]", "Top level of jobspec is not a mapping @1:1");
    check("x", "Top level of jobspec is not a mapping @1:1");
    check("{}", r#"Missing key "version" in top level mapping @1:1"#);
    check(" {version: 0}", r#"Missing key "resource" in top level mapping @1:2"#);
    check("{version: 0, resources: 0}", r#"Missing key "tasks" in top level mapping @1:1"#);
    check(
        "{version: 0, resources: 0, tasks: 0, x: 0}",
        r#"Missing key "attributes" in top level mapping @1:1"#,
    );
    let four = "Top mapping in jobspec must have exactly four entries";
    check("{version: [], resources: 0, x: 0, tasks: 0, attributes: 0}", &format!("{four} @1:29"));
    check(
        "{version: [], resources: 0, tasks: 0, tasks: 0, attributes: 0}",
        &format!("{four} @1:39"),
    );
}

#[test]
fn version() {
    let check_version = |version: &str, expected: &str| {
        check(&format!("{{version: {version}, resources: 0, tasks: 0, attributes: 0}}"), expected);
    };
    for value in ["~", "[]", "{}", "null"] {
        check_version(value, r#""version" must be an unsigned integer @1:11"#);
    }
    for value in ["-1", "one", "1.0", "\"\"", "4294967296"] {
        check_version(value, "bad conversion @1:11");
    }
    for value in ["0", "10000", "4294967295"] {
        check_version(value, r#"Only jobspec "version" 1-9999 is supported @1:11"#);
    }
    for version in ["1", "\"1\"", "0x270f", "+2"] {
        let text = with("[]", "[]", "").replace("version: 1", &format!("version: {version}"));
        assert!(read(&text).is_ok(), "{version}");
    }
}

#[test]
fn sections_are_checked_in_order() {
    check(
        "{attributes: 0, tasks: 0, resources: 0, version: 1}",
        "\"attributes\" is not a map @1:14",
    );
    check(
        "{attributes: ~, tasks: 0, resources: 0, version: 1}",
        r#""resources" is not a sequence @1:38"#,
    );
    check(
        "{attributes: ~, tasks: 0, resources: [], version: 1}",
        r#""tasks" is not a sequence @1:24"#,
    );
}

#[test]
fn resources() {
    for value in ["", "{}", "1"] {
        let text = with(value, "[]", "");
        assert!(failure(&text).starts_with(r#""resources" is not a sequence"#), "{value}");
    }
    resource("core", "resource is not a mapping @13");
    resource("{count: x}", r#"Key "type" missing from resource @13"#);
    for ty in ["~", "[]", "{}"] {
        resource(&format!("{{type: {ty}}}"), r#"Value of "type" must be a scalar @20"#);
    }
    for ty in ["memory", "Slot", "\" node\"", "1", "1.5"] {
        resource(
            &format!("{{type: {ty}}}"),
            r#"Value of "type" must be a resource type known to fluxion @20"#,
        );
    }
    resource("{type: core, unit: []}", r#"Key "count" missing from resource @13"#);
    resource("{type: core, count: ~, unit: []}", "count is not a mapping @33");
    resource(
        "{type: core, count: 1, unit: [], exclusive: []}",
        r#"Value of "unit" must be a scalar @42"#,
    );
    resource(
        "{type: core, count: 1, exclusive: [], with: 1}",
        r#"Value of "exclusive" must be a scalar @47"#,
    );
    for value in ["True", "yes", "1", "\"true \"", "1.0"] {
        resource(
            &format!("{{type: core, count: 1, exclusive: {value}, with: 1}}"),
            r#"Value of "exclusive" must be either "true" or "false" @47"#,
        );
    }
    resource("{type: core, count: 1, with: 1, label: []}", r#""resources" is not a sequence @42"#);
    resource("{type: core, count: 1, with: [1], label: []}", "resource is not a mapping @43");
    resource("{type: core, count: 1, label: ~, id: ~}", r#"Value of "label" must be a scalar @43"#);
    resource("{type: slot, count: 1, id: ~}", "All slots must be labeled @13");
    resource("{type: slot, label: [], count: 1}", r#"Value of "label" must be a scalar @33"#);
    resource("{type: core, count: 1, id: ~, x: 1}", r#"Value of "id" must be a scalar @40"#);
    let stray = "Unrecognized key in resource mapping";
    for key in ["requires", "<<", "~", "[]"] {
        resource(&format!("{{type: core, {key}: 1, count: 1}}"), &format!("{stray} @26"));
    }
    resource("{type: core, count: 1, count: x}", &format!("{stray} @36"));
}

#[test]
fn counts() {
    for text in ["~", "[]", "[1]"] {
        count(text, "count is not a mapping @33");
    }
    for text in ["4-2", "\"2-\"", "\"1-3:0\"", "0+", "\"1,3,4\"", "-1", "1.0", "1e3", "true"] {
        count(text, "bad conversion @33");
    }
    count("{max: 1}", r#"Key "min" missing from count @33"#);
    for min in ["~", "[]"] {
        count(&format!("{{min: {min}, max: 1}}"), r#"Value of "min" must be a scalar @39"#);
    }
    let all = r#"All or none of "max", "operator", and "operand" must be specified @33"#;
    count("{min: x, max: []}", r#"Value of "max" must be a scalar @47"#);
    count("{min: 2, max: 1}", r#""max" must be greater than or equal to "min" @47"#);
    count("{min: 1, operator: ~}", all);
    count("{min: 1, operand: 1, max: 1}", all);
    let four = |min: &str, max: &str, operator: &str, operand: &str| {
        format!("{{min: {min}, max: {max}, operator: {operator}, operand: {operand}}}")
    };
    count(&four("x", "[]", "[]", "[]"), r#"Value of "max" must be a scalar @47"#);
    count(&four("x", "x", "[]", "[]"), r#"Value of "operator" must be a scalar @60"#);
    count(&four("x", "x", "xx", "~"), r#"Value of "operand" must be a scalar @73"#);
    let conversion = |column| format!("bad conversion @{column}");
    count(&four("x", "-1", "xx", "x"), &conversion(47));
    count(&four("x", "1", "xx", "x"), &conversion(60));
    count(&four("x", "1", "+", "x"), &conversion(72));
    count(&four("x", "1", "+", "1"), &conversion(39));
    count(&four("0", "0", "?", "0"), r#""min" must be greater than zero @39"#);
    count("{min: 0}", r#""min" must be greater than zero @39"#);
    count("{min: -1}", &conversion(39));
    count(&four("2", "1", "x", "0"), r#""max" must be greater than or equal to "min" @47"#);
    count(&four("1", "1", "+", "0"), r#""operand" must be greater than zero for addition '+' @72"#);
    count(
        &four("1", "1", "'*'", "1"),
        r#""operand" must be greater than one for multiplication '*' @74"#,
    );
    count(
        &four("1", "1", "^", "-2"),
        r#""operand" must be greater than one for exponentiation '^' @72"#,
    );
    count(
        &four("1", "1", "^", "2"),
        r#""min" must be greater than one for exponentiation '^' @39"#,
    );
    count(&four("1", "1", "/", "0"), "Invalid count operator @60");
}

#[test]
fn accepted_counts() {
    let check = |text: &str, expected: Count| {
        let text = with(&format!("[{{type: core, count: {text}}}]"), "[]", "");
        assert_eq!(read(&text).unwrap().resources[0].count, expected, "{text}");
    };
    check("0", Count::exactly(0));
    check("\"4\"", Count::exactly(4));
    check("010", Count::exactly(8));
    check("4294967295", Count::exactly(u32::MAX));
    check("{min: 1, foo: 3}", Count::at_least(1));
    for text in ["2-4", "\"2-4\"", "{min: 2, max: 4}", "\"2,3-4\""] {
        check(text, Count { max: 4, ..Count::at_least(2) });
    }
    check("2+", Count::at_least(2));
    let count = |min, max, operator, operand| Count { min, max, operator, operand };
    check("{min: 2, max: 8, operator: '+ ', operand: 3}", count(2, 8, Operator::Add, 3));
    check("{min: 2, operator: '*', operand: 2}", count(2, u32::MAX, Operator::Multiply, 2));
    check("'2-8:2:*'", count(2, 8, Operator::Multiply, 2));
    check("{min: 2, max: 8, operator: '*', operand: 2}", count(2, 8, Operator::Multiply, 2));
    check("{operand: 0x7fffffff, operator: ^, max: 4000000000, min: 2}", {
        count(2, 4_000_000_000, Operator::Power, i32::MAX as u32)
    });
}

#[test]
fn accepted_resources() {
    let text = with(
        "[{type: slot, count: 2, label: '', with: [{type: node, count: 1, exclusive: 'true', \
         unit: 1.5, id: 0-3, label: 1.50}, {type: core, count: 1, exclusive: false, with: []}]}, \
         {type: '', count: 1}]",
        "[]",
        "",
    );
    let [slot, other] = <[_; 2]>::try_from(read(&text).unwrap().resources).unwrap();
    assert_eq!((slot.ty.as_str(), slot.label.as_deref(), slot.count.min), ("slot", Some(""), 2));
    let [node, core] = <[_; 2]>::try_from(slot.with).unwrap();
    assert_eq!(node.exclusivity, Exclusivity::Exclusive);
    assert_eq!(node.label.as_deref(), Some("1.50"));
    assert_eq!((core.exclusivity, core.label), (Exclusivity::Shared, None));
    assert_eq!((other.ty.as_str(), other.exclusivity), ("", Exclusivity::Unspecified));
}

#[test]
fn tasks() {
    for value in ["", "{}", "1"] {
        assert!(failure(&with("[]", value, "")).starts_with(r#""tasks" is not a sequence"#));
    }
    task("a", "task is not a mapping @9");
    task("{slot: []}", r#"Key "command" missing from task @9"#);
    for command in ["a", "~", "{}"] {
        task(&format!("{{command: {command}}}"), r#""command" value must be a sequence @19"#);
    }
    let conversion = |column| format!("bad conversion @{column}");
    task("{command: [a, [b]]}", &conversion(23));
    task("{command: [1, ~, true]}", r#"Key "slot" missing from task @9"#);
    for slot in ["~", "[]"] {
        task(
            &format!("{{command: [], slot: {slot}, count: 1}}"),
            r#"Value of task "slot" must be a YAML scalar @29"#,
        );
    }
    let more = |rest: &str| format!("{{command: [], slot: s, {rest}}}");
    for count in ["1", "~", "[]"] {
        task(
            &more(&format!("count: {count}, distribution: []")),
            r#""count" in task is not a mapping @39"#,
        );
    }
    for count in ["{}", "{a: 1, b: 2}", "{a: 1, a: 1}"] {
        task(
            &more(&format!("count: {count}")),
            r#""count" in task must have exactly one entry @39"#,
        );
    }
    task(&more("count: {per_resource: {type: gpu}}"), &conversion(54));
    task(&more("count: {[]: 1}"), &conversion(40));
    task(
        &more("distribution: ~, attributes: ~"),
        r#"Value of task "distribution" must be a YAML scalar @46"#,
    );
    for value in ["~", "[]", "1"] {
        task(
            &more(&format!("attributes: {value}")),
            r#""attributes" in task is not a mapping @44"#,
        );
    }
    task(&more("attributes: {a: []}"), &conversion(48));
    let number = "impossible number of entries in task mapping @9";
    task("{command: [], slot: s}", number);
    task(&more("a: 1, b: 1, c: 1, d: 1"), number);
    task(&more("slot: s, slot: s, slot: s, slot: s"), number);
}

#[test]
fn accepted_tasks() {
    for rest in [
        "zzz: []",
        "slot: []",
        "count: {bogus: abc}",
        "count: {total: 1.5}",
        "count: {per_slot: ~}, distribution: 1, attributes: {a: 1, b: ~}",
    ] {
        let text = with("[]", &format!("[{{command: [1, 2.5, ~], slot: 1, {rest}}}]"), "");
        assert!(read(&text).is_ok(), "{rest}");
    }
}

#[test]
fn attributes_and_system() {
    for value in ["1", "[]", "''"] {
        attributes(value, r#""attributes" is not a map @13"#);
    }
    attributes("{user: [], x: 1}", r#"Unknown key in "attributes" @24"#);
    attributes("{~: 1}", r#"Unknown key in "attributes" @14"#);
    let conversion = |column| format!("bad conversion @{column}");
    attributes("{[]: 1}", &conversion(14));
    let iterator = "invalid node; this may result from using a map iterator as a sequence iterator, \
                    or vice-versa";
    attributes("{system: [1]}", &format!("{iterator} @22"));
    attributes("{system: {environment: [1]}}", &format!("{iterator} @36"));
    attributes("{system: {environment: {A: []}}}", &conversion(40));
    attributes("{system: {[]: 1}}", &conversion(23));
    for value in ["~", "[]", "0x10", "inf", "1x", "1e400"] {
        attributes(&format!("{{system: {{duration: {value}}}}}"), &conversion(33));
    }
    attributes("{system: {queue: {}}}", &conversion(30));
    attributes("{system: {cwd: []}}", &conversion(28));
    attributes("{system: {duration: x, duration: 1}}", &conversion(33));
}

#[test]
fn accepted_attributes() {
    let check = |attributes: &str, duration: f64, queue: Option<&str>| {
        let jobspec = read(&with("[]", "[]", attributes)).expect(attributes);
        assert_eq!((jobspec.duration, jobspec.queue.as_deref()), (duration, queue), "{attributes}");
    };
    for nothing in ["", "~", "{}", "{user: [1]}", "{system: ~}", "{system: 1}", "{system: []}"] {
        check(nothing, 0.0, None);
    }
    check("{system: {duration: 1.5, queue: debug}}", 1.5, Some("debug"));
    check("{system: {duration: '60', queue: ''}}", 60.0, None);
    check("{system: {duration: -.inf, queue: ~}}", f64::NEG_INFINITY, Some("null"));
    check("{system: {duration: 60, duration: 70}}", 70.0, None);
    check("{system: {duration: 10}, system: {queue: q}}", 10.0, Some("q"));
    check(
        "{system: {cwd: ~, environment: ~, shell: {a: [b]}, ~: 1, <<: {duration: 9}}}",
        0.0,
        None,
    );
    check("{system: {environment: 1, environment: {A: ~, ~: 2.5}}}", 0.0, None);
}

#[test]
fn constraints() {
    for value in ["~", "[]", "x"] {
        constraint(value, "constraint is not a mapping @36");
    }
    let many = "constraint map may not contain > 1 operation";
    constraint("{x: 1, y: 1}", &format!("{many} @43"));
    constraint("{and: [], and: []}", &format!("{many} @46"));
    for value in ["~", "1", "{}"] {
        constraint(&format!("{{nand: {value}}}"), "nand operator value must be an array @43");
    }
    constraint("{And: []}", "unknown constraint operator: And @37");
    constraint("{~: []}", "unknown constraint operator: null @37");
    constraint("{[]: []}", "bad conversion @37");
    constraint("{and: [{not: [~]}]}", "constraint is not a mapping @50");
    for operand in ["red", "1", "~", "[]", "!!str \"red\"", "!x red"] {
        constraint(&format!("{{properties: [{operand}]}}"), "non-string property specified @50");
    }
    for operand in ["re^d", "^^red", "a&b", "!a", "a'", "a|b", "a(", ")", "`"] {
        constraint(
            &format!("{{properties: [\"{operand}\"]}}"),
            &format!("{operand} is invalid @50"),
        );
    }
    constraint("{properties: ['a\"b']}", "a\"b is invalid @50");
    constraint("{hostlist: [a, 'foo[2-']}", "Invalid hostlist `foo[2-' @51");
    constraint("{ranks: [0, '3,1']}", "Invalid idset `3,1' @48");
    constraint("{ranks: [~]}", "Invalid idset `null' @45");
    constraint("{ranks: ['4294967298']}", "Invalid idset `4294967298' @45");
    for operator in ["hostlist", "ranks"] {
        let text = with("[]", "[]", &format!("{{system: {{constraints: {{{operator}: [[]]}}}}}}"));
        assert!(failure(&text).contains("bad conversion"), "{operator}");
    }
}

#[test]
fn accepted_constraints() {
    let check = |text: &str, expected: Constraint| {
        let text = with("[]", "[]", &format!("{{system: {{constraints: {text}}}}}"));
        assert_eq!(read(&text).unwrap().constraint, Some(expected), "{text}");
    };
    let property = |name: &str, negated| PropertyTest { name: name.to_owned(), negated };
    check("{}", Constraint::And(Vec::new()));
    check(
        "{properties: ['red', \"^blue\", '', '^', 'a b@,c']}",
        Constraint::Properties(vec![
            property("red", false),
            property("blue", true),
            property("", false),
            property("", true),
            property("a b@,c", false),
        ]),
    );
    let hosts = |text: &str| Constraint::Hostlist([text].into_iter().collect());
    check("{hostlist: ['foo[2-3]x[0-1] b', ~, 7]}", hosts("foo[2-3]x[0-1] b,null,7"));
    check("{hostlist: []}", Constraint::Hostlist(Hosts::default()));
    check("{ranks: ['0-3,', 2, '[7]']}", Constraint::Ranks([0, 1, 2, 3, 7].into_iter().collect()));
    check(
        "{not: [{or: [{}]}, {and: []}]}",
        Constraint::Not(vec![
            Constraint::Or(vec![Constraint::And(Vec::new())]),
            Constraint::And(Vec::new()),
        ]),
    );
}

/// Which key, what was found, what is accepted.
#[test]
fn errors_say_what_was_found_and_what_is_accepted() {
    let message = |text: &str| read(text).expect_err(text).to_string();
    let count =
        |value: &str| message(&with(&format!("[{{type: core, count: {value}}}]"), "[]", "{}"));
    let accepted = "a whole number, a range such as 2-8, 2+ or 2-8:2:*, or evenly spaced numbers such as 2,4,6";
    for (value, found) in [("many", "\"many\""), ("\"4-2\"", "\"4-2\""), ("1.5", "\"1.5\"")] {
        assert_eq!(count(value), format!("`count`: expected {accepted}, found {found}"));
    }
    assert_eq!(count("[1]"), "count is not a mapping, found a list");
    assert_eq!(
        count("{min: one}"),
        "`min`: expected a whole number from 0 to 4294967295, found \"one\""
    );
    let system = |text: &str| message(&with("[]", "[]", &format!("{{system: {{{text}}}}}")));
    let seconds = "seconds, or a text such as 90s, 1.5h or 2d";
    for (value, found) in
        [("soon", "\"soon\""), ("~", "null"), ("[]", "a list"), ("{a: 1}", "a map")]
    {
        let expected = format!("`duration`: expected {seconds}, found {found}");
        assert_eq!(system(&format!("duration: {value}")), expected);
    }
    let long = "x".repeat(100);
    assert!(system(&format!("duration: {long}")).ends_with(&format!("{:?}...", &long[..40])));
    let element = |text: &str| message(&with(&format!("[{{{text}}}]"), "[]", "{}"));
    assert_eq!(
        element("type: core, count: 1, exclusive: yes"),
        "Value of \"exclusive\" must be either \"true\" or \"false\", found \"yes\""
    );
    assert_eq!(element("type: core"), "Key \"count\" missing from resource");
}

#[test]
fn durations_may_have_a_unit() {
    for (text, expected) in [("1.5h", 5400.0), ("\"90s\"", 90.0), ("2d", 172_800.0), ("60", 60.0)] {
        let text = with("[]", "[]", &format!("{{system: {{duration: {text}}}}}"));
        assert_eq!(read(&text).expect(&text).duration, expected);
    }
}
