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

use fluxion_budget::Budget;
use fluxion_graph::{Graph, GraphError};

use self::document::Document;
pub use self::error::Rv1Error;
use self::generate::NodeGenerator;
pub use self::named::{named_ranks, named_set};
use crate::read::elements;
use crate::read::faults::Faults;
use crate::read::limits::{MAX_ENTRIES, MAX_TEXT};

/// What is kept of an entry of `R_lite` while it is read, of any other element, and of a rank and its host.
const ENTRY: u64 = 256;
const ELEMENT: u64 = 48;
const RANK: u64 = 96;

/// Loads an R object. O(length of the text + vertices).
///
/// # Errors
/// See [`Rv1Error`]. All but the numbers of the hosts is checked before anything is generated.
pub fn load(text: &str) -> Result<Graph, Rv1Error> {
    load_within(text, &Budget::UNLIMITED)
}

/// As [`load`], within a budget.
///
/// # Errors
/// See [`Rv1Error`].
pub fn load_within(text: &str, budget: &Budget) -> Result<Graph, Rv1Error> {
    if text.len() > MAX_TEXT {
        return Err(Rv1Error::TooLong);
    }
    read(text, budget, &mut Faults::First)
}

/// Everything that is wrong with an R object; nothing if it can be loaded. What may follow from another fault is left
/// out. O(length of the text + vertices).
pub fn faults(text: &str) -> Vec<Rv1Error> {
    if text.len() > MAX_TEXT {
        return vec![Rv1Error::TooLong];
    }
    Faults::all(|faults| read(text, &Budget::UNLIMITED, faults))
}

fn read(text: &str, budget: &Budget, faults: &mut Faults<Rv1Error>) -> Result<Graph, Rv1Error> {
    let elements = elements::count(text);
    let entries = elements.min(MAX_ENTRIES as u64) * ENTRY;
    budget.take(entries + elements * ELEMENT).map_err(GraphError::from)?;
    let document = Document::read_all(text, faults)?;
    let entries = document.entries(faults)?;
    let vertices = generate::count(&entries)?;
    let count: usize = entries.iter().map(|entry| entry.ranks.len()).sum();
    budget.take((count as u64).saturating_mul(RANK)).map_err(GraphError::from)?;
    let ranks = generate::ranks(&entries);
    let hosts = document.hosts(ranks.len(), faults)?;
    let is_complete = !faults.any();
    let properties = document.properties(faults)?;
    if !is_complete {
        // ranks and hosts are missing, whose absence would be told again
        return Ok(Graph::new());
    }
    let assigned = generate::assign(&entries, &ranks, &hosts, faults)?;
    let mut generator = NodeGenerator::new(vertices, ranks.len(), budget)?;
    generator.add_entries(&entries, &assigned, faults)?;
    generator.add_properties(&properties)?;
    Ok(generator.finish())
}
