//! What the words of the command line ask for (`docs/semantics/compatibility.md`, The command line), and what
//! is checked while they are read.

use std::fs;

use fluxion_context::{GraphFormat, LoadFormat, MatchFormat, Options, SlotRule};

use super::args::{Id, OPTIONS};
use super::getopt::{Found, Scanner};
use super::number;

/// The name that the messages about options begin with.
pub(crate) const PROGRAM: &str = "fluxion query";

/// The most vertices that `-r` may ask room for.
const MOST_RESERVED: i64 = 2_000_000;

/// What the words of the command line ask for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    /// The file that the graph is read from; [`DEFAULT_LOAD_FILE`](super::args::DEFAULT_LOAD_FILE) if absent.
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

/// Reads the words of the command line. Messages go to `complain`, whole lines.
///
/// # Errors
/// [`Stop`], when there is nothing to run.
pub(crate) fn parse(words: &[String], complain: &mut dyn FnMut(&str)) -> Result<Args, Stop> {
    let mut args = Args::default();
    let mut surplus = None;
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
            Ok(Found::Operand(word)) => {
                surplus = surplus.or(Some(word));
                continue;
            }
            Err(fault) => format!("{PROGRAM}: {fault}\n"),
        };
        complain(&failure);
        return Err(Stop::Usage);
    }
    match surplus {
        None => Ok(args),
        Some(word) => {
            complain(&format!("{PROGRAM}: unexpected argument '{word}'\n"));
            Err(Stop::Usage)
        }
    }
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
            Id::Slots => self.options.slots = slots(argument)?,
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

fn slots(name: &str) -> Result<SlotRule, Remark> {
    name.parse().map_err(|_| Remark::Error("unknown rule for --slots"))
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
        check("--slots|deep", |a| a.options.slots = SlotRule::Deep);
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
        check_fails("-e|leftover", "fluxion query: unexpected argument 'leftover'\n");
    }

    #[test]
    fn checks_happen_in_order() {
        check_fails("-f|x|-F|y", "[ERROR] unknown format for --load-format: x\n");
        check_fails("leftover|-F|y", "[ERROR] unknown format for --match-format: y\n");
        assert_eq!(parsed("-h|-f|x"), (String::new(), Err(Stop::Help)));
        assert_eq!(parsed("leftover|-h"), (String::new(), Err(Stop::Help)));
    }
}
