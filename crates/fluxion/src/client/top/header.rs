//! The first lines of the page: which graph of which server, whether it can be heard, and figures of the whole.

use fluxion_server::legible;
use ratatui::buffer::Buffer;

use super::model::{Link, Model};
use super::paint::{Paint, fitting, width};
use super::panes::jobs::{second, span};
use crate::table::Tone;

/// Whether the page goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    Running,
    Paused,
}

/// Draws the first two lines.
pub(super) fn draw(buffer: &mut Buffer, model: &Model, pace: Pace, paint: Paint) {
    let end = buffer.area.width;
    let (state, tone) = state(model, pace);
    let from = end.saturating_sub(width(&state));
    let place = format!("{} at {}", legible(&model.graph), legible(&model.server));
    let title = match "fluxion top  ".len() + usize::from(width(&place)) < usize::from(from) {
        true => "fluxion top  ",
        false => "",
    };
    let x = paint.put(buffer, (0, 0), from.saturating_sub(1), title, Tone::Heading);
    paint.put(buffer, (x, 0), from.saturating_sub(1), &place, Tone::Plain);
    paint.put(buffer, (from, 0), end, &state, tone);
    let figures = fitting(pieces(model), "  ", end);
    paint.put(buffer, (0, 1), end, &figures, Tone::Plain);
}

/// Whether the server can be heard.
fn state(model: &Model, pace: Pace) -> (String, Tone) {
    let (mut word, tone) = match &model.link {
        Link::Connecting => ("connecting".to_owned(), Tone::Waiting),
        Link::Up => ("connected".to_owned(), Tone::Good),
        Link::Lost { since, .. } => {
            let seconds = model.at.saturating_sub(*since).as_secs();
            (format!("disconnected for {}", span(seconds)), Tone::Bad)
        }
    };
    if pace == Pace::Paused {
        word = format!("paused, {word}");
    }
    (word, tone)
}

/// Figures of the whole, what matters most first.
fn pieces(model: &Model) -> Vec<String> {
    let mut pieces = Vec::new();
    if let Some(cursor) = &model.cursor {
        pieces.push(format!("revision {}", cursor.revision));
    }
    if let Some(figures) = &model.figures {
        let counts = format!("{} found, {} not", figures.matches_succeeded, figures.matches_failed);
        pieces.push(match model.matches.per_second() {
            Some(rate) => format!("matches {rate:.1}/s ({counts})"),
            None => format!("matches {counts}"),
        });
    }
    pieces.extend(model.change_rate.per_second().map(|rate| format!("changes {rate:.1}/s")));
    pieces.extend(model.now().map(second));
    pieces
}
