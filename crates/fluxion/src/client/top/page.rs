//! The page: what is known, drawn into as much room as there is. A pure function, so that a terminal and a text show the
//! same.

use fluxion_server::legible;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::grid;
use super::header::{self, Pace};
use super::looks::{Looks, Manner, Overlay};
use super::model::{Link, Model};
use super::paint::{Paint, fitting, width};
use super::panes::PANES;
use crate::table::Tone;

/// What is needed at least.
const LEAST: (u16, u16) = (24, 6);

/// The lines above the panes.
const HEADER: u16 = 2;

const KEYS: [&str; 6] = ["? help", "q quit", "Tab pane", "arrows scroll", "g graphs", "p pause"];

const HELP: [(&str, &str); 9] = [
    ("q, Esc, Ctrl-C", "quit"),
    ("Tab, Shift-Tab", "to the next pane, to the one before"),
    ("arrows, j, k", "scroll by a line"),
    ("PageUp, PageDown", "scroll by a page"),
    ("Home, End", "to the first line, to the last"),
    ("g", "list the graphs of the server; Enter shows the chosen one"),
    ("p", "pause: what is shown stays; again: go on"),
    ("?", "this help, and away with it"),
    ("HELD", "in use by jobs, at least a part; FREE: all of it could be had"),
];

/// What is shown, and how.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) model: &'a Model,
    pub(super) looks: &'a Looks,
    /// Whether what is shown is kept as it was.
    pub(super) pace: Pace,
    pub(super) paint: Paint,
}

/// How many lines of so many are for the panes.
pub(super) fn lines_of_panes(height: u16, manner: Manner) -> usize {
    let footer = u16::from(manner == Manner::Live);
    usize::from(height.saturating_sub(HEADER + footer))
}

impl Page<'_> {
    /// Draws all of it.
    pub(super) fn draw(self, buffer: &mut Buffer) {
        let area = buffer.area;
        if area.width < LEAST.0 || area.height < LEAST.1 {
            return self.ask_for_room(buffer);
        }
        header::draw(buffer, self.model, self.pace, self.paint);
        match &self.looks.overlay {
            Overlay::Nothing => self.panes(buffer),
            Overlay::Help => self.help(buffer),
            Overlay::Graphs { names, chosen } => self.graphs(buffer, names.as_deref(), *chosen),
        }
        if self.looks.manner == Manner::Live {
            self.footer(buffer);
        }
    }

    fn ask_for_room(self, buffer: &mut Buffer) {
        let Rect { width, height, .. } = buffer.area;
        let (least_width, least_height) = LEAST;
        let lines = [
            "too small:".to_owned(),
            format!("is {width} x {height},"),
            format!("needs {least_width} x {least_height}"),
        ];
        for (y, line) in (0..).zip(&lines) {
            self.paint.put(buffer, (0, y), width, line, Tone::Plain);
        }
    }

    fn panes(self, buffer: &mut Buffer) {
        let Rect { width, height, .. } = buffer.area;
        let shares = self.looks.shares(self.model, lines_of_panes(height, self.looks.manner));
        let mut y = HEADER;
        for (at, lines) in shares.into_iter().enumerate() {
            let lines = u16::try_from(lines).unwrap_or_default();
            if lines > 0 {
                self.pane(buffer, at, Rect::new(0, y, width, lines));
            }
            y += lines;
        }
    }

    fn pane(self, buffer: &mut Buffer, at: usize, area: Rect) {
        let (pane, rows) = (PANES[at], PANES[at].rows(self.model));
        let shown = usize::from(area.height.saturating_sub(2));
        let offset = self.looks.offset(at, rows, shown);
        let place = match shown.min(rows) {
            0 => String::new(),
            shown if shown == rows => String::new(),
            shown => format!("{}-{} of {rows}", offset + 1, offset + shown),
        };
        self.title(buffer, at, area.y, &place);
        let some = pane.some(self.model, offset, shown);
        if !some.is_empty() {
            let below = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(1));
            grid::draw(buffer, below, pane.columns(self.model), &some, self.paint);
        }
    }

    /// A rule with the name of a pane, what is said beside it, and which rows are shown. The pane in the focus has a double one.
    fn title(self, buffer: &mut Buffer, at: usize, y: u16, place: &str) {
        let end = buffer.area.width;
        let is_marked = self.looks.focus == at && self.looks.manner == Manner::Live;
        let rule = if is_marked { "═" } else { "─" };
        self.paint.put(buffer, (0, y), end, &rule.repeat(end.into()), Tone::Past);
        let name = format!(" {} ", PANES[at].name());
        let x = self.paint.put(buffer, (1, y), end, &name, Tone::Heading) + 1;
        let place = if place.is_empty() { String::new() } else { format!(" {place} ") };
        let from = end.saturating_sub(width(&place) + 1);
        self.paint.put(buffer, (from, y), end, &place, Tone::Plain);
        let room = from.saturating_sub(x).saturating_sub(2);
        let summary = fitting(PANES[at].summary(self.model), ", ", room);
        if !summary.is_empty() {
            self.paint.put(buffer, (x, y), from, &format!(" {summary} "), Tone::Plain);
        }
    }

    fn help(self, buffer: &mut Buffer) {
        let (end, bottom) = (buffer.area.width, buffer.area.bottom().saturating_sub(1));
        let widest = HELP.iter().map(|(keys, _)| width(keys)).max().unwrap_or_default();
        for (y, (keys, meaning)) in (HEADER + 1..bottom).zip(HELP) {
            self.paint.put(buffer, (1, y), end, keys, Tone::Heading);
            self.paint.put(buffer, (widest + 3, y), end, meaning, Tone::Plain);
        }
    }

    fn graphs(self, buffer: &mut Buffer, names: Option<&[String]>, chosen: usize) {
        let (end, bottom) = (buffer.area.width, buffer.area.bottom().saturating_sub(1));
        let title = match names {
            None => "asking for the graphs of the server",
            Some([]) => "there is no graph",
            Some(_) => "which graph? Enter shows it, Esc does not",
        };
        self.paint.put(buffer, (1, HEADER), end, title, Tone::Heading);
        let room = usize::from(bottom.saturating_sub(HEADER + 1)).max(1);
        let skip = (chosen + 1).saturating_sub(room);
        let names = names.unwrap_or_default().iter().enumerate().skip(skip);
        for (y, (at, name)) in (HEADER + 1..bottom).zip(names) {
            let mark = if at == chosen { "> " } else { "  " };
            self.paint.put(buffer, (1, y), end, &format!("{mark}{}", legible(name)), Tone::Plain);
        }
    }

    /// The keys, or what is wrong.
    fn footer(self, buffer: &mut Buffer) {
        let (end, y) = (buffer.area.width, buffer.area.bottom().saturating_sub(1));
        match &self.model.link {
            Link::Lost { reason, .. } => {
                let text = format!("trying again: {}", legible(reason));
                self.paint.put(buffer, (0, y), end, &text, Tone::Bad);
            }
            Link::Connecting | Link::Up => {
                let keys = fitting(KEYS, "  ", end);
                self.paint.put(buffer, (0, y), end, &keys, Tone::Past);
            }
        }
    }
}

/// A page as text, without what is blank at the ends of lines and behind the last one.
pub(super) fn text(buffer: &Buffer) -> String {
    let cells = |y| (buffer.area.left()..buffer.area.right()).map(move |x| (x, y));
    let line = |y| {
        let symbols = cells(y).filter_map(|place| buffer.cell(place)).map(|cell| cell.symbol());
        symbols.collect::<String>().trim_end().to_owned() + "\n"
    };
    let text: String = (buffer.area.top()..buffer.area.bottom()).map(line).collect();
    text.trim_end().to_owned() + "\n"
}
