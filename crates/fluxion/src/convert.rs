//! `fluxion convert`: which formats are meant, and what is told when one of them cannot say what the other says. How
//! graphs are read and written is the business of `fluxion-context`.

use std::path::Path;
use std::process::ExitCode;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use fluxion_context::{
    Conversion, ConvertError, ConvertFormat, GraphFormat, LoadError, LoadFormat, MatchFormat,
    TextKind, WriteError,
};

use crate::input::{ReadFormat, called, format_name, read};
use crate::output::{Failure, Status, ended, note, write_to};

const HELP: &str = "\
Examples:
  fluxion convert machine.xml machine.json
  fluxion convert cluster.graphml --to r > R.json
  fluxion convert R.json cluster.json
  fluxion convert cluster.json cluster.dot
  lstopo --of xml | fluxion convert - machine.json

What FROM is can be told from what is in it; --from overrules. What TO becomes is told by the end
of its name: .json for JGF, .R for R, .dot or .gv, .graphml; standard output gets JGF, and --to
overrules.

What a format cannot say is told on standard error, and left out. R has nodes with ranks, and their
cores and gpus: with --number-nodes, nodes without ranks get some. Recipes (grug) and topologies
(hwloc) can be read but not written.

Exit status: 0 done, 1 the graph cannot be read, or not be written in this format, 2 wrong options.";

/// From which text to which.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct ConvertArgs {
    /// The graph; - for standard input.
    #[arg(value_name = "FROM")]
    source: String,

    /// Where to write it; - for standard output.
    #[arg(value_name = "TO", default_value = "-")]
    target: String,

    /// What FROM is.
    #[arg(long, value_name = "FORMAT")]
    from: Option<ReadFormat>,

    /// What TO is to be.
    #[arg(long, value_name = "FORMAT")]
    to: Option<WriteFormat>,

    /// Give the nodes the ranks 0, 1, 2, and so on, in their order, whatever ranks they have.
    #[arg(long)]
    number_nodes: bool,
}

#[derive(Clone, Copy, Debug)]
enum WriteFormat {
    Known(ConvertFormat),
    Grug,
    Hwloc,
}

const JGF: WriteFormat = WriteFormat::Known(ConvertFormat::Graph(GraphFormat::Jgf));
const DOT: WriteFormat = WriteFormat::Known(ConvertFormat::Graph(GraphFormat::Dot));
const GRAPHML: WriteFormat = WriteFormat::Known(ConvertFormat::Graph(GraphFormat::Graphml));
const R: WriteFormat = WriteFormat::Known(ConvertFormat::Set(MatchFormat::Rv1Nosched));

impl ValueEnum for WriteFormat {
    fn value_variants<'a>() -> &'a [Self] {
        const fn set(format: MatchFormat) -> WriteFormat {
            WriteFormat::Known(ConvertFormat::Set(format))
        }
        const ALL: [WriteFormat; 10] = [
            JGF,
            R,
            set(MatchFormat::Rv1),
            set(MatchFormat::Rlite),
            set(MatchFormat::Simple),
            set(MatchFormat::PrettySimple),
            DOT,
            GRAPHML,
            WriteFormat::Grug,
            WriteFormat::Hwloc,
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let word = |name: &'static str, help: &'static str| PossibleValue::new(name).help(help);
        Some(match self {
            Self::Known(ConvertFormat::Graph(format)) => match format {
                GraphFormat::Jgf => word("jgf", "JSON Graph Format, with all that is known"),
                GraphFormat::Dot => word("dot", "For Graphviz"),
                GraphFormat::Graphml => word("graphml", "For tools that draw graphs"),
            },
            Self::Known(ConvertFormat::Set(format)) => match format {
                MatchFormat::Rv1Nosched => {
                    word("r", "R version 1").aliases(["rv1_nosched", "rv1exec"])
                }
                MatchFormat::Rv1 => word("rv1", "R version 1 with the graph in its scheduling"),
                MatchFormat::Rlite => word("rlite", "Ranks with their cores and gpus"),
                MatchFormat::Simple => word("simple", "One line per vertex, leaves first"),
                MatchFormat::PrettySimple => {
                    word("pretty_simple", "One line per vertex, root first")
                }
                other => PossibleValue::new(other.as_str()).hide(true),
            },
            // they have no text of their own, but a reason
            Self::Grug => PossibleValue::new("grug").hide(true),
            Self::Hwloc => PossibleValue::new("hwloc").hide(true),
        })
    }
}

/// Writes the graph.
pub(crate) fn run(arguments: ConvertArgs) -> ExitCode {
    ended(convert(&arguments))
}

fn convert(arguments: &ConvertArgs) -> Result<Status, Failure> {
    let to = target(arguments)?;
    let text = read(&arguments.source).map_err(Failure::new)?;
    let from = source(arguments, &text)?;
    let graph = Conversion::read(&text, from);
    let mut graph = graph.map_err(|error| unreadable(arguments, from, &error))?;
    drop(text);
    if let Some(warning) = graph.warning() {
        note(&warning.to_string());
    }
    if arguments.number_nodes {
        let count = graph.number_nodes();
        note(&format!("nodes that were given a rank: {count}"));
    }
    // What cannot be written leaves no file behind.
    if let ConvertFormat::Set(_) = to {
        let mut set = String::new();
        graph.write(to, &mut set).map_err(|error| unwritable(&error))?;
        write_to(&arguments.target, |out| out.write_str(&set))?;
    } else {
        write_to(&arguments.target, |out| graph.write(to, out).map_err(|_| std::fmt::Error))?;
    }
    graph.losses(to).iter().for_each(|loss| note(&loss.to_string()));
    Ok(Status::Done)
}

fn source(arguments: &ConvertArgs, text: &str) -> Result<LoadFormat, Failure> {
    if let Some(from) = arguments.from {
        return Ok(from.into());
    }
    match TextKind::of(text) {
        TextKind::Graph(format) => Ok(format),
        TextKind::GraphWithinR => {
            note(
                "FROM is the graph in the scheduling of an R; its execution is read with --from r",
            );
            Ok(LoadFormat::Jgf)
        }
        TextKind::Jobspec => {
            let name = called(&arguments.source);
            let message =
                format!("{name} does not look like a graph: it begins neither with {{ nor with <");
            Err(Failure::new(message).hint("--from says what it is".to_owned()))
        }
    }
}

fn target(arguments: &ConvertArgs) -> Result<ConvertFormat, Failure> {
    let named = || by_name(&arguments.target);
    match arguments.to.map_or_else(named, Ok)? {
        WriteFormat::Known(format) => Ok(format),
        WriteFormat::Grug => Err(Failure::usage(
            "a recipe generates a graph, and most graphs have none: grug can be read but not written",
        )
        .hint("`fluxion generate --format grug` writes recipes".to_owned())),
        WriteFormat::Hwloc => Err(Failure::usage(
            "a topology has what hwloc has found out about one machine, and a graph knows too little of it: \
             hwloc can be read but not written",
        )),
    }
}

/// What the name of a file says.
fn by_name(file: &str) -> Result<WriteFormat, Failure> {
    let path = Path::new(file);
    let end = path.extension().or(path.file_name()).unwrap_or_default().to_string_lossy();
    match &*end.to_ascii_lowercase() {
        "-" | "json" | "jgf" => Ok(JGF),
        "r" => Ok(R),
        "dot" | "gv" => Ok(DOT),
        "graphml" => Ok(GRAPHML),
        _ => Err(Failure::usage(format!("the name {file} does not tell what to write"))
            .hint("--to says it".to_owned())),
    }
}

fn unreadable(arguments: &ConvertArgs, from: LoadFormat, error: &LoadError) -> Failure {
    let (name, format) = (called(&arguments.source), format_name(from));
    let place = error.untold_position().map(|place| format!(" ({place})")).unwrap_or_default();
    let hint = match error.better_format() {
        Some(LoadFormat::Rv1exec) => "--from r reads it".to_owned(),
        Some(better) => format!("--from {better} reads it"),
        None => "`fluxion validate` lists all that is wrong with a file".to_owned(),
    };
    Failure::new(format!("{name} is no graph in {format}: {error}{place}")).hint(hint)
}

fn unwritable(error: &ConvertError) -> Failure {
    let hint = match error {
        ConvertError::Set(WriteError::NegativeRank { .. }) => {
            Some("--number-nodes gives the nodes ranks")
        }
        ConvertError::Set(WriteError::NoCoreOrGpu) => Some(
            "R needs vertices of type `node` with cores or gpus below them; --to jgf has them all",
        ),
        ConvertError::Set(WriteError::NegativeId { .. }) | ConvertError::NoRoot => {
            Some("--to jgf can say this")
        }
        // a conversion has no limits
        ConvertError::Set(_) | ConvertError::Output => None,
    };
    Failure::new(error).hint(hint.map(str::to_owned))
}
