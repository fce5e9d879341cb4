//! What happened last, the newest first, in the words of `fluxion watch`.

use crate::client::top::model::Model;
use crate::client::top::pane::Pane;
use crate::client::watch::event_words;
use crate::table::{Cell, Column};

/// A line for each change.
pub(super) struct Changes;

impl Pane for Changes {
    fn name(&self) -> &'static str {
        "Last changes"
    }

    fn summary(&self, model: &Model) -> Vec<String> {
        model.cursor.iter().map(|cursor| format!("until revision {}", cursor.revision)).collect()
    }

    fn columns(&self, _: &Model) -> &'static [Column] {
        const COLUMNS: [Column; 3] =
            [Column::Right("REVISION"), Column::Left("CHANGE"), Column::Left("WHAT")];
        &COLUMNS
    }

    fn rows(&self, model: &Model) -> usize {
        model.changes.len()
    }

    fn some(&self, model: &Model, skip: usize, take: usize) -> Vec<Vec<Cell>> {
        let words = model.changes.iter().skip(skip).take(take).filter_map(event_words);
        words
            .map(|(revision, word, what)| vec![revision.into(), word.into(), what.into()])
            .collect()
    }
}
