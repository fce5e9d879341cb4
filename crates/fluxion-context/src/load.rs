//! Choosing a reader by the name of a load format.

use fluxion_formats::read::{grug, hwloc, jgf, rv1};
use fluxion_graph::Graph;

use crate::errors::LoadError;
use crate::options::{LoadFormat, Options};

pub(crate) fn read_graph(text: &str, options: &Options) -> Result<Graph, LoadError> {
    match options.load_format {
        LoadFormat::Jgf | LoadFormat::JgfShorthand => Ok(jgf::load(text)?),
        LoadFormat::Grug => Ok(grug::load(text)?),
        LoadFormat::Hwloc => {
            let allowlist: Vec<&str> = options.allowlist.split(',').collect();
            Ok(hwloc::load(text, &allowlist)?)
        }
        LoadFormat::Rv1exec | LoadFormat::Rv1execForce => Ok(rv1::load(text)?),
    }
}
