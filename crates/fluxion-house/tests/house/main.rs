//! The house is in order: no loops of imports, layers kept, files and functions short, one meaning per name.
//!
//! Each file holds one rule with its table of exceptions; an exception that is no longer needed fails as well. Run with
//! `-- --nocapture` to see the figures.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that fails shall stop, and the figures are for people"
)]

mod imports;
mod layers;
mod names;
mod sizes;

use std::path::Path;

use fluxion_house::{ModuleTree, Package, packages};

fn all_packages() -> Vec<Package> {
    packages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap()
}

fn trees(package: &Package) -> Vec<ModuleTree> {
    ModuleTree::all(package).unwrap_or_else(|error| panic!("{}: {error}", package.name))
}

/// Fails with all complaints at once, and with what to do about them.
#[track_caller]
fn nothing_wrong(complaints: &[String], advice: &str) {
    assert!(complaints.is_empty(), "\n{}\n\n{advice}\n", complaints.join("\n"));
}
