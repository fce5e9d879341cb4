//! `fluxion init`, `match`, `cancel` and so on: the calls of `fluxion.v1` as commands.
//!
//! Owns their options, and how answers look to people and to scripts. It must not know how a server answers: all calls
//! are those of `fluxion-client`.

mod cancel;
mod exit;
mod graphs;
mod help;
mod jobs;
mod matching;
mod names;
mod resources;
mod several;
mod status;
mod table;
mod texts;
mod update;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use fluxion_client::Options;
use fluxion_client::v1::{Graph, Server};
use serde_json::Value;

use exit::Exit;

/// What an attempt to connect takes.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);

/// How the server is reached, and how the answer looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
struct Connection {
    /// Address of the server.
    #[arg(
        long,
        global = true,
        value_name = "HOST:PORT",
        env = "FLUXION_ADDRESS",
        default_value = "127.0.0.1:4242"
    )]
    server: String,

    /// Print the answer for people, or as one JSON document.
    #[arg(long, global = true, value_name = "FORM", default_value = "table")]
    output: Output,

    /// How long to keep trying to reach the server.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 2)]
    wait: u64,
}

/// What the commands on a graph have in common.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
struct Common {
    /// Which of the server's graphs to use.
    #[arg(long, value_name = "NAME", default_value = "default")]
    graph: String,
    #[command(flatten)]
    connection: Connection,
}

/// For changes that may be sent again.
#[derive(Debug, Args)]
struct RequestKey {
    /// Makes this safe to send again: a repeat with the same key changes nothing and gets the first answer.
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    request_key: String,
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
    own: T,
    #[command(flatten)]
    common: Common,
}

/// The commands that talk to a server.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Load a graph into a server.
    #[command(after_help = help::INIT)]
    Init(With<graphs::InitArgs>),
    /// List the graphs of a server, export or drop them.
    #[command(after_help = help::GRAPHS)]
    Graphs(graphs::GraphsArgs),
    /// Show figures of a graph: sizes, jobs, matches.
    #[command(after_help = help::STATS)]
    Stats(With<graphs::NoArgs>),
    /// Find resources for jobspecs, and book them.
    #[command(after_help = help::MATCH)]
    Match(With<matching::MatchArgs>),
    /// Release everything that jobs hold, or a part of it.
    #[command(after_help = help::CANCEL)]
    Cancel(With<cancel::CancelArgs>),
    /// Book a resource set that was chosen elsewhere.
    #[command(after_help = help::UPDATE)]
    Update(With<update::UpdateArgs>),
    /// List the jobs of a graph, or show one with what it holds.
    #[command(after_help = help::JOBS)]
    Jobs(With<jobs::JobsArgs>),
    /// Show the resources that match an expression.
    #[command(after_help = help::FIND)]
    Find(With<resources::FindArgs>),
    /// Show the status of vertices, or set it.
    #[command(after_help = help::STATUS)]
    Status(With<status::StatusArgs>),
    /// Show the properties of vertices, or set one.
    #[command(after_help = help::PROPERTIES)]
    Properties(With<status::PropertiesArgs>),
    /// Add resources from a file.
    #[command(after_help = help::GROW)]
    Grow(With<resources::GrowArgs>),
    /// Remove vertices and everything below them.
    #[command(after_help = help::SHRINK)]
    Shrink(With<resources::ShrinkArgs>),
}

/// An answer in both forms.
struct Answer {
    /// For people.
    text: String,
    /// For scripts.
    json: Value,
    /// What was not done; the first decides the exit status.
    failures: Vec<anyhow::Error>,
}

impl Answer {
    fn new(text: String, json: Value) -> Self {
        Self { text, json, failures: Vec::new() }
    }
}

impl Connection {
    async fn connect(&self) -> anyhow::Result<Server> {
        let connect_timeout = Some(Duration::from_secs(self.wait).max(SHORTEST_WAIT));
        let options = Options { connect_timeout, ..Options::default() };
        Ok(Server::connect(&self.server, options).await?)
    }
}

impl Common {
    async fn graph(&self) -> anyhow::Result<Graph> {
        Ok(self.connection.connect().await?.graph(&self.graph))
    }
}

/// Runs a command; the exit status is one of those in [`exit`].
pub(crate) fn run(command: ClientCommand) -> ExitCode {
    match start(&command) {
        Ok(failures) => ended_by(&failures),
        Err(error) => ended_by(&[error]),
    }
}

fn ended_by(failures: &[anyhow::Error]) -> ExitCode {
    exit::complain(failures);
    failures.first().map_or(Exit::Done, Exit::of).code()
}

fn start(command: &ClientCommand) -> anyhow::Result<Vec<anyhow::Error>> {
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
    Ok(answer.failures)
}

async fn ask(command: &ClientCommand) -> anyhow::Result<(Output, Answer)> {
    macro_rules! with {
        ($function:path, $arguments:expr) => {{
            let With { common, own } = $arguments;
            (common.connection.output, $function(common, own).await?)
        }};
    }
    Ok(match command {
        ClientCommand::Init(arguments) => with!(graphs::init, arguments),
        ClientCommand::Graphs(arguments) => {
            (arguments.connection.output, graphs::graphs(arguments).await?)
        }
        ClientCommand::Stats(arguments) => with!(graphs::stats, arguments),
        ClientCommand::Match(arguments) => with!(matching::place, arguments),
        ClientCommand::Cancel(arguments) => with!(cancel::cancel, arguments),
        ClientCommand::Update(arguments) => with!(update::update, arguments),
        ClientCommand::Jobs(arguments) => with!(jobs::list, arguments),
        ClientCommand::Find(arguments) => with!(resources::find, arguments),
        ClientCommand::Status(arguments) => with!(status::status, arguments),
        ClientCommand::Properties(arguments) => with!(status::properties, arguments),
        ClientCommand::Grow(arguments) => with!(resources::grow, arguments),
        ClientCommand::Shrink(arguments) => with!(resources::shrink, arguments),
    })
}

/// A number of which 0 stands for none.
fn stated(number: u64) -> Option<u64> {
    Some(number).filter(|&number| number != 0)
}
