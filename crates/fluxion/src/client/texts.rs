//! Texts that come from files, and those that are printed for people.

use std::fs;
use std::io::{self, Read as _};

use anyhow::Context as _;
use fluxion_client::v1::{ResourceFormat, ResourceSet};

use crate::colour::Colour;
use crate::tree;

/// A text from a file, or from standard input if the name is `-`.
pub(super) fn read(file: &str) -> anyhow::Result<String> {
    if file == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        return Ok(text);
    }
    fs::read_to_string(file).with_context(|| format!("cannot read {file}"))
}

/// What a file is called in messages.
pub(super) fn called(file: &str) -> String {
    if file == "-" { "standard input".to_owned() } else { file.to_owned() }
}

/// A resource set for people: JGF is drawn as a tree, the other formats are legible.
pub(super) fn drawn(set: Option<&ResourceSet>) -> String {
    let Some(set) = set.filter(|set| !set.text.trim().is_empty()) else { return String::new() };
    let tree = match set.format() {
        ResourceFormat::Jgf | ResourceFormat::JgfFull | ResourceFormat::JgfShorthand => {
            tree::lines(&set.text, Colour::on_stdout()).ok()
        }
        _ => None,
    };
    tree.map_or_else(|| ended(&set.text), |lines| lines.join("\n") + "\n")
}

/// A resource set for scripts; none if nothing is in it.
pub(super) fn written(set: Option<&ResourceSet>) -> Option<&str> {
    set.map(|set| set.text.as_str()).filter(|text| !text.trim().is_empty())
}

/// A text as lines, the last of which ends too.
pub(super) fn ended(text: &str) -> String {
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{text}{end}")
}

/// A number of vertices.
pub(super) fn vertices(count: u64) -> String {
    if count == 1 { "1 vertex".to_owned() } else { format!("{count} vertices") }
}

/// A number of edges.
pub(super) fn edges(count: u64) -> String {
    if count == 1 { "1 edge".to_owned() } else { format!("{count} edges") }
}

/// A number of jobs that hold something, now or later.
pub(super) fn live_jobs(count: u64) -> String {
    if count == 1 { "1 live job".to_owned() } else { format!("{count} live jobs") }
}
