//! How far something is that takes more than a second, on a terminal.

#![expect(clippy::disallowed_methods, reason = "how long something takes is what is told")]

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use fluxion_server::legible;

/// Nothing is told of what is over sooner, and nothing more often.
const PAUSE: Duration = Duration::from_secs(1);

/// A line on standard error that is written over and over; nothing where that is no terminal.
pub(super) struct ProgressLine {
    is_shown: bool,
    begun: Instant,
    told: Instant,
    done: u64,
    is_dirty: bool,
}

impl ProgressLine {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            is_shown: io::stderr().is_terminal(),
            begun: now,
            told: now,
            done: 0,
            is_dirty: false,
        }
    }

    /// Something else begins.
    pub(super) fn begin(&mut self) {
        self.clear();
        self.begun = Instant::now();
    }

    /// Tells how much is done of what is being done; if it is less than before, that begins again.
    pub(super) fn tell(&mut self, what: &str, done: u64, of: u64) {
        if done < std::mem::replace(&mut self.done, done) {
            self.begun = Instant::now();
        }
        if !self.is_shown || self.told.elapsed() < PAUSE {
            return;
        }
        self.told = Instant::now();
        let left = seconds_left(self.begun.elapsed(), done, of);
        let left = left.map(|left| format!(", {left} s left")).unwrap_or_default();
        self.say(&format!("{what}: {done} of {of}{left}"));
    }

    /// Tells what is being done where it cannot be said how far it is.
    pub(super) fn say(&mut self, what: &str) {
        if self.is_shown {
            // if nobody can read it, nobody misses it
            let _ = write!(io::stderr(), "\r\x1b[K{}", legible(what));
            self.is_dirty = true;
        }
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.is_dirty) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.clear();
    }
}

/// As fast as it went so far.
fn seconds_left(elapsed: Duration, done: u64, of: u64) -> Option<u64> {
    let left = of.checked_sub(done)?;
    let seconds = elapsed.as_secs_f64() * left as f64 / done as f64;
    seconds.is_finite().then_some(seconds.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_takes_as_long_as_what_is_done() {
        let check = |done, of, expected| {
            assert_eq!(seconds_left(Duration::from_secs(2), done, of), expected);
        };
        check(100, 200, Some(2));
        check(100, 100, Some(0));
        check(0, 100, None);
        check(100, 10, None);
    }
}
