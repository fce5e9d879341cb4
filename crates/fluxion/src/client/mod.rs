//! `fluxion init`, `match`, `cancel` and so on: the calls of `fluxion.v1` as commands.
//!
//! Owns their options, and how answers look to people and to scripts. It must not know how a server answers: all calls
//! are those of `fluxion-client`.

mod exit;
mod graphs;
mod jobs;
mod names;
mod resources;
mod table;

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use fluxion_client::Options;
use fluxion_client::v1::{Graph, Server};
use serde_json::Value;

use exit::Exit;

/// What the commands have in common.
#[derive(Debug, Args)]
struct Common {
    /// Address of the server.
    #[arg(
        long,
        value_name = "HOST:PORT",
        env = "FLUXION_ADDRESS",
        default_value = "127.0.0.1:4242"
    )]
    server: String,

    /// The graph that is meant.
    #[arg(long, value_name = "NAME", default_value = "default")]
    graph: String,

    /// How the answer is printed: for people, or one JSON document.
    #[arg(long, value_name = "FORM", default_value = "table")]
    output: Output,

    /// How long to try to reach the server.
    #[arg(long, value_name = "SECONDS", default_value_t = 2)]
    wait: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Table,
    Json,
}

/// A command and what all commands take.
#[derive(Debug, Args)]
pub(crate) struct With<T: Args> {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    own: T,
}

/// The commands that talk to a server.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Load a graph into a server.
    #[command(after_help = graphs::INIT_HELP)]
    Init(With<graphs::InitArgs>),
    /// List the graphs of a server.
    #[command(after_help = exit::HELP)]
    Graphs(With<graphs::NoArgs>),
    /// Show figures of a graph: sizes, jobs, matches.
    #[command(after_help = exit::HELP)]
    Stats(With<graphs::NoArgs>),
    /// Find resources for jobspecs, and book them.
    #[command(after_help = jobs::MATCH_HELP)]
    Match(With<jobs::MatchArgs>),
    /// Release all that jobs hold.
    #[command(after_help = jobs::CANCEL_HELP)]
    Cancel(With<jobs::CancelArgs>),
    /// List the jobs of a graph, or show one with what it holds.
    #[command(after_help = jobs::JOBS_HELP)]
    Jobs(With<jobs::JobsArgs>),
    /// Show the resources that meet criteria.
    #[command(after_help = resources::FIND_HELP)]
    Find(With<resources::FindArgs>),
    /// Show the status of vertices, or set it.
    #[command(after_help = resources::STATUS_HELP)]
    Status(With<resources::StatusArgs>),
    /// Attach a subgraph.
    #[command(after_help = resources::GROW_HELP)]
    Grow(With<resources::GrowArgs>),
    /// Remove vertices with all that lies below them.
    #[command(after_help = resources::SHRINK_HELP)]
    Shrink(With<resources::ShrinkArgs>),
}

/// An answer in both forms.
struct Answer {
    /// For people.
    text: String,
    /// For scripts.
    json: Value,
    exit: Exit,
}

impl Answer {
    fn new(text: String, json: Value) -> Self {
        Self { text, json, exit: Exit::Done }
    }
}

impl Common {
    async fn connect(&self) -> anyhow::Result<Server> {
        let connect_timeout = Some(Duration::from_secs(self.wait));
        let options = Options { connect_timeout, ..Options::default() };
        Ok(Server::connect(&self.server, options).await?)
    }

    async fn graph(&self) -> anyhow::Result<Graph> {
        Ok(self.connect().await?.graph(&self.graph))
    }
}

/// Runs a command; the exit status is one of those in [`exit`].
pub(crate) fn run(command: ClientCommand) -> ExitCode {
    match start(&command) {
        Ok(exit) => exit.code(),
        Err(error) => {
            exit::complain(&error);
            Exit::of(&error).code()
        }
    }
}

fn start(command: &ClientCommand) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let (output, answer) = runtime.block_on(ask(command))?;
    // A reader of standard input that never ends shall not hold up the exit.
    runtime.shutdown_background();
    let mut out = io::stdout().lock();
    match output {
        Output::Table => out.write_all(answer.text.as_bytes()),
        Output::Json => writeln!(out, "{:#}", answer.json),
    }
    .or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })?;
    Ok(answer.exit)
}

async fn ask(command: &ClientCommand) -> anyhow::Result<(Output, Answer)> {
    macro_rules! with {
        ($function:path, $arguments:expr) => {{
            let With { common, own } = $arguments;
            (common.output, $function(common, own).await?)
        }};
    }
    Ok(match command {
        ClientCommand::Init(arguments) => with!(graphs::init, arguments),
        ClientCommand::Graphs(arguments) => with!(graphs::list, arguments),
        ClientCommand::Stats(arguments) => with!(graphs::stats, arguments),
        ClientCommand::Match(arguments) => with!(jobs::place, arguments),
        ClientCommand::Cancel(arguments) => with!(jobs::cancel, arguments),
        ClientCommand::Jobs(arguments) => with!(jobs::list, arguments),
        ClientCommand::Find(arguments) => with!(resources::find, arguments),
        ClientCommand::Status(arguments) => with!(resources::status, arguments),
        ClientCommand::Grow(arguments) => with!(resources::grow, arguments),
        ClientCommand::Shrink(arguments) => with!(resources::shrink, arguments),
    })
}

/// A text from a file, or from standard input if the name is `-`.
fn read(file: &str) -> anyhow::Result<String> {
    if file == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        return Ok(text);
    }
    fs::read_to_string(file).with_context(|| format!("cannot read {file}"))
}
