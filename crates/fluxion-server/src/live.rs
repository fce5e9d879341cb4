//! What can be told a server while it serves: limits and timeouts that each call, or connection, looks up.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::config::{Config, Limits, Timeouts};

/// What holds from now on; clones share it.
#[derive(Clone, Debug)]
pub struct LiveSettings(Arc<RwLock<Tuned>>);

/// The settings that can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tuned {
    pub(crate) limits: Limits,
    pub(crate) timeouts: Timeouts,
    pub(crate) grace: Duration,
    pub(crate) drain_delay: Duration,
    pub(crate) log_rate: u64,
}

impl LiveSettings {
    /// As a server begins.
    pub(crate) fn new(config: &Config) -> Self {
        Self(Arc::new(RwLock::new(tuned(config))))
    }

    /// What holds now.
    pub(crate) fn now(&self) -> Tuned {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the sizes of graphs and messages, the limits on streams, on the rate of calls and on what all graphs have, the
    /// timeouts of headers, uploads and idle connections, the grace period, the delay of draining and the rate of the log are
    /// those. Nothing else changes.
    pub fn set(&self, config: &Config) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Tuned { limits, timeouts, grace, drain_delay, log_rate } = tuned(config);
        let Limits { connections, in_flight, answer, memory, visits, queue, .. } = held.limits;
        // what was laid out at the start stays
        held.limits = Limits { connections, in_flight, answer, memory, visits, queue, ..limits };
        let Timeouts { headers, upload, idle, .. } = timeouts;
        held.timeouts = Timeouts { headers, upload, idle, ..held.timeouts };
        (held.grace, held.drain_delay, held.log_rate) = (grace, drain_delay, log_rate);
    }
}

fn tuned(config: &Config) -> Tuned {
    let Config { limits, timeouts, grace, drain_delay, log_rate, .. } = *config;
    Tuned { limits, timeouts, grace, drain_delay, log_rate }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_that_can_change_do_and_the_others_stay() {
        let before = Limits::default();
        let asked = Limits {
            queue: 1,
            visits: 1,
            connections: Some(1),
            streams: 1,
            streams_of_one: 2,
            rate: 3,
            graphs: 4,
            forks: 7,
            vertices: 5,
            jobs: 6,
            ..before
        };
        let live = LiveSettings::new(&Config::default());
        live.clone().set(&Config { limits: asked, ..Config::default() });
        let Limits { queue, visits, connections, .. } = before;
        assert_eq!(live.now().limits, Limits { queue, visits, connections, ..asked });
    }
}
