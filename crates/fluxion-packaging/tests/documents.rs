//! The documents agree with each other and with what they speak of: links lead somewhere, and each deliberate
//! deviation is explained.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The Markdown files of the root, of `docs`, of the clients and of the chart.
fn documents() -> Vec<String> {
    let folders = [
        "",
        "docs/",
        "docs/semantics/",
        "clients/go/",
        "clients/python/",
        "packaging/helm/fluxion/",
    ];
    let in_folder = |folder: &&str| {
        let files = std::fs::read_dir(root().join(folder)).unwrap();
        let names = files.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let documents = names.filter(|name| name.ends_with(".md"));
        documents.map(|name| format!("{folder}{name}")).collect::<Vec<_>>()
    };
    folders.iter().flat_map(in_folder).collect()
}

/// The lines of a document that are not in a block of code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    })
}

fn headings(text: &str) -> impl Iterator<Item = &str> {
    prose(text).filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim())
}

/// The anchor of a heading, as hosting sites make it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// What the links of a document lead to, those to other sites left out.
fn targets(text: &str) -> Vec<String> {
    let text: String = prose(text).map(|line| format!("{line}\n")).collect();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let targets = links.map(|(target, _)| target.to_owned());
    targets.filter(|target| !target.contains("://")).collect()
}

/// A path without `..` and `.`.
fn resolve(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            Component::CurDir => {}
            other => resolved.push(other),
        }
    }
    resolved
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        let of_document = text(&document);
        for target in targets(&of_document) {
            let (file, fragment) = target.split_once('#').unwrap_or((&target, ""));
            let folder = Path::new(&document).parent().unwrap();
            let file = match file {
                "" => PathBuf::from(&document),
                file => resolve(&folder.join(file)),
            };
            let found = root().join(&file);
            let is_there = found.exists()
                && (fragment.is_empty()
                    || headings(&std::fs::read_to_string(found).unwrap())
                        .any(|heading| anchor(heading) == fragment));
            if !is_there {
                broken.push(format!("{document}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn each_deviation_is_explained() {
    let page = text("docs/semantics/compatibility.md");
    let deviations: Value = serde_json::from_str(&text("conformance/deviations.json")).unwrap();
    let sessions = deviations.as_object().unwrap().keys().cloned();
    let mended = text("crates/fluxion-context/tests/mended.rs");
    let tests = mended.split("#[test]\nfn ").skip(1).filter_map(|rest| rest.split_once('('));
    let names: BTreeSet<String> = sessions.chain(tests.map(|(name, _)| name.to_owned())).collect();
    assert!(names.len() >= 20, "{names:?}");
    let missing: Vec<_> =
        names.iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
