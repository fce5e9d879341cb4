//! Everything that is wrong with a jobspec at once, each with its place.

use fluxion_jobspec::{faults, parse};

fn known(name: &str) -> bool {
    ["slot", "node", "core"].contains(&name)
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let told = faults(text, &known);
    let place = |error: &fluxion_jobspec::JobspecError| {
        error.position().map_or_else(String::new, |at| format!("{}:{}: ", at.line, at.column))
    };
    let lines: Vec<String> = told.iter().map(|error| format!("{}{error}", place(error))).collect();
    assert_eq!(lines, expected, "{text}");
    // whoever only wants the first gets one of them
    assert!(parse(text, &known).err().is_none_or(|first| told.contains(&first)));
}

#[test]
fn valid_jobspecs_have_none() {
    check("{version: 1, resources: [], tasks: [], attributes: }", &[]);
    check("\u{feff}version: 1\nresources: []\ntasks: []\nattributes: {}\n", &[]);
}

#[test]
fn all_parts_are_looked_at() {
    check(
        "version: 0\n\
         resources:\n  \
           - type: slot\n    \
             count: none\n    \
             exclusive: perhaps\n    \
             size: 4\n    \
             with:\n      \
               - type: gpu\n        \
                 count: {min: 0}\n      \
               - core\n\
         tasks:\n  \
           - command: ls\n    \
             slot: [a]\n    \
             count: 1\n\
         attributes:\n  \
           system:\n    \
             duration: long\n    \
             constraints:\n      \
               and:\n        \
                 - properties: [\"a|b\", \"c\", \"d!\"]\n        \
                 - between: []\n  \
           users: {}\n\
         extra: 1\n",
        &[
            "1:10: Only jobspec \"version\" 1-9999 is supported, found \"0\"",
            "3:5: All slots must be labeled",
            "4:12: `count`: expected a whole number, a range such as 2-8, 2+ or 2-8:2:*, or evenly spaced numbers such as 2,4,6, found \"none\"",
            "5:16: Value of \"exclusive\" must be either \"true\" or \"false\", found \"perhaps\"",
            "6:5: Unrecognized key in resource mapping, found \"size\"",
            "8:15: Value of \"type\" must be a resource type known to fluxion, found \"gpu\"",
            "9:22: \"min\" must be greater than zero, found \"0\"",
            "10:9: resource is not a mapping, found \"core\"",
            "12:14: \"command\" value must be a sequence, found \"ls\"",
            "13:11: Value of task \"slot\" must be a YAML scalar, found a list",
            "14:12: \"count\" in task is not a mapping, found \"1\"",
            "17:15: `duration`: expected seconds, or a text such as 90s, 1.5h or 2d, found \"long\"",
            "20:24: a|b is invalid",
            "20:36: d! is invalid",
            "21:11: unknown constraint operator: between",
            "22:3: Unknown key in \"attributes\", found \"users\"",
            "23:1: Top mapping in jobspec must have exactly four entries, found \"extra\"",
        ],
    );
}

#[test]
fn what_is_missing_is_told_together() {
    check(
        "version: 1\nother: 2\n",
        &[
            "1:1: Missing key \"attributes\" in top level mapping",
            "1:1: Missing key \"resource\" in top level mapping",
            "1:1: Missing key \"tasks\" in top level mapping",
            "2:1: Top mapping in jobspec must have exactly four entries, found \"other\"",
        ],
    );
    check("[]", &["1:1: Top level of jobspec is not a mapping, found a list"]);
    check("{version: [}", &["1:12: while parsing a node, did not find expected node content"]);
}
