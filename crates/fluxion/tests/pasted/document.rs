//! Which documents there are, and which of them are read one after the other.

use anyhow::{Context as _, Result, ensure};

use super::blocks::{self, Block};
use super::{Depth, root};

/// A document with its blocks of commands.
pub(crate) struct Document {
    /// Its path from the root.
    pub(crate) name: String,
    pub(crate) blocks: Vec<Block>,
}

impl Document {
    fn read(name: &str) -> Result<Self> {
        let text = std::fs::read_to_string(root().join(name)).with_context(|| name.to_owned())?;
        Ok(Self { name: name.to_owned(), blocks: blocks::of(&text) })
    }

    /// Where a block stands.
    pub(crate) fn place(&self, block: &Block) -> String {
        format!("{}:{}", self.name, block.line)
    }

    /// Whether it tells how to install the command; the others take it for granted.
    pub(crate) fn installs(&self) -> bool {
        self.blocks.iter().any(|block| block.commands.contains("cargo install"))
    }
}

/// Documents of which the second goes on where the first has ended, in the same shell with the same server.
const FOLLOWED: [(&str, &str); 1] = [("docs/getting-started.md", "docs/recipes.md")];

/// Where documents are.
const FOLDERS: [&str; 5] = ["", "docs/", "docs/semantics/", "clients/go/", "clients/python/"];

/// The documents that show commands, by the shells into which they are pasted. Where only what builds is left to paste,
/// those that build nothing are not there.
pub(crate) fn shells(depth: Depth) -> Result<Vec<Vec<Document>>> {
    let mut shells = Vec::new();
    for name in names()? {
        if FOLLOWED.iter().any(|(_, second)| *second == name) {
            continue;
        }
        let mut documents = vec![Document::read(&name)?];
        if let Some((_, second)) = FOLLOWED.iter().find(|(first, _)| *first == name) {
            documents.push(Document::read(second)?);
        }
        documents.retain(|document| !document.blocks.is_empty());
        if !documents.is_empty() {
            shells.push(documents);
        }
    }
    ensure!(shells.len() >= 15, "only {} documents show commands", shells.len());
    if depth == Depth::Full {
        let builds = |document: &Document| document.blocks.iter().any(|b| b.builder().is_some());
        shells.retain(|documents| documents.iter().any(builds));
    }
    Ok(shells)
}

fn names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for folder in FOLDERS {
        for entry in std::fs::read_dir(root().join(folder))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".md") {
                names.push(format!("{folder}{name}"));
            }
        }
    }
    names.sort_unstable();
    Ok(names)
}
