//! `fluxion init`, `match`, `cancel` and so on: the calls of `fluxion.v1` as commands.
//!
//! Owns their options, and how answers look to people and to scripts. It must not know how a server answers: all calls
//! are those of `fluxion-client`.
//!
//! | file | idea |
//! |---|---|
//! | `graphs`, `stats`, `time`, `matching`, `explain`, `watch`, `top`, `windows`, `cancel`, `retime`, `update`, `jobs`, `resources`, `status` | the commands |
//! | `options`, `credentials`, `defaults`, `names`, `help` | options that several commands have, the words for enumerations, the ends of help texts |
//! | `offers` | what a shell completes by asking the server |
//! | `several` | commands that ask for several things |
//! | `answer`, `texts` | what is printed |
//! | `exit`, `misread` | exit statuses, and what is told on standard error |
//! | `hint` | what may help after a failure |

mod answer;
mod cancel;
mod credentials;
mod defaults;
mod exit;
mod explain;
mod graphs;
mod help;
mod hint;
mod jobs;
mod matching;
mod misread;
mod names;
mod offers;
mod options;
mod resources;
mod retime;
mod several;
mod snapshot;
mod stats;
mod status;
mod texts;
mod time;
mod top;
mod update;
mod watch;
mod windows;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

pub(crate) use credentials::CredentialArgs;

use answer::Answer;
use exit::Exit;
use hint::{Asked, Deed};
use options::{Common, Output};

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
    Stats(With<stats::NoArgs>),
    /// Show what time it is on the axis of a graph.
    #[command(after_help = help::TIME)]
    Time(With<stats::NoArgs>),
    /// Write down all that there is of a graph, for the next start of its server.
    #[command(after_help = help::SNAPSHOT)]
    Snapshot(With<snapshot::SnapshotArgs>),
    /// Find resources for jobspecs, and book them.
    #[command(after_help = help::MATCH)]
    Match(With<matching::MatchArgs>),
    /// Tell why a jobspec does not start now, when it does, and what would help.
    #[command(after_help = help::EXPLAIN)]
    Explain(With<explain::ExplainArgs>),
    /// Show what happens to a graph, as it happens.
    #[command(after_help = help::WATCH)]
    Watch(With<watch::WatchArgs>),
    /// List the maintenance and the reservations of a graph, set or drop them.
    #[command(after_help = help::WINDOWS)]
    Windows(windows::WindowsArgs),
    /// Show a graph on the terminal, live: resources, jobs, rates, changes.
    #[command(after_help = help::TOP)]
    Top(With<top::TopArgs>),
    /// Release everything that jobs hold, or a part of it.
    #[command(after_help = help::CANCEL)]
    Cancel(With<cancel::CancelArgs>),
    /// Let a job end later or earlier.
    #[command(after_help = help::RETIME)]
    Retime(With<retime::RetimeArgs>),
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

impl ClientCommand {
    /// What hints have to know.
    fn asked(&self) -> Asked {
        let of = |deed, common: &Common| Asked { deed, graph: Some(common.graph.clone()) };
        match self {
            Self::Init(with) => of(Deed::Init, &with.common),
            Self::Graphs(graphs) => Asked { deed: graphs.deed(), graph: None },
            Self::Match(with) => of(Deed::Match(with.own.operation()), &with.common),
            Self::Jobs(with) => of(with.own.deed(), &with.common),
            Self::Find(with) => of(Deed::Find, &with.common),
            Self::Shrink(with) => of(Deed::Shrink, &with.common),
            Self::Stats(with) => of(Deed::Other, &with.common),
            Self::Snapshot(with) => of(Deed::Other, &with.common),
            Self::Explain(with) => of(Deed::Other, &with.common),
            Self::Watch(with) => of(Deed::Other, &with.common),
            Self::Windows(windows) => of(Deed::Other, &windows.common),
            Self::Top(with) => of(Deed::Other, &with.common),
            Self::Time(with) => of(Deed::Other, &with.common),
            Self::Retime(with) => of(Deed::Other, &with.common),
            Self::Cancel(with) => of(Deed::Other, &with.common),
            Self::Update(with) => of(Deed::Other, &with.common),
            Self::Status(with) => of(Deed::Other, &with.common),
            Self::Properties(with) => of(Deed::Other, &with.common),
            Self::Grow(with) => of(Deed::Other, &with.common),
        }
    }
}

/// Runs a command; the exit status is one of those in [`exit`].
pub(crate) fn run(command: ClientCommand) -> ExitCode {
    let output = output(&command);
    let (failures, exit) =
        start(&command, output).unwrap_or_else(|error| (vec![error], Exit::Failed));
    exit::complain(&failures, &command.asked(), output);
    failures.first().map_or(exit, Exit::of).code()
}

/// Tells that the words of a command line cannot be read, as their `--output` wants it; or the help that was asked for.
pub(crate) fn misread(error: &clap::Error, words: &[OsString]) -> ExitCode {
    misread::tell(error, words)
}

fn start(command: &ClientCommand, output: Output) -> anyhow::Result<(Vec<anyhow::Error>, Exit)> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let answer = runtime.block_on(ask(command))?;
    // A reader of standard input that never ends shall not hold up the exit.
    runtime.shutdown_background();
    answer.print(output)?;
    Ok((answer.failures, answer.exit))
}

fn output(command: &ClientCommand) -> Output {
    use ClientCommand as C;
    let connection = match command {
        C::Graphs(arguments) => &arguments.connection,
        C::Windows(arguments) => &arguments.common.connection,
        C::Init(With { common, .. }) => &common.connection,
        C::Stats(With { common, .. }) => &common.connection,
        C::Snapshot(With { common, .. }) => &common.connection,
        C::Time(With { common, .. }) => &common.connection,
        C::Retime(With { common, .. }) => &common.connection,
        C::Match(With { common, .. }) => &common.connection,
        C::Explain(With { common, .. }) => &common.connection,
        C::Watch(With { common, .. }) => &common.connection,
        C::Top(With { common, .. }) => &common.connection,
        C::Cancel(With { common, .. }) => &common.connection,
        C::Update(With { common, .. }) => &common.connection,
        C::Jobs(With { common, .. }) => &common.connection,
        C::Find(With { common, .. }) => &common.connection,
        C::Status(With { common, .. }) => &common.connection,
        C::Properties(With { common, .. }) => &common.connection,
        C::Grow(With { common, .. }) => &common.connection,
        C::Shrink(With { common, .. }) => &common.connection,
    };
    connection.output
}

async fn ask(command: &ClientCommand) -> anyhow::Result<Answer> {
    macro_rules! with {
        ($function:path, $arguments:expr) => {{
            let With { common, own } = $arguments;
            $function(common, own).await
        }};
    }
    match command {
        ClientCommand::Init(arguments) => with!(graphs::init, arguments),
        ClientCommand::Graphs(arguments) => graphs::graphs(arguments).await,
        ClientCommand::Stats(arguments) => with!(stats::stats, arguments),
        ClientCommand::Snapshot(arguments) => with!(snapshot::snapshot, arguments),
        ClientCommand::Time(arguments) => with!(time::time, arguments),
        ClientCommand::Retime(arguments) => with!(retime::retime, arguments),
        ClientCommand::Match(arguments) => with!(matching::match_jobspecs, arguments),
        ClientCommand::Explain(arguments) => with!(explain::explain, arguments),
        ClientCommand::Watch(arguments) => with!(watch::watch, arguments),
        ClientCommand::Windows(arguments) => windows::windows(arguments).await,
        ClientCommand::Top(arguments) => with!(top::top, arguments),
        ClientCommand::Cancel(arguments) => with!(cancel::cancel, arguments),
        ClientCommand::Update(arguments) => with!(update::update, arguments),
        ClientCommand::Jobs(arguments) => with!(jobs::list, arguments),
        ClientCommand::Find(arguments) => with!(resources::find, arguments),
        ClientCommand::Status(arguments) => with!(status::status, arguments),
        ClientCommand::Properties(arguments) => with!(status::properties, arguments),
        ClientCommand::Grow(arguments) => with!(resources::grow, arguments),
        ClientCommand::Shrink(arguments) => with!(resources::shrink, arguments),
    }
}
