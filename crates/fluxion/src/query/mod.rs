//! `fluxion query`: the prompt, a drop-in for `resource-query` (`docs/semantics/compatibility.md`, The
//! command line).
//!
//! This module turns words into calls of a scheduling context and results into the texts that scripts expect.
//! It must not know how anything is matched, booked, read or written: that is `fluxion-context`.
//!
//! | file | idea |
//! | --- | --- |
//! | `getopt` | GNU-style option scanning |
//! | `args` | the options: one table for parsing and for the usage text |
//! | `parsed_args` | what the words of the command line ask for |
//! | `described` | the same table for manual pages and completion |
//! | `startup` | from options to a loaded context |
//! | `session` | one session: what the commands share |
//! | `commands` | the commands: one table for dispatch, help and completion |
//! | `conversation` | the loop over the lines |
//! | `matching`, `updates`, `jobs`, `vertices`, `elastic`, `other` | what the commands do |
//! | `channels` | where the texts go |
//! | `files` | what is read of the files that are named |
//! | `graph_file` | the file that the graph is written to |
//! | `lines`, `completion` | where the lines come from |
//! | `number` | numbers as C prints and reads them |
//! | `reference_texts` | what is printed of errors |

mod args;
mod channels;
mod commands;
mod completion;
mod conversation;
mod described;
mod elastic;
mod explaining;
mod files;
mod getopt;
mod graph_file;
mod jobs;
mod lines;
mod matching;
mod number;
mod other;
mod parsed_args;
mod reference_texts;
mod session;
mod startup;
mod updates;
mod vertices;

use std::cell::RefCell;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::rc::Rc;

use channels::Channels;
pub(crate) use described::described;
use graph_file::GraphFile;
use lines::Lines;
use parsed_args::{Args, PROGRAM, Stop};
use session::Session;

/// Exit status if an option cannot be used.
const WRONG_OPTIONS: u8 = 2;

/// Runs a session as the words after `query` say; 0 at its end, 1 if it could not start or a file
/// could not be written, 2 if an option cannot be used.
pub(crate) fn run(words: &[String]) -> ExitCode {
    match parsed_args::parse(words, &mut complain) {
        Ok(args) => start(&args),
        Err(Stop::Help) => {
            complain(&args::usage());
            ExitCode::SUCCESS
        }
        Err(Stop::Usage) => {
            complain("hint: `fluxion query --help` lists the options\n");
            ExitCode::from(WRONG_OPTIONS)
        }
    }
}

/// Text for standard error. If that is gone there is nobody to tell.
fn complain(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

fn start(args: &Args) -> ExitCode {
    let loaded = match startup::load(args, &mut complain) {
        Ok(loaded) => loaded,
        Err(startup::Failure { text, of_an_option }) => {
            complain(&format!(": Runtime error: {text}\n"));
            return if of_an_option { ExitCode::from(WRONG_OPTIONS) } else { ExitCode::FAILURE };
        }
    };
    match converse(args, loaded) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{PROGRAM}: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

fn converse(args: &Args, loaded: startup::Loaded) -> io::Result<()> {
    let mut channels = Channels::new();
    startup::report(args, &loaded, &mut channels)?;
    if let Some(path) = &args.test_output {
        channels.open_result(path)?;
    }
    let graph_file = GraphFile::open(args)?;
    let session = Rc::new(RefCell::new(Session::new(loaded.context, channels, args.timing)));
    let mut lines = Lines::new(args.prompt, &session);
    let ended = conversation::run(&session, &mut lines);
    if let Some(file) = graph_file {
        file.write(&session.borrow().context)?;
    }
    ended
}
