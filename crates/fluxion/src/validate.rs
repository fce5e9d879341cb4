//! `fluxion validate`: what each file is, and how what is wrong with it is told. What is wrong is the business of
//! `fluxion-context`.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use fluxion_context::{
    CheckedGraph, Context, LoadError, LoadFormat, Options, TextKind, check_graph, check_jobspec,
};
use fluxion_server::legible;
use serde_json::{Value, json};

use crate::input::{ReadFormat, called, format_name, read};
use crate::output::{Failure, Status, ended, write_to};

const HELP: &str = "\
Examples:
  fluxion validate cluster.json jobspec.yaml
  fluxion validate machine.xml --format hwloc
  fluxion validate jobs/*.yaml --against cluster.json
  generate | fluxion validate - --output json

Files may be graphs (JGF, recipes, topologies of hwloc, R) and jobspecs (YAML, JSON); which they
are can be told from what is in them. Everything that is wrong with a file is told at once, one
line each:

  FILE:LINE:COLUMN: what is wrong

Where no line is known, it is told which part is meant. Columns count bytes, in jobspecs
characters. A text that is no JSON, XML or YAML has one error, where it ends to be that. What would
only follow from another error is left out. Warnings are about what is odd, and do not make a file
invalid.

Exit status: 0 all files are valid, 1 a file is not, or cannot be read, 2 wrong options.";

/// Which files.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct ValidateArgs {
    /// The files; - for standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,

    /// What the files are.
    #[arg(long)]
    format: Option<Kind>,

    /// A graph whose resource types are the only ones that a jobspec may ask for.
    #[arg(long, value_name = "GRAPH")]
    against: Option<String>,

    /// Print lines for people, or one JSON document.
    #[arg(long, short, value_name = "FORM", default_value = "lines")]
    output: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Graph(ReadFormat),
    Jobspec,
}

impl ValueEnum for Kind {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Graph(ReadFormat::Jgf),
            Self::Graph(ReadFormat::Grug),
            Self::Graph(ReadFormat::Hwloc),
            Self::Graph(ReadFormat::R),
            Self::Jobspec,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Graph(format) => format.to_possible_value(),
            Self::Jobspec => Some(PossibleValue::new("jobspec").help("A jobspec in YAML or JSON")),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Lines,
    Json,
}

/// Most characters of a message: it may quote what is in the file.
const LONGEST: usize = 1000;

/// Something about a file, and where in it.
#[derive(PartialEq, Eq)]
struct Finding {
    place: Option<(usize, usize)>,
    message: String,
}

impl Finding {
    fn new(place: Option<(usize, usize)>, mut message: String) -> Self {
        if let Some((end, _)) = message.char_indices().nth(LONGEST) {
            message.truncate(end);
            message.push_str("...");
        }
        Self { place, message }
    }
}

/// What there is to say about a file.
struct Report {
    file: String,
    /// What it is; nothing if it cannot be read.
    kind: Option<&'static str>,
    /// What is in it, if it is a valid graph.
    size: Option<(usize, usize)>,
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
}

/// Checks the files.
pub(crate) fn run(arguments: ValidateArgs) -> ExitCode {
    ended(validate(&arguments))
}

fn validate(arguments: &ValidateArgs) -> Result<Status, Failure> {
    let against = arguments.against.as_deref().map(graph).transpose()?;
    let reports: Vec<Report> = arguments
        .files
        .iter()
        .map(|file| report(file, arguments.format, against.as_ref()))
        .collect();
    let text = match arguments.output {
        Form::Lines => lines(&reports),
        Form::Json => format!("{:#}\n", document(&reports)),
    };
    write_to("-", |out| out.write_str(&text))?;
    let is_valid = reports.iter().all(|report| report.errors.is_empty());
    Ok(if is_valid { Status::Done } else { Status::Failed })
}

/// The graph that jobspecs are for.
fn graph(file: &str) -> Result<Context, Failure> {
    let wrong = |reason: String| Failure::new(format!("--against: {reason}"));
    let text = read(file).map_err(wrong)?;
    let load_format = match TextKind::of(&text) {
        TextKind::Graph(format) => format,
        TextKind::GraphWithinR => LoadFormat::Jgf,
        TextKind::Jobspec => {
            return Err(wrong(format!("{} does not look like a graph", called(file))));
        }
    };
    let options = Options { load_format, ..Options::default() };
    Context::load(&text, &options)
        .map_err(|error| wrong(format!("{}: {}", called(file), error.unplaced())))
}

fn report(file: &str, format: Option<Kind>, against: Option<&Context>) -> Report {
    let mut report = Report {
        file: file.to_owned(),
        kind: None,
        size: None,
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    let text = match read(file) {
        Ok(text) => text,
        Err(message) => {
            report.errors.push(Finding::new(None, message));
            return report;
        }
    };
    let kind = match format {
        Some(Kind::Graph(format)) => TextKind::Graph(format.into()),
        Some(Kind::Jobspec) => TextKind::Jobspec,
        None => TextKind::of(&text),
    };
    match kind {
        TextKind::Graph(format) => of_graph(&text, format, &mut report),
        TextKind::GraphWithinR => {
            // both of its readers have to get along with it
            of_graph(&text, LoadFormat::Rv1exec, &mut report);
            let of_r = std::mem::take(&mut report.errors);
            report.warnings.clear();
            of_graph(&text, LoadFormat::Jgf, &mut report);
            report.errors.retain(|error| !of_r.contains(error));
            report.errors.splice(0..0, of_r);
            report.kind = Some("R version 1 with a graph in its scheduling");
        }
        TextKind::Jobspec => of_jobspec(&text, against, &mut report),
    }
    report
}

fn of_graph(text: &str, format: LoadFormat, report: &mut Report) {
    report.kind = Some(format_name(format));
    match check_graph(text, format) {
        CheckedGraph::Valid { vertices, edges, oddities } => {
            report.size = Some((vertices, edges));
            let told = oddities.iter().map(ToString::to_string);
            report.warnings.extend(told.map(|message| Finding::new(None, message)));
        }
        CheckedGraph::Invalid(errors) => report.errors.extend(errors.iter().map(finding)),
    }
}

fn finding(error: &LoadError) -> Finding {
    let place = error.position().map(|at| (at.line, at.column));
    Finding::new(place, error.unplaced())
}

fn of_jobspec(text: &str, against: Option<&Context>, report: &mut Report) {
    report.kind = Some("jobspec");
    let errors = check_jobspec(text, against.map(Context::graph));
    report.errors.extend(errors.iter().map(|error| {
        let place = error.position().map(|at| (at.line as usize, at.column as usize));
        Finding::new(place, error.to_string())
    }));
}

fn lines(reports: &[Report]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for report in reports {
        let file = legible(called(&report.file));
        let told = |finding: &Finding, before: &str| {
            let place = finding.place.map(|(line, column)| format!("{line}:{column}:"));
            let (place, message) = (place.unwrap_or_default(), legible(&finding.message));
            format!("{file}:{place} {before}{message}\n")
        };
        report.errors.iter().for_each(|error| text += &told(error, ""));
        report.warnings.iter().for_each(|warning| text += &told(warning, "warning: "));
        if let (true, Some(kind)) = (report.errors.is_empty(), report.kind) {
            let size = report.size.map(|(vertices, edges)| {
                format!(
                    ", {}, {}",
                    counted(vertices, "vertex", "vertices"),
                    counted(edges, "edge", "edges")
                )
            });
            let _ = writeln!(text, "{file}: valid {kind}{}", size.unwrap_or_default());
        }
    }
    text + &summary(reports)
}

fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

fn summary(reports: &[Report]) -> String {
    let sum = |of: fn(&Report) -> usize| reports.iter().map(of).sum::<usize>();
    let valid = sum(|report| usize::from(report.errors.is_empty()));
    format!(
        "{} of {} valid: {}, {}\n",
        valid,
        counted(reports.len(), "file", "files"),
        counted(sum(|report| report.errors.len()), "error", "errors"),
        counted(sum(|report| report.warnings.len()), "warning", "warnings"),
    )
}

fn document(reports: &[Report]) -> Value {
    let findings = |found: &[Finding]| {
        let finding = |finding: &Finding| {
            json!({
                "line": finding.place.map(|(line, _)| line),
                "column": finding.place.map(|(_, column)| column),
                "message": finding.message,
            })
        };
        found.iter().map(finding).collect::<Vec<_>>()
    };
    let report = |report: &Report| {
        json!({
            "file": report.file,
            "kind": report.kind,
            "valid": report.errors.is_empty(),
            "vertices": report.size.map(|(vertices, _)| vertices),
            "edges": report.size.map(|(_, edges)| edges),
            "errors": findings(&report.errors),
            "warnings": findings(&report.warnings),
        })
    };
    json!({ "files": reports.iter().map(report).collect::<Vec<_>>() })
}
