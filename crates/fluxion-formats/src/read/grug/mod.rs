//! GRUG: generator recipes in GraphML (`docs/semantics/readers.md`, GRUG).
//!
//! The text becomes a small recipe graph (`graphml`), which is walked depth first (`walk`); each edge that
//! reaches a new recipe vertex generates all its instances (`generate`) or connects existing vertices
//! (`associate`).
//!
//! Where the reference is in error (`docs/semantics/compatibility.md`, Reading and printing): ids are those
//! of the formula even after an association, a negative size and an unknown generation method are errors, and
//! two empty truncated paths are not equal.

mod associate;
mod error;
mod field;
mod generate;
mod graphml;
mod recipe;
mod walk;

#[cfg(test)]
mod tests;

use fluxion_budget::Budget;
use fluxion_graph::Graph;

pub use self::error::{GrugError, GrugErrorKind};
use self::graphml::Read;
use crate::read::Position;
use crate::read::faults::Faults;

/// Loads a recipe. O(length of the text + vertices + associations).
///
/// # Errors
/// See [`GrugErrorKind`]. A recipe that makes nothing, or no root, is not an error here.
pub fn load(text: &str) -> Result<Graph, GrugError> {
    load_within(text, &Budget::UNLIMITED)
}

/// As [`load`], within a budget.
///
/// # Errors
/// See [`GrugErrorKind`].
pub fn load_within(text: &str, budget: &Budget) -> Result<Graph, GrugError> {
    run(text, budget, &mut Faults::First)
}

/// Everything that is wrong with a recipe; nothing if it can be loaded. What may follow from another fault is left
/// out. O(length of the text + vertices + associations).
pub fn faults(text: &str) -> Vec<GrugError> {
    Faults::all(|faults| run(text, &Budget::UNLIMITED, faults))
}

fn run(text: &str, budget: &Budget, faults: &mut Faults<GrugError>) -> Result<Graph, GrugError> {
    let Read { recipe, faulty } = graphml::read(text, faults)?;
    walk::run(&recipe, budget, &mut |kind, offset| {
        if faulty.contains(&offset) {
            return Ok(());
        }
        faults.note(GrugError::new(kind, Some(Position::at(text, offset))))
    })
}
