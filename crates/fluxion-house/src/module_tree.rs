//! The modules of one program or library, and the file in which each is written.

use std::collections::BTreeMap;

use syn::{Expr, ExprLit, Item, ItemMod, Lit, Meta};

use crate::package::Package;
use crate::scope::Scope;
use crate::syntax::{ReadError, parse};

/// Index of a module in [`ModuleTree::modules`].
pub(crate) type ModuleId = usize;

/// One module.
pub struct Module {
    /// Where it is written, relative to `src`.
    pub file: String,
    /// What is in it, tests and inner modules left out.
    pub items: Vec<Item>,
    pub(crate) parent: ModuleId,
    pub(crate) inner: BTreeMap<String, ModuleId>,
    pub(crate) scope: Scope,
}

/// All modules that the compiler finds from one root; the root is the first.
pub struct ModuleTree {
    /// A module stands before those inside it.
    pub modules: Vec<Module>,
}

impl ModuleTree {
    /// The modules of each program and library of a crate.
    pub fn all(package: &Package) -> Result<Vec<Self>, ReadError> {
        package.roots().map(|root| Self::read(package, root)).collect()
    }

    /// Follows `mod` from the root, one of [`Package::roots`]. Modules for tests are left out.
    pub fn read(package: &Package, root: &str) -> Result<Self, ReadError> {
        let mut tree = Self { modules: Vec::new() };
        let text = package.files.get(root).map_or("", String::as_str);
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        tree.add(package, root, folder, parse(root, text)?, 0)?;
        Ok(tree)
    }

    /// `folder` is where the files of inner modules are.
    fn add(
        &mut self,
        package: &Package,
        file: &str,
        folder: &str,
        items: Vec<Item>,
        parent: ModuleId,
    ) -> Result<ModuleId, ReadError> {
        let (inner, items): (Vec<Item>, Vec<Item>) =
            items.into_iter().partition(|item| matches!(item, Item::Mod(_)));
        let id = self.modules.len();
        self.modules.push(Module {
            file: file.to_owned(),
            scope: Scope::of(&items),
            items,
            parent,
            inner: BTreeMap::new(),
        });
        for item in inner {
            let Item::Mod(module) = item else { continue };
            let name = module.ident.to_string();
            let child = self.add_inner(package, file, folder, module, id)?;
            self.modules[id].inner.insert(name, child);
        }
        Ok(id)
    }

    fn add_inner(
        &mut self,
        package: &Package,
        file: &str,
        folder: &str,
        module: ItemMod,
        parent: ModuleId,
    ) -> Result<ModuleId, ReadError> {
        let name = module.ident.to_string();
        let inner_folder = join(folder, &name);
        if let Some((_, items)) = module.content {
            return self.add(package, file, &inner_folder, items, parent);
        }
        let paths = match named_path(&module) {
            Some(path) => vec![join(file.rsplit_once('/').map_or("", |(folder, _)| folder), &path)],
            None => vec![format!("{inner_folder}.rs"), format!("{inner_folder}/mod.rs")],
        };
        let (path, text) = paths
            .iter()
            .find_map(|path| package.files.get_key_value(path))
            .ok_or_else(|| ReadError::NoFile { file: file.to_owned(), module: name })?;
        self.add(package, path, &inner_folder, parse(path, text)?, parent)
    }
}

/// The value of `#[path = ".."]`.
fn named_path(module: &ItemMod) -> Option<String> {
    module.attrs.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) => Some(path.value()),
            _ => None,
        },
        _ => None,
    })
}

fn join(folder: &str, path: &str) -> String {
    match path.strip_prefix("../") {
        Some(rest) => join(folder.rsplit_once('/').map_or("", |(above, _)| above), rest),
        None if folder.is_empty() => path.to_owned(),
        None => format!("{folder}/{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(tree: &ModuleTree) -> Vec<&str> {
        tree.modules.iter().map(|module| module.file.as_str()).collect()
    }

    #[track_caller]
    fn check(root: &str, sources: &[(&str, &str)], expected: &[&str]) {
        let tree = ModuleTree::read(&Package::of(sources), root).unwrap();
        assert_eq!(files(&tree), expected);
    }

    #[test]
    fn modules_are_found_as_the_compiler_finds_them() {
        check("lib.rs", &[("lib.rs", "mod a;"), ("a.rs", "")], &["lib.rs", "a.rs"]);
        let folders = [("lib.rs", "mod a;"), ("a/mod.rs", "mod b;"), ("a/b.rs", "")];
        check("lib.rs", &folders, &["lib.rs", "a/mod.rs", "a/b.rs"]);
        let beside = [("lib.rs", "mod a;"), ("a.rs", "mod b;"), ("a/b.rs", "")];
        check("lib.rs", &beside, &["lib.rs", "a.rs", "a/b.rs"]);
        let inline = [("lib.rs", "mod a { mod b; }"), ("a/b.rs", "")];
        check("lib.rs", &inline, &["lib.rs", "lib.rs", "a/b.rs"]);
        let named = [("bin/x.rs", "#[path = \"../a.rs\"] mod a;"), ("a.rs", "")];
        check("bin/x.rs", &named, &["bin/x.rs", "a.rs"]);
    }

    #[test]
    fn what_no_module_names_is_not_read() {
        check("lib.rs", &[("lib.rs", "#[cfg(test)] mod a;"), ("a.rs", "no Rust")], &["lib.rs"]);
    }

    #[test]
    fn a_module_without_a_file_is_an_error() {
        let package = Package::of(&[("lib.rs", "mod a;")]);
        let error = ModuleTree::read(&package, "lib.rs").err().unwrap();
        assert_eq!(error.to_string(), "lib.rs: `mod a` has no file");
    }
}
