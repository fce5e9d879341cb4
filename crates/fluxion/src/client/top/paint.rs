//! Texts in the colours that all commands use, or without any.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span;

use crate::colour::Colour;
use crate::table::Tone;

/// Whether to colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint(pub(super) Colour);

impl Paint {
    fn style(self, tone: Tone) -> Style {
        let style = Style::default();
        match (self.0, tone) {
            (Colour::Off, _) | (_, Tone::Plain) => style,
            (_, Tone::Heading) => style.add_modifier(Modifier::BOLD),
            (_, Tone::Good) => style.fg(Color::Green),
            (_, Tone::Waiting) => style.fg(Color::Yellow),
            (_, Tone::Bad) => style.fg(Color::Red),
            (_, Tone::Past) => style.add_modifier(Modifier::DIM),
        }
    }

    /// Writes a text at a place of a line, as far as there is room before `end`; where it ended.
    pub(super) fn put(
        self,
        buffer: &mut Buffer,
        (x, y): (u16, u16),
        end: u16,
        text: &str,
        tone: Tone,
    ) -> u16 {
        let room = usize::from(end.saturating_sub(x));
        if room == 0 || y >= buffer.area.bottom() {
            return x;
        }
        buffer.set_stringn(x, y, text, room, self.style(tone)).0
    }
}

/// How many columns of a terminal a text takes.
pub(super) fn width(text: &str) -> u16 {
    u16::try_from(Span::raw(text).width()).unwrap_or(u16::MAX)
}

/// Those of some pieces that find room, one after the other with a gap between them.
pub(super) fn fitting(
    pieces: impl IntoIterator<Item = impl AsRef<str>>,
    gap: &str,
    room: u16,
) -> String {
    let mut text = String::new();
    for piece in pieces {
        let gap = if text.is_empty() { "" } else { gap };
        let longer = format!("{text}{gap}{}", piece.as_ref());
        if width(&longer) <= room {
            text = longer;
        }
    }
    text
}
