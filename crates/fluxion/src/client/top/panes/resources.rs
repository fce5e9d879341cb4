//! The vertices by type: how many there are, and how many of them are up, down, held and free.

use crate::client::top::model::{Model, TypeCounts};
use crate::client::top::pane::Pane;
use crate::table::{Cell, Column, Tone};

/// Those of which there are fewest first, as they are the largest.
pub(super) struct Resources;

/// A type.
pub(in crate::client::top) struct TypeRow {
    pub(in crate::client::top) kind: String,
    pub(in crate::client::top) total: u64,
    /// If they were counted.
    pub(in crate::client::top) counts: Option<TypeCounts>,
}

/// All types.
pub(in crate::client::top) fn types(model: &Model) -> Vec<TypeRow> {
    let figures = model.figures.iter();
    let mut types: Vec<_> = figures.flat_map(|figures| &figures.vertices_by_type).collect();
    types.sort_by_key(|(kind, total)| (**total, *kind));
    let row = |(kind, total): (&String, &u64)| TypeRow {
        kind: kind.clone(),
        total: *total,
        counts: model.counts.get(kind).copied(),
    };
    types.into_iter().map(row).collect()
}

impl TypeRow {
    /// Those that are up.
    pub(in crate::client::top) fn up(&self) -> Option<u64> {
        self.counts.map(|counts| self.total.saturating_sub(counts.down))
    }

    /// Those of which a job could have all.
    pub(in crate::client::top) fn free(&self) -> Option<u64> {
        self.counts.map(|counts| self.total.saturating_sub(counts.down + counts.held))
    }
}

impl Pane for Resources {
    fn name(&self) -> &'static str {
        "Resources"
    }

    fn summary(&self, model: &Model) -> Vec<String> {
        let Some(figures) = &model.figures else { return Vec::new() };
        vec![format!("{} vertices", figures.vertices), format!("{} edges", figures.edges)]
    }

    fn columns(&self, _: &Model) -> &'static [Column] {
        const COLUMNS: [Column; 6] = [
            Column::Left("TYPE"),
            Column::Right("TOTAL"),
            Column::Right("UP"),
            Column::Right("DOWN"),
            Column::Right("HELD"),
            Column::Right("FREE"),
        ];
        &COLUMNS
    }

    fn rows(&self, model: &Model) -> usize {
        model.figures.as_ref().map_or(0, |figures| figures.vertices_by_type.len())
    }

    fn some(&self, model: &Model, skip: usize, take: usize) -> Vec<Vec<Cell>> {
        let row = |row: TypeRow| {
            vec![
                row.kind.as_str().into(),
                row.total.into(),
                figure(row.up(), Tone::Plain),
                figure(row.counts.map(|counts| counts.down), Tone::Bad),
                figure(row.counts.map(|counts| counts.held), Tone::Waiting),
                figure(row.free(), Tone::Good),
            ]
        };
        types(model).into_iter().skip(skip).take(take).map(row).collect()
    }
}

/// A figure in its colour, unless it is nothing.
fn figure(figure: Option<u64>, tone: Tone) -> Cell {
    match figure {
        None => "-".into(),
        Some(0) => 0.into(),
        Some(figure) => Cell::toned(&figure.to_string(), tone),
    }
}
