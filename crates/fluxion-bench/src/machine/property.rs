//! Properties of generated nodes, and which nodes are meant.

use std::str::FromStr;

use fluxion_sets::Idset;

use super::error::PlanError;
use crate::random::Random;

/// Longest name or value, in bytes.
const LONGEST: usize = 256;

/// Nodes of a cluster whose size is not yet known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeChoice {
    /// Every node.
    All,
    /// These ranks.
    Ranks(Idset),
    /// So many of a hundred, chosen at random.
    Share(u32),
}

/// A property before it is known which nodes there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedProperty {
    name: String,
    value: String,
    nodes: NodeChoice,
}

/// A property and the nodes that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeProperty {
    /// Its name.
    pub name: String,
    /// Its value, often empty.
    pub value: String,
    /// Ranks, ascending.
    pub nodes: Vec<usize>,
}

/// Why a text is no property, or chooses no nodes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProperty {
    /// The name.
    #[error(
        "`{0}` is no name of a property: expected at most {LONGEST} bytes, no blanks, and none of !&'\"^`|()"
    )]
    Name(String),
    /// The value.
    #[error(
        "`{0}` is no value of a property: expected at most {LONGEST} bytes of printable characters"
    )]
    Value(String),
    /// The nodes.
    #[error("`{0}` chooses no nodes: expected ranks such as 0-3,7, or a share such as 25%")]
    Nodes(String),
}

fn excerpt(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

impl FromStr for NodeChoice {
    type Err = InvalidProperty;

    fn from_str(text: &str) -> Result<Self, InvalidProperty> {
        let wrong = || InvalidProperty::Nodes(excerpt(text));
        if let Some(share) = text.strip_suffix('%') {
            let share = share.parse().ok().filter(|share| *share <= 100);
            return share.map(Self::Share).ok_or_else(wrong);
        }
        text.parse().map(Self::Ranks).map_err(|_| wrong())
    }
}

impl FromStr for WantedProperty {
    type Err = InvalidProperty;

    /// `NAME`, `NAME=VALUE`, and either with `@NODES` behind it.
    fn from_str(text: &str) -> Result<Self, InvalidProperty> {
        let (property, nodes) = match text.rsplit_once('@') {
            Some((property, nodes)) => (property, nodes.parse()?),
            None => (text, NodeChoice::All),
        };
        let (name, value) = property.split_once('=').unwrap_or((property, ""));
        let is_strange = |c: char| c.is_whitespace() || c.is_control() || "!&'\"^`|()".contains(c);
        if name.is_empty() || name.len() > LONGEST || name.contains(is_strange) {
            return Err(InvalidProperty::Name(excerpt(name)));
        }
        if value.len() > LONGEST || value.contains(char::is_control) {
            return Err(InvalidProperty::Value(excerpt(value)));
        }
        Ok(Self { name: name.to_owned(), value: value.to_owned(), nodes })
    }
}

impl WantedProperty {
    /// The property of a cluster of so many nodes; equal seeds choose equal nodes.
    ///
    /// # Errors
    /// A rank beyond the last.
    pub fn of(&self, nodes: usize, seed: u64) -> Result<NodeProperty, PlanError> {
        let chosen = self.nodes.of(nodes, &self.name, seed)?;
        Ok(NodeProperty { name: self.name.clone(), value: self.value.clone(), nodes: chosen })
    }
}

impl NodeChoice {
    /// The ranks that are meant, ascending. What is chosen at random depends on the seed and on what it is for, and
    /// on nothing else.
    ///
    /// # Errors
    /// A rank beyond the last.
    pub fn of(&self, nodes: usize, purpose: &str, seed: u64) -> Result<Vec<usize>, PlanError> {
        match self {
            Self::All => Ok((0..nodes).collect()),
            Self::Ranks(ranks) => match ranks.iter().find(|rank| *rank as usize >= nodes) {
                Some(rank) => Err(PlanError::Rank { rank, nodes }),
                None => Ok(ranks.iter().map(|rank| rank as usize).collect()),
            },
            Self::Share(share) => {
                let mixed =
                    |seed: u64, byte: u8| (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
                let mut random = Random::new(purpose.bytes().fold(seed, mixed));
                let mut left: Vec<usize> = (0..nodes).collect();
                let count = nodes * *share as usize / 100;
                let mut chosen: Vec<_> =
                    (0..count).filter_map(|_| random.take(&mut left)).collect();
                chosen.sort_unstable();
                Ok(chosen)
            }
        }
    }
}

/// Ranks, ascending, as an idset.
pub(super) fn idset(ranks: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for &rank in ranks {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == rank => *last = rank,
            _ => runs.push((rank, rank)),
        }
    }
    let run = |(first, last): (usize, usize)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    runs.into_iter().map(run).collect::<Vec<_>>().join(",")
}
