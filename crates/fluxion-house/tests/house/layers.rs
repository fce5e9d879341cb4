//! Crates know only what stands below them, as the rooms of `ARCHITECTURE.md` say.

use fluxion_house::{Package, dependencies};

use crate::{all_packages, nothing_wrong};

/// What a crate may do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// No I/O, no clock, no threads.
    Pure,
    /// Sockets, files, terminals.
    Shell,
}
use Nature::{Pure, Shell};

/// From the ground up: a crate, its nature, and the crates that it may depend on.
const LAYERS: &[(&str, Nature, &[&str])] = &[
    ("fluxion-budget", Pure, &[]),
    ("fluxion-access", Pure, &[]),
    ("fluxion-recurrence", Pure, &[]),
    ("fluxion-sets", Pure, &[]),
    ("fluxion-graph", Pure, &["fluxion-budget"]),
    ("fluxion-planner", Pure, &[]),
    ("fluxion-jobspec", Pure, &["fluxion-sets"]),
    ("fluxion-formats", Pure, &["fluxion-budget", "fluxion-graph", "fluxion-sets"]),
    (
        "fluxion-engine",
        Pure,
        &["fluxion-budget", "fluxion-graph", "fluxion-jobspec", "fluxion-planner", "fluxion-sets"],
    ),
    (
        "fluxion-context",
        Pure,
        &[
            "fluxion-budget",
            "fluxion-engine",
            "fluxion-formats",
            "fluxion-graph",
            "fluxion-jobspec",
            "fluxion-sets",
        ],
    ),
    ("fluxion-store", Pure, &["fluxion-context", "fluxion-engine", "fluxion-recurrence"]),
    ("fluxion-store-sqlite", Shell, &["fluxion-store"]),
    (
        "fluxion-server",
        Shell,
        &["fluxion-access", "fluxion-context", "fluxion-engine", "fluxion-store"],
    ),
    (
        "fluxion-daemon",
        Shell,
        &[
            "fluxion-access",
            "fluxion-context",
            "fluxion-server",
            "fluxion-store",
            "fluxion-store-sqlite",
        ],
    ),
    ("fluxion-client", Shell, &[]),
    (
        "fluxion-bench",
        Shell,
        &[
            "fluxion-client",
            "fluxion-context",
            "fluxion-jobspec",
            "fluxion-server",
            "fluxion-sets",
            "fluxion-store",
            "fluxion-store-sqlite",
        ],
    ),
    (
        "fluxion",
        Shell,
        &[
            "fluxion-access",
            "fluxion-bench",
            "fluxion-client",
            "fluxion-context",
            "fluxion-daemon",
            "fluxion-engine",
            "fluxion-graph",
            "fluxion-server",
            "fluxion-store",
            "fluxion-store-sqlite",
        ],
    ),
    ("fluxion-packaging", Shell, &[]),
    ("fluxion-house", Shell, &[]),
];

/// What pure crates leave to shells, by the beginning of a name: sockets, threads, clocks, randomness.
const NOT_PURE: &[&str] =
    &["async", "futures", "http", "hyper", "mio", "rand", "tokio", "tonic", "tower", "tracing"];

/// Where a crate stands, or nothing for one without a layer.
fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|(known, ..)| *known == name)
}

pub(crate) fn is_pure(name: &str) -> bool {
    layer(name).is_some_and(|layer| LAYERS[layer].1 == Pure)
}

fn complaints(package: &Package) -> Vec<String> {
    let name = &package.name;
    let Some(layer) = layer(name) else {
        return vec![format!("{name} has no layer: give it one in {}", file!())];
    };
    let (_, nature, known) = LAYERS[layer];
    let is_forbidden = |dependency: &&str| match dependency.starts_with("fluxion-") {
        true => !known.contains(dependency),
        false => nature == Pure && NOT_PURE.iter().any(|start| dependency.starts_with(start)),
    };
    let forbidden = dependencies(&package.manifest).into_iter().filter(is_forbidden);
    forbidden.map(|dependency| format!("{name} must not depend on {dependency}")).collect()
}

#[track_caller]
fn check(name: &str, manifest: &str, expected: &[&str]) {
    let package =
        Package { name: name.to_owned(), manifest: manifest.to_owned(), ..Default::default() };
    assert_eq!(complaints(&package), expected);
}

#[test]
fn what_stands_above_or_is_not_pure_is_found() {
    let client = "[dependencies]\nfluxion-client.workspace = true";
    check("fluxion-server", client, &["fluxion-server must not depend on fluxion-client"]);
    check("fluxion-bench", client, &[]);
    let runtime = "[dependencies]\ntokio.workspace = true\nserde.workspace = true";
    check("fluxion-graph", runtime, &["fluxion-graph must not depend on tokio"]);
    check("fluxion-client", runtime, &[]);
    let formats = "[dependencies]\nfluxion-formats.workspace = true";
    check("fluxion-engine", formats, &["fluxion-engine must not depend on fluxion-formats"]);
}

#[test]
fn crates_know_only_what_stands_below_them() {
    let wrong: Vec<String> = all_packages().iter().flat_map(complaints).collect();
    nothing_wrong(&wrong, "The rooms of ARCHITECTURE.md say who knows whom.");
}

#[test]
fn the_layers_point_down_and_pure_ones_stand_on_pure_ones() {
    for (above, &(name, nature, known)) in LAYERS.iter().enumerate() {
        for other in known {
            assert!(layer(other).is_some_and(|below| below < above), "{name} stands on {other}");
            assert!(nature == Shell || is_pure(other), "{name} is pure, and {other} is not");
        }
    }
}
