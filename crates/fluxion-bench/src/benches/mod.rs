//! The benches: each a list of cases, each case a function that gives rows.

mod bars;
mod case;
mod elastic;
mod explain;
mod floors;
mod formats;
mod growth;
mod hard;
pub(crate) mod kit;
mod loading;
mod pinned;
mod policies;
mod production;
mod reads;
mod restart;
mod sockets;
mod trace;
mod watch;

use std::str::FromStr;

pub use case::{Case, Settings, Size};

/// The benches of the project; the F are the published figures that they are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bench {
    /// F1: small jobs by policy.
    B1,
    /// Loading by format and size.
    B2,
    /// F3 and F4: small jobs with and without a property.
    B3,
    /// F6: jobs pinned to the last hosts, with a check whether they can ever run.
    B4,
    /// F7: jobs pinned to single nodes behind many points in time.
    B5,
    /// F8: a day of the largest machine.
    B6,
    /// F9: formats.
    B7,
    /// Growing and shrinking a full machine.
    B8,
    /// One-core jobs over gRPC.
    B9,
    /// The same match on a small and on a large machine.
    Growth,
    /// What else was promised.
    Bars,
    /// What could cost in proportion to the machine.
    Hard,
    /// A server begins again.
    Restart,
    /// Why a request does not start now.
    Explain,
    /// What watchers cost.
    Watch,
    /// What those who look at a graph wait for.
    Reads,
}

impl Bench {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::B1,
        Self::B2,
        Self::B3,
        Self::B4,
        Self::B5,
        Self::B6,
        Self::B7,
        Self::B8,
        Self::B9,
        Self::Growth,
        Self::Bars,
        Self::Hard,
        Self::Restart,
        Self::Explain,
        Self::Watch,
        Self::Reads,
    ];

    /// How it is called on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::B1 => "B1",
            Self::B2 => "B2",
            Self::B3 => "B3",
            Self::B4 => "B4",
            Self::B5 => "B5",
            Self::B6 => "B6",
            Self::B7 => "B7",
            Self::B8 => "B8",
            Self::B9 => "B9",
            Self::Growth => "growth",
            Self::Bars => "bars",
            Self::Hard => "hard",
            Self::Restart => "restart",
            Self::Explain => "explain",
            Self::Watch => "watch",
            Self::Reads => "reads",
        }
    }

    /// What it measures, in a line.
    pub fn title(self, settings: Settings) -> String {
        match self {
            Self::B1 => policies::title(settings),
            Self::B2 => loading::title(),
            Self::B3 => production::title(settings),
            Self::B4 => pinned::title(settings),
            Self::B5 => floors::title(settings),
            Self::B6 => trace::title(settings),
            Self::B7 => formats::title(settings),
            Self::B8 => elastic::title(settings),
            Self::B9 => sockets::title(settings),
            Self::Growth => growth::title(settings),
            Self::Bars => bars::title(settings),
            Self::Hard => hard::title(settings),
            Self::Restart => restart::title(settings),
            Self::Explain => explain::title(settings),
            Self::Watch => watch::title(settings),
            Self::Reads => reads::title(settings),
        }
    }

    /// Its parts.
    pub fn cases(self) -> Vec<Case> {
        match self {
            Self::B1 => policies::cases(),
            Self::B2 => loading::cases(),
            Self::B3 => production::cases(),
            Self::B4 => pinned::cases(),
            Self::B5 => floors::cases(),
            Self::B6 => trace::cases(),
            Self::B7 => formats::cases(),
            Self::B8 => elastic::cases(),
            Self::B9 => sockets::cases(),
            Self::Growth => growth::cases(),
            Self::Bars => bars::cases(),
            Self::Hard => hard::cases(),
            Self::Restart => restart::cases(),
            Self::Explain => explain::cases(),
            Self::Watch => watch::cases(),
            Self::Reads => reads::cases(),
        }
    }
}

/// There is no such bench.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownBench;

impl std::fmt::Display for UnknownBench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "expected B1 to B9, `growth`, `bars`, `hard`, `restart`, `explain`, `watch`, `reads` or `all`",
        )
    }
}

impl std::error::Error for UnknownBench {}

impl FromStr for Bench {
    type Err = UnknownBench;

    fn from_str(text: &str) -> Result<Self, UnknownBench> {
        Self::ALL
            .into_iter()
            .find(|bench| bench.name().eq_ignore_ascii_case(text))
            .ok_or(UnknownBench)
    }
}
