//! Which file imports which, and by what names.

use std::collections::{BTreeMap, BTreeSet};

use crate::mentions::mentions;
use crate::module_tree::{ModuleId, ModuleTree};
use crate::resolve::{Meaning, resolve};
use crate::scope::{Path, Purpose, Use};

/// The names that a file takes from another, by the two files.
pub type Imports = BTreeMap<(String, String), BTreeSet<String>>;

/// The imports of a crate: each item that a file uses and another file defines. What a file only exports, and modules
/// as such, are none.
#[must_use]
pub fn imports(trees: &[ModuleTree]) -> Imports {
    let mut found = Imports::new();
    for tree in trees {
        for id in 0..tree.modules.len() {
            paths(tree, id).iter().for_each(|path| add(&mut found, tree, id, path));
        }
    }
    found
}

fn paths(tree: &ModuleTree, id: ModuleId) -> BTreeSet<Path> {
    let module = &tree.modules[id];
    let uses = module.scope.uses.iter().chain(&module.scope.globs);
    let imported = uses.filter(|used| used.purpose == Purpose::Import);
    imported.map(|Use { path, .. }| path.clone()).chain(mentions(&module.items)).collect()
}

fn add(found: &mut Imports, tree: &ModuleTree, id: ModuleId, path: &Path) {
    let file = &tree.modules[id].file;
    for meaning in resolve(tree, id, path) {
        let Meaning::Item(defined_in, _) = meaning else { continue };
        let definer = &tree.modules[defined_in].file;
        if definer != file {
            let names = found.entry((file.clone(), definer.clone())).or_default();
            names.extend(item_name(tree, id, path, meaning));
        }
    }
}

/// The word of a path that names an item; those behind it name what the item has.
fn item_name(tree: &ModuleTree, id: ModuleId, path: &Path, item: Meaning) -> Option<String> {
    let is_item = |length: &usize| resolve(tree, id, &path[..*length]).contains(&item);
    (1..=path.len()).find(is_item).map(|length| path[length - 1].clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Package;

    /// Arrows as `from -> to: names`.
    #[track_caller]
    fn check(sources: &[(&str, &str)], expected: &[&str]) {
        let trees = ModuleTree::all(&Package::of(sources)).unwrap();
        let arrow = |((from, to), names): ((String, String), BTreeSet<String>)| {
            format!("{from} -> {to}: {}", names.into_iter().collect::<Vec<_>>().join(", "))
        };
        assert_eq!(imports(&trees).into_iter().map(arrow).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_import_is_of_the_file_that_defines() {
        let lib = ("lib.rs", "mod a; mod b; pub use a::A;");
        let a = ("a.rs", "pub struct A; pub fn f() {}");
        check(&[lib, a, ("b.rs", "use crate::A;")], &["b.rs -> a.rs: A"]);
        check(&[lib, a, ("b.rs", "use crate::a; fn g() { a::f() }")], &["b.rs -> a.rs: f"]);
        check(&[lib, a, ("b.rs", "use super::*; fn g(a: A) {}")], &["b.rs -> a.rs: A"]);
        check(&[lib, a, ("b.rs", "fn g() { crate::A::new() }")], &["b.rs -> a.rs: A"]);
        check(&[lib, a, ("b.rs", "use crate::a;")], &[]);
        check(&[lib, a, ("b.rs", "#[cfg(test)] use crate::A;")], &[]);
        check(&[lib, a, ("b.rs", "#[cfg(test)] mod tests { use crate::A; }")], &[]);
    }

    #[test]
    fn a_table_of_contents_imports_nothing_but_what_its_own_code_needs() {
        let a = ("a.rs", "pub struct A;");
        check(&[("lib.rs", "mod a; pub use a::A;"), a], &[]);
        check(&[("lib.rs", "mod a; use a::A;"), a], &["lib.rs -> a.rs: A"]);
        check(&[("lib.rs", "mod a; pub use a::A; fn f(a: A) {}"), a], &["lib.rs -> a.rs: A"]);
    }

    #[test]
    fn programs_share_files() {
        let sources = [
            ("main.rs", "mod serve; fn main() { serve::run() }"),
            ("bin/server.rs", "#[path = \"../serve.rs\"] mod serve; use serve::run;"),
            ("serve.rs", "pub fn run() {}"),
        ];
        check(&sources, &["bin/server.rs -> serve.rs: run", "main.rs -> serve.rs: run"]);
    }
}
