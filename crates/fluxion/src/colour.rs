//! Colours on a terminal, and nowhere else.

use std::io::{self, IsTerminal as _};

/// Whether to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    On,
    Off,
}

impl Colour {
    /// Colours if standard output is a terminal that has some and `NO_COLOR` is not set (<https://no-color.org>).
    pub(crate) fn on_stdout() -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        if unwanted || dumb || !io::stdout().is_terminal() { Self::Off } else { Self::On }
    }

    /// Bold, for headings and what was done.
    pub(crate) fn strong(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Green, for what was gained or is in order.
    pub(crate) fn good(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// Yellow, for what has to wait.
    pub(crate) fn waiting(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// Red, for what is out of order.
    pub(crate) fn bad(self, text: &str) -> String {
        self.wrap("31", text)
    }

    /// Dim, for what is beside the point or over.
    pub(crate) fn faint(self, text: &str) -> String {
        self.wrap("2", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::On if !text.is_empty() => format!("\x1b[{code}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }
}
