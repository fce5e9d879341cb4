//! Where the text of a command goes: a file, or standard output. What the command has to say beside it goes to
//! standard error.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use fluxion_server::legible;

/// How the commands that need no server end; the numbers are those of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    Done = 0,
    Failed = 1,
    /// As the parser of options says it too.
    Usage = 2,
    /// A file cannot be read or written; this one and those below have the numbers of `sysexits.h`.
    InputOutput = 74,
    /// Somebody else has the files now.
    TryAgain = 75,
    /// The files are of something else, or of a newer version.
    Configuration = 78,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command ends, with the status that it ends with.
#[derive(Debug)]
pub(crate) struct Failure {
    status: Status,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// Options that cannot be, or do not go together.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self { status: Status::Usage, message: message.to_string(), hint: None }
    }

    /// Anything else.
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self { status: Status::Failed, message: message.to_string(), hint: None }
    }

    /// With a status of its own.
    pub(crate) fn status(self, status: Status) -> Self {
        Self { status, ..self }
    }

    /// Says what would help.
    pub(crate) fn hint(self, hint: impl Into<Option<String>>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// Tells why a command failed, if it did. If even standard error is gone there is nobody left to tell.
pub(crate) fn ended(done: Result<Status, Failure>) -> ExitCode {
    let failure = match done {
        Ok(status) => return status.into(),
        Err(failure) => failure,
    };
    let _ = writeln!(io::stderr(), "error: {}", legible(&failure.message));
    failure.hint.iter().for_each(|text| hint(text));
    failure.status.into()
}

/// Says what would help.
pub(crate) fn hint(text: &str) {
    let _ = writeln!(io::stderr(), "hint: {}", legible(text));
}

/// Says what is odd about what was done.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "note: {}", legible(text));
}

/// Lets `write` write to a file, or to standard output if the name is `-`.
///
/// # Errors
/// The file cannot be made or written.
pub(crate) fn write_to(
    file: &str,
    write: impl FnOnce(&mut dyn fmt::Write) -> fmt::Result,
) -> Result<(), Failure> {
    let (name, sink): (_, Box<dyn Write>) = match file {
        "-" => ("standard output", Box::new(io::stdout().lock())),
        file => {
            (file, Box::new(File::create(Path::new(file)).map_err(|error| failed(file, &error))?))
        }
    };
    let mut text = Text { sink: BufWriter::with_capacity(1 << 16, sink), error: None };
    let written = match write(&mut text) {
        Ok(()) => text.sink.flush(),
        Err(fmt::Error) => Err(text.error.unwrap_or_else(|| io::Error::other("no text"))),
    };
    match written {
        // a reader that has seen enough, say `head`, is no failure
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| failed(name, &error)),
    }
}

fn failed(name: &str, error: &io::Error) -> Failure {
    Failure::new(format!("cannot write {name}: {error}"))
}

/// A sink that takes text. Text errors say nothing, so the error of the sink is kept.
struct Text<'s> {
    sink: BufWriter<Box<dyn Write + 's>>,
    error: Option<io::Error>,
}

impl fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.sink.write_all(text.as_bytes()).map_err(|error| {
            self.error = Some(error);
            fmt::Error
        })
    }
}
