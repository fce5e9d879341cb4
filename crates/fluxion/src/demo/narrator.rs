//! How the demonstration looks: one line per step, colours on terminals only.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

/// Writes the steps to standard output.
pub(super) struct Narrator {
    colour: Colour,
}

/// Whether to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    On,
    Off,
}

impl Colour {
    /// Bold, for what was done.
    pub(super) fn strong(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Green, for what was gained.
    pub(super) fn good(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// Dim, for what is beside the point.
    pub(super) fn faint(self, text: &str) -> String {
        self.wrap("2", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::On => format!("\x1b[{code}m{text}\x1b[0m"),
            Self::Off => text.to_owned(),
        }
    }
}

/// Where the text of a step begins.
const INDENT: usize = 8;

/// How wide the text of a step is before its time.
const WIDTH: usize = 56;

impl Narrator {
    /// Colours if standard output is a terminal and `NO_COLOR` is not set.
    pub(super) fn on_stdout() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let colour = if wanted && io::stdout().is_terminal() { Colour::On } else { Colour::Off };
        Self { colour }
    }

    /// The colours in use.
    pub(super) fn colour(&self) -> Colour {
        self.colour
    }

    /// A step without a time.
    pub(super) fn step(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.line(&format!("{}{text}", self.name(name)))
    }

    /// A step and how long it took.
    pub(super) fn timed(&mut self, name: &str, text: &str, took: Duration) -> io::Result<()> {
        let time = format!("{:.1} ms", took.as_secs_f64() * 1000.0);
        let time = self.colour.faint(&format!("{time:>9}"));
        self.line(&format!("{}{text:<WIDTH$} {time}", self.name(name)))
    }

    /// A paragraph that belongs to the step before.
    pub(super) fn block(&mut self, lines: &[String]) -> io::Result<()> {
        self.line("")?;
        for line in lines {
            self.line(&format!("{:INDENT$}{line}", ""))?;
        }
        self.line("")
    }

    fn name(&self, name: &str) -> String {
        self.colour.strong(&format!("{name:<INDENT$}"))
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(io::stdout(), "{line}")
    }
}
