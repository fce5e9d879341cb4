//! Tables: for a terminal and in Markdown.

use std::collections::BTreeSet;

use super::units::written;
use super::{Column, Report};

/// The cells, headings first; only columns that some row has.
fn cells(report: &Report) -> Vec<Vec<String>> {
    let columns: BTreeSet<Column> =
        report.rows.iter().flat_map(|row| row.figures.keys().copied()).collect();
    let headings = columns.iter().map(|column| column.heading().to_owned());
    let mut lines = vec![std::iter::once(String::new()).chain(headings).collect()];
    for row in &report.rows {
        let figure = |column: &Column| row.figures.get(column).map(|&f| written(*column, f));
        let figures = columns.iter().map(|column| figure(column).unwrap_or_default());
        lines.push(std::iter::once(row.what.clone()).chain(figures).collect());
    }
    lines
}

fn widths(lines: &[Vec<String>]) -> Vec<usize> {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |at: usize| lines.iter().filter_map(|l| l.get(at)).map(|c| c.chars().count()).max();
    (0..columns).map(|at| width(at).unwrap_or_default()).collect()
}

impl Report {
    /// For a terminal.
    pub fn text(&self) -> String {
        let lines = cells(self);
        let widths = widths(&lines);
        let mut text = format!("{}  {}\n", self.bench, self.title);
        for line in &lines {
            let mut padded = String::new();
            for (at, (cell, &width)) in line.iter().zip(&widths).enumerate() {
                padded += &match at {
                    0 => format!("  {cell:width$}"),
                    _ => format!("  {cell:>width$}"),
                };
            }
            text += padded.trim_end();
            text.push('\n');
        }
        text
    }

    /// For a document.
    pub fn markdown(&self) -> String {
        let mut text = format!("### {}: {}\n\n", self.bench, self.title);
        for (at, line) in cells(self).iter().enumerate() {
            text += &format!("| {} |\n", line.join(" | "));
            if at == 0 {
                text += &format!("|---|{}\n", "---:|".repeat(line.len().saturating_sub(1)));
            }
        }
        text
    }
}
