//! Commands that ask for several things: each is tried, and what was done is told whatever becomes of the others.

use fluxion_client::v1::Error;
use serde_json::Value;

use super::answer::Answer;
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

#[cfg(test)]
mod tests {
    use fluxion_client::Code;
    use fluxion_client::v1::Failure;

    use super::*;

    #[track_caller]
    fn check(code: Code, message: &str, told: &str, expected: Next) {
        let message = message.to_owned();
        let failure = Failure { call: "Cancel", code, message, details: Box::default() };
        let mut several = Several::default();
        let (_, next) = several.failed("job 7", failure.into());
        let chain: Vec<_> = several.failures.iter().map(|error| format!("{error:#}")).collect();
        assert_eq!((chain.concat().as_str(), next), (told, expected));
    }

    #[test]
    fn without_a_server_no_other_is_tried() {
        let gone = "job 7: Cancel: broken pipe (Unavailable)";
        check(Code::Unavailable, "broken pipe", gone, Next::Stop);
        let wrong = "job 7: Cancel: no (InvalidArgument)";
        check(Code::InvalidArgument, "no", wrong, Next::GoOn);
        let unknown = "Cancel: nonexistent job 7 (NotFound)";
        check(Code::NotFound, "nonexistent job 7", unknown, Next::GoOn);
    }

    #[test]
    fn each_request_has_a_key_of_its_own() {
        assert_eq!([0, 1, 2].map(|at| nth_key("KEY", at)), ["KEY", "KEY.2", "KEY.3"]);
        assert_eq!([0, 1].map(|at| nth_key("", at)), ["", ""]);
    }
}
