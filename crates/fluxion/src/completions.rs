//! `fluxion completions`: scripts by which a shell completes commands, options and words. The scripts ask this program
//! each time, so that words may be offered which only a server knows.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Args, Command, ValueEnum};
use clap_complete::env::{CompleteEnv, Shells};

/// Where the scripts say that words are to be completed.
const VARIABLE: &str = "FLUXION_COMPLETE";

/// For which shell.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Shell {
    fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }
}

/// Prints the script; exit status 1 if nobody takes it.
pub(crate) fn run(arguments: CompletionsArgs, command: &Command) -> ExitCode {
    let name = command.get_name();
    let shells = Shells::builtins();
    let mut script = Vec::new();
    let written = shells.completer(arguments.shell.name()).is_some_and(|shell| {
        shell.write_registration(VARIABLE, name, name, name, &mut script).is_ok()
    });
    match io::stdout().write_all(&script) {
        Ok(()) if written => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Whether a shell asks what may follow some words; if so, it is told. Whatever goes wrong, a shell is told nothing: there
/// is no place for messages on a line that somebody types.
pub(crate) fn is_asked_for(command: fn() -> Command) -> bool {
    let folder = std::env::current_dir().ok();
    let told = CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .try_complete(std::env::args_os(), folder.as_deref());
    told.unwrap_or(true)
}
