//! Runs a program that may misbehave: it is ended when its time is over, and what it printed is kept.

use std::ffi::OsStr;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// What a program left.
#[derive(Debug)]
pub(crate) struct Ended {
    /// How it ended; none if it was ended because its time was over.
    pub(crate) status: Option<ExitStatus>,
    /// What it printed.
    pub(crate) stdout: String,
    /// What it complained about.
    pub(crate) stderr: String,
}

/// Runs a program on some input for no longer than `time`. Bytes that are not UTF-8 are replaced.
pub(crate) fn run(command: &mut Command, input: &[u8], time: Duration) -> io::Result<Ended> {
    let mut stdin = tempfile::tempfile()?;
    stdin.write_all(input)?;
    stdin.seek(SeekFrom::Start(0))?;
    let mut stderr = tempfile::tempfile()?;
    let mut child =
        command.stdin(stdin).stdout(Stdio::piped()).stderr(stderr.try_clone()?).spawn()?;
    let mut stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.read_to_end(&mut bytes).map(|_| bytes);
        let _ = sender.send(read);
    });
    // Output ends when the program does, and only then.
    let (status, stdout) = match receiver.recv_timeout(time) {
        Ok(output) => (Some(child.wait()?), output?),
        Err(_) => {
            child.kill()?;
            child.wait()?;
            (None, Vec::new())
        }
    };
    let mut complaints = Vec::new();
    stderr.seek(SeekFrom::Start(0))?;
    stderr.read_to_end(&mut complaints)?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Ended { status, stdout: text(stdout), stderr: text(complaints) })
}

/// `fluxion query` with some words.
pub(crate) fn query(words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fluxion"));
    command.arg("query").args(words);
    command
}
