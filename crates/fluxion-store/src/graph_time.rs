//! What time it is for a graph whose clock is that of the server. Nobody reads a clock here: whoever keeps the store tells it.

/// The time of a graph, in seconds since 1970. It never goes back, whatever is told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct GraphTime {
    /// What was told last, or later.
    now: i64,
    /// That of the last commit: what is known of it in a later life.
    committed: i64,
}

impl GraphTime {
    /// That of a graph of which nothing but its commits is known.
    pub(crate) fn at(committed: i64) -> Self {
        Self { now: committed, committed }
    }

    pub(crate) fn tell(&mut self, now: i64) {
        self.now = self.now.max(now);
    }

    pub(crate) fn commit(&mut self, time: i64) {
        self.committed = self.committed.max(time);
        self.now = self.now.max(time);
    }

    pub(crate) fn now(self) -> i64 {
        self.now
    }

    pub(crate) fn committed(self) -> i64 {
        self.committed
    }
}
