//! Lines for people, or a document for scripts.

use clap::ValueEnum;
use serde_json::Value;

use crate::output::{Failure, write_to};

/// How a command prints what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    Table,
    Json,
}

/// Prints a text on standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    write_to("-", |out| out.write_str(text))
}

/// Prints a document on standard output.
pub(super) fn print_document(document: &Value) -> Result<(), Failure> {
    print(&format!("{document:#}\n"))
}

/// A number with its noun.
pub(super) fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
