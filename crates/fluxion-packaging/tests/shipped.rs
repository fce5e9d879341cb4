//! The files around the code are sound, agree with each other, and name what there is.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fluxion_packaging::{DockerIgnore, Dockerfile, PORT, complaints};
use fluxion_server::Port;
use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn dockerfile() -> Dockerfile {
    Dockerfile::parse(&text("Dockerfile")).unwrap_or_else(|error| panic!("Dockerfile: {error}"))
}

fn development_container() -> Value {
    serde_json::from_str(&text(".devcontainer/devcontainer.json")).unwrap()
}

/// The targets of the Makefile.
fn targets() -> BTreeSet<String> {
    let text = text("Makefile");
    let names = text.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name);
    let is_target = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    names.filter(is_target).map(str::to_owned).collect()
}

/// The arguments of each `make` in a script.
fn makes(script: &str) -> Vec<&str> {
    script.lines().filter_map(|line| line.trim().strip_prefix("make ")).collect()
}

#[track_caller]
fn check_targets(file: &str, named: &[&str]) {
    let targets = targets();
    assert!(!named.is_empty(), "{file} makes nothing");
    named.iter().for_each(|name| assert!(targets.contains(*name), "{file}: no target {name:?}"));
}

/// Each step of each job of the workflow: what it runs or uses.
fn steps(workflow: &Yaml<'_>, key: &str) -> Vec<String> {
    let jobs = workflow.as_mapping_get("jobs").and_then(Yaml::as_mapping).unwrap();
    let steps =
        jobs.values().flat_map(|job| job.as_mapping_get("steps").unwrap().as_vec().unwrap());
    let values = steps.filter_map(|step| step.as_mapping_get(key)?.as_str());
    values.map(str::to_owned).collect()
}

#[test]
fn the_image_keeps_the_rules() {
    let ignore = DockerIgnore::parse(&text(".dockerignore"));
    let sent = |path: &str| root().join(path).exists() && ignore.sends(path);
    assert_eq!(complaints(&dockerfile(), sent), []);
    assert_eq!(PORT, Port::DEFAULT.0);
}

#[test]
fn the_build_does_not_see_what_it_does_not_need() {
    let ignore = DockerIgnore::parse(&text(".dockerignore"));
    let entries = std::fs::read_dir(root()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let sent: BTreeSet<String> = names.filter(|name| ignore.sends(name)).collect();
    let expected = ["Cargo.lock", "Cargo.toml", "LICENSE", "crates", "proto"];
    assert_eq!(sent, expected.map(str::to_owned).into());
}

#[test]
fn labels_are_what_the_manifest_says() {
    let dockerfile = dockerfile();
    let manifest = text("Cargo.toml");
    for (label, key) in [("version", "version"), ("licenses", "license"), ("source", "repository")]
    {
        let value = dockerfile.image().unwrap().label(label).unwrap();
        assert!(manifest.contains(&format!("\n{key} = \"{value}\"\n")), "{label}: {value}");
    }
}

#[test]
fn all_build_with_one_version_of_rust() {
    let base = &dockerfile().stages[0].base;
    let version = base.strip_prefix("rust:").unwrap().split('-').next().unwrap();
    let features = &development_container()["features"];
    let rust = &features["ghcr.io/devcontainers/features/rust:1"]["version"];
    assert_eq!(rust, version);
    let workflow = text(".github/workflows/ci.yml");
    let workflow = &Yaml::load_from_str(&workflow).unwrap()[0];
    assert_eq!(workflow["env"]["RUST_VERSION"].as_str(), Some(version));
    let minor = |text: &str| text.split('.').nth(1).unwrap().parse::<u32>().unwrap();
    assert!(minor(version) >= minor(env!("CARGO_PKG_RUST_VERSION")));
}

#[test]
fn the_workflow_runs_targets_that_exist() {
    let workflow = text(".github/workflows/ci.yml");
    let documents = Yaml::load_from_str(&workflow).unwrap();
    let [workflow] = &documents[..] else { panic!("{} documents", documents.len()) };
    let runs = steps(workflow, "run").join("\n");
    let named = makes(&runs);
    check_targets("ci.yml", &named);
    for needed in ["check", "stubs-check", "test", "demo", "container-test"] {
        assert!(named.contains(&needed), "{needed} is not run");
    }
    let versioned =
        |action: &str| action.split_once("@v").is_some_and(|(_, v)| v.parse::<u32>().is_ok());
    steps(workflow, "uses").iter().for_each(|action| assert!(versioned(action), "{action}"));
}

#[test]
fn ci_runs_targets_that_exist() {
    let script = text(".ci/run");
    let named = makes(&script);
    check_targets(".ci/run", &named);
    assert!(named.contains(&"test") && named.contains(&"container-test"), "{named:?}");
}

#[test]
fn the_development_container_has_what_is_needed() {
    let container = development_container();
    assert_eq!(container["forwardPorts"], json!([PORT]));
    for tool in ["rust", "go", "python"] {
        let feature = format!("ghcr.io/devcontainers/features/{tool}:1");
        assert!(container["features"][&feature]["version"].is_string(), "{tool}");
    }
    check_targets("devcontainer.json", &makes(container["postCreateCommand"].as_str().unwrap()));
}

#[test]
fn the_readme_names_targets_that_exist() {
    let readme = text("README.md");
    let words: Vec<&str> = readme
        .split("make ")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !(c.is_ascii_lowercase() || c == '-')).next())
        .collect();
    check_targets("README.md", &words);
}
