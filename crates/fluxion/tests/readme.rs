//! The commands that the README and the documents show print what they say.
//!
//! Each document has a server of its own, empty when the document begins, whose address its commands find in
//! `FLUXION_ADDRESS`: `fluxion init` and the like reach it without being told.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on may end")]

mod common;
#[path = "common/masked.rs"]
mod masked;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::Server;
use masked::masked;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The commands of all `console` blocks, each with what follows up to the next.
fn transcripts(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match (inside, line) {
            (false, "```console") => inside = true,
            (true, "```") => inside = false,
            (true, line) => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push((command.to_owned(), String::new())),
                (None, Some((_, output))) => {
                    output.push_str(line);
                    output.push('\n');
                }
                (None, None) => panic!("output before any command: {line}"),
            },
            (false, _) => {}
        }
    }
    found
}

fn run(command: &str, server: &Server) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_fluxion"));
    let folder = binary.parent().expect("a binary lies in a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(root())
        .env("PATH", path)
        .env("FLUXION_ADDRESS", &server.address)
        .output()
        .expect("a shell");
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs the commands of a document, of which there are at least so many.
#[track_caller]
fn check(document: &str, least: usize) {
    let text = std::fs::read_to_string(root().join(document)).expect("a document");
    let transcripts = transcripts(&text);
    assert!(transcripts.len() >= least, "{document} shows commands");
    let server = Server::start();
    for (command, expected) in transcripts {
        assert_eq!(masked(&run(&command, &server)), masked(&expected), "{document}: {command}");
    }
}

/// The documents of a folder, of which there are at least so many.
#[track_caller]
fn documents(folder: &str, least: usize) -> Vec<String> {
    let files = std::fs::read_dir(root().join(folder)).expect("a folder");
    let names =
        files.map(|entry| entry.expect("a file").file_name().into_string().expect("a name"));
    let documents = names.filter(|name| name.ends_with(".md"));
    let documents: Vec<String> = documents.map(|name| format!("{folder}/{name}")).collect();
    assert!(documents.len() >= least, "{documents:?}");
    documents
}

#[test]
fn the_readme_shows_what_its_commands_print() {
    check("README.md", 3);
}

#[test]
fn the_documents_show_what_their_commands_print() {
    for document in documents("docs", 3) {
        // other tests hold the reference; the figures depend on the machine
        let shows_none = ["docs/api.md", "docs/performance.md"].contains(&document.as_str());
        check(&document, usize::from(!shows_none));
    }
}

#[test]
fn each_page_of_rules_shows_what_its_commands_print() {
    for page in documents("docs/semantics", 9) {
        check(&page, 1);
    }
}
