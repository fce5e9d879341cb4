//! The files of the repository, and what its Makefile offers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode as _, YamlOwned};

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of it.
pub(crate) fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A file of it that holds one YAML document.
pub(crate) fn yaml(path: &str) -> YamlOwned {
    let documents = YamlOwned::load_from_str(&text(path));
    let mut documents = documents.unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(documents.len(), 1, "{path}");
    documents.remove(0)
}

/// The files of a folder.
pub(crate) fn files(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|name| format!("{folder}/{name}")).collect()
}

/// The targets of the Makefile.
pub(crate) fn targets() -> BTreeSet<String> {
    let text = text("Makefile");
    let names = text.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name);
    let is_target = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    names.filter(is_target).map(str::to_owned).collect()
}

/// The target of each `make` in a script.
pub(crate) fn makes(script: &str) -> Vec<&str> {
    let made = script.lines().filter_map(|line| line.trim().strip_prefix("make "));
    made.filter_map(|words| words.split_whitespace().next()).collect()
}

/// Each named target is there, and there is at least one.
#[track_caller]
pub(crate) fn check_targets(file: &str, named: &[&str]) {
    let targets = targets();
    assert!(!named.is_empty(), "{file} makes nothing");
    named.iter().for_each(|name| assert!(targets.contains(*name), "{file}: no target {name:?}"));
}

/// The targets that a text names in passing: words behind `make`.
pub(crate) fn mentioned(text: &str) -> Vec<&str> {
    let behind = text.split("make ").skip(1);
    behind
        .filter_map(|rest| rest.split(|c: char| !(c.is_ascii_lowercase() || c == '-')).next())
        .collect()
}
