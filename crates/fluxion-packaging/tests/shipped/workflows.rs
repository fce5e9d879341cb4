//! The hosted workflows: what they run is there, and is all that `.ci/run` runs.

use std::os::unix::fs::PermissionsExt as _;

use saphyr::YamlOwned;

use crate::image::{development_container, dockerfile};
use crate::repository::{check_targets, files, makes, root, text, yaml};

const CI: &str = ".github/workflows/ci.yml";
const RELEASE: &str = ".github/workflows/release.yml";

fn workflows() -> Vec<String> {
    let workflows = files(".github/workflows");
    assert!(workflows.len() >= 2, "{workflows:?}");
    workflows
}

/// The jobs of a workflow, by name.
fn jobs(workflow: &YamlOwned) -> Vec<(&str, &YamlOwned)> {
    let jobs = workflow.as_mapping_get("jobs").and_then(YamlOwned::as_mapping).unwrap();
    jobs.iter().map(|(name, job)| (name.as_str().unwrap(), job)).collect()
}

/// What the steps of a job run or use; none if it calls a workflow.
fn steps(job: &YamlOwned, key: &str) -> Vec<String> {
    let steps = job.as_mapping_get("steps").and_then(YamlOwned::as_sequence);
    let values = steps.into_iter().flatten().filter_map(|step| step.as_mapping_get(key)?.as_str());
    values.map(str::to_owned).collect()
}

/// All lines that a workflow runs.
fn runs(path: &str) -> String {
    let workflow = yaml(path);
    let scripts: Vec<_> = jobs(&workflow).iter().flat_map(|(_, job)| steps(job, "run")).collect();
    scripts.join("\n")
}

/// The scripts of the repository that are called.
fn scripts(runs: &str) -> Vec<&str> {
    let words = runs.split_whitespace();
    words.filter(|word| word.starts_with('.') && word.contains('/')).collect()
}

#[test]
fn each_step_runs_what_is_there_or_uses_a_version() {
    for path in workflows() {
        let runs = runs(&path);
        let made = makes(&runs);
        if !made.is_empty() {
            check_targets(&path, &made);
        }
        for script in scripts(&runs) {
            let found = std::fs::metadata(root().join(script));
            let mode = found.unwrap_or_else(|e| panic!("{path}: {script}: {e}")).permissions();
            assert!(mode.mode() & 0o111 != 0, "{path}: {script} cannot be executed");
        }
        let workflow = yaml(&path);
        for action in jobs(&workflow).iter().flat_map(|(_, job)| steps(job, "uses")) {
            let version = action.split_once("@v").map(|(_, version)| version.parse::<u32>());
            assert!(matches!(version, Some(Ok(_))), "{path}: {action}");
        }
    }
}

#[test]
fn jobs_end_and_need_jobs_that_exist() {
    for path in workflows() {
        let workflow = yaml(&path);
        let jobs = jobs(&workflow);
        for (name, job) in &jobs {
            let called = job.as_mapping_get("uses").and_then(YamlOwned::as_str);
            match called.map(|path| path.trim_start_matches("./")) {
                Some(called) => assert!(root().join(called).is_file(), "{path}: {called}"),
                None => assert!(job.as_mapping_get("timeout-minutes").is_some(), "{path}: {name}"),
            }
            let needs = job.as_mapping_get("needs");
            let one = needs.and_then(YamlOwned::as_str);
            let many = needs.and_then(YamlOwned::as_sequence).into_iter().flatten();
            for needed in one.into_iter().chain(many.filter_map(YamlOwned::as_str)) {
                assert!(jobs.iter().any(|(name, _)| *name == needed), "{path}: no job {needed}");
            }
        }
    }
}

#[test]
fn all_build_with_one_version_of_rust() {
    let base = &dockerfile().stages[0].base;
    let version = base.strip_prefix("rust:").unwrap().split('-').next().unwrap();
    let features = &development_container()["features"];
    assert_eq!(features["ghcr.io/devcontainers/features/rust:1"]["version"], version);
    for path in workflows() {
        assert_eq!(yaml(&path)["env"]["RUST_VERSION"].as_str(), Some(version), "{path}");
    }
    let minor = |text: &str| text.split('.').nth(1).unwrap().parse::<u32>().unwrap();
    assert!(minor(version) >= minor(env!("CARGO_PKG_RUST_VERSION")));
}

#[test]
fn ci_run_makes_targets_that_exist() {
    let script = text(".ci/run");
    let named = makes(&script);
    check_targets(".ci/run", &named);
    for needed in ["check", "stubs-check", "test", "walkthroughs", "container-test", "perf-check"] {
        assert!(named.contains(&needed), "{needed} is not run");
    }
}

#[test]
fn the_hosted_ci_runs_all_that_ci_run_does() {
    assert!(runs(CI).lines().any(|line| line.trim() == ".ci/run"));
}

#[test]
fn the_hosted_ci_tries_the_oldest_compiler_and_looks_up_advisories() {
    let runs = runs(CI);
    assert!(runs.contains("^rust-version = "), "{runs}");
    assert!(runs.contains("check --workspace --all-targets --locked"), "{runs}");
    let deny = text(CI);
    assert!(deny.contains("cargo-deny-action") && deny.contains("check advisories bans sources"));
}

#[test]
fn a_release_is_checked_tested_and_published() {
    let workflow = yaml(RELEASE);
    let tags = &workflow["on"]["push"]["tags"];
    assert_eq!(tags[0].as_str(), Some("v*"));
    let runs = runs(RELEASE);
    for needed in [
        ".github/release.sh check \"$GITHUB_REF_NAME\"",
        ".github/release.sh notes ",
        "make dist",
        "make build IMAGE=",
        "sha256sum",
        "gh release create ",
    ] {
        assert!(runs.contains(needed), "{needed} is not run");
    }
    let calls_ci = |job: &YamlOwned| job["uses"].as_str() == Some("./.github/workflows/ci.yml");
    let jobs = jobs(&workflow);
    assert!(jobs.iter().any(|(_, job)| job.as_mapping_get("uses").is_some() && calls_ci(job)));
    let (_, pack) = jobs.iter().find(|(name, _)| *name == "pack").unwrap();
    let machines = pack["strategy"]["matrix"]["runner"].as_sequence().unwrap();
    assert_eq!(machines.len(), 2, "x86_64 and aarch64");
}
