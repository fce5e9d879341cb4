//! `fluxion generate`: what it makes can be loaded and printed in every format, and nothing absurd is made.

#![allow(clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use fluxion_context::{Context, LoadFormat, MatchFormat, MatchOperation, Options};

/// Exit status, standard output and standard error of a command.
fn fluxion(line: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fluxion"));
    let output = command.args(line.split_whitespace()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn generated(options: &str) -> String {
    let (status, text, complaints) = fluxion(&format!("generate {options}"));
    assert_eq!((status, complaints.as_str()), (0, ""), "{options}");
    text
}

fn load(text: &str, load_format: LoadFormat, match_format: MatchFormat) -> Context {
    let options = Options { load_format, match_format, ..Options::default() };
    Context::load(text, &options).unwrap()
}

/// All that is in a cluster, in a format.
fn listed(text: &str, load_format: LoadFormat, match_format: MatchFormat) -> String {
    load(text, load_format, match_format).find("status=up or status=down", 0).unwrap()
}

const FORMATS: [(&str, LoadFormat); 3] =
    [("jgf", LoadFormat::Jgf), ("grug", LoadFormat::Grug), ("r", LoadFormat::Rv1exec)];

/// The same cluster in every format, but for the order; as many vertices as expected.
#[track_caller]
fn check_alike(options: &str, vertices: usize) {
    let mut before: Option<Vec<String>> = None;
    for (name, format) in FORMATS {
        let text = generated(&format!("{options} --format {name}"));
        assert_eq!(load(&text, format, MatchFormat::Simple).graph().vertices().len(), vertices);
        let listed = listed(&text, format, MatchFormat::Simple);
        let mut lines: Vec<String> = listed.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        assert!(before.is_none_or(|before| before == lines), "{name}: {options}");
        before = Some(lines);
    }
}

#[test]
fn formats_agree() {
    check_alike("", 37);
    check_alike("--nodes 1 --cores 1", 3);
    check_alike("--nodes 3 --cores 2 --gpus 2 --hosts fox", 16);
}

/// The same, for what R cannot say.
#[track_caller]
fn check_recipe(options: &str, vertices: usize) {
    let count = |format: LoadFormat| {
        let text = generated(&format!("{options} --format {format}"));
        let context = load(&text, format, MatchFormat::Rlite);
        assert_eq!(context.graph().vertices().len(), vertices, "{format}: {options}");
        context.find("status=up", 0).unwrap()
    };
    assert_eq!(count(LoadFormat::Jgf), count(LoadFormat::Grug), "{options}");
}

#[test]
fn recipes_number_as_graphs_do() {
    check_recipe("--racks 2 --nodes 6 --cores 4", 33);
    check_recipe("--racks 3 --nodes 6 --sockets 2 --cores 4 --gpus 2 --memory 64", 70);
    check_recipe("--nodes 2 --sockets 2 --cores 6 --memory 64 --memory-pools 8", 35);
}

#[test]
fn each_format_of_a_match_can_print_it() {
    let text = generated("--racks 2 --nodes 4 --sockets 2 --cores 4 --gpus 2 --memory 8");
    let jobspec = "{version: 9999, resources: [{type: slot, count: 3, label: x, with: [{type: core, \
                   count: 1}]}], tasks: [], attributes: {}}";
    for &format in MatchFormat::ALL {
        let mut context = load(&text, LoadFormat::Jgf, format);
        let matched = context.match_jobspec(MatchOperation::Allocate, jobspec, 0).unwrap();
        assert!(!matched.resources.is_empty(), "{format}");
    }
}

#[test]
fn what_was_asked_for_is_there() {
    let text = generated(
        "--nodes 3 --cores 1 --hosts fox[08-10] --property fast@0-1 --property disk=ssd@2 --down 1",
    );
    let found = |criteria: &str| {
        let context = load(&text, LoadFormat::Jgf, MatchFormat::Simple);
        let found = context.find(criteria, 0).unwrap();
        let names =
            found.lines().filter_map(|line| line.trim_start_matches([' ', '-']).split('[').next());
        names.filter(|name| name.starts_with("fox")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("property=fast"), "fox08 fox09");
    assert_eq!(found("property=disk"), "fox10");
    assert_eq!(found("status=down"), "fox09");
    assert_eq!(found("names=fox[09-10]"), "fox09 fox10");
}

#[test]
fn seeds_choose() {
    let text = |seed| generated(&format!("--nodes 64 --cores 1 --property a@25% --seed {seed}"));
    assert_eq!(text(1), text(1));
    assert_ne!(text(1), text(2));
    assert_eq!(text(2).matches("\"properties\"").count(), 16);
    // another property, others of the nodes
    let both = generated("--nodes 64 --cores 1 --property a@25% --property b@25% --format r");
    let ranks: Vec<&str> = both.split("\"a\": ").nth(1).unwrap().split("\"b\": ").collect();
    assert_ne!(ranks[0].trim_end_matches(", "), ranks[1]);
}

#[test]
fn what_a_format_cannot_say_is_told() {
    for (options, expected) in [
        ("--format grug --property a", "note: a recipe has no properties\n"),
        ("--format grug --down 0", "note: a recipe has no status: all nodes are up\n"),
        (
            "--format r --racks 2 --sockets 2 --memory 4 --property a=b --down 0",
            "note: R has no racks: the nodes hang below the cluster\n\
             note: R has no sockets: cores and gpus hang below the nodes\n\
             note: R has no memory\n\
             note: R has no values of properties: each becomes a name with `=` in it\n\
             note: R has no status: all nodes are up\n",
        ),
        ("--format r --property a", ""),
    ] {
        let (status, _, complaints) = fluxion(&format!("generate {options}"));
        assert_eq!((status, complaints.as_str()), (0, expected), "{options}");
    }
}

#[test]
fn absurd_clusters_are_refused() {
    for (options, expected) in [
        ("--nodes 0", "a cluster needs at least one node"),
        (
            "--nodes 3000000",
            "the cluster would have 27000001 vertices: at most 2097152 are generated",
        ),
        (
            "--nodes 18446744073709551615 --cores 18446744073709551615",
            "the cluster would have 340282366920938463444927863358058659841 vertices: at most 2097152 are \
             generated",
        ),
        (
            "--racks 18446744073709551615",
            "the cluster would have 18446744073709551652 vertices: at most 2097152 are generated",
        ),
        ("--nodes 3 --racks 2", "3 nodes cannot be spread evenly over 2 racks"),
        ("--sockets 3", "8 cores of a node cannot be spread evenly over 3 sockets"),
        ("--sockets 2 --gpus 1", "1 gpus of a node cannot be spread evenly over 2 sockets"),
        ("--memory 7 --sockets 2", "--memory: 7 units cannot be divided evenly into 2 pools"),
        ("--memory 7 --memory-pools 0", "--memory: 7 units cannot be divided evenly into 0 pools"),
        ("--memory-pools 2", "--memory-pools: there is no --memory to divide"),
        ("--memory 4294967296", "--memory: a pool has at most 4294967295 units"),
        ("--memory 1 --memory-unit <&>", "--memory-unit: expected at most 16 letters and digits"),
        ("--hosts a,b,c", "`a,b,c` names 3 hosts for 4 nodes"),
        ("--hosts a,b,c,b", "host `b` is named twice"),
        (
            "--hosts a[0-3] --format grug",
            "a recipe numbers its nodes from 0: it cannot call them `a[0-3]`; \
          give a name without a range, or choose another format",
        ),
        ("--property a@4", "there is no node 4: the ranks are 0 to 3"),
        ("--down 9", "there is no node 9: the ranks are 0 to 3"),
        (
            "--property a@1-2 --property a=1@2",
            "the property `a` is there twice, for node 2 at least: name all nodes of a property at once",
        ),
        (
            "--property a@1 --property a@2",
            "the property `a` is there twice, for node 2 at least: name all nodes of a property at once",
        ),
        (
            "--format r --cores 0",
            "R lists cores and gpus: nodes without any cannot be written in this format",
        ),
    ] {
        let (status, text, complaints) = fluxion(&format!("generate {options}"));
        assert_eq!((status, text.as_str()), (2, ""), "{options}");
        assert_eq!(complaints, format!("error: {expected}\n"), "{options}");
    }
    for hosts in ["a/b", "", "a\u{7}", "a[0-99999999999]", "n[", "a-é", "123456789012345678"] {
        let output = Command::new(env!("CARGO_BIN_EXE_fluxion"))
            .args(["generate", "--hosts", hosts])
            .output()
            .unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{hosts}");
        assert!(complaint.contains("is no list of host names") && !complaint.contains('\u{7}'));
    }
    for option in ["--nodes=-1", "--cores=x", "--property=@", "--property=a@x", "--property=a@101%"]
    {
        assert_eq!(fluxion(&format!("generate {option}")).0, 2, "{option}");
    }
}

#[test]
fn files_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cluster.json");
    let options = "--nodes 2 --cores 1";
    assert_eq!(generated(&format!("{options} --out {}", file.display())), "");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), generated(options));
    let (status, _, complaints) = fluxion("generate --out /dev/null/x");
    assert_eq!(status, 1);
    assert!(complaints.starts_with("error: cannot write /dev/null/x: "), "{complaints}");
}

#[test]
fn a_server_and_the_prompt_take_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cluster.json");
    generated(&format!("--nodes 2 --cores 2 --out {}", file.display()));
    let mut query = Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .args(["query", "-L", file.to_str().unwrap(), "-f", "jgf", "-F", "rlite"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    query.stdin.take().unwrap().write_all(b"find status=up\n").unwrap();
    let answer = String::from_utf8(query.wait_with_output().unwrap().stdout).unwrap();
    assert!(answer.starts_with(r#"[{"rank": "0-1", "children": {"core": "0-1"}}]"#), "{answer}");
}
