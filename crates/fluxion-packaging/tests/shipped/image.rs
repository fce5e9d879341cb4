//! The image, the development container, and what they are made from.

use std::collections::BTreeSet;

use fluxion_packaging::{DockerIgnore, Dockerfile, PORT, complaints};
use fluxion_server::Port;
use serde_json::{Value, json};

use crate::repository::{check_targets, makes, root, text};

pub(crate) fn dockerfile() -> Dockerfile {
    Dockerfile::parse(&text("Dockerfile")).unwrap_or_else(|error| panic!("Dockerfile: {error}"))
}

pub(crate) fn development_container() -> Value {
    serde_json::from_str(&text(".devcontainer/devcontainer.json")).unwrap()
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
fn the_development_container_has_what_is_needed() {
    let container = development_container();
    assert_eq!(container["forwardPorts"], json!([PORT]));
    for tool in ["rust", "go", "python"] {
        let feature = format!("ghcr.io/devcontainers/features/{tool}:1");
        assert!(container["features"][&feature]["version"].is_string(), "{tool}");
    }
    check_targets("devcontainer.json", &makes(container["postCreateCommand"].as_str().unwrap()));
}
