//! `.github/release.sh`: what a release is made of.

use std::fs;
use std::process::Command;

use crate::repository::{root, text};

const CHANGELOG: &str = "# Changelog\n\n## Unreleased\n\n- Not yet.\n\n## 1.2.0 - 2026-01-31\n\nSecond.\n\n### Added\n\n- A.\n\n\
                         ## 1.1.0\n\n- Undated.\n\n## 1.0.0 - 2025-12-01\n\n## 0.9.0 - 2025-11-01\n\n- Last.\n";

/// What the script says on standard output, or on standard error if it fails.
fn run(manifest: &str, changelog: &str, words: &[&str]) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".github")).unwrap();
    let script = folder.path().join(".github/release.sh");
    fs::copy(root().join(".github/release.sh"), &script).unwrap();
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.path().join("CHANGELOG.md"), changelog).unwrap();
    let output = Command::new("bash").arg(script).args(words).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().trim_end().to_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[track_caller]
fn check(version: &str, tag: &str, expected: Result<&str, &str>) {
    let manifest = format!("[workspace.package]\nversion = \"{version}\"\n[x]\nversion = \"7\"\n");
    let found = run(&manifest, CHANGELOG, &["check", tag]);
    assert_eq!(found.as_deref().map_err(String::as_str), expected);
}

#[test]
fn tag_manifest_and_changelog_agree() {
    check("1.2.0", "v1.2.0", Ok("release: tag, manifest and changelog agree on 1.2.0"));
    check("1.2.0", "1.2.0", Err("release: the tag is 1.2.0, but Cargo.toml says 1.2.0"));
    check("1.2.0", "v1.0.0", Err("release: the tag is v1.0.0, but Cargo.toml says 1.2.0"));
    let missing = "release: CHANGELOG.md has no section '## 1.1.0 - YYYY-MM-DD'";
    check("1.1.0", "v1.1.0", Err(missing));
    check("1.0.0", "v1.0.0", Err("release: CHANGELOG.md says nothing of 1.0.0"));
}

#[track_caller]
fn check_notes(version: &str, expected: Result<&str, &str>) {
    let found = run("", CHANGELOG, &["notes", version]);
    assert_eq!(found.as_deref().map_err(String::as_str), expected);
}

#[test]
fn notes_are_the_section_of_the_version() {
    check_notes("1.2.0", Ok("Second.\n\n### Added\n\n- A."));
    check_notes("1.1.0", Ok("- Undated."));
    check_notes("0.9.0", Ok("- Last."));
    check_notes("1.2", Err("release: CHANGELOG.md says nothing of 1.2"));
    check_notes("1.0.0", Err("release: CHANGELOG.md says nothing of 1.0.0"));
}

#[test]
fn it_says_how_it_is_used() {
    let used = run("", "", &["publish"]).unwrap_err();
    assert!(used.contains(".github/release.sh check vVERSION"), "{used}");
}

#[test]
fn what_is_here_could_be_released() {
    let tag = concat!("v", env!("CARGO_PKG_VERSION"));
    let found = run(&text("Cargo.toml"), &text("CHANGELOG.md"), &["check", tag]);
    assert!(found.is_ok(), "{found:?}");
}

#[test]
fn all_have_one_version() {
    let version = env!("CARGO_PKG_VERSION");
    let python = text("clients/python/pyproject.toml");
    assert!(python.contains(&format!("\nversion = \"{version}\"\n")), "pyproject.toml");
    for lock in ["Cargo.lock", "fuzz/Cargo.lock"] {
        let lock = text(lock);
        let packages = lock.split("[[package]]").filter(|p| p.starts_with("\nname = \"fluxion"));
        for package in packages.filter(|package| !package.contains("\"fluxion-fuzz\"")) {
            assert!(package.contains(&format!("\nversion = \"{version}\"\n")), "{package}");
        }
    }
}
