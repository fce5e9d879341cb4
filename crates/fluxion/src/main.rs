//! The `fluxion` command: a table of contents.

mod bench;
mod client;
mod colour;
mod completions;
mod convert;
mod demo;
mod generate;
mod input;
mod journal;
mod manual;
mod moment;
mod output;
mod query;
mod table;
mod token;
mod tree;
mod validate;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use fluxion_daemon::{CommandLine, Manner};

/// A graph database for resources: which of them fit this job best, now or later?
#[derive(Debug, Parser)]
#[command(name = "fluxion", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the gRPC interface.
    #[command(args_override_self = true, version)]
    Serve(Box<fluxion_daemon::ServeArgs>),
    /// Query a graph at a prompt; takes the options of `resource-query`.
    #[command(disable_help_flag = true)]
    Query {
        /// Not parsed here: `resource-query` has its own rules for options.
        #[arg(value_name = "OPTIONS", last = true)]
        words: Vec<OsString>,
    },
    /// Run a short demonstration over gRPC: load a graph, match a jobspec, cancel the job.
    Demo(demo::DemoArgs),
    #[command(flatten)]
    Client(client::ClientCommand),
    #[command(flatten)]
    Journal(journal::JournalCommand),
    /// Make tokens for those who call a server, and list them.
    Token(token::TokenArgs),
    /// Write a cluster of any size, to try things out on.
    Generate(generate::GenerateArgs),
    /// Write a graph in another format.
    Convert(convert::ConvertArgs),
    /// Tell everything that is wrong with graphs and jobspecs.
    Validate(validate::ValidateArgs),
    /// Measure performance: benches, a server under load, instruction counts.
    Bench(bench::BenchArgs),
    /// Print a script that lets a shell complete these commands.
    Completions(completions::CompletionsArgs),
    /// Write a manual page for each of these commands.
    Man(manual::ManArgs),
}

/// All commands and options, also those of `query`, which are not parsed here.
fn described() -> clap::Command {
    Cli::command().mut_subcommand("query", query::described)
}

fn main() -> ExitCode {
    if completions::is_asked_for(described) {
        return ExitCode::SUCCESS;
    }
    let words = shielded(std::env::args_os());
    let command_line = CommandLine::new(Cli::command(), Some("serve"), words);
    let words = match command_line.words() {
        Ok(words) => words,
        Err(error) => return fluxion_daemon::misconfigured(&error),
    };
    match Cli::try_parse_from(&words) {
        Ok(cli) => run(cli.command, &command_line),
        Err(error) => client::misread(&error, &words),
    }
}

fn run(command: Command, command_line: &CommandLine) -> ExitCode {
    match command {
        Command::Serve(arguments) => fluxion_daemon::run(*arguments, Manner::Own, command_line),
        Command::Query { words } => query::run(&words.into_iter().map(lossy).collect::<Vec<_>>()),
        Command::Demo(arguments) => demo::run(arguments),
        Command::Client(command) => client::run(command),
        Command::Journal(command) => journal::run(command),
        Command::Token(arguments) => token::run(arguments),
        Command::Generate(arguments) => generate::run(arguments),
        Command::Convert(arguments) => convert::run(arguments),
        Command::Validate(arguments) => validate::run(arguments),
        Command::Bench(arguments) => bench::run(arguments),
        Command::Completions(arguments) => completions::run(arguments, &described()),
        Command::Man(arguments) => manual::run(arguments, described()),
    }
}

/// Puts `--` after `query`, so that what follows arrives there as it is. So does a question for help with it.
fn shielded(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<_> = arguments.collect();
    if matches!(arguments.get(1..), Some([help, query]) if help == "help" && query == "query") {
        arguments.truncate(1);
        arguments.extend(["query", "--help"].map(OsString::from));
    }
    if arguments.get(1).is_some_and(|command| command == "query") {
        arguments.insert(2, OsString::from("--"));
    }
    arguments
}

fn lossy(word: OsString) -> String {
    word.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&str]) {
        let arguments = ["fluxion", "query"].iter().chain(words).map(OsString::from);
        let Command::Query { words: passed } = Cli::parse_from(shielded(arguments)).command else {
            panic!("not a query");
        };
        assert_eq!(passed, words);
    }

    #[test]
    fn query_gets_its_words_as_they_are() {
        check(&[]);
        check(&["-h"]);
        check(&["--help", "-V", "--version", "help"]);
        check(&["-L", "tiny.graphml", "--load-f=jgf", "-F", "jgf", "--", "-x"]);
        check(&["--", "-h"]);
        let arguments = ["fluxion", "help", "query"].map(OsString::from).into_iter();
        assert_eq!(shielded(arguments), ["fluxion", "query", "--", "--help"].map(OsString::from));
    }
}
