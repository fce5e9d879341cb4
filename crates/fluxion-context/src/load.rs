//! Choosing a reader by the name of a load format.

use fluxion_budget::Budget;
use fluxion_formats::read::jgf::JgfWarning;
use fluxion_formats::read::{grug, hwloc, jgf, rv1};
use fluxion_graph::Graph;

use crate::errors::LoadError;
use crate::options::{LoadFormat, Options};

/// The graph of a text, and what is odd about the text.
pub(crate) fn read_graph(
    text: &str,
    options: &Options,
    budget: &Budget,
) -> Result<(Graph, Option<JgfWarning>), LoadError> {
    let graph = match options.load_format {
        LoadFormat::Jgf | LoadFormat::JgfShorthand => {
            let jgf::LoadedGraph { graph, warning } = jgf::load_within(text, budget)?;
            return Ok((graph, warning));
        }
        LoadFormat::Grug => grug::load_within(text, budget)?,
        LoadFormat::Hwloc => {
            let allowlist: Vec<&str> = options.allowlist.split(',').collect();
            hwloc::load_within(text, &allowlist, budget)?
        }
        LoadFormat::Rv1exec | LoadFormat::Rv1execForce => rv1::load_within(text, budget)?,
    };
    Ok((graph, None))
}
