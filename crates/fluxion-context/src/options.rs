//! How a context is set up (`docs/semantics/compatibility.md`, The command line).

use std::fmt;
use std::str::FromStr;

use fluxion_engine::SlotRule;

/// A name that stands for nothing here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{name}`: expected one of {expected}")]
pub struct UnknownName {
    /// What kind of thing was named.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// The names that would do.
    pub expected: String,
}

macro_rules! names {
    ($(#[$doc:meta])* $ty:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $name:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $ty { $($(#[$vdoc])* $variant),* }

        impl $ty {
            /// All values, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name that selects the value.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }

        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $ty {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                let found = Self::ALL.iter().copied().find(|v| v.as_str() == text);
                found.ok_or_else(|| UnknownName {
                    what: $what,
                    name: text.to_owned(),
                    expected: Self::ALL.iter().map(|v| v.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

names! {
    /// What the text of a graph is.
    LoadFormat, "load format" {
        /// A generator recipe in GraphML.
        Grug = "grug",
        /// The XML of hwloc, for one machine.
        Hwloc = "hwloc",
        /// JSON Graph Format, version 1 or 2.
        Jgf = "jgf",
        /// As `jgf`; differs only when applied to a loaded graph.
        JgfShorthand = "jgf_shorthand",
        /// R version 1 (RFC 20).
        Rv1exec = "rv1exec",
        /// As `rv1exec`.
        Rv1execForce = "rv1exec_force",
    }
}

names! {
    /// What the text of a resource set that is put back is.
    UpdateFormat, "reader" {
        /// JSON Graph Format.
        Jgf = "jgf",
        /// JSON Graph Format in which an exclusive vertex stands for all below it.
        JgfShorthand = "jgf_shorthand",
        /// R version 1 (RFC 20).
        Rv1exec = "rv1exec",
    }
}

names! {
    /// What the text of resources that are given up is.
    ReleaseFormat, "reader" {
        /// JSON Graph Format: exactly these vertices.
        Jgf = "jgf",
        /// R version 1 (RFC 20): all on its ranks.
        Rv1exec = "rv1exec",
    }
}

names! {
    /// How a resource set is printed (`docs/semantics/formats.md`).
    MatchFormat, "match format" {
        /// One line per vertex, leaves first.
        Simple = "simple",
        /// One line per vertex, root first.
        PrettySimple = "pretty_simple",
        /// JSON Graph Format, compact.
        Jgf = "jgf",
        /// JSON Graph Format without what lies below exclusive vertices.
        JgfShorthand = "jgf_shorthand",
        /// JSON Graph Format with every field, as the published service documents it.
        JgfFull = "jgf_full",
        /// Ranks with their cores and gpus.
        Rlite = "rlite",
        /// R version 1 with a `scheduling` graph.
        Rv1 = "rv1",
        /// R version 1.
        Rv1Nosched = "rv1_nosched",
        /// R version 1 with a shorthand `scheduling` graph.
        Rv1Shorthand = "rv1_shorthand",
    }
}

names! {
    /// What a whole graph is written as (`docs/semantics/formats.md`, Graph files).
    GraphFormat, "graph format" {
        /// The language of Graphviz: names of vertices, subsystems of edges.
        Dot = "dot",
        /// GraphML with all that is known of each vertex.
        Graphml = "graphml",
        /// JSON Graph Format with every field: loading it gives the same graph, but for units and for vertices
        /// that share path and rank, which the format cannot say.
        Jgf = "jgf",
    }
}

names! {
    /// Who says what time it is on the axis of a graph.
    Clock, "clock" {
        /// Whoever asks: each match brings its time, and jobs neither begin nor end by themselves.
        Manual = "manual",
        /// The server: seconds since 1970.
        System = "system",
    }
}

names! {
    /// What becomes of an allocation whose time is over.
    Expiry, "expiry" {
        /// It holds what it has until it is cancelled.
        Hold = "hold",
        /// It gives everything back.
        Release = "release",
    }
}

/// Everything that a context needs to know besides the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What the graph text is.
    pub load_format: LoadFormat,
    /// Which resource types to load, comma-separated; empty for all. Of the formats only `hwloc` can leave
    /// out any, and the cluster at its root always stays (`docs/semantics/readers.md`, hwloc).
    pub allowlist: String,
    /// Matcher name: which subsystems, the dominant one first (`CA`, `C+PA`, ...).
    pub subsystems: String,
    /// Match policy: a name or a custom string.
    pub policy: String,
    /// `simple` or `flexible`.
    pub traverser: String,
    /// Where slots stand; `deep` is not for the traverser `flexible`.
    pub slots: SlotRule,
    /// How results are printed.
    pub match_format: MatchFormat,
    /// Pruning filters, `HL:LL[,HL:LL...]`; empty for none.
    pub prune_filters: String,
    /// How many times one decision may look at vertices.
    pub max_visits: u64,
    /// Who says what time it is. The context itself has no clock: whoever keeps it does as this says.
    pub clock: Clock,
    /// What becomes of an allocation whose time is over, likewise. Without a clock no time is ever over.
    pub expiry: Expiry,
}

impl Default for Options {
    /// The defaults of the reference command line.
    fn default() -> Self {
        Self {
            load_format: LoadFormat::Grug,
            allowlist: String::new(),
            subsystems: "CA".to_owned(),
            policy: "first".to_owned(),
            traverser: "simple".to_owned(),
            slots: SlotRule::Published,
            match_format: MatchFormat::Simple,
            prune_filters: "ALL:core,ALL:node".to_owned(),
            max_visits: u64::MAX,
            clock: Clock::Manual,
            expiry: Expiry::Hold,
        }
    }
}

impl From<MatchFormat> for fluxion_formats::write::Format {
    fn from(format: MatchFormat) -> Self {
        match format {
            MatchFormat::Simple => Self::Simple,
            MatchFormat::PrettySimple => Self::PrettySimple,
            MatchFormat::Jgf => Self::Jgf,
            MatchFormat::JgfShorthand => Self::JgfShorthand,
            MatchFormat::JgfFull => Self::JgfFull,
            MatchFormat::Rlite => Self::Rlite,
            MatchFormat::Rv1 => Self::Rv1,
            MatchFormat::Rv1Nosched => Self::Rv1Nosched,
            MatchFormat::Rv1Shorthand => Self::Rv1Shorthand,
        }
    }
}

impl From<GraphFormat> for fluxion_formats::write::GraphFormat {
    fn from(format: GraphFormat) -> Self {
        match format {
            GraphFormat::Dot => Self::Dot,
            GraphFormat::Graphml => Self::Graphml,
            GraphFormat::Jgf => Self::Jgf,
        }
    }
}
