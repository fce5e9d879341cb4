//! What a command has to say, for people and for scripts.

use std::io::{self, Write as _};

use serde_json::Value;

use super::exit::Exit;
use super::options::Output;

/// An answer in both forms.
pub(super) struct Answer {
    /// For people.
    pub(super) text: String,
    /// For scripts.
    pub(super) json: Value,
    /// What people are told beside it, on standard error: why there is so little.
    pub(super) note: Option<&'static str>,
    /// What was not done; the first decides the exit status.
    pub(super) failures: Vec<anyhow::Error>,
    /// The exit status if nothing failed.
    pub(super) exit: Exit,
}

impl Answer {
    pub(super) fn new(text: String, json: Value) -> Self {
        Self { text, json, note: None, failures: Vec::new(), exit: Exit::Done }
    }

    /// The same, with what people are told if there is a reason to.
    pub(super) fn noting(self, note: Option<&'static str>) -> Self {
        Self { note, ..self }
    }

    /// The same, where what was found out is told by the exit status, too.
    pub(super) fn ending(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// Prints it to standard output; a reader that is gone has seen enough.
    pub(super) fn print(&self, output: Output) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let printed = match output {
            Output::Table => out.write_all(self.text.as_bytes()).map(|()| self.print_note()),
            // all was said before
            Output::Json if self.json.is_null() => Ok(()),
            Output::Json => writeln!(out, "{:#}", self.json),
        };
        printed.or_else(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(error),
        })
    }

    fn print_note(&self) {
        if let Some(note) = self.note {
            // If even standard error is gone there is nobody left to tell.
            let _ = writeln!(io::stderr(), "note: {note}");
        }
    }
}
