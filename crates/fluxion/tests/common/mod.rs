//! A server as a process, for tests of the commands that talk to one.

#![allow(clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A server on a free port; it ends with the test.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(&["--host", "127.0.0.1", "--port", "0"])
    }

    /// One that is told more.
    pub(crate) fn with(options: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_fluxion"))
            .args(["serve", "--log", "off"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self { process, address }
    }
}
