//! The paths that the code of a module mentions, in macros and attributes too.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemUse, MetaList};

use crate::scope::Path;

/// Every path in the items, `use` left out.
pub(crate) fn mentions(items: &[Item]) -> BTreeSet<Path> {
    let mut found = Mentions::default();
    items.iter().for_each(|item| found.visit_item(item));
    found.0
}

#[derive(Default)]
struct Mentions(BTreeSet<Path>);

impl Mentions {
    fn add(&mut self, path: Path) {
        if !path.is_empty() {
            self.0.insert(path);
        }
    }

    /// Words joined by `::`; a word behind a dot is a field or a method.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path = Path::new();
        let mut before = String::new();
        for token in tokens {
            let text = match &token {
                TokenTree::Group(_) | TokenTree::Literal(_) => String::new(),
                TokenTree::Ident(word) => word.to_string(),
                TokenTree::Punct(mark) => mark.to_string(),
            };
            match token {
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Ident(_) if before == "::" => path.push(text.clone()),
                TokenTree::Ident(_) => {
                    self.add(std::mem::take(&mut path));
                    path.extend(Some(text.clone()).filter(|_| before != "."));
                }
                _ => {}
            }
            before = if before == ":" && text == ":" { "::".to_owned() } else { text };
        }
        self.add(path);
    }
}

impl<'ast> Visit<'ast> for Mentions {
    fn visit_item_use(&mut self, _: &'ast ItemUse) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.visit_path(&called.path);
        self.add_tokens(called.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &'ast MetaList) {
        self.add_tokens(list.tokens.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = mentions(&syn::parse_file(text).unwrap().items);
        let expected = expected.iter().map(|path| path.split("::").map(str::to_owned).collect());
        assert_eq!(found, expected.collect::<BTreeSet<Path>>());
    }

    #[test]
    fn paths_are_found_wherever_they_stand() {
        check("use a::B;", &[]);
        check("fn f(x: a::B<c::D>) -> E { g::h(x) }", &["a::B", "c::D", "E", "g::h", "x"]);
        check("impl a::T for B { const C: D = E::F; }", &["a::T", "B", "D", "E::F"]);
        check("fn f() { match x { A::B(c) => d.e(), } }", &["x", "A::B", "d"]);
        check("#[derive(a::B)] struct C;", &["a::B"]);
        check("fn f() { m!(a::b(c), d.e); }", &["m", "a::b", "c", "d"]);
        check("fn f() { ::std::x(); }", &[]);
    }
}
