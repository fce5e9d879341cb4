//! What a pane of the page is: a table with a title, which says what its rows are. Where it goes, and what of it is left
//! out, is decided by the page.

use super::model::Model;
use crate::table::{Cell, Column};

/// A table with a title. A new one is a file in `panes`, and a place in `panes::PANES`.
pub(super) trait Pane: Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// What is said beside the name, as far as there is room.
    fn summary(&self, model: &Model) -> Vec<String>;

    /// The headings; what does not fit is left out from the right.
    fn columns(&self, model: &Model) -> &'static [Column];

    /// How many rows there are.
    fn rows(&self, model: &Model) -> usize;

    /// How many lines it wants: a title, the headings and the rows; none if it is not to be seen.
    fn lines(&self, model: &Model) -> usize {
        match self.rows(model) {
            0 => 1,
            rows => rows + 2,
        }
    }

    /// Some of the rows.
    fn some(&self, model: &Model, skip: usize, take: usize) -> Vec<Vec<Cell>>;
}
