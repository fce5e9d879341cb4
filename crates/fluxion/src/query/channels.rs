//! Where the texts of a session go: results (a file, or standard output), standard output, standard error.
//!
//! Texts are buffered, and leave in the order in which they were written, whatever channel they went to, even
//! where the channels lead to the same place.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// A place that text goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Channel {
    Result,
    Stdout,
}

/// Whether there is somebody at a terminal who types and reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    Present,
    Absent,
}

/// How errors look.
#[derive(Clone, Copy, Debug)]
enum ErrorStyle {
    Plain,
    Red,
}

/// The channels of a session.
#[derive(Debug)]
pub(crate) struct Channels {
    result: Option<BufWriter<File>>,
    stdout: BufWriter<Stdout>,
    error_style: ErrorStyle,
    audience: Audience,
    /// The only channel that may have text in its buffer.
    last: Channel,
}

impl Channels {
    /// Channels whose results go to standard output.
    pub(crate) fn new() -> Self {
        let colourless = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let legible = io::stderr().is_terminal();
        let typed = io::stdin().is_terminal();
        Self {
            result: None,
            stdout: BufWriter::new(io::stdout()),
            error_style: if legible && !colourless { ErrorStyle::Red } else { ErrorStyle::Plain },
            audience: if legible && typed { Audience::Present } else { Audience::Absent },
            last: Channel::Stdout,
        }
    }

    /// Lets results go to a file, which is emptied.
    pub(crate) fn open_result(&mut self, path: &str) -> io::Result<()> {
        let described = |error: io::Error| {
            io::Error::other(format!("can't open file for --test-output: {path}: {error}"))
        };
        self.result = Some(BufWriter::new(File::create(path).map_err(described)?));
        Ok(())
    }

    fn writer(&mut self, channel: Channel) -> &mut dyn Write {
        match (channel, &mut self.result) {
            (Channel::Result, Some(file)) => file,
            _ => &mut self.stdout,
        }
    }

    fn write(&mut self, channel: Channel, text: &[u8]) -> io::Result<()> {
        if channel != self.last {
            self.flush()?;
            self.last = channel;
        }
        self.writer(channel).write_all(text)
    }

    /// Writes to where results go.
    pub(crate) fn result(&mut self, text: &str) -> io::Result<()> {
        self.write(Channel::Result, text.as_bytes())
    }

    /// Writes to standard output.
    pub(crate) fn stdout(&mut self, text: &str) -> io::Result<()> {
        self.write(Channel::Stdout, text.as_bytes())
    }

    /// Writes bytes, which need not be UTF-8, to standard output.
    pub(crate) fn stdout_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write(Channel::Stdout, bytes)
    }

    /// Writes a line to standard error.
    pub(crate) fn error(&mut self, line: &str) -> io::Result<()> {
        self.flush()?;
        let line = match self.error_style {
            ErrorStyle::Plain => format!("{line}\n"),
            ErrorStyle::Red => format!("{RED}{line}{PLAIN}\n"),
        };
        io::stderr().write_all(line.as_bytes())
    }

    /// Writes a line to standard error where the reference says nothing at all, so only to somebody who types.
    pub(crate) fn hint(&mut self, line: &str) -> io::Result<()> {
        if self.audience == Audience::Present { self.error(line) } else { Ok(()) }
    }

    /// Sends what is buffered on its way.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let last = self.last;
        self.writer(last).flush()
    }
}
