//! The pages of `fluxion man`: one for each command, which names all of its options.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::process::{Command, Output};

fn fluxion(words: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_fluxion")).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {output:?}");
    output
}

/// What `--help` prints; `query` prints it as `resource-query` does, on standard error.
fn help(command: &[&str]) -> String {
    let output = fluxion(&[command, &["--help"]].concat());
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// The options that a help text lists, short and long.
fn options(help: &str) -> Vec<&str> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words =
        lines.flat_map(|line| line.split("  ").next().unwrap_or_default().split([' ', ',']));
    words.filter(|word| word.starts_with('-')).collect()
}

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<&str> {
    let listed = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest);
    let lines = listed.lines().take_while(|line| !line.is_empty());
    let names = lines.filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").collect()
}

/// All pages by name, without the escapes of roff.
fn pages() -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("man1");
    fluxion(&["man", "--out", out.to_str().unwrap()]);
    let files = fs::read_dir(out).unwrap().map(|file| file.unwrap().path());
    let page = |file: std::path::PathBuf| {
        let text = fs::read_to_string(&file).unwrap();
        assert_is_read(&file, &text);
        let name = file.file_name().unwrap().to_str().unwrap();
        (name.to_owned(), text.replace("\\-", "-").replace("\\fR", "").replace("\\fB", ""))
    };
    files.map(page).collect()
}

/// Where there is groff, it finds nothing wrong.
fn assert_is_read(file: &std::path::Path, text: &str) {
    match Command::new("groff").args(["-man", "-Tutf8", "-ww", "-z"]).arg(file).output() {
        Ok(output) => assert!(output.stderr.is_empty(), "{output:?}\n{text}"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{error}"),
    }
}

/// Takes the page of a command and those of all below it, and looks for their options.
#[track_caller]
fn check(command: &[&str], pages: &mut BTreeMap<String, String>) {
    let name = [&["fluxion"], command].concat().join("-") + ".1";
    let page = pages.remove(&name).unwrap_or_else(|| panic!("no page {name}"));
    let help = help(command);
    let options = options(&help);
    assert!(!options.is_empty(), "{name}: {help}");
    for option in options {
        assert!(page.contains(option), "{name} does not mention {option}\n{page}");
    }
    if command != ["query"] {
        commands(&help).iter().for_each(|below| check(&[command, &[*below]].concat(), pages));
    }
}

#[test]
fn each_command_has_a_page_with_all_its_options() {
    let mut pages = pages();
    for name in ["fluxion.1", "fluxion-query.1", "fluxion-serve.1", "fluxion-graphs-drop.1"] {
        assert!(pages.contains_key(name), "{name}");
    }
    assert!(pages["fluxion-serve.1"].contains("FLUXION_PORT"));
    assert!(pages["fluxion-query.1"].contains("match allocate jobspec"));
    check(&[], &mut pages);
    assert_eq!(pages.keys().collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn without_a_folder_the_first_page_is_printed() {
    let page = String::from_utf8(fluxion(&["man"]).stdout).unwrap();
    assert!(page.contains(".TH fluxion 1") && page.contains("fluxion\\-serve(1)"), "{page}");
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let words = ["man", "--out", "/dev/null/man1"];
    let output = Command::new(env!("CARGO_BIN_EXE_fluxion")).args(words).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.starts_with("error: cannot make /dev/null/man1: "), "{message}");
}
