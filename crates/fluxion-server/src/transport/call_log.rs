//! A line for each call that has ended, as many in a second as are wanted. What was left out is told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tonic::Code;

use crate::legible::legible;
use crate::live::LiveSettings;
use crate::measures::call_measures::code_name;
use crate::transport::call_notes::{CallNotes, Noted};

const SECOND: Duration = Duration::from_secs(1);

/// How many lines there may be still in this second.
#[derive(Debug)]
pub(crate) struct CallLog {
    left: AtomicU64,
    omitted: AtomicU64,
}

impl CallLog {
    /// So many lines a second.
    pub(crate) fn new(rate: u64) -> Self {
        Self { left: AtomicU64::new(rate), omitted: AtomicU64::new(0) }
    }

    /// Writes what is known of a call.
    pub(crate) fn write(&self, method: &str, code: Code, time: Duration, notes: &CallNotes) {
        let is_wanted = match notes.is_change() {
            true => tracing::enabled!(tracing::Level::INFO),
            false => tracing::enabled!(tracing::Level::DEBUG),
        };
        if !is_wanted || !self.may_write() {
            return;
        }
        let Noted { is_change, principal, graph, job, requests, .. } = notes.told();
        let principal = principal.as_deref();
        let (graph, outcome) = (graph.as_deref().map(legible), code_name(code));
        let (graph, request_id) = (graph.as_deref(), &**notes.request_id());
        let milliseconds = time.as_micros() as f64 / 1e3;
        let requests = (requests > 1).then_some(requests);
        match is_change {
            true => tracing::info!(
                method,
                principal,
                graph,
                job,
                requests,
                outcome,
                milliseconds,
                request_id,
                "change"
            ),
            false => {
                tracing::debug!(method, principal, graph, outcome, milliseconds, request_id, "call")
            }
        }
    }

    fn may_write(&self) -> bool {
        let take = |left: u64| left.checked_sub(1);
        let may = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok();
        if !may {
            self.omitted.fetch_add(1, Ordering::Relaxed);
        }
        may
    }

    /// Another second, with so many lines: how many lines were left out in the last one.
    fn turn(&self, rate: u64) -> u64 {
        self.left.store(rate, Ordering::Relaxed);
        self.omitted.swap(0, Ordering::Relaxed)
    }

    /// Tells once a second what was left out, for ever.
    pub(crate) async fn tell(&self, live: &LiveSettings) {
        loop {
            tokio::time::sleep(SECOND).await;
            let lines = self.turn(live.now().log_rate);
            if lines > 0 {
                tracing::info!(lines, "more calls than are logged (--log-rate)");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_the_rate_is_left_out_and_told() {
        let log = CallLog::new(2);
        let written: Vec<_> = (0..5).map(|_| log.may_write()).collect();
        assert_eq!((written, log.turn(1)), (vec![true, true, false, false, false], 3));
        assert_eq!((log.may_write(), log.may_write(), log.turn(1)), (true, false, 1));
    }
}
