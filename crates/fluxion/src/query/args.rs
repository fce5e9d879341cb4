//! The options of `fluxion query` (specification chapter 08, A1): what they are, what is checked while they are
//! read, and the usage text. One table serves all three.

use std::fmt::Write;
use std::fs;

use fluxion_context::{GraphFormat, LoadFormat, MatchFormat, Options};

use super::PROGRAM;
use super::getopt::{Found, Row, Scanner};
use super::number;

/// What the graph is read from if `-L` does not say.
pub(crate) const DEFAULT_LOAD_FILE: &str = "conf/default";

/// The most vertices that `-r` may ask room for.
const MOST_RESERVED: i64 = 2_000_000;

/// What the words of the command line ask for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    /// The file that the graph is read from; [`DEFAULT_LOAD_FILE`] if absent.
    pub(crate) load_file: Option<String>,
    /// Resource types to load, comma-separated.
    pub(crate) allowlist: Option<String>,
    /// Pruning filters, comma-separated; the default if absent.
    pub(crate) prune_filters: Option<String>,
    /// How the context is set up in other respects.
    pub(crate) options: Options,
    /// What the graph file is.
    pub(crate) graph_format: GraphFormat,
    /// The name of the graph file without its extension; no such file if absent.
    pub(crate) graph_output: Option<String>,
    /// The file that results go to; standard output if absent.
    pub(crate) test_output: Option<String>,
    /// Whether times are printed.
    pub(crate) timing: Timing,
    /// Whether to prompt on a terminal.
    pub(crate) prompt: Prompt,
}

/// Whether load and match times are printed (`-e`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timing {
    /// They are.
    Shown,
    /// They are not.
    Hidden,
}

/// Whether to prompt if standard input is a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// Prompt, edit lines, keep a history.
    Wanted,
    /// Just read (`-d`).
    Disabled,
}

impl Default for Args {
    fn default() -> Self {
        let options = Options::default();
        Self {
            load_file: None,
            allowlist: None,
            prune_filters: None,
            options,
            graph_format: GraphFormat::Dot,
            graph_output: None,
            test_output: None,
            timing: Timing::Hidden,
            prompt: Prompt::Wanted,
        }
    }
}

/// Why there is nothing to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The usage text was asked for.
    Help,
    /// The words make no sense; why has been said.
    Usage,
}

/// What an option is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Id {
    LoadFile,
    LoadFormat,
    LoadAllowlist,
    MatchSubsystems,
    MatchPolicy,
    MatchFormat,
    TraverserPolicy,
    PruneFilters,
    GraphFormat,
    GraphOutput,
    ReserveVertices,
    TestOutput,
    ElapseTime,
    DisablePrompt,
    Help,
}

/// All options, in the order of the usage text.
pub(super) const OPTIONS: &[Row<Id>] = &[
    Row {
        id: Id::LoadFile,
        short: 'L',
        long: "load-file",
        argument: Some("PATH"),
        default: Some(DEFAULT_LOAD_FILE),
        help: &["The file that describes the resources."],
    },
    Row {
        id: Id::LoadFormat,
        short: 'f',
        long: "load-format",
        argument: Some("FORMAT"),
        default: Some("grug"),
        help: &[
            "What that file is: grug (a generator recipe in GraphML), hwloc (the XML of one",
            "machine), jgf or jgf_shorthand (JSON Graph Format), rv1exec or rv1exec_force",
            "(R version 1).",
        ],
    },
    Row {
        id: Id::LoadAllowlist,
        short: 'W',
        long: "load-allowlist",
        argument: Some("TYPE[,TYPE...]"),
        default: Some("none: all types"),
        help: &[
            "Load only these resource types, and cluster. Only hwloc can, of which the types",
            "are node, group, numanode, socket, L1cache, L2cache, L3cache, core, pu, gpu and",
            "storage; the other formats load everything. Repeating the option adds types.",
        ],
    },
    Row {
        id: Id::MatchSubsystems,
        short: 'S',
        long: "match-subsystems",
        argument: Some("NAME"),
        default: Some("CA"),
        help: &[
            "The subsystems to match in, the dominant one first: CA IBA IBBA PA PFS1BA VA",
            "C+IBA C+IBBA C+PA C+PFS1BA IB+IBBA C+P+IBA V+PFS1BA ALL; lower case will do.",
            "CA is containment, ALL is containment, ibnet, ibnetbw, pfs1bw, power.",
        ],
    },
    Row {
        id: Id::MatchPolicy,
        short: 'P',
        long: "match-policy",
        argument: Some("POLICY"),
        default: Some("first"),
        help: &[
            "Which of the matching resources to choose: low high lonode hinode lonodex hinodex",
            "first firstnodex locality variation, or settings separated by blanks:",
            "policy=low|high (required) node_centric=true|false node_exclusive=true|false",
            "stop_on_1_matches=true|false.",
        ],
    },
    Row {
        id: Id::MatchFormat,
        short: 'F',
        long: "match-format",
        argument: Some("FORMAT"),
        default: Some("simple"),
        help: &[
            "How chosen resources are printed: simple pretty_simple jgf jgf_shorthand rlite",
            "rv1 rv1_nosched rv1_shorthand; jgf_full is jgf with every field.",
        ],
    },
    Row {
        id: Id::TraverserPolicy,
        short: 'T',
        long: "traverser-policy",
        argument: Some("NAME"),
        default: Some("simple"),
        help: &["How the graph is walked: simple, or flexible (alternatives in the jobspec)."],
    },
    Row {
        id: Id::PruneFilters,
        short: 'p',
        long: "prune-filters",
        argument: Some("HL:LL[,HL:LL...]"),
        default: Some("ALL:core,ALL:node"),
        help: &[
            "Keep totals of the low-level type LL at every vertex of the high-level type HL",
            "(or at ALL), so that a search skips what cannot do. Repeating the option adds.",
        ],
    },
    Row {
        id: Id::GraphFormat,
        short: 'g',
        long: "graph-format",
        argument: Some("FORMAT"),
        default: Some("dot"),
        help: &[
            "What the file of -o is: dot (for Graphviz) or graphml (with every attribute), in",
            "any case.",
        ],
    },
    Row {
        id: Id::GraphOutput,
        short: 'o',
        long: "graph-output",
        argument: Some("BASENAME"),
        default: Some("none"),
        help: &[
            "Write the graph to BASENAME.dot or BASENAME.graphml at the end of the session, as",
            "it is then. The file is overwritten; without it the session does not start.",
        ],
    },
    Row {
        id: Id::ReserveVertices,
        short: 'r',
        long: "reserve-vtx-vec",
        argument: Some("COUNT"),
        default: Some("0"),
        help: &["Room for so many vertices, 0 to 2000000; no effect: room is made as needed."],
    },
    Row {
        id: Id::TestOutput,
        short: 't',
        long: "test-output",
        argument: Some("PATH"),
        default: Some("standard output"),
        help: &["Write results to this file, which is overwritten."],
    },
    Row {
        id: Id::ElapseTime,
        short: 'e',
        long: "elapse-time",
        argument: None,
        default: Some("off"),
        help: &[
            "Print how long loading and matching took, figures of the graph, and what a match",
            "looked at: vertices asked about (preorder) and candidates found (postorder). These",
            "are fewer than in a walk of the whole graph, as most of it is skipped.",
        ],
    },
    Row {
        id: Id::DisablePrompt,
        short: 'd',
        long: "disable-prompt",
        argument: None,
        default: Some("off"),
        help: &["No prompt, history and completion on a terminal."],
    },
    Row {
        id: Id::Help,
        short: 'h',
        long: "help",
        argument: None,
        default: None,
        help: &["Print this text."],
    },
];

/// Reads the words of the command line. Messages go to `complain`, whole lines.
///
/// # Errors
/// [`Stop`], when there is nothing to run.
pub(crate) fn parse(words: &[String], complain: &mut dyn FnMut(&str)) -> Result<Args, Stop> {
    let mut args = Args::default();
    let mut operands = 0_usize;
    for step in Scanner::new(OPTIONS, words) {
        let failure = match step {
            Ok(Found::Option(Id::Help, _)) => return Err(Stop::Help),
            Ok(Found::Option(id, argument)) => match args.set(id, argument) {
                Ok(()) => continue,
                Err(Remark::Warning(text)) => {
                    complain(&format!("WARN: {text}: {argument}\n"));
                    continue;
                }
                Err(Remark::Error(text)) => format!("[ERROR] {text}: {argument}\n"),
            },
            Ok(Found::Operand(_)) => {
                operands += 1;
                continue;
            }
            Err(fault) => format!("{PROGRAM}: {fault}\n"),
        };
        complain(&failure);
        return Err(Stop::Usage);
    }
    if operands == 0 { Ok(args) } else { Err(Stop::Usage) }
}

/// What there is to say about an argument; it is printed behind the text.
enum Remark {
    /// It is not used.
    Warning(&'static str),
    /// The run ends here.
    Error(&'static str),
}

impl Args {
    fn set(&mut self, id: Id, argument: &str) -> Result<(), Remark> {
        let owned = || argument.to_owned();
        match id {
            Id::LoadFile => self.load_file = Some(existing_file(argument)?),
            Id::LoadFormat => self.options.load_format = load_format(argument)?,
            Id::LoadAllowlist => join(&mut self.allowlist, argument),
            Id::MatchSubsystems => self.options.subsystems = owned(),
            Id::MatchPolicy => self.options.policy = owned(),
            Id::MatchFormat => self.options.match_format = match_format(argument)?,
            Id::TraverserPolicy => self.options.traverser = owned(),
            Id::PruneFilters => join(&mut self.prune_filters, argument),
            Id::GraphFormat => self.graph_format = graph_format(argument)?,
            Id::GraphOutput => self.graph_output = Some(owned()),
            Id::ReserveVertices => check_reservation(argument)?,
            Id::TestOutput => self.test_output = Some(owned()),
            Id::ElapseTime => self.timing = Timing::Shown,
            Id::DisablePrompt => self.prompt = Prompt::Disabled,
            Id::Help => {}
        }
        Ok(())
    }
}

fn existing_file(path: &str) -> Result<String, Remark> {
    match fs::metadata(path) {
        Err(_) => Err(Remark::Error("file does not exist for --load-file")),
        Ok(found) if found.is_dir() => {
            Err(Remark::Error("path passed to --load-file is a directory"))
        }
        Ok(_) => Ok(path.to_owned()),
    }
}

fn load_format(name: &str) -> Result<LoadFormat, Remark> {
    name.parse().map_err(|_| Remark::Error("unknown format for --load-format"))
}

fn match_format(name: &str) -> Result<MatchFormat, Remark> {
    name.parse().map_err(|_| Remark::Error("unknown format for --match-format"))
}

fn graph_format(name: &str) -> Result<GraphFormat, Remark> {
    let lower = name.to_ascii_lowercase();
    let drawn = lower.parse().ok().filter(|format| *format != GraphFormat::Jgf);
    drawn.ok_or(Remark::Error("unknown format for --graph-format"))
}

fn check_reservation(count: &str) -> Result<(), Remark> {
    let possible = (0..=MOST_RESERVED).contains(&number::leading_integer(count));
    let warning = Remark::Warning("out of range specified for --reserve-vtx-vec");
    possible.then_some(()).ok_or(warning)
}

/// Adds to a comma-separated list; blanks add nothing.
fn join(list: &mut Option<String>, more: &str) {
    match list {
        _ if more.trim().is_empty() => {}
        None => *list = Some(more.to_owned()),
        Some(list) => {
            list.push(',');
            list.push_str(more);
        }
    }
}

/// What it does, and how its options are read.
pub(super) const USES: &str = "\
Here it is called `fluxion query` and takes the same options and commands: it loads a
description of resources, then reads commands from standard input, one a line, and
answers which resources fit a jobspec, now or later. The command `help` lists the others.
Long options may be abbreviated; the last of several wins, unless said otherwise.
";

/// What its exit status tells.
pub(super) const EXIT_STATUS: &str = "\
Exit status: 0 at the end of the session; 1 if it could not start, or a file
could not be written.
";

/// The text that teaches the options.
pub(crate) fn usage() -> String {
    let mut text = format!("\nusage: resource-query [OPTIONS...]\n\n{USES}\n");
    for row in OPTIONS {
        describe(row, &mut text);
    }
    text + "\n" + EXIT_STATUS
}

fn describe(row: &Row<Id>, text: &mut String) {
    let argument = row.argument.map_or_else(String::new, |name| format!(" {name}"));
    let default = row.default.map_or_else(String::new, |value| format!("  [default: {value}]"));
    let _ = writeln!(text, "  -{}, --{}{argument}{default}", row.short, row.long);
    for line in row.help {
        let _ = writeln!(text, "          {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What parsing `line` says and yields; words are separated by `|`.
    fn parsed(line: &str) -> (String, Result<Args, Stop>) {
        let words: Vec<String> = match line {
            "" => Vec::new(),
            _ => line.split('|').map(str::to_owned).collect(),
        };
        let mut said = String::new();
        let result = parse(&words, &mut |text| said.push_str(text));
        (said, result)
    }

    fn check(line: &str, change: impl Fn(&mut Args)) {
        let mut expected = Args::default();
        change(&mut expected);
        assert_eq!(parsed(line), (String::new(), Ok(expected)), "{line}");
    }

    fn check_fails(line: &str, message: &str) {
        assert_eq!(parsed(line), (message.to_owned(), Err(Stop::Usage)), "{line}");
    }

    #[test]
    fn every_option_is_taken_over() {
        check("", |_| {});
        check("-L|Cargo.toml", |a| a.load_file = Some("Cargo.toml".to_owned()));
        check("--load-fi=Cargo.toml", |a| a.load_file = Some("Cargo.toml".to_owned()));
        check("-f|jgf", |a| a.options.load_format = LoadFormat::Jgf);
        check("-fhwloc", |a| a.options.load_format = LoadFormat::Hwloc);
        check("--load-fo|rv1exec", |a| a.options.load_format = LoadFormat::Rv1exec);
        check("-S|all", |a| a.options.subsystems = "all".to_owned());
        check("-P|policy=low node_centric=true", |a| {
            a.options.policy = "policy=low node_centric=true".to_owned();
        });
        check("--match-f=rv1_nosched", |a| a.options.match_format = MatchFormat::Rv1Nosched);
        check("-T|flexible", |a| a.options.traverser = "flexible".to_owned());
        check("-g|DOT|-o|first|-g|GraphML|-o|name", |a| {
            a.graph_format = GraphFormat::Graphml;
            a.graph_output = Some("name".to_owned());
        });
        check("-t|out", |a| a.test_output = Some("out".to_owned()));
        check("-e", |a| a.timing = Timing::Shown);
        check("-d", |a| a.prompt = Prompt::Disabled);
        check("-de|-P|low|-P|high", |a| {
            a.timing = Timing::Shown;
            a.prompt = Prompt::Disabled;
            a.options.policy = "high".to_owned();
        });
    }

    #[test]
    fn lists_are_joined() {
        check("-p|ALL:core|--prune=node:gpu", |a| {
            a.prune_filters = Some("ALL:core,node:gpu".to_owned());
        });
        check("-p|", |_| {});
        check("-p| |-p|ALL:gpu|-p|", |a| a.prune_filters = Some("ALL:gpu".to_owned()));
        check("-W|node|-W|core,gpu", |a| a.allowlist = Some("node,core,gpu".to_owned()));
    }

    #[test]
    fn options_without_effect_are_checked() {
        check("-r|1024|-r|many|-r|2000000|-r|0", |_| {});
        let (said, result) = parsed("-r|2000001|-r|-1|-e");
        let expected = "WARN: out of range specified for --reserve-vtx-vec: 2000001\n\
                        WARN: out of range specified for --reserve-vtx-vec: -1\n";
        assert_eq!(said, expected);
        assert_eq!(result.map(|args| args.timing), Ok(Timing::Shown));
    }

    #[test]
    fn faults() {
        check_fails("-L|none.json", "[ERROR] file does not exist for --load-file: none.json\n");
        check_fails("-L|src", "[ERROR] path passed to --load-file is a directory: src\n");
        check_fails("-f|JGF", "[ERROR] unknown format for --load-format: JGF\n");
        check_fails("-F|xml", "[ERROR] unknown format for --match-format: xml\n");
        check_fails("-g|png", "[ERROR] unknown format for --graph-format: png\n");
        check_fails("-g|jgf", "[ERROR] unknown format for --graph-format: jgf\n");
        check_fails("-Z", "fluxion query: invalid option -- 'Z'\n");
        check_fails("-L", "fluxion query: option requires an argument -- 'L'\n");
        check_fails("--zap", "fluxion query: unrecognized option '--zap'\n");
        check_fails(
            "--load|x",
            "fluxion query: option '--load' is ambiguous; possibilities: \
             '--load-file' '--load-format' '--load-allowlist'\n",
        );
        check_fails("--help=x", "fluxion query: option '--help' doesn't allow an argument\n");
        check_fails("-e|leftover", "");
    }

    #[test]
    fn checks_happen_in_order() {
        check_fails("-f|x|-F|y", "[ERROR] unknown format for --load-format: x\n");
        check_fails("leftover|-F|y", "[ERROR] unknown format for --match-format: y\n");
        assert_eq!(parsed("-h|-f|x"), (String::new(), Err(Stop::Help)));
        assert_eq!(parsed("leftover|-h"), (String::new(), Err(Stop::Help)));
    }

    #[test]
    fn the_defaults_of_the_usage_text_hold() {
        let options = Options::default();
        let shown = |id: Id| OPTIONS.iter().find(|row| row.id == id).and_then(|row| row.default);
        assert_eq!(shown(Id::LoadFormat), Some(options.load_format.as_str()));
        assert_eq!(shown(Id::MatchSubsystems), Some(options.subsystems.as_str()));
        assert_eq!(shown(Id::MatchPolicy), Some(options.policy.as_str()));
        assert_eq!(shown(Id::MatchFormat), Some(options.match_format.as_str()));
        assert_eq!(shown(Id::GraphFormat), Some(Args::default().graph_format.as_str()));
        assert_eq!(shown(Id::TraverserPolicy), Some(options.traverser.as_str()));
        assert_eq!(shown(Id::PruneFilters), Some(options.prune_filters.as_str()));
        assert!(usage().starts_with("\nusage: resource-query [OPTIONS...]\n"));
        for format in MatchFormat::ALL {
            assert!(usage().contains(format.as_str()), "{format}");
        }
    }
}
