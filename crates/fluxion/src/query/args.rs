//! The options of `fluxion query` (`docs/semantics/compatibility.md`, The command line): one table for
//! reading them and for the usage text.

use std::fmt::Write;

use super::getopt::Row;

/// What the graph is read from if `-L` does not say.
pub(crate) const DEFAULT_LOAD_FILE: &str = "conf/default";

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
    Slots,
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
            "Load only these resource types, and cluster. This works for hwloc alone, whose types",
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
            "Which of the fitting resources to choose: low high lonode hinode lonodex hinodex",
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
        id: Id::Slots,
        short: 's',
        long: "slots",
        argument: Some("RULE"),
        default: Some("published"),
        help: &[
            "Where slots stand: published (at a vertex with a child of each member's type), or",
            "deep (in the smallest subtree that could hold them); deep is not for flexible.",
        ],
    },
    Row {
        id: Id::PruneFilters,
        short: 'p',
        long: "prune-filters",
        argument: Some("HL:LL[,HL:LL...]"),
        default: Some("ALL:core,ALL:node"),
        help: &[
            "Keep totals of the low-level type LL at every vertex of the high-level type HL",
            "(or at ALL), so that a search can skip what does not fit. Repeating the option adds",
            "filters.",
        ],
    },
    Row {
        id: Id::GraphFormat,
        short: 'g',
        long: "graph-format",
        argument: Some("FORMAT"),
        default: Some("dot"),
        help: &[
            "The format of the -o file: dot (for Graphviz) or graphml (with every attribute), in",
            "upper or lower case.",
        ],
    },
    Row {
        id: Id::GraphOutput,
        short: 'o',
        long: "graph-output",
        argument: Some("BASENAME"),
        default: Some("none"),
        help: &[
            "Write the graph to BASENAME.dot or BASENAME.graphml, as it is at the end of the",
            "session. The file is overwritten; if it cannot be, the session does not start.",
        ],
    },
    Row {
        id: Id::ReserveVertices,
        short: 'r',
        long: "reserve-vtx-vec",
        argument: Some("COUNT"),
        default: Some("0"),
        help: &["Make room for so many vertices, 0 to 2000000. No effect: room is made as needed."],
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
            "Print how long loading and matching took, figures of the graph, and how much a match",
            "looked at: vertices asked about (preorder) and candidates found (postorder). There",
            "are fewer than in a walk of the whole graph, as most of it is skipped.",
        ],
    },
    Row {
        id: Id::DisablePrompt,
        short: 'd',
        long: "disable-prompt",
        argument: None,
        default: Some("off"),
        help: &["No prompt, history or completion on a terminal."],
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

/// What it does, and how its options are read.
pub(super) const USES: &str = "\
Here it is called `fluxion query`, and takes the same options and commands: it loads a
description of resources, then reads commands from standard input, one per line, and
answers which resources fit a jobspec, now or later. The command `help` lists the others.
Long options may be abbreviated; the last of several wins, unless stated otherwise.
";

/// What its exit status tells.
pub(super) const EXIT_STATUS: &str = "\
Exit status: 0 at the end of the session; 1 if it could not start, or a file
could not be written; 2 if an option cannot be used.
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
    use fluxion_context::{GraphFormat, MatchFormat, Options};

    use super::*;

    #[test]
    fn the_defaults_of_the_usage_text_hold() {
        let options = Options::default();
        let shown = |id: Id| OPTIONS.iter().find(|row| row.id == id).and_then(|row| row.default);
        assert_eq!(shown(Id::LoadFormat), Some(options.load_format.as_str()));
        assert_eq!(shown(Id::MatchSubsystems), Some(options.subsystems.as_str()));
        assert_eq!(shown(Id::MatchPolicy), Some(options.policy.as_str()));
        assert_eq!(shown(Id::MatchFormat), Some(options.match_format.as_str()));
        assert_eq!(shown(Id::GraphFormat), Some(GraphFormat::Dot.as_str()));
        assert_eq!(shown(Id::TraverserPolicy), Some(options.traverser.as_str()));
        assert_eq!(shown(Id::Slots), Some(options.slots.as_str()));
        assert_eq!(shown(Id::PruneFilters), Some(options.prune_filters.as_str()));
        assert!(usage().starts_with("\nusage: resource-query [OPTIONS...]\n"));
        for format in MatchFormat::ALL {
            assert!(usage().contains(format.as_str()), "{format}");
        }
    }
}
