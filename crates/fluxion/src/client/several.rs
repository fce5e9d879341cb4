//! Commands that ask for several things: each is tried, and what was done is told whatever becomes of the others.

use fluxion_client::v1::{Error, Failure, JobName};
use fluxion_server::legible;
use serde_json::Value;

use super::answer::Answer;
use super::exit::{Exit, error_json};
use super::texts::called;

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

/// What one of several requests is about.
pub(super) enum Subject<'a> {
    /// A jobspec in a file.
    File(&'a str),
    Job(&'a JobName),
    Graph(&'a str),
}

impl Subject<'_> {
    fn label(&self) -> String {
        match self {
            Self::File(file) => called(file),
            Self::Job(JobName::Id(id)) => format!("job {id}"),
            Self::Job(JobName::Key(key)) => format!("job {}", legible(key)),
            Self::Graph(name) => format!("`{name}`"),
        }
    }

    /// Whether the server itself says that the error is about this.
    fn is_named_by(&self, error: &Error) -> bool {
        let Some((kind, name)) = error.failure().and_then(Failure::resource) else { return false };
        match self {
            Self::File(_) => false,
            Self::Job(JobName::Id(id)) => kind == "job" && name == id.to_string(),
            Self::Job(JobName::Key(key)) => kind == "job" && name == key,
            Self::Graph(graph) => kind == "graph" && name == *graph,
        }
    }
}

impl Several {
    /// Notes that a request failed. The error for scripts, and whether to go on: not without a server.
    pub(super) fn failed(&mut self, subject: &Subject<'_>, error: Error) -> (Value, Next) {
        let json = error_json(&error);
        let named = subject.is_named_by(&error);
        let error = anyhow::Error::from(error);
        let error = if named { error } else { error.context(subject.label()) };
        let next = if Exit::of(&error) == Exit::Unreachable { Next::Stop } else { Next::GoOn };
        self.failures.push(error);
        (json, next)
    }

    /// The answer to all of them.
    pub(super) fn answer(self, json: Value) -> Answer {
        Answer { failures: self.failures, ..Answer::new(self.text, json) }
    }
}

#[cfg(test)]
mod tests {
    use fluxion_client::Code;
    use fluxion_client::v1::ErrorDetails;

    use super::*;

    #[track_caller]
    fn check(code: Code, details: ErrorDetails, message: &str, told: &str, expected: Next) {
        let (message, details) = (message.to_owned(), Box::new(details));
        let failure = Failure {
            call: "Cancel",
            code,
            message,
            details,
            explanation: None,
            request_id: None,
            revision: None,
        };
        let mut several = Several::default();
        let (_, next) = several.failed(&Subject::Job(&JobName::Id(7)), failure.into());
        let chain: Vec<_> = several.failures.iter().map(|error| format!("{error:#}")).collect();
        assert_eq!((chain.concat().as_str(), next), (told, expected));
    }

    #[test]
    fn without_a_server_no_other_is_tried() {
        let none = ErrorDetails::new;
        let gone = "job 7: Cancel: broken pipe (Unavailable)";
        check(Code::Unavailable, none(), "broken pipe", gone, Next::Stop);
        let wrong = "job 7: Cancel: not job 77 (InvalidArgument)";
        check(Code::InvalidArgument, none(), "not job 77", wrong, Next::GoOn);
    }

    #[test]
    fn what_the_server_names_is_not_named_twice() {
        let resource = |kind, name| ErrorDetails::with_resource_info(kind, name, "", "");
        let unknown = "Cancel: nonexistent job 7 (NotFound)";
        check(Code::NotFound, resource("job", "7"), "nonexistent job 7", unknown, Next::GoOn);
        let no_graph = "job 7: Cancel: no graph (NotFound)";
        check(Code::NotFound, resource("graph", "7"), "no graph", no_graph, Next::GoOn);
    }
}
