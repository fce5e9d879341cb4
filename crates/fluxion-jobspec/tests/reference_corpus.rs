//! Jobspecs that the reference's validator accepts and refuses, if they lie beside the repository.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

use std::path::{Path, PathBuf};

/// Files that this parser judges otherwise than the validator, each with the reason.
const EXCEPTIONS: [(&str, &str); 1] =
    [("resource_count_missing_max.yaml", "RFC 14: without `max` there is no largest count")];

fn files(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/conformance/jobspecs")
        .join(kind);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: there is no {}", folder.display());
        return Vec::new();
    };
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[track_caller]
fn check(kind: &str, valid: bool) {
    for file in files(kind) {
        let text = std::fs::read_to_string(&file).unwrap();
        // The validator knows every type.
        let accepted = fluxion_jobspec::parse(&text, &|_| true).is_ok();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let excepted = EXCEPTIONS.iter().any(|(exception, _)| *exception == name);
        assert_eq!(accepted, valid != excepted, "{name}");
    }
}

#[test]
fn valid_jobspecs() {
    check("valid", true);
}

#[test]
fn invalid_jobspecs() {
    check("invalid", false);
}
