//! Follows a path, through `use` and `pub use`, to the file that defines what it names.

use std::collections::BTreeSet;

use crate::module_tree::{ModuleId, ModuleTree};
use crate::scope::{Defined, Use};

/// What a path may mean; a type, a function and a module can share a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    Module(ModuleId),
    /// Something that a module defines.
    Item(ModuleId, Defined),
}

/// What a path means, seen from one module. Empty for what other crates define, and for local variables.
pub(crate) fn resolve(
    tree: &ModuleTree,
    from: ModuleId,
    path: &[impl AsRef<str>],
) -> BTreeSet<Meaning> {
    Resolver { tree, following: BTreeSet::new() }.path(from, path)
}

struct Resolver<'a> {
    tree: &'a ModuleTree,
    // Names that are being followed: `use a::a` names itself where `a` is a module as well.
    following: BTreeSet<(ModuleId, &'a str)>,
}

impl<'a> Resolver<'a> {
    fn path(&mut self, from: ModuleId, path: &[impl AsRef<str>]) -> BTreeSet<Meaning> {
        let mut path = path.iter().map(AsRef::as_ref);
        let Some(first) = path.next() else { return BTreeSet::new() };
        let start = self.first(from, first);
        path.fold(start, |meanings, name| self.next(meanings, name))
    }

    fn first(&mut self, from: ModuleId, name: &str) -> BTreeSet<Meaning> {
        match name {
            "crate" => BTreeSet::from([Meaning::Module(0)]),
            "self" => BTreeSet::from([Meaning::Module(from)]),
            "super" => BTreeSet::from([Meaning::Module(self.parent(from))]),
            _ => self.look_up(from, name),
        }
    }

    fn next(&mut self, meanings: BTreeSet<Meaning>, name: &str) -> BTreeSet<Meaning> {
        let mut found = BTreeSet::new();
        for meaning in meanings {
            match meaning {
                Meaning::Module(id) if name == "super" => {
                    found.insert(Meaning::Module(self.parent(id)));
                }
                Meaning::Module(id) => found.extend(self.member(id, name)),
                // A variant or a constant of the type.
                Meaning::Item(_, Defined::Type) => {
                    found.insert(meaning);
                }
                Meaning::Item(_, Defined::Value) => {}
            }
        }
        found
    }

    fn parent(&self, id: ModuleId) -> ModuleId {
        self.tree.modules[id].parent
    }

    /// A name behind the path of a module: where the text defines none of that name, a macro does.
    fn member(&mut self, id: ModuleId, name: &str) -> BTreeSet<Meaning> {
        let found = self.look_up(id, name);
        let is_known = !found.is_empty() || self.uses(id, name).next().is_some();
        if is_known { found } else { BTreeSet::from([Meaning::Item(id, Defined::Type)]) }
    }

    fn look_up(&mut self, id: ModuleId, name: &str) -> BTreeSet<Meaning> {
        let module = &self.tree.modules[id];
        let mut found: BTreeSet<Meaning> =
            module.inner.get(name).map(|&inner| Meaning::Module(inner)).into_iter().collect();
        let defined = module.scope.defined.get(name).into_iter().flatten();
        found.extend(defined.map(|&defined| Meaning::Item(id, defined)));
        for used in self.uses(id, name) {
            found.extend(self.follow(id, used));
        }
        if found.is_empty() {
            for glob in &module.scope.globs {
                found.extend(self.through_glob(id, glob, name));
            }
        }
        found
    }

    fn uses(&self, id: ModuleId, name: &str) -> impl Iterator<Item = &'a Use> + use<'a> {
        let name = name.to_owned();
        let uses = self.tree.modules[id].scope.uses.iter();
        uses.filter(move |used| used.name.as_deref() == Some(name.as_str()))
    }

    fn follow(&mut self, id: ModuleId, used: &'a Use) -> BTreeSet<Meaning> {
        let key = (id, used.name.as_deref().unwrap_or("*"));
        if !self.following.insert(key) {
            return BTreeSet::new();
        }
        let found = self.path(id, &used.path);
        self.following.remove(&key);
        found
    }

    fn through_glob(&mut self, id: ModuleId, glob: &'a Use, name: &str) -> BTreeSet<Meaning> {
        let mut found = BTreeSet::new();
        for meaning in self.follow(id, glob) {
            if let Meaning::Module(inside) = meaning {
                found.extend(self.look_up(inside, name));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Package;

    /// The files that define what the last file means by a path.
    #[track_caller]
    fn check(sources: &[(&str, &str)], path: &str, expected: &[&str]) {
        let tree = ModuleTree::read(&Package::of(sources), "lib.rs").unwrap();
        let from = tree.modules.len() - 1;
        let path: Vec<&str> = path.split("::").collect();
        let found = resolve(&tree, from, &path);
        let file = |meaning| match meaning {
            Meaning::Item(id, _) => Some(tree.modules[id].file.as_str()),
            Meaning::Module(_) => None,
        };
        assert_eq!(found.into_iter().filter_map(file).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn items_are_found_where_they_are_defined() {
        let sources = [("lib.rs", "mod a; mod b;"), ("a.rs", "pub enum A { One }"), ("b.rs", "")];
        check(&sources, "crate::a::A", &["a.rs"]);
        check(&sources, "super::a::A::One", &["a.rs"]);
        check(&sources, "crate::a", &[]);
        check(&sources, "A", &[]);
        check(&sources, "std::fmt::Debug", &[]);
    }

    #[test]
    fn exports_are_followed() {
        let lib = "mod a; mod b; pub use a::A; pub use a::A as Other; pub use tonic::Code;";
        let sources = [("lib.rs", lib), ("a.rs", "pub struct A;"), ("b.rs", "use super::*;")];
        check(&sources, "crate::A", &["a.rs"]);
        check(&sources, "crate::Other", &["a.rs"]);
        check(&sources, "crate::Code", &[]);
        check(&sources, "A", &["a.rs"]);
    }

    #[test]
    fn a_function_may_be_called_as_its_module() {
        let lib = "mod parse; mod b; pub use parse::parse;";
        let sources = [("lib.rs", lib), ("parse.rs", "pub fn parse() {}"), ("b.rs", "")];
        check(&sources, "crate::parse", &["parse.rs"]);
        check(&sources, "crate::parse::parse", &["parse.rs"]);
    }

    #[test]
    fn what_a_macro_defines_is_in_the_file_of_its_module() {
        let sources = [("lib.rs", "mod ids; mod b;"), ("ids.rs", "id! { Vertex }"), ("b.rs", "")];
        check(&sources, "crate::ids::Vertex", &["ids.rs"]);
    }

    #[test]
    fn names_that_lead_in_a_circle_mean_nothing() {
        let sources =
            [("lib.rs", "mod a; mod b; use a::X;"), ("a.rs", "use crate::X;"), ("b.rs", "")];
        check(&sources, "crate::a::X", &[]);
    }
}
