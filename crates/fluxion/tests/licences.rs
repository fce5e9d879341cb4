//! What the dependencies may be: their licences allow distribution under Apache-2.0, they come from crates.io in a
//! named version, and none builds a C library. As far as this platform needs them, so that no network is needed.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on may end")]

use std::process::Command;

use serde_json::Value;
use spdx::{Expression, ParseMode};

/// All of these ask no more than that the notices are kept.
const LICENCES: [&str; 8] = [
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Zlib",
];

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// `openssl-sys` needs a C library, where rustls would do; `protobuf-src` builds protoc, where protox does.
const BANNED: [&str; 2] = ["openssl-sys", "protobuf-src"];

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn packages() -> Vec<Value> {
    let version = output("rustc", &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let listing = ["metadata", "--locked", "--offline", "--format-version", "1"];
    let metadata = output(env!("CARGO"), &[&listing[..], &["--filter-platform", host]].concat());
    let mut metadata: Value = serde_json::from_str(&metadata).expect("JSON");
    let resolved = metadata["resolve"]["nodes"].as_array().expect("nodes");
    let used: Vec<Value> = resolved.iter().map(|node| node["id"].clone()).collect();
    let packages = metadata["packages"].take();
    let Value::Array(mut packages) = packages else { panic!("no packages") };
    packages.retain(|package| used.contains(&package["id"]));
    packages
}

fn is_allowed(licence: &str) -> bool {
    // `/` for OR is how it was once written.
    let expression = Expression::parse_mode(licence, ParseMode::LAX);
    expression.is_ok_and(|e| e.evaluate(|one| LICENCES.contains(&one.to_string().as_str())))
}

/// What is wrong with a package.
fn complaints(package: &Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let licence = package["license"].as_str().unwrap_or_default();
    let dependencies = package["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
    let any_version =
        |dependency: &&Value| dependency["path"].is_null() && dependency["req"] == "*";
    let ours = package["source"].is_null();
    let mut found = Vec::new();
    if !is_allowed(licence) {
        found.push(format!("{name}: the licence `{licence}` is not among {LICENCES:?}"));
    }
    if !ours && package["source"] != REGISTRY {
        found.push(format!("{name}: comes from {}", package["source"]));
    }
    if BANNED.contains(&name) {
        found.push(format!("{name}: is banned"));
    }
    for dependency in dependencies.iter().filter(any_version).filter(|_| ours) {
        found.push(format!("{name}: takes any version of {}", dependency["name"]));
    }
    found
}

#[test]
fn the_dependencies_keep_the_rules() {
    let packages = packages();
    assert!(packages.len() > 50, "only {} packages are listed", packages.len());
    let complaints: Vec<_> = packages.iter().flat_map(complaints).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn licences_are_read_as_expressions() {
    for (licence, expected) in [
        ("MIT", true),
        ("MIT OR Apache-2.0", true),
        ("MIT/Apache-2.0", true),
        ("GPL-3.0-only OR MIT", true),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("GPL-3.0-only", false),
        ("MIT AND GPL-2.0-only", false),
        ("Apache-2.0 WITH Swift-exception", false),
        ("", false),
        ("whatever", false),
    ] {
        assert_eq!(is_allowed(licence), expected, "{licence}");
    }
}

/// cargo-deny, where there is one, holds the same rules.
#[test]
fn deny_toml_says_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deny.toml");
    let deny = std::fs::read_to_string(path).expect("deny.toml");
    for name in BANNED {
        assert!(deny.contains(&format!("{{ crate = \"{name}\", ")), "{name}");
    }
    let registry = REGISTRY.trim_start_matches("registry+");
    assert!(deny.contains(&format!("allow-registry = [\"{registry}\"]")), "{registry}");
}
