//! Choosing a reader by the name of a load format.

use fluxion_formats::read::{grug, hwloc, jgf, rv1};
use fluxion_graph::Graph;

use crate::errors::{LoadError, Position};
use crate::options::{LoadFormat, Options};

pub(crate) fn read_graph(text: &str, options: &Options) -> Result<Graph, LoadError> {
    match options.load_format {
        LoadFormat::Jgf | LoadFormat::JgfShorthand => {
            jgf::load(text).map_err(|e| unreadable(&e.reference_text(), e.detail(), e.position()))
        }
        LoadFormat::Grug => {
            grug::load(text).map_err(|e| unreadable(e.reference_text(), e.kind(), e.position()))
        }
        LoadFormat::Hwloc => {
            let allowlist: Vec<&str> = options.allowlist.split(',').collect();
            hwloc::load(text, &allowlist)
                .map_err(|e| unreadable(&e.reference_text(), e.kind(), e.position()))
        }
        LoadFormat::Rv1exec | LoadFormat::Rv1execForce => {
            rv1::load(text).map_err(|e| unreadable(&e.reference_text(), &e, None))
        }
    }
}

fn unreadable(
    reference: &str,
    detail: impl ToString,
    position: Option<fluxion_formats::read::Position>,
) -> LoadError {
    LoadError {
        what: format!("resource_query_t: ERROR: {reference}\nERROR: error generating resources\n"),
        detail: detail.to_string(),
        position: position.map(|p| Position { line: p.line, column: p.column }),
    }
}
