//! Maintenance and reservations of the calendar, by name, with their next time. Where there are none, nothing is shown.

use fluxion_client::v1::WindowSet;

use crate::client::names;
use crate::client::top::model::Model;
use crate::client::top::pane::Pane;
use crate::table::{Cell, Column};

/// A line for each window.
pub(super) struct Windows;

impl Pane for Windows {
    fn name(&self) -> &'static str {
        "Windows"
    }

    fn summary(&self, model: &Model) -> Vec<String> {
        vec![model.windows.len().to_string()]
    }

    fn columns(&self, _: &Model) -> &'static [Column] {
        const COLUMNS: [Column; 5] = [
            Column::Left("NAME"),
            Column::Left("KIND"),
            Column::Right("START"),
            Column::Right("END"),
            Column::Right("VERTICES"),
        ];
        &COLUMNS
    }

    fn rows(&self, model: &Model) -> usize {
        model.windows.len()
    }

    fn lines(&self, model: &Model) -> usize {
        match self.rows(model) {
            0 => 0,
            rows => rows + 2,
        }
    }

    fn some(&self, model: &Model, skip: usize, take: usize) -> Vec<Vec<Cell>> {
        model
            .windows
            .values()
            .skip(skip)
            .take(take)
            .map(|window| row(window, model.now()))
            .collect()
    }
}

fn row(window: &WindowSet, now: Option<i64>) -> Vec<Cell> {
    let next = window.spans.iter().find(|span| now.is_none_or(|now| span.end > now));
    let (start, end) = match next {
        Some(span) => (span.start.to_string(), span.end.to_string()),
        None if window.floating_lead > 0 => {
            (format!("now+{}", window.floating_lead), String::new())
        }
        None => ("over".to_owned(), String::new()),
    };
    let kind = names::of_window_kind(window.kind());
    vec![window.name.as_str().into(), kind.into(), start.into(), end.into(), window.vertices.into()]
}
