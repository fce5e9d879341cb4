//! From text to syntax, with the tests left out.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, ImplItem, Item, Meta};

/// A file that cannot be read as Rust.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not the grammar of the language.
    #[error("{file}:{line}: {message}")]
    Syntax {
        /// Relative to `src`.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What the parser expected.
        message: String,
    },
    /// A module is declared, but there is no file for it.
    #[error("{file}: `mod {module}` has no file")]
    NoFile {
        /// Where it is declared, relative to `src`.
        file: String,
        /// Its name.
        module: String,
    },
}

/// The items of a file without those that only tests see.
pub(crate) fn parse(file: &str, text: &str) -> Result<Vec<Item>, ReadError> {
    let parsed = syn::parse_file(text).map_err(|error| ReadError::Syntax {
        file: file.to_owned(),
        line: error.span().start().line,
        message: error.to_string(),
    })?;
    Ok(without_tests(parsed.items))
}

fn without_tests(items: Vec<Item>) -> Vec<Item> {
    let mut kept: Vec<Item> = items.into_iter().filter(|item| !is_test(attributes(item))).collect();
    for item in &mut kept {
        match item {
            Item::Mod(module) => {
                if let Some((_, items)) = &mut module.content {
                    *items = without_tests(std::mem::take(items));
                }
            }
            Item::Impl(block) => block.items.retain(|item| !is_test(member_attributes(item))),
            _ => {}
        }
    }
    kept
}

/// Whether an attribute among these says `#[test]`, or `#[cfg(..)]` with a word for tests in it.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) => list.path.is_ident("cfg") && names_tests(list.tokens.clone()),
        Meta::NameValue(_) => false,
    })
}

fn names_tests(condition: TokenStream) -> bool {
    let mut is_negated = false;
    condition.into_iter().any(|token| match token {
        TokenTree::Ident(word) => {
            is_negated = word == "not";
            word == "test" || word == "doctest"
        }
        TokenTree::Group(group) => !std::mem::take(&mut is_negated) && names_tests(group.stream()),
        _ => false,
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn member_attributes(item: &ImplItem) -> &[Attribute] {
    match item {
        ImplItem::Const(item) => &item.attrs,
        ImplItem::Fn(item) => &item.attrs,
        ImplItem::Type(item) => &item.attrs,
        ImplItem::Macro(item) => &item.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, kept: usize) {
        assert_eq!(parse("a.rs", text).unwrap().len(), kept, "{text}");
    }

    #[test]
    fn tests_are_left_out() {
        check("fn a() {}", 1);
        check("#[cfg(test)] mod tests { fn a() {} }", 0);
        check("#[cfg(test)] mod tests;", 0);
        check("#[cfg(any(test, feature = \"x\"))] fn a() {}", 0);
        check("#[cfg(doctest)] struct Readme;", 0);
        check("#[test] fn a() {}", 0);
        check("#[cfg(not(test))] fn a() {}", 1);
        check("#[cfg(unix)] fn a() {}", 1);
    }

    #[test]
    fn no_rust_is_an_error_with_its_line() {
        let error = parse("a/b.rs", "fn a() {}\nfn {}").err().unwrap();
        assert_eq!(error.to_string(), "a/b.rs:2: expected identifier");
    }
}
