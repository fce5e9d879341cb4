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
        let mut process = Command::new(env!("CARGO_BIN_EXE_fluxion"))
            .args(["serve", "--host", "127.0.0.1", "--port", "0", "--log", "off"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self { process, address }
    }
}

/// The incarnations in a text, which differ from run to run, as one that does not.
pub(crate) fn masked(text: &str) -> String {
    let is_incarnation =
        |word: &str| word.len() == 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let mask = |word: &str| match word.get(..16) {
        Some(digits) if is_incarnation(digits) && word.len() <= 17 => {
            format!("5f0c3a9e1b7d2468{}", &word[16..])
        }
        _ => word.to_owned(),
    };
    words.map(mask).collect()
}
