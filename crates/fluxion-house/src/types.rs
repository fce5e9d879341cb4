//! The types that a file shows to other files.

use std::collections::BTreeSet;

use syn::{Item, Visibility};

use crate::module_tree::ModuleTree;

/// A struct, enum, union, trait or alias that is not private to its module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedType {
    /// Without generics.
    pub name: String,
    /// Relative to `src`.
    pub file: String,
}

/// Every type of a crate that more than one module may name.
#[must_use]
pub fn named_types(trees: &[ModuleTree]) -> BTreeSet<NamedType> {
    let modules = trees.iter().flat_map(|tree| &tree.modules);
    let items = modules.flat_map(|module| module.items.iter().map(|item| (&module.file, item)));
    let named = items.filter_map(|(file, item)| Some((file, shown_type(item)?)));
    named.map(|(file, name)| NamedType { name, file: file.clone() }).collect()
}

fn shown_type(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Union(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    let is_shown = !matches!(visibility, Visibility::Inherited);
    is_shown.then(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Package;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let trees = ModuleTree::all(&Package::of(&[("lib.rs", text)])).unwrap();
        let names: Vec<String> = named_types(&trees).into_iter().map(|named| named.name).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn types_that_others_may_name() {
        check("pub struct A<T>(T); pub(crate) enum B {} pub(super) trait C {}", &["A", "B", "C"]);
        check("pub type A = u8; pub union B { a: u8 } mod m { pub struct C; }", &["A", "B", "C"]);
        check("struct A; pub fn f() {} pub const C: u8 = 1; impl A { pub fn g() {} }", &[]);
    }
}
