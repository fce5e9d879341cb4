//! `fluxion demo`: the main job, over a real socket, made visible.

mod narrator;
mod session;

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use narrator::Narrator;

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
    #[arg(long, default_value = "lonode")]
    policy: String,
}

/// A text and where it came from.
struct Source {
    name: String,
    text: String,
}

macro_rules! example {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../", $name)))
    };
}

const GRAPH: (&str, &str) = example!("examples/cluster.json");
const JOBSPEC: (&str, &str) = example!("examples/jobspec.yaml");

/// Shows the main job; exit status 1, with the reason, if a step fails.
pub(crate) fn run(arguments: DemoArgs) -> ExitCode {
    match show(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "fluxion demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn show(arguments: &DemoArgs) -> anyhow::Result<()> {
    let graph = source(arguments.graph.as_ref(), GRAPH)?;
    let jobspec = source(arguments.jobspec.as_ref(), JOBSPEC)?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let mut narrator = Narrator::on_stdout();
    runtime.block_on(session::play(&graph, &jobspec, &arguments.policy, &mut narrator))
}

fn source(path: Option<&PathBuf>, example: (&str, &str)) -> anyhow::Result<Source> {
    let Some(path) = path else {
        return Ok(Source { name: example.0.to_owned(), text: example.1.to_owned() });
    };
    let name = path.display().to_string();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    Ok(Source { name, text })
}
