//! The first lines of the page: which graph of which server, whether it can be heard, and figures of the whole.

use fluxion_server::legible;
use ratatui::buffer::Buffer;

use super::model::{Link, Model};
use super::paint::{Paint, width};
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
    let mut x = 0;
    for piece in pieces(model) {
        if x + width(&piece) > end {
            break;
        }
        x = paint.put(buffer, (x, 1), end, &piece, Tone::Plain) + 2;
    }
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
    let rate = |rate: Option<f64>| rate.map_or("-".to_owned(), |rate| format!("{rate:.1}"));
    let mut pieces = Vec::new();
    if let Some(cursor) = &model.cursor {
        pieces.push(format!("revision {}", cursor.revision));
    }
    if let Some(figures) = &model.figures {
        let (found, not) = (figures.matches_succeeded, figures.matches_failed);
        let matches = rate(model.matches.per_second());
        pieces.push(format!("matches {matches}/s ({found} found, {not} not)"));
        pieces.push(format!("changes {}/s", rate(model.change_rate.per_second())));
    }
    if let Some(now) = model.now() {
        pieces.push(second(now));
    }
    pieces
}
