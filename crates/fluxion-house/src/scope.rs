//! The names of one module: what it defines, and what it brings in with `use`.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{Item, ItemUse, UseTree, Visibility};

/// Segments of a path, such as `crate`, `graph`, `Graph`.
pub(crate) type Path = Vec<String>;

/// Whether a path may go on behind a name: variants and constants stand behind a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Defined {
    Type,
    Value,
}

/// A name brought in with `use`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    /// As it is called here; none for `as _`.
    pub(crate) name: Option<String>,
    pub(crate) path: Path,
    pub(crate) purpose: Purpose,
}

/// What a `use` is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// For the code here.
    Import,
    /// To be found by others (`pub use`); whether the code here needs it as well, its paths tell.
    Export,
}

/// The names of a module; inner modules are not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) defined: BTreeMap<String, Vec<Defined>>,
    pub(crate) uses: Vec<Use>,
    /// The paths before `::*`.
    pub(crate) globs: Vec<Use>,
}

impl Scope {
    /// What is defined or used inside a function counts as the module's.
    pub(crate) fn of(items: &[Item]) -> Self {
        let mut scope = Self::default();
        items.iter().for_each(|item| scope.visit_item(item));
        scope
    }

    fn add_tree(&mut self, prefix: &Path, tree: &UseTree, purpose: Purpose) {
        let with = |name: &dyn ToString| {
            let mut path = prefix.clone();
            path.extend(Some(name.to_string()).filter(|name| name != "self" || prefix.is_empty()));
            path
        };
        match tree {
            UseTree::Path(tree) => self.add_tree(&with(&tree.ident), &tree.tree, purpose),
            UseTree::Name(tree) => {
                let path = with(&tree.ident);
                self.uses.push(Use { name: path.last().cloned(), path, purpose });
            }
            UseTree::Rename(tree) => {
                let name = Some(tree.rename.to_string()).filter(|name| name != "_");
                self.uses.push(Use { name, path: with(&tree.ident), purpose });
            }
            UseTree::Glob(_) => self.globs.push(Use { name: None, path: prefix.clone(), purpose }),
            UseTree::Group(tree) => {
                tree.items.iter().for_each(|tree| self.add_tree(prefix, tree, purpose));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Scope {
    fn visit_item(&mut self, item: &'ast Item) {
        let (name, defined) = match item {
            Item::Struct(item) => (Some(&item.ident), Defined::Type),
            Item::Enum(item) => (Some(&item.ident), Defined::Type),
            Item::Union(item) => (Some(&item.ident), Defined::Type),
            Item::Trait(item) => (Some(&item.ident), Defined::Type),
            Item::Type(item) => (Some(&item.ident), Defined::Type),
            Item::Fn(item) => (Some(&item.sig.ident), Defined::Value),
            Item::Const(item) => (Some(&item.ident), Defined::Value),
            Item::Static(item) => (Some(&item.ident), Defined::Value),
            Item::Macro(item) => (item.ident.as_ref(), Defined::Value),
            _ => (None, Defined::Value),
        };
        if let Some(name) = name {
            self.defined.entry(name.to_string()).or_default().push(defined);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        // What begins with `::` is another crate.
        if item.leading_colon.is_none() {
            let is_export = !matches!(item.vis, Visibility::Inherited);
            let purpose = if is_export { Purpose::Export } else { Purpose::Import };
            self.add_tree(&Vec::new(), &item.tree, purpose);
        }
    }
}
