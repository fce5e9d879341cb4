//! R objects of version 1 (RFC 20), the formats `rv1exec` and `rv1exec_force`: `docs/semantics/readers.md`, R
//! version 1.
//!
//! ```
//! let graph = fluxion_formats::read::rv1::load(
//!     r#"{"version": 1, "execution": {
//!          "R_lite": [{"rank": "0-1", "children": {"core": "0-3"}}], "nodelist": ["n[7-8]"]}}"#,
//! )?;
//! assert_eq!(graph.vertices().len(), 11);
//! # Ok::<(), fluxion_formats::read::rv1::Rv1Error>(())
//! ```

mod document;
mod error;
mod generate;
mod named;

#[cfg(test)]
mod tests;

use fluxion_graph::Graph;

use self::document::Document;
pub use self::error::Rv1Error;
use self::generate::NodeGenerator;
pub use self::named::{named_ranks, named_set};
use crate::read::faults::Faults;
use crate::read::limits::MAX_TEXT;

/// Loads an R object. O(length of the text + vertices).
///
/// # Errors
/// See [`Rv1Error`]. All but the numbers of the hosts is checked before anything is generated.
pub fn load(text: &str) -> Result<Graph, Rv1Error> {
    if text.len() > MAX_TEXT {
        return Err(Rv1Error::TooLong);
    }
    read(text, &mut Faults::First)
}

/// Everything that is wrong with an R object; nothing if it can be loaded. What may follow from another fault is left
/// out. O(length of the text + vertices).
pub fn faults(text: &str) -> Vec<Rv1Error> {
    if text.len() > MAX_TEXT {
        return vec![Rv1Error::TooLong];
    }
    Faults::all(|faults| read(text, faults))
}

fn read(text: &str, faults: &mut Faults<Rv1Error>) -> Result<Graph, Rv1Error> {
    let document = Document::read_all(text, faults)?;
    let entries = document.entries(faults)?;
    let vertices = generate::count(&entries)?;
    let ranks = generate::ranks(&entries);
    let hosts = document.hosts(ranks.len(), faults)?;
    let is_complete = !faults.any();
    let properties = document.properties(faults)?;
    if !is_complete {
        // ranks and hosts are missing, whose absence would be told again
        return Ok(Graph::new());
    }
    let assigned = generate::assign(&entries, &ranks, &hosts, faults)?;
    let mut generator = NodeGenerator::new(vertices)?;
    generator.add_entries(&entries, &assigned, faults)?;
    generator.add_properties(&properties)?;
    Ok(generator.finish())
}
