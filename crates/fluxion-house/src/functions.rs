//! The functions of a crate, and how long they are.

use std::collections::BTreeSet;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, ItemFn, Signature, TraitItemFn};

use crate::module_tree::ModuleTree;

/// A function or method with a body.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Function {
    /// Relative to `src`.
    pub file: String,
    /// That of `fn`, counted from 1.
    pub line: usize,
    /// Without its type.
    pub name: String,
    /// From the line of `fn` to that of the closing brace.
    pub lines: usize,
}

/// Every function, those inside others too.
#[must_use]
pub fn functions(trees: &[ModuleTree]) -> BTreeSet<Function> {
    let mut found = BTreeSet::new();
    for module in trees.iter().flat_map(|tree| &tree.modules) {
        let mut visitor = Functions { file: &module.file, found: &mut found };
        module.items.iter().for_each(|item| visitor.visit_item(item));
    }
    found
}

struct Functions<'a> {
    file: &'a str,
    found: &'a mut BTreeSet<Function>,
}

impl Functions<'_> {
    fn add(&mut self, signature: &Signature, body: &Block) {
        let line = signature.fn_token.span().start().line;
        let end = body.brace_token.span.close().end().line;
        self.found.insert(Function {
            file: self.file.to_owned(),
            line,
            name: signature.ident.to_string(),
            lines: end - line + 1,
        });
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(body) = &item.default {
            self.add(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Package;

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str, usize)]) {
        let trees = ModuleTree::all(&Package::of(&[("lib.rs", text)])).unwrap();
        let found = functions(&trees);
        let found: Vec<_> = found.iter().map(|f| (f.line, f.name.as_str(), f.lines)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_are_counted_from_fn_to_the_closing_brace() {
        check("fn a() {}", &[(1, "a", 1)]);
        check("/// Says.\n#[must_use]\npub fn a(\n) {\n}", &[(3, "a", 3)]);
        check("struct A;\nimpl A {\n fn a() {\n }\n}", &[(3, "a", 2)]);
        check("trait T {\n fn a();\n fn b() {}\n}", &[(3, "b", 1)]);
        check("fn a() {\n fn b() {}\n}", &[(1, "a", 3), (2, "b", 1)]);
        check("mod m {\n fn a() {}\n}", &[(2, "a", 1)]);
        check("#[cfg(test)]\nmod tests {\n fn a() {}\n}", &[]);
    }
}
