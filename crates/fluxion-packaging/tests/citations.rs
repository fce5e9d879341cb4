//! Nothing cites what a reader does not have: no chapter of a specification, and only pages and headings of
//! `docs` that exist.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::path::{Path, PathBuf};

const FOLDERS: [&str; 9] = [
    "clients",
    "conformance",
    "container",
    "crates",
    "docs",
    "examples",
    "fuzz",
    "packaging",
    "proto",
];

const KINDS: [&str; 10] = ["go", "json", "md", "proto", "py", "rs", "sh", "toml", "txt", "yaml"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Texts below a folder, by path from the root.
fn collect(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !["target", "node_modules"].iter().any(|name| path.ends_with(name)) {
                collect(&path, texts);
            }
            continue;
        }
        let kind = path.extension().and_then(|kind| kind.to_str());
        if kind.is_some_and(|kind| KINDS.contains(&kind))
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            texts.push((name, text));
        }
    }
}

fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    FOLDERS.iter().for_each(|folder| collect(&root().join(folder), &mut texts));
    for name in ["ARCHITECTURE.md", "CHANGELOG.md", "README.md"] {
        texts.push((name.to_owned(), std::fs::read_to_string(root().join(name)).unwrap()));
    }
    assert!(texts.len() > 400, "{} files", texts.len());
    texts
}

/// A text in one line, without the marks of comments.
fn in_one_line(text: &str) -> String {
    let marks = ["//!", "///", "//", "#"];
    let line = |line: &str| {
        let line = line.trim();
        let bare = marks.iter().find_map(|mark| line.strip_prefix(mark));
        bare.unwrap_or(line).trim().to_owned()
    };
    text.lines().map(line).collect::<Vec<_>>().join(" ")
}

fn headings(page: &str) -> Vec<String> {
    let mut inside = false;
    let outside = |line: &&str| {
        inside ^= line.starts_with("```");
        !inside
    };
    let headings = page.lines().filter(outside).filter(|line| line.starts_with('#'));
    headings.map(|line| line.trim_start_matches('#').trim().to_owned()).collect()
}

/// The anchor of a heading, as hosting sites make it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// What is wrong with the citation that a text goes on with: a page, perhaps with a heading.
fn fault(text: &str) -> Option<String> {
    let end = text.find(".md")? + ".md".len();
    let (page, rest) = text.split_at(end);
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    if !page.chars().all(is_path) {
        return None;
    }
    let Ok(of_page) = std::fs::read_to_string(root().join(page)) else {
        return Some(format!("no page {page}"));
    };
    let headings = headings(&of_page);
    if let Some(fragment) = rest.strip_prefix('#') {
        let is_anchor = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let fragment: String = fragment.chars().take_while(|&c| is_anchor(c)).collect();
        let known = headings.iter().any(|heading| anchor(heading) == fragment);
        return (!known).then(|| format!("no heading #{fragment} in {page}"));
    }
    // in comments: `page`, Heading
    let heading = rest.strip_prefix("`, ").filter(|rest| rest.starts_with(char::is_uppercase))?;
    let known = headings.iter().any(|known| heading.starts_with(known.as_str()));
    (!known).then(|| format!("no heading in {page} that {:.40} begins with", heading))
}

#[test]
fn pages_and_headings_that_are_cited_exist() {
    let mut faults = Vec::new();
    for (name, text) in texts() {
        let text = in_one_line(&text);
        let citations = text.match_indices("docs/").filter(|&(at, _)| {
            let before = text[..at].chars().next_back();
            before.is_none_or(|c| matches!(c, '`' | '(' | ' ' | '"'))
        });
        let found = citations.filter_map(|(at, _)| fault(&text[at..]));
        faults.extend(found.map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_chapter_of_a_specification_is_cited() {
    let word = ["chap", "ter"].concat();
    let mut citing = Vec::new();
    for (name, text) in texts() {
        let text = in_one_line(&text).to_lowercase();
        let numbered = text.match_indices(&word).any(|(at, _)| {
            let rest = text[at + word.len()..].trim_start_matches('s');
            rest.strip_prefix(' ')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        });
        if numbered {
            citing.push(name);
        }
    }
    assert!(citing.is_empty(), "{citing:#?}");
}
