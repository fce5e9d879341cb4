//! The `server` command: `fluxion serve` under the name and with the flags of the published service.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser};
use fluxion_daemon::{CommandLine, Manner, ServeArgs};

/// The gRPC service over a resource graph.
#[derive(Debug, Parser)]
#[command(name = "server", version, args_override_self = true)]
struct Cli {
    #[command(flatten)]
    serve: ServeArgs,
    /// The published service ignores positional arguments.
    #[arg(hide = true)]
    ignored: Vec<OsString>,
}

fn main() -> ExitCode {
    let words = std::env::args_os().map(double_dash).collect();
    let command_line = CommandLine::new(Cli::command(), None, words);
    match command_line.words() {
        Ok(words) => {
            fluxion_daemon::run(Cli::parse_from(words).serve, Manner::Published, &command_line)
        }
        Err(error) => fluxion_daemon::misconfigured(&error),
    }
}

/// The published service is a Go program, for which `-port` is the same as `--port`.
fn double_dash(argument: OsString) -> OsString {
    let word = argument.to_str().and_then(|text| text.strip_prefix('-'));
    let long = word.filter(|w| w.len() > 1 && w.starts_with(|c: char| c.is_ascii_alphabetic()));
    long.map_or_else(|| argument.clone(), |word| OsString::from(format!("--{word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(argument: &str, expected: &str) {
        assert_eq!(double_dash(argument.into()), OsString::from(expected));
    }

    #[test]
    fn single_dashes_are_doubled_before_words_only() {
        check("-port", "--port");
        check("-port=4242", "--port=4242");
        check("-host", "--host");
        check("--port", "--port");
        check("-h", "-h");
        check("-1", "-1");
        check("-", "-");
        check("4242", "4242");
    }

    #[test]
    fn published_command_lines_are_accepted() {
        for words in [
            vec!["-port", ":4243", "-host", "localhost"],
            vec!["--host=0.0.0.0", "--port", "1", "--port=2"],
            vec!["serve", "now"],
        ] {
            let arguments = std::iter::once("server").chain(words).map(OsString::from);
            assert!(Cli::try_parse_from(arguments.map(double_dash)).is_ok());
        }
    }
}
