//! The blocks that are never pasted, and why.

use anyhow::{Result, ensure};

use super::blocks::Block;
use super::document::Document;

/// Document, first line of the block, reason.
const EXCEPTIONS: [(&str, &str, &str); 2] = [
    ("README.md", "make test", "it is what pastes the others"),
    (
        "docs/service.md",
        "make build",
        "it needs a container engine, and a registry; make container-test does it",
    ),
];

/// Why a block is never pasted.
pub(crate) fn reason(document: &str, block: &Block) -> Option<&'static str> {
    let found = EXCEPTIONS.iter().find(|(name, line, _)| *name == document && begins(block, line));
    found.map(|(.., reason)| *reason)
}

fn begins(block: &Block, words: &str) -> bool {
    let rest = block.commands.strip_prefix(words);
    rest.is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// Whether each exception is of a block that there is.
pub(crate) fn are_of<'a>(documents: impl Iterator<Item = &'a Document> + Clone) -> Result<()> {
    for (name, line, _) in EXCEPTIONS {
        let mut of_name = documents.clone().filter(|document| document.name == name).peekable();
        let is_read = of_name.peek().is_some();
        let found = of_name.any(|document| document.blocks.iter().any(|block| begins(block, line)));
        ensure!(!is_read || found, "{name}: no block begins with `{line}`, which is excepted");
    }
    Ok(())
}
