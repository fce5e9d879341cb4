//! Runs sessions and writes down what came out.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The options for a graph of two nodes with a core each.
pub(crate) const DEMO: &str = "-L demo.json -f jgf -P low -d";

/// What a session prints, each frame folded to one line: `| JOBID=1 | RESOURCES=ALLOCATED | SCHEDULED AT=Now |`.
pub(crate) fn session(args: &str, input: &str) -> String {
    without_frames(&printed(args, input.as_bytes()))
}

/// Runs `fluxion query` with the words of `args` (`@` stands for a blank in a word, `RESULT` for a fresh file) on
/// `input`, in the folder of the fixtures; returns all that was printed, times blanked.
pub(crate) fn printed(args: &str, input: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let result = folder.path().join("result");
    let words = args.split_whitespace().map(|word| match word {
        "RESULT" => result.to_str().unwrap().to_owned(),
        word => word.replace('@', " "),
    });
    let output = run(words, input);
    let mut text = without_times(&String::from_utf8_lossy(&output.stdout));
    section(&mut text, "result", &fs::read_to_string(&result).unwrap_or_default());
    section(&mut text, "stderr", &String::from_utf8_lossy(&output.stderr));
    match output.status.code() {
        Some(0) => {}
        code => section(&mut text, "exit", &format!("{code:?}")),
    }
    text
}

/// The lines between two edges as one; an edge without another stays.
fn without_frames(text: &str) -> String {
    const EDGE: &str = "INFO: =============================\n";
    let Some((before, rest)) = text.split_once(EDGE) else { return text.to_owned() };
    let Some((framed, rest)) = rest.split_once(EDGE) else { return text.to_owned() };
    let lines: Option<Vec<_>> = framed.lines().map(|line| line.strip_prefix("INFO: ")).collect();
    let lines = lines.unwrap_or_default();
    assert!(!lines.is_empty(), "no frame: {framed:?}");
    format!("{before}| {} |\n{}", lines.join(" | "), without_frames(rest))
}

fn run(words: impl Iterator<Item = String>, input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fluxion"))
        .arg("query")
        .args(words)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A session that does not start does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn section(text: &mut String, title: &str, content: &str) {
    if !content.is_empty() {
        text.push_str(&format!("--- {title}\n{}", without_times(content)));
    }
}

fn without_times(text: &str) -> String {
    text.split_inclusive('\n').map(without_time).collect()
}

/// A line with its time blanked, unless it is zero: behind `ELAPSE=` or `Time: `, or the overhead of a job.
fn without_time(line: &str) -> String {
    const STATES: [&str; 3] = ["ALLOCATED, ", "RESERVED, ", "CANCELED, "];
    for label in ["INFO: ELAPSE=", "Match Time: ", "Load Time: "] {
        if let Some(at) = line.find(label) {
            let (label, time) = line.split_at(at + label.len());
            let zero = matches!(time.trim_end(), "0" | "0.000000");
            return if zero { line.to_owned() } else { format!("{label}*\n") };
        }
    }
    match line.rfind(", ") {
        Some(at) if STATES.iter().any(|state| line.contains(state)) => {
            format!("{}, *\n", &line[..at])
        }
        _ => line.to_owned(),
    }
}
