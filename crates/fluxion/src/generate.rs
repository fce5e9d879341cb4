//! `fluxion generate`: from options to the plan of a cluster. What becomes of it is the business of `fluxion-bench`,
//! whose benches run on clusters of the same kind.

use std::process::ExitCode;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use fluxion_bench::{Hosts, MachineFormat, MachinePlan, MemoryPlan, NodeChoice, WantedProperty};

use crate::output::{Failure, Status, ended, note, write_to};

const HELP: &str = "\
Examples:
  fluxion generate --nodes 16 --cores 32 --gpus 4 --out cluster.json
  fluxion generate --racks 4 --nodes 64 --sockets 2 --cores 48 --memory 256 | fluxion init -
  fluxion generate --nodes 8 --hosts 'fox[01-08]' --property fast@0-3 --property disk=ssd@50%
  fluxion generate --nodes 1024 --cores 64 --format grug --out cluster.graphml

The cluster is called cluster0. Ranks are those of the nodes: 0, 1, 2, and so on. Nodes are spread
evenly over the racks, and the cores, gpus and memory of a node over its sockets; cores are
numbered within their node. Equal options give equal bytes.

NODES are ranks such as 0-3,7, or a share such as 25%, which is chosen at random: equal seeds
choose equal nodes.

What the format cannot say is left out, and told on standard error: recipes (grug) have no
properties and no status; R has nodes with cores and gpus, and nothing between them.

Exit status: 0 done, 1 the file cannot be written, 2 wrong options, or a cluster that cannot be.";

/// What the cluster is to have.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct GenerateArgs {
    /// Racks; 0 for nodes directly below the cluster.
    #[arg(long, value_name = "N", default_value_t = 0)]
    racks: usize,

    /// Nodes in all.
    #[arg(long, value_name = "N", default_value_t = 4)]
    nodes: usize,

    /// Sockets of a node; 0 for cores directly below the node.
    #[arg(long, value_name = "N", default_value_t = 0)]
    sockets: usize,

    /// Cores of a node.
    #[arg(long, value_name = "N", default_value_t = 8)]
    cores: usize,

    /// Gpus of a node.
    #[arg(long, value_name = "N", default_value_t = 0)]
    gpus: usize,

    /// Units of memory of a node.
    #[arg(long, value_name = "UNITS", default_value_t = 0)]
    memory: u64,

    /// What a unit of memory is.
    #[arg(long, value_name = "NAME", default_value = "GB")]
    memory_unit: String,

    /// Pools that the memory of a node is divided into [default: one for each socket, or one].
    #[arg(long, value_name = "N")]
    memory_pools: Option<usize>,

    /// Names of the nodes: a word to be followed by the rank, or a hostlist such as fox[01-16].
    #[arg(long, value_name = "NAMES", default_value = "node")]
    hosts: String,

    /// A property of nodes, of all of them if no nodes are named; may be given again.
    #[arg(long, value_name = "NAME[=VALUE][@NODES]")]
    property: Vec<WantedProperty>,

    /// Nodes that are down.
    #[arg(long, value_name = "NODES")]
    down: Option<NodeChoice>,

    /// Begins what is chosen at random.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,

    /// What to write.
    #[arg(long, default_value = "jgf")]
    format: Format,

    /// Where to write it; - for standard output.
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: String,
}

#[derive(Clone, Copy, Debug)]
enum Format {
    Jgf,
    Grug,
    R,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Jgf, Self::Grug, Self::R]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Jgf => PossibleValue::new("jgf").help("JSON Graph Format"),
            Self::Grug => PossibleValue::new("grug").help("A recipe in GraphML"),
            // under the names of `init` and `update`, too
            Self::R => PossibleValue::new("r").aliases(["rv1", "rv1exec"]).help("R version 1"),
        })
    }
}

impl From<Format> for MachineFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Jgf => Self::Jgf,
            Format::Grug => Self::Grug,
            Format::R => Self::Rv1,
        }
    }
}

/// Writes the cluster.
pub(crate) fn run(arguments: GenerateArgs) -> ExitCode {
    ended(generate(&arguments))
}

fn generate(arguments: &GenerateArgs) -> Result<Status, Failure> {
    let plan = plan(arguments)?;
    let written = plan.written(arguments.format.into()).map_err(Failure::usage)?;
    write_to(&arguments.out, |out| written.to(out))?;
    written.losses().iter().for_each(|loss| note(loss));
    Ok(Status::Done)
}

fn plan(arguments: &GenerateArgs) -> Result<MachinePlan, Failure> {
    let &GenerateArgs { racks, nodes, sockets, cores, gpus, seed, .. } = arguments;
    let hosts = Hosts::parse(&arguments.hosts).map_err(Failure::usage)?;
    let memory = memory(arguments)?;
    let plan =
        MachinePlan { racks, nodes, sockets, cores, gpus, memory, hosts, ..Default::default() };
    // before anything is made that is as long as the cluster
    plan.check().map_err(Failure::usage)?;
    let properties = arguments.property.iter().map(|property| property.of(nodes, seed));
    let properties = properties.collect::<Result<_, _>>().map_err(Failure::usage)?;
    let down = arguments.down.as_ref().map_or(Ok(Vec::new()), |down| down.of(nodes, "down", seed));
    Ok(MachinePlan { properties, down: down.map_err(Failure::usage)?, ..plan })
}

fn memory(arguments: &GenerateArgs) -> Result<MemoryPlan, Failure> {
    let unit = arguments.memory_unit.clone();
    if unit.len() > 16 || !unit.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(Failure::usage("--memory-unit: expected at most 16 letters and digits"));
    }
    let (units, pools) = (arguments.memory, arguments.memory_pools);
    if units == 0 {
        return match pools {
            Some(1..) => Err(Failure::usage("--memory-pools: there is no --memory to divide")),
            _ => Ok(MemoryPlan::default()),
        };
    }
    let pools = pools.unwrap_or(arguments.sockets.max(1));
    let size = units.checked_div(pools as u64).filter(|size| size * pools as u64 == units);
    let Some(size) = size else {
        let message =
            format!("--memory: {units} units cannot be divided evenly into {pools} pools");
        return Err(Failure::usage(message));
    };
    let size = u32::try_from(size)
        .map_err(|_| Failure::usage(format!("--memory: a pool has at most {} units", u32::MAX)))?;
    Ok(MemoryPlan { pools, size, unit })
}
