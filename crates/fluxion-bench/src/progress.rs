//! A bar on standard error, if that is a terminal: for people who wait.

use std::io::{self, IsTerminal as _, Write as _};

const WIDTH: usize = 30;

/// How far something is.
#[derive(Debug)]
pub(crate) struct Progress {
    label: String,
    is_shown: bool,
    /// What is drawn, in thousandths.
    drawn: Option<usize>,
}

impl Progress {
    /// Nothing is done yet.
    pub(crate) fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_shown: io::stderr().is_terminal(), drawn: None }
    }

    /// So many steps of all are done. Draws only what can be seen to move.
    pub(crate) fn step(&mut self, done: usize, all: usize) {
        let part = done * 1000 / all.max(1);
        if self.is_shown && self.drawn != Some(part) {
            self.drawn = Some(part);
            // If there is nobody to see it, nothing is lost.
            let _ = write!(io::stderr(), "\r{}", line(&self.label, part));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

fn line(label: &str, part: usize) -> String {
    let full = (part * WIDTH / 1000).min(WIDTH);
    format!("{label:40.40} [{:WIDTH$}] {:3} %", "#".repeat(full), part / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars() {
        let text = [0, 505, 1000].map(|part| line("B1 first", part)).join("\n");
        insta::assert_snapshot!(text, @r##"
        B1 first                                 [                              ]   0 %
        B1 first                                 [###############               ]  50 %
        B1 first                                 [##############################] 100 %
        "##);
    }
}
