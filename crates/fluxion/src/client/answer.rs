//! What a command has to say, for people and for scripts.

use std::io::{self, Write as _};

use serde_json::Value;

use super::options::Output;

/// An answer in both forms.
pub(super) struct Answer {
    /// For people.
    pub(super) text: String,
    /// For scripts.
    pub(super) json: Value,
    /// What was not done; the first decides the exit status.
    pub(super) failures: Vec<anyhow::Error>,
}

impl Answer {
    pub(super) fn new(text: String, json: Value) -> Self {
        Self { text, json, failures: Vec::new() }
    }

    /// Prints it to standard output; a reader that is gone has seen enough.
    pub(super) fn print(&self, output: Output) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let printed = match output {
            Output::Table => out.write_all(self.text.as_bytes()),
            Output::Json => writeln!(out, "{:#}", self.json),
        };
        printed.or_else(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(error),
        })
    }
}
