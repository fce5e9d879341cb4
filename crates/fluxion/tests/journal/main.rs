//! The tools for a data directory: what each says, of one in order and of each way in which it can be damaged.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

mod damaged;
mod good;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A folder with the data directory `data`: two graphs, one of them with two snapshots.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let fixture =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../fluxion-store-sqlite/tests/fixtures/v1");
        fs::create_dir(folder.path("data")).unwrap();
        for file in ["journal.db", "head"] {
            fs::copy(fixture.join(file), folder.path("data").join(file)).unwrap();
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Everything that a command says, with its exit status where that is not 0.
    pub(crate) fn run(&self, line: &str) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fluxion"));
        let words = line.split_whitespace();
        let output = command.args(words).current_dir(self.0.path()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let status = match output.status.code() {
            Some(0) => String::new(),
            status => format!("exit status {}\n", status.unwrap()),
        };
        text(output.stdout) + &text(output.stderr) + &status
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }
}
