//! The terminal while a page is shown on it: taken over at the start, and given back as it was, whatever happens. And what
//! is pressed there.

use std::io;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};
use ratatui::layout::Size;
use tokio::sync::mpsc;

use super::header::Pace;
use super::looks::Looks;
use super::model::Model;
use super::page::Page;
use super::paint::Paint;

/// A terminal that is taken over.
pub(super) struct Screen {
    terminal: DefaultTerminal,
    paint: Paint,
}

impl Screen {
    /// Takes the terminal over; after a panic, too, it is as it was.
    pub(super) fn open(paint: Paint) -> io::Result<Self> {
        match ratatui::try_init() {
            Ok(terminal) => Ok(Self { terminal, paint }),
            Err(error) => {
                // the first half of it may have been done
                let _ = ratatui::try_restore();
                Err(error)
            }
        }
    }

    /// Sends what differs from what is shown.
    pub(super) fn show(&mut self, model: &Model, looks: &Looks, pace: Pace) -> io::Result<()> {
        let page = Page { model, looks, pace, paint: self.paint };
        self.terminal.draw(|frame| page.draw(frame.buffer_mut())).map(|_| ())
    }

    pub(super) fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // a terminal that is gone cannot be given back
        let _ = self.terminal.show_cursor();
        let _ = ratatui::try_restore();
    }
}

/// What is pressed, until the terminal is gone. The thread that reads it ends with the process.
pub(super) fn events() -> mpsc::Receiver<Event> {
    let (out, events) = mpsc::channel(64);
    std::thread::spawn(move || {
        while let Ok(event) = event::read() {
            if out.blocking_send(event).is_err() {
                return;
            }
        }
    });
    events
}
