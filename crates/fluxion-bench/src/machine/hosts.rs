//! What the nodes of a generated cluster are called.

use std::collections::BTreeSet;

use fluxion_sets::hostlist;

use super::error::PlanError;

/// Longest name of a host, in bytes.
const LONGEST: usize = 64;

/// Most digits at the end of a name: the number becomes the id of the node.
const MOST_DIGITS: usize = 18;

/// Names for nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// A name that is followed by the rank: `node0`, `node1`, ...
    Numbered(String),
    /// One name for each node, and the list as it was given.
    Listed {
        /// The list.
        list: String,
        /// Its names.
        names: Vec<String>,
    },
}

impl Default for Hosts {
    fn default() -> Self {
        Self::Numbered("node".to_owned())
    }
}

/// The name of a node, and its parts.
pub(super) struct Host<'h> {
    pub(super) name: &'h str,
    pub(super) basename: &'h str,
    /// The number at the end of the name; −1 if there is none.
    pub(super) id: i64,
}

impl<'h> Host<'h> {
    /// `docs/semantics/readers.md`, Host names.
    pub(super) fn of(name: &'h str) -> Self {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let id = name.strip_prefix(stem).and_then(|digits| digits.parse().ok()).unwrap_or(-1);
        Self { name, basename: if stem.is_empty() { name } else { stem }, id }
    }
}

fn is_name(name: &str) -> bool {
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty() && name.len() <= LONGEST && digits <= MOST_DIGITS && name.chars().all(is_plain)
}

impl Hosts {
    /// Reads a name to be numbered, or a list of hosts with a comma or brackets in it.
    ///
    /// # Errors
    /// There are characters in it that names of hosts do not have, or too many.
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        let wrong = || PlanError::HostNames(text.chars().take(LONGEST).collect());
        if !text.contains(['[', ',']) {
            return if is_name(text) && is_name(&format!("{text}1234567")) {
                Ok(Self::Numbered(text.to_owned()))
            } else {
                Err(wrong())
            };
        }
        let names = hostlist::parse(text).map_err(|_| wrong())?;
        if !names.iter().all(|name| is_name(name)) {
            return Err(wrong());
        }
        Ok(Self::Listed { list: text.to_owned(), names })
    }

    pub(super) fn check(&self, nodes: usize) -> Result<(), PlanError> {
        let Self::Listed { list, names } = self else { return Ok(()) };
        if names.len() != nodes {
            return Err(PlanError::HostCount { list: list.clone(), names: names.len(), nodes });
        }
        let mut seen = BTreeSet::new();
        match names.iter().find(|name| !seen.insert(*name)) {
            Some(name) => Err(PlanError::RepeatedHost(name.clone())),
            None => Ok(()),
        }
    }

    /// The name of a node.
    pub(super) fn name(&self, rank: usize) -> String {
        match self {
            Self::Numbered(stem) => format!("{stem}{rank}"),
            Self::Listed { names, .. } => names.get(rank).cloned().unwrap_or_default(),
        }
    }

    /// All names as a hostlist.
    pub(super) fn list(&self, nodes: &str) -> String {
        match self {
            Self::Numbered(stem) => format!("{stem}[{nodes}]"),
            Self::Listed { list, .. } => list.clone(),
        }
    }
}
