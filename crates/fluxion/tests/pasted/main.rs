//! The commands of the documents do what the documents say: the blocks of each are pasted, whole and in their order, into
//! a fresh shell in a fresh clone. Every command of a block has to succeed, and where a block shows what is printed, that is
//! what is printed.
//!
//! `make test`: the `fluxion` of this test run stands in for the one that the documents build, and blocks that build or
//! fetch are left out. `make walkthroughs` (`WALKTHROUGHS=build`): these too, against port 4242, which has to be free.
//! What was pasted and what was not is printed.

#![expect(clippy::print_stdout, reason = "what was done is the result")]

mod blocks;
mod clone;
mod document;
mod exceptions;
#[path = "../common/masked.rs"]
mod masked;
mod session;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};

use blocks::Block;
use document::Document;
use session::Session;

/// How much is pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// What needs only the programs of this test run.
    Short,
    /// Also what builds programs, and what fetches packages of other languages.
    Full,
}

impl Depth {
    fn of_environment() -> Self {
        match std::env::var_os("WALKTHROUGHS") {
            Some(value) if value == "build" => Self::Full,
            _ => Self::Short,
        }
    }
}

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn main() -> ExitCode {
    if std::env::args().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    match paste_all(Depth::of_environment()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("pasted: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn paste_all(depth: Depth) -> Result<()> {
    let shells = document::shells(depth)?;
    exceptions::are_of(shells.iter().flatten())?;
    let folder = clone::fresh()?;
    let mut failures = 0;
    for documents in &shells {
        if let Err(error) = paste(documents, depth, &folder) {
            println!("{error:#}\n");
            failures += 1;
        }
    }
    ensure!(failures == 0, "{failures} shells could not go on");
    Ok(())
}

/// Pastes the blocks of documents that follow each other into one shell, and says which were left out.
fn paste(documents: &[Document], depth: Depth, clone: &Path) -> Result<()> {
    let mut session = Session::new(depth, documents)?;
    for document in documents {
        let mut pasted = 0;
        for block in &document.blocks {
            match left_out(document, block, depth)? {
                Some(reason) => println!("left out: {}: {reason}", document.place(block)),
                None => {
                    session.paste(document.place(block), block);
                    pasted += 1;
                }
            }
        }
        println!("pasted: {}: {pasted} of {} blocks", document.name, document.blocks.len());
    }
    let names: Vec<&str> = documents.iter().map(|document| document.name.as_str()).collect();
    session.run(clone).with_context(|| names.join(", "))
}

/// Why a block is not pasted, if it is not.
fn left_out(document: &Document, block: &Block, depth: Depth) -> Result<Option<String>> {
    if let Some(reason) = exceptions::reason(&document.name, block) {
        return Ok(Some(reason.to_owned()));
    }
    if depth == Depth::Short {
        return Ok(block.builder().map(|tool| format!("it needs {tool}: make walkthroughs")));
    }
    let Some(missing) = block.missing_tool() else { return Ok(None) };
    ensure!(std::env::var_os("CI").is_none(), "{}: {missing}", document.place(block));
    Ok(Some(missing))
}
