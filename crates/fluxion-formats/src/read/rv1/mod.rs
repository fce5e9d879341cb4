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
use fluxion_graph::Graph;

use self::document::Document;
pub use self::error::Rv1Error;
use self::generate::NodeGenerator;
pub use self::named::{named_ranks, named_set};
use crate::read::limits::MAX_TEXT;

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
    let document = Document::read(text)?;
    let entries = document.entries()?;
    let vertices = generate::count(&entries)?;
    let ranks = generate::ranks(&entries);
    let hosts = document.hosts(ranks.len())?;
    let properties = document.properties()?;
    let assigned = generate::assign(&entries, &ranks, &hosts)?;
    let mut generator = NodeGenerator::new(vertices, budget)?;
    generator.add_entries(&entries, &assigned)?;
    generator.add_properties(&properties)?;
    Ok(generator.finish())
}
