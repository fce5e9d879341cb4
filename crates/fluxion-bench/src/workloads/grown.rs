//! The same request on a machine and on one that is sixteen times as large: what it costs must not grow with the machine.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context as _, bail};
use fluxion_context::{Context, MatchOperation};

use super::counted::measured;
use crate::benches::kit::{self, Expected};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::Samples;

/// How often a request is made before it is counted, so that what is made once is there.
const FIRST: usize = 3;

/// How often it is counted.
const TIMES: usize = 20;

/// How many nodes a job takes that fills half of the machine.
const FILLING: usize = 16;

/// Slots of a request that has many.
const SLOTS: usize = 200;

/// How the small machine and the large one differ.
pub(crate) const GROWTH: usize = 16;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A node, the first one or the last one by name, whichever is free.
    Pinned,
    /// Nodes with a property.
    Constrained,
    /// Hundreds of slots of a core and a gpu.
    Slots,
    /// A few nodes with several slots of cores and a gpu on each.
    Several,
}

impl Asked {
    pub(crate) const ALL: [Self; 4] = [Self::Pinned, Self::Constrained, Self::Slots, Self::Several];

    fn name(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::Constrained => "constrained",
            Self::Slots => "slots",
            Self::Several => "several",
        }
    }

    fn job(self, nodes: usize) -> Job {
        match self {
            Self::Pinned => Job::nodes(1).on_hosts(&format!("fake[0,{}]", nodes - 1)),
            Self::Constrained => Job::nodes(4).with_property("compute"),
            Self::Slots => Job::slots(SLOTS, 1, 1),
            Self::Several => Job::spread(4, 8),
        }
    }
}

/// A request, made on a half-full machine of so many nodes, by a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grown {
    pub(crate) asked: Asked,
    pub(crate) policy: &'static str,
    pub(crate) nodes: usize,
}

impl fmt::Display for Grown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.asked.name(), self.policy, self.nodes)
    }
}

impl FromStr for Grown {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let [asked, policy, nodes] = parts.as_slice() else {
            bail!("expected a request, a policy and a number of nodes, as in pinned/low/1024")
        };
        let asked = Asked::ALL.into_iter().find(|known| known.name() == *asked);
        let policy = kit::POLICIES.into_iter().find(|known| known == policy);
        Ok(Self {
            asked: asked.context("there is no such request")?,
            policy: policy.context("there is no such policy")?,
            nodes: nodes.parse()?,
        })
    }
}

impl Grown {
    /// Makes the request again and again; each is taken back.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let mut context = kit::machine(Machine::flat(self.nodes, 64, 4), self.policy)?;
        let filling = Job::nodes(FILLING).json();
        for _ in 0..self.nodes / 2 / FILLING {
            kit::book(&mut context, &filling)?;
        }
        let job = self.asked.job(self.nodes).json();
        (0..FIRST).try_for_each(|_| once(&mut context, &job))?;
        measured(&mut || (0..TIMES).try_for_each(|_| once(&mut context, &job)))
    }
}

fn once(context: &mut Context, job: &str) -> anyhow::Result<()> {
    let operation = MatchOperation::Allocate;
    let matched = kit::submit(&mut Samples::default(), context, operation, job, Expected::Yes)?;
    matched.map_or(Ok(()), |matched| Ok(context.cancel(matched.job).map(drop)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_be_read_again_and_all_requests_can_be_made() {
        for asked in Asked::ALL {
            for policy in kit::POLICIES {
                let grown = Grown { asked, policy, nodes: 128 };
                assert_eq!(grown.to_string().parse::<Grown>().unwrap(), grown);
                grown.run().unwrap();
            }
        }
        for wrong in ["", "pinned", "pinned/low", "pinned/best/1", "x/low/1", "pinned/low/x"] {
            assert!(wrong.parse::<Grown>().is_err(), "{wrong}");
        }
    }
}
