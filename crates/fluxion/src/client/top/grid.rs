//! A table in a part of the page: columns that find no room are left out from the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{Paint, width};
use crate::table::{Cell, Column, Tone};

/// Between two columns.
const GAP: u16 = 2;

/// Draws the headings and below them the rows.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    columns: &[Column],
    rows: &[Vec<Cell>],
    paint: Paint,
) {
    let mut x = area.x;
    for (at, &column) in columns.iter().enumerate() {
        let heading = Cell::toned(column.heading(), Tone::Heading);
        let below = rows.iter().map(|row| row.get(at).cloned().unwrap_or_default());
        let cells: Vec<Cell> = [heading].into_iter().chain(below).collect();
        let widest = cells.iter().map(|cell| width(cell.text())).max().unwrap_or_default();
        if !has_room(column, area.right().saturating_sub(x), widest) {
            return;
        }
        for (y, cell) in (area.y..area.bottom()).zip(&cells) {
            let indent = match column {
                Column::Left(_) => 0,
                Column::Right(_) => widest.saturating_sub(width(cell.text())),
            };
            paint.put(buffer, (x + indent, y), area.right(), cell.text(), cell.tone());
        }
        x = x.saturating_add(widest).saturating_add(GAP);
    }
}

/// A text may be cut off behind its heading, a number not at all.
fn has_room(column: Column, room: u16, widest: u16) -> bool {
    match column {
        Column::Left(heading) => room >= width(heading).min(widest).max(1),
        Column::Right(_) => room >= widest,
    }
}
