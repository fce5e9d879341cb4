//! `fluxion demo`: the main job, over a real socket, made visible.

mod narrator;
mod session;
mod source;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use narrator::Narrator;
use source::Source;

/// What to show.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Graph to load, in JSON Graph Format, instead of examples/cluster.json.
    #[arg(long, value_name = "FILE")]
    graph: Option<PathBuf>,

    /// Jobspec to match instead of examples/jobspec.yaml.
    #[arg(long, value_name = "FILE")]
    jobspec: Option<PathBuf>,

    /// Match policy.
    #[arg(long, default_value = "lonode", value_parser = fluxion_daemon::PolicyParser)]
    policy: String,
}

/// Shows the main job; exit status 1, with the reason, if a step fails.
pub(crate) fn run(arguments: DemoArgs) -> ExitCode {
    match show(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn show(arguments: &DemoArgs) -> anyhow::Result<()> {
    let graph = Source::graph(arguments.graph.as_deref())?;
    let jobspec = Source::jobspec(arguments.jobspec.as_deref())?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let mut narrator = Narrator::on_stdout();
    runtime.block_on(session::play(&graph, &jobspec, &arguments.policy, &mut narrator))
}
