//! `top`, as people see it on a terminal, and scripts without one.

use std::process::{Command, Output};

use serde_json::Value;

use crate::common::Server;
use crate::pseudo_terminal::PseudoTerminal;
use crate::{document, examples, fails, loaded, masked, run, text};

/// A server to whose graph some things have happened.
fn busy() -> Server {
    let server = loaded();
    for line in [
        "match jobspec.yaml --job-key first",
        "status /tiny0/rack0/node1/socket1/gpu1 --set down",
        "match two_nodes.yaml --operation allocate_orelse_reserve --job-key next",
    ] {
        text(&server, line);
    }
    server
}

/// What is printed where no terminal is, with an address that is the same each time.
fn page(server: &Server, words: &[&str], variables: &[(&str, &str)]) -> String {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .arg("top")
        .args(words)
        .current_dir(examples())
        .env("FLUXION_ADDRESS", &server.address)
        .env_remove("COLUMNS")
        .env_remove("LINES")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert_eq!((status.code(), stderr.as_slice()), (Some(0), &b""[..]));
    let same = "127.0.0.1:54321";
    assert_eq!(server.address.len(), same.len());
    String::from_utf8(stdout).unwrap().replace(&server.address, same)
}

#[test]
fn once_it_is_a_text() {
    let server = busy();
    let once = page(&server, &["--once"], &[]);
    insta::assert_snapshot!("once", once);
    // where there is no terminal, that is meant
    assert_eq!(page(&server, &[], &[]), once);
    assert_eq!(page(&server, &["--color", "always"], &[]), once);
    let narrow = page(&server, &["--once"], &[("COLUMNS", "40"), ("LINES", "10")]);
    insta::assert_snapshot!("once_narrow", narrow);
}

#[test]
fn scripts_get_a_document() {
    let server = busy();
    let Value::Object(mut document) = document(&server, "top") else { panic!("no object") };
    document.remove("server");
    insta::assert_snapshot!("document", masked(&format!("{:#}", Value::Object(document))));
}

#[test]
fn what_is_wrong_is_told_without_a_page() {
    let server = loaded();
    for line in ["top --once --graph absent", "top --graph absent"] {
        let told = fails(&server, line, 5);
        assert!(told.starts_with("error: there is no graph named `absent`\n"), "{told}");
    }
    assert!(fails(&server, "top --interval 0.1", 2).contains("expected 0.2 to 3600"));
    assert_eq!(run("127.0.0.1:1", "top --once --wait 0").status.code(), Some(6));
}

#[test]
fn nobody_is_named_by_it() {
    let server = busy();
    text(&server, "top --once");
    let unconfirmed = document(&server, "jobs --unconfirmed");
    assert_eq!(unconfirmed["jobs"].as_array().unwrap().len(), 2);
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn on_a_terminal(server: &Server, size: (u16, u16), variables: &[(&str, &str)]) -> PseudoTerminal {
    let words = ["top", "--interval", "0.2", "--server", &server.address];
    PseudoTerminal::start(size, &words, variables)
}

#[test]
fn keys_and_changes_and_sizes() {
    let server = busy();
    let mut terminal = on_a_terminal(&server, (80, 24), &[]);
    terminal.wait_for("allocated");
    terminal.wait_for("match");
    let is_counted = |line: &str| words(line) == ["node", "2", "2", "0", "1", "1"];
    let shown = terminal.wait_until("row of nodes", |shown| shown.lines().any(is_counted));
    assert!(shown.starts_with("fluxion top  default at 127.0.0.1:"), "{shown}");
    assert!(shown.contains("═ Resources "), "{shown}");
    terminal.press("\t");
    terminal.wait_for("═ Jobs ");
    terminal.press("?");
    terminal.wait_for("PageUp, PageDown");
    terminal.press("?");
    terminal.wait_for("═ Jobs ");
    text(&server, "cancel --job-key next");
    terminal.wait_for("canceled  job 2");
    terminal.wait_for("1 running, 0 waiting");
    terminal.press("p");
    terminal.wait_for("paused, connected");
    text(&server, "cancel --job-key first");
    terminal.press("p");
    terminal.wait_for("0 running, 0 waiting");
    terminal.resize((40, 10));
    let shown = terminal.wait_for("═ Jobs ");
    assert!(shown.lines().all(|line| line.chars().count() <= 40), "{shown}");
    terminal.resize((20, 4));
    terminal.wait_for("needs 24 x 6");
    terminal.press("q");
    let (written, status) = terminal.end();
    assert_eq!(status.code(), Some(0));
    assert!(written.contains("\x1b[38;5;2;"), "states have colours");
}

#[test]
fn signals_and_control_c_give_the_terminal_back() {
    let server = loaded();
    for signal in ["-TERM", "-INT", "-HUP"] {
        let mut terminal = on_a_terminal(&server, (80, 24), &[("NO_COLOR", "1")]);
        terminal.wait_for("connected");
        terminal.signal(signal);
        let (written, status) = terminal.end();
        assert_eq!(status.code(), Some(0), "{signal}");
        assert!(!written.contains("\x1b[38;5;"), "{written:?}");
    }
    for key in ["\x03", "\x1b", "q"] {
        let mut terminal = on_a_terminal(&server, (80, 24), &[]);
        terminal.wait_for("connected");
        terminal.press(key);
        assert_eq!(terminal.end().1.code(), Some(0), "{key:?}");
    }
}

#[test]
fn a_terminal_that_cannot_be_redrawn_gets_it_once() {
    let server = loaded();
    let mut terminal = on_a_terminal(&server, (80, 24), &[("TERM", "dumb")]);
    let shown = terminal.wait_for("Last changes");
    assert!(shown.starts_with("fluxion top  default at "), "{shown}");
    assert!(!shown.contains("? help"), "{shown}");
}

#[test]
fn another_graph_is_chosen() {
    let server = loaded();
    text(&server, "init cluster.json --graph spare");
    let mut terminal = on_a_terminal(&server, (80, 24), &[]);
    terminal.wait_for("connected");
    terminal.press("g");
    terminal.wait_for("> default");
    terminal.press("j");
    terminal.wait_for("> spare");
    terminal.press("\r");
    terminal.wait_for("fluxion top  spare at");
    terminal.wait_for("100 vertices, 99 edges");
    terminal.press("q");
    assert_eq!(terminal.end().1.code(), Some(0));
}

#[test]
fn a_server_that_goes_away_is_told_of_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("unix:{}", folder.path().join("socket").display());
    let start = || {
        let server = Server::with(&["--listen", &address]);
        text(&server, "init cluster.json");
        server
    };
    let server = start();
    text(&server, "match jobspec.yaml --job-key first");
    let mut terminal = on_a_terminal(&server, (80, 24), &[]);
    terminal.wait_for("1 running, 0 waiting");
    drop(server);
    let shown = terminal.wait_for("trying again: ");
    assert!(shown.contains("disconnected for ") && shown.contains("first"), "{shown}");
    let _server = start();
    // another load of the graph, without the job
    terminal.wait_for("0 running, 0 waiting");
    terminal.wait_for("? help");
    terminal.press("q");
    assert_eq!(terminal.end().1.code(), Some(0));
}
