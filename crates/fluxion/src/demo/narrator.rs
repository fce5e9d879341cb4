//! How the demonstration looks: one line per step, colours on terminals only.

use std::io::{self, Write as _};
use std::time::Duration;

use crate::colour::Colour;

/// Writes the steps to standard output.
pub(super) struct Narrator {
    colour: Colour,
}

/// Where the text of a step begins.
const INDENT: usize = 8;

/// How wide the text of a step is before its time.
const WIDTH: usize = 56;

impl Narrator {
    /// A narrator who uses colours where they are wanted.
    pub(super) fn on_stdout() -> Self {
        Self { colour: Colour::on_stdout() }
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
