//! `fluxion bench`: which benches, and where their tables go. What is measured is the business of `fluxion-bench`.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use fluxion_bench::{
    Abuse, Bench, Countable, Crowd, Instructions, Loading, POLICIES, Report, Serving, Settings,
    Size, Snapshots, Streaming, check, count_all, count_growth, run_apart, run_here,
};

/// What to measure.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    other: Option<Other>,

    /// B1 to B9, `growth`, `bars`, `hard`, `restart`, `explain`, `watch`, `reads`, or `all`.
    #[arg(value_name = "BENCH", default_value = "all", ignore_case = true, value_parser = names())]
    benches: Vec<String>,

    #[command(flatten)]
    output: Output,

    /// Smaller machines and fewer jobs: a minute or two in all.
    #[arg(long)]
    short: bool,

    /// Seed of all random sequences: equal seeds give equal jobs.
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Run one case in this process and print its rows, for the process that asked for it.
    #[arg(long, hide = true)]
    case: Option<usize>,
}

#[derive(Clone, Copy, Debug, Args)]
struct Output {
    /// Print JSON, one line per bench.
    #[arg(long)]
    json: bool,

    /// Print Markdown.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

#[derive(Debug, Subcommand)]
enum Other {
    /// Load a server with many clients: throughput, latency, memory.
    Serve(ServeArgs),
    /// Attack a server in every way we know, while other clients make 500 matches a second.
    Abuse(AbuseArgs),
    /// Run a workload whose instructions are counted, and print nothing.
    Workload {
        /// Its name.
        name: Countable,
    },
    /// Count the instructions of the workloads with callgrind, and compare them with committed figures.
    Instructions {
        /// The committed figures.
        #[arg(value_name = "FILE")]
        figures: PathBuf,

        /// Write the figures instead.
        #[arg(long)]
        update: bool,
    },
    /// Count the instructions of the same requests on 1,024 nodes and on sixteen times as many; fails if one costs 1.3 times as many
    /// there.
    GrowthInstructions {
        /// By all policies; otherwise by three.
        #[arg(long)]
        full: bool,
    },
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Clients, each with a connection of its own.
    #[arg(long, default_value_t = 64)]
    clients: usize,

    /// Calls in all.
    #[arg(long, default_value_t = 500_000)]
    calls: usize,

    /// Nodes of the machine.
    #[arg(long, default_value_t = 1024)]
    nodes: usize,

    /// A tenth of the calls; a tenth of the graph.
    #[arg(long)]
    short: bool,

    /// Keep the graphs of the server in this directory, which should be empty.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// Microseconds that each commit takes, on a modelled disk: what the real one takes is left out.
    #[arg(long, value_name = "MICROSECONDS", requires = "data_dir")]
    sync_time: Option<u64>,

    /// Create another graph of 200 MB meanwhile, and measure until it is there.
    #[arg(long)]
    loading: bool,

    /// One client: 20,000 matches one after the other, and as many over one stream.
    #[arg(long, conflicts_with = "loading")]
    stream: bool,

    /// One client on a machine full of one-core jobs, with and without a snapshot being written.
    #[arg(long, conflicts_with_all = ["loading", "stream"], requires = "data_dir")]
    snapshots: bool,

    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
struct AbuseArgs {
    /// Only attacks of which the name has this in it; all without.
    #[arg(value_name = "ATTACK", default_value = "", hide_default_value = true)]
    attack: String,

    /// Fewer attackers, a second for each attack.
    #[arg(long)]
    short: bool,

    #[command(flatten)]
    output: Output,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(Bench::ALL.iter().map(|bench| bench.name()).chain(["all"]))
}

/// Measures; exit status 1, with the reason, if that fails or a figure is worse than committed.
pub(crate) fn run(arguments: BenchArgs) -> ExitCode {
    let done = match arguments.other {
        Some(Other::Serve(serve)) => serve_under_load(&serve),
        Some(Other::Abuse(abuse)) => under_attack(&abuse),
        Some(Other::Workload { name }) => name.run(),
        Some(Other::Instructions { figures, update }) => instructions(&figures, update),
        Some(Other::GrowthInstructions { full }) => growth(full),
        None => benches(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn benches(arguments: &BenchArgs) -> anyhow::Result<()> {
    let size = if arguments.short { Size::Short } else { Size::Full };
    let settings = Settings { size, seed: arguments.seed };
    let benches = chosen(&arguments.benches)?;
    if let (Some(case), [bench]) = (arguments.case, benches.as_slice()) {
        return Ok(writeln!(io::stdout(), "{}", run_here(*bench, case, settings)?)?);
    }
    for bench in benches {
        let child = |case: usize| {
            let mut command = Command::new(std::env::current_exe()?);
            command.args(["bench", bench.name(), "--seed", &settings.seed.to_string()]);
            command.args(["--case", &case.to_string()]);
            command.args(arguments.short.then_some("--short"));
            Ok(command)
        };
        print(&run_apart(bench, settings, &child)?, arguments.output)?;
    }
    Ok(())
}

fn chosen(names: &[String]) -> anyhow::Result<Vec<Bench>> {
    if names.iter().any(|name| name.eq_ignore_ascii_case("all")) {
        return Ok(Bench::ALL.to_vec());
    }
    let parse = |name: &String| name.parse().with_context(|| format!("`{name}`"));
    names.iter().map(parse).collect()
}

fn serve_under_load(arguments: &ServeArgs) -> anyhow::Result<()> {
    let &ServeArgs { clients, calls, nodes, short, loading, stream, output, .. } = arguments;
    let part = if short { 10 } else { 1 };
    let report = if loading {
        Loading { clients: clients.min(8), nodes, loaded: 6500 / part }.run()?
    } else if arguments.snapshots {
        Snapshots { calls: 100_000 / part, nodes, options: kept(arguments) }.run()?
    } else if stream {
        Streaming { calls: 20_000 / part, nodes }.run()?
    } else {
        Serving { clients, calls: calls / part, nodes, options: kept(arguments) }.run()?
    };
    print(&report, output)
}

/// The options of a server that keeps its graphs.
fn kept(arguments: &ServeArgs) -> Vec<String> {
    let Some(directory) = &arguments.data_dir else { return Vec::new() };
    let mut options = vec!["--data-dir".to_owned(), directory.display().to_string()];
    if let Some(sync) = arguments.sync_time {
        let modelled =
            ["--durability", "none", "--sync-time", &sync.to_string()].map(str::to_owned);
        options.extend(modelled);
    }
    options
}

fn under_attack(arguments: &AbuseArgs) -> anyhow::Result<()> {
    let abuse = if arguments.short {
        let (streams, uploads, flood, nodes) = (20, 5, 100, 16);
        let crowd = Crowd { clients: 25, rate: 200, seconds: 1, streams, uploads, flood, nodes };
        Abuse { matches: 500, few: Some((20, 20)), nodes, crowd }
    } else {
        let (streams, uploads, flood, nodes) = (200, 50, 1000, 1024);
        let crowd = Crowd { clients: 249, rate: 2000, seconds: 20, streams, uploads, flood, nodes };
        Abuse { matches: 5000, few: None, nodes, crowd }
    };
    let report = abuse.run(&arguments.attack)?;
    print(&report, arguments.output)?;
    match Crowd::complaint(&report).filter(|_| !arguments.short) {
        Some(complaint) => bail!("crowd: {complaint}"),
        None => Ok(()),
    }
}

fn print(report: &Report, output: Output) -> anyhow::Result<()> {
    let text = match output {
        Output { json: true, .. } => report.json(),
        Output { markdown: true, .. } => report.markdown(),
        _ => report.text(),
    };
    let mut out = io::stdout();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

fn growth(full: bool) -> anyhow::Result<()> {
    let program = std::env::current_exe()?;
    let some = ["first", "lonode", "locality"];
    let policies: &[&'static str] = if full { &POLICIES } else { &some };
    let verdict = count_growth(&program, 1024, policies)?;
    write!(io::stdout(), "{}", verdict.text)?;
    if !verdict.is_good {
        bail!("the cost of a request grows with the machine");
    }
    Ok(())
}

fn instructions(figures: &PathBuf, update: bool) -> anyhow::Result<()> {
    let counted = count_all(&std::env::current_exe()?)?;
    let name = figures.display();
    if update {
        fs::write(figures, counted.to_string()).with_context(|| format!("cannot write {name}"))?;
        return Ok(());
    }
    let text = fs::read_to_string(figures).with_context(|| format!("cannot read {name}"))?;
    let committed: Instructions = text.parse().with_context(|| format!("cannot read {name}"))?;
    let verdict = check(&committed, &counted);
    write!(io::stdout(), "{}", verdict.text)?;
    if !verdict.is_good {
        bail!("more instructions than committed; if that is meant: make perf-update");
    }
    Ok(())
}
