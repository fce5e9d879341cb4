//! Commands that ask for several things: each is tried, and what was done is told whatever becomes of the others.

use fluxion_client::v1::Error;
use serde_json::Value;

use super::Answer;
use super::exit::{Exit, error_json};

/// What became of the requests so far.
#[derive(Default)]
pub(super) struct Several {
    pub(super) text: String,
    failures: Vec<anyhow::Error>,
}

/// Whether the other requests are worth trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    Stop,
}

impl Several {
    /// Notes that the request for `what` failed. The error for scripts, and whether to go on: not without a server.
    pub(super) fn failed(&mut self, what: &str, error: Error) -> (Value, Next) {
        let json = error_json(&error);
        let named = error.to_string().contains(what);
        let error = anyhow::Error::from(error);
        let error = if named { error } else { error.context(what.to_owned()) };
        let next = if Exit::of(&error) == Exit::Unreachable { Next::Stop } else { Next::GoOn };
        self.failures.push(error);
        (json, next)
    }

    /// The answer to all of them.
    pub(super) fn answer(self, json: Value) -> Answer {
        Answer { text: self.text, json, failures: self.failures }
    }
}

/// The request key for one of several requests: for the first as it was given, then `KEY.2` and so on.
pub(super) fn nth_key(key: &str, at: usize) -> String {
    match (key, at) {
        ("", _) | (_, 0) => key.to_owned(),
        _ => format!("{key}.{}", at + 1),
    }
}
