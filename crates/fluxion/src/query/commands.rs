//! The commands (`docs/semantics/compatibility.md`, The command line): one table for dispatch, help and
//! completion.

use std::io;
use std::ops::RangeInclusive;

use super::session::Session;
use super::{elastic, explaining, jobs, matching, other, updates, vertices};

/// What a command does with its words, its own name being the first. Errors are those of the channels only: what
/// the user did wrong is printed.
pub(crate) type Action = fn(&mut Session, &[&str]) -> io::Result<()>;

/// One command.
#[derive(Debug)]
pub(crate) struct Command {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its short name. Where two commands have the same one, it means the first.
    pub(crate) abbreviation: &'static str,
    /// What `help` prints behind the names.
    pub(crate) help: &'static str,
    /// How many words there may be, the name included.
    pub(crate) word_counts: RangeInclusive<usize>,
    /// What the words after the name are, the last for all that follow.
    pub(crate) operands: &'static [Operand],
    /// What it does.
    pub(crate) action: Action,
}

impl Command {
    /// A line that uses it.
    pub(crate) fn example(&self) -> &'static str {
        self.help.rsplit("resource-query> ").next().unwrap_or_default()
    }
}

/// What a word after the name of a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    /// What a match is asked to do.
    Operation,
    /// The name of a file.
    File,
    /// The path of a vertex.
    Vertex,
    /// The name of a command.
    Command,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// Nothing that could be completed.
    Free,
}

use Operand::{File, Free, OneOf, Operation, Vertex};

const ANY: RangeInclusive<usize> = 1..=usize::MAX;

const PREDICATES: &[&str] = &[
    "status=up",
    "status=down",
    "sched-now=allocated",
    "sched-now=free",
    "sched-future=reserved",
    "sched-future=free",
    "agfilter=true",
    "agfilter=false",
    "names=",
    "jobid-alloc=",
    "jobid-span=",
    "jobid-tag=",
    "jobid-reserved=",
    "property=",
    "and",
    "or",
];

/// All commands, in the order of `help`.
pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "match",
        abbreviation: "m",
        help: "Allocate or reserve matching resources (subcmd: allocate | allocate_with_satisfiability | allocate_orelse_reserve) | satisfiability | without_allocating | without_allocating_future: resource-query> match allocate jobspec",
        word_counts: 3..=3,
        operands: &[Operation, File, Free],
        action: matching::match_files,
    },
    Command {
        name: "multi-match",
        abbreviation: "M",
        help: "Allocate or reserve for multiple jobspecs (subcmd: allocate | allocate_with_satisfiability | allocate_orelse_reserve | without_allocating | without_allocating_future): resource-query> multi-match allocate jobspec1 jobspec2 ...",
        word_counts: 4..=usize::MAX,
        operands: &[Operation, File],
        action: matching::match_files,
    },
    Command {
        name: "update",
        abbreviation: "u",
        help: "Update resources with a JGF subgraph (subcmd: allocate | reserve), (reader: jgf | jgf_shorthand | rv1exec): resource-query> update allocate jgf jgf_file jobid starttime duration",
        word_counts: 7..=7,
        operands: &[
            OneOf(&["allocate", "reserve"]),
            OneOf(&["jgf", "jgf_shorthand", "rv1exec"]),
            File,
            Free,
        ],
        action: updates::update,
    },
    Command {
        name: "attach",
        abbreviation: "j",
        help: "Attach a JGF subgraph to the resource graph: resource-query> attach jgf_file",
        word_counts: 2..=2,
        operands: &[File, Free],
        action: elastic::attach,
    },
    Command {
        name: "remove",
        abbreviation: "j",
        help: "Remove a subgraph from the resource graph, specifying whether the target is a path (true) or idset (false): resource-query> remove (/path/to/node/ | idset) (true|false)",
        word_counts: 3..=3,
        operands: &[Vertex, OneOf(&["true", "false"]), Free],
        action: elastic::remove,
    },
    Command {
        name: "find",
        abbreviation: "f",
        help: "Find resources matched with criteria (predicates: status={up|down} sched-now={allocated|free} sched-future={reserved|free} agfilter={true|false} names=hostlist jobid-alloc=jobid jobid-span=jobid jobid-tag=jobid jobid-reserved=jobid property=name): resource-query> find status=down and sched-now=allocated",
        word_counts: ANY,
        operands: &[OneOf(PREDICATES)],
        action: vertices::find,
    },
    Command {
        name: "cancel",
        abbreviation: "c",
        help: "Cancel an allocation or reservation: resource-query> cancel jobid (optional subcmd: stats)",
        word_counts: 2..=3,
        operands: &[Free, OneOf(&["stats"]), Free],
        action: jobs::cancel,
    },
    Command {
        name: "partial-cancel",
        abbreviation: "pc",
        help: "Partially release an allocation: resource-query> partial-cancel jobid (file format: jgf | rv1exec) R_to_cancel.file (optional subcmd: stats)",
        word_counts: 4..=5,
        operands: &[Free, OneOf(&["jgf", "rv1exec"]), File, OneOf(&["stats", "reservation"]), Free],
        action: updates::partial_cancel,
    },
    Command {
        name: "set-property",
        abbreviation: "p",
        help: "Add a property to a resource: resource-query> set-property resource PROPERTY=VALUE",
        word_counts: 3..=3,
        operands: &[Vertex, Free],
        action: vertices::set_property,
    },
    Command {
        name: "get-property",
        abbreviation: "g",
        help: "Get all properties of a resource: resource-query> get-property resource",
        word_counts: 2..=2,
        operands: &[Vertex, Free],
        action: vertices::get_property,
    },
    Command {
        name: "set-status",
        abbreviation: "t",
        help: "Set resource status on vertex: resource-query> set-status PATH_TO_VERTEX {up|down}",
        word_counts: 3..=3,
        operands: &[Vertex, OneOf(&["up", "down"]), Free],
        action: vertices::set_status,
    },
    Command {
        name: "get-status",
        abbreviation: "e",
        help: "Get the graph resource vertex status: resource-query> get-status PATH_TO_VERTEX",
        word_counts: 2..=2,
        operands: &[Vertex, Free],
        action: vertices::get_status,
    },
    Command {
        name: "list",
        abbreviation: "l",
        help: "List all jobs: resource-query> list",
        word_counts: ANY,
        operands: &[Free],
        action: jobs::list,
    },
    Command {
        name: "info",
        abbreviation: "i",
        help: "Print info on a jobid: resource-query> info jobid",
        word_counts: 2..=2,
        operands: &[Free],
        action: jobs::info,
    },
    Command {
        name: "stat",
        abbreviation: "s",
        help: "Print overall stats: resource-query> stat jobid",
        word_counts: 1..=1,
        operands: &[Free],
        action: jobs::stat,
    },
    Command {
        name: "cat",
        abbreviation: "a",
        help: "Print jobspec file: resource-query> cat jobspec",
        word_counts: 2..=2,
        operands: &[File, Free],
        action: other::cat,
    },
    Command {
        name: "help",
        abbreviation: "h",
        help: "Print help message: resource-query> help",
        word_counts: ANY,
        operands: &[Operand::Command, Free],
        action: help,
    },
    Command {
        name: "quit",
        abbreviation: "q",
        help: "Quit the session: resource-query> quit",
        word_counts: ANY,
        operands: &[Free],
        action: other::quit,
    },
];

/// Commands of our own, which `help` lists behind those of the reference.
pub(crate) const OWN_COMMANDS: &[Command] = &[Command {
    name: "explain",
    abbreviation: "explain",
    help: "Tell why a jobspec does not start now, when it does, and what would help (optional: a vertex, of which it is told why it is not used; preempt, to be told which jobs would have to go, and what jobs cost, 1 unless said): resource-query> explain jobspec /path/to/vertex preempt jobid=cost ...",
    word_counts: 2..=usize::MAX,
    operands: &[File, Vertex, OneOf(&["preempt"]), Free],
    action: explaining::explain,
}];

/// All of both.
pub(crate) fn all() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().chain(OWN_COMMANDS)
}

/// The command of a name or an abbreviation.
pub(crate) fn find(word: &str) -> Option<&'static Command> {
    all().find(|command| command.name == word || command.abbreviation == word)
}

/// `help [COMMAND]`
fn help(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let text = match words {
        [_, word] => match find(word) {
            Some(command) => help_line(command),
            None => format!("ERROR: unknown command: {word}\n"),
        },
        _ => all().map(help_line).collect(),
    };
    session.channels.stdout(&text)
}

fn help_line(command: &Command) -> String {
    format!("INFO: {} ({}) -- {}\n", command.name, command.abbreviation, command.help)
}

/// The words of a line. There are no quotes, escapes or comments.
pub(crate) fn words(line: &str) -> Vec<&str> {
    line.split(is_blank).filter(|word| !word.is_empty()).collect()
}

/// Whether a character separates words: the white space of C.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\x0b'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_abbreviations() {
        let check = |word: &str, expected: Option<&str>| {
            assert_eq!(find(word).map(|command| command.name), expected, "{word}");
        };
        check("match", Some("match"));
        check("m", Some("match"));
        check("M", Some("multi-match"));
        check("j", Some("attach"));
        check("remove", Some("remove"));
        check("pc", Some("partial-cancel"));
        check("mat", None);
        check("MATCH", None);
        check("", None);
        for command in all() {
            check(command.name, Some(command.name));
        }
    }

    #[test]
    fn lines_are_split_at_white_space() {
        assert_eq!(words(" a \t\"b c\"\x0b\x0cƒ2\r"), ["a", "\"b", "c\"", "ƒ2"]);
        assert_eq!(words(" \t "), Vec::<&str>::new());
    }
}
