//! A word means one thing: types that several files see do not share a name.

use std::collections::{BTreeMap, BTreeSet};

use fluxion_house::named_types;

use crate::layers::is_pure;
use crate::{all_packages, nothing_wrong, trees};

/// Names that several types may share, and the reason.
const SHARED: &[(&str, &str)] = &[
    ("Dialect", "how a text of one format is written: hostlists, and JGF"),
    ("Error", "the client of the published service and that of the full one fail differently"),
    ("Failure", "as Error"),
    (
        "Position",
        "a line and a column; jobspecs and graphs do not know each other, and the context joins them",
    ),
];

/// By name, the files that define a type of this name and must not share it: all pure crates are one house, each
/// shell is its own.
fn shared_names() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for package in all_packages() {
        let house = if is_pure(&package.name) { "pure" } else { &package.name };
        for named in named_types(&trees(&package)) {
            let files = found.entry((house.to_owned(), named.name)).or_default();
            files.insert(format!("{}/src/{}", package.name, named.file));
        }
    }
    let shared = found.into_iter().filter(|(_, files)| files.len() > 1);
    shared.map(|((_, name), files)| (name, files)).collect()
}

#[test]
fn a_name_means_one_type() {
    let shared = shared_names();
    let is_listed = |name: &str| SHARED.iter().any(|(listed, _)| *listed == name);
    let unlisted = shared.iter().filter(|(name, _)| !is_listed(name));
    let mut wrong: Vec<String> = unlisted
        .map(|(name, files)| {
            format!("{name}: {}", files.iter().cloned().collect::<Vec<_>>().join(", "))
        })
        .collect();
    let unused = SHARED.iter().filter(|(name, _)| !shared.contains_key(*name));
    wrong.extend(unused.map(|(name, _)| format!("{name} is listed as shared, and is not")));
    nothing_wrong(&wrong, "Name each after what it is, with the field's term where there is one.");
}
