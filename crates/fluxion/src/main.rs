//! The `fluxion` command: a table of contents.

mod demo;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    Serve(serve::ServeArgs),
    /// Show the main job: load a graph, match a jobspec, cancel the job, over gRPC.
    Demo(demo::DemoArgs),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::Demo(arguments) => demo::run(arguments),
    }
}
