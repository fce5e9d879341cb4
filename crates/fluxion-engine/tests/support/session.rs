//! Sessions with an engine: commands in, one line of what came of it out.

use fluxion_budget::Budget;
use fluxion_engine::{
    Decision, Engine, EngineOptions, JobId, MatchOperation, Policy, Refusal, Requested, SlotRule,
    Traverser,
};
use fluxion_graph::{PickedVertex, Status, VertexId};
use fluxion_jobspec::{Constraint, Jobspec};

use super::graph::{Layout, build, item};
use super::request::request;
use super::windows;

/// How an engine is set up.
#[derive(Clone)]
pub(crate) struct Setup<'a> {
    pub(crate) graph: &'a str,
    pub(crate) policy: &'a str,
    pub(crate) traverser: Traverser,
    pub(crate) filters: &'a str,
    pub(crate) slots: SlotRule,
    /// What all requests say about nodes.
    pub(crate) constraint: Option<Constraint>,
    pub(crate) layout: Layout<'a>,
}

impl<'a> Setup<'a> {
    /// A graph served by a policy, the rest by default.
    pub(crate) fn new(policy: &'a str, graph: &'a str) -> Self {
        Self {
            graph,
            policy,
            traverser: Traverser::Simple,
            filters: "ALL:core,ALL:node",
            slots: SlotRule::Published,
            constraint: None,
            layout: Layout::default(),
        }
    }

    fn engine(&self) -> Engine {
        let options = EngineOptions {
            subsystems: vec!["containment".to_owned()],
            policy: self.policy.parse::<Policy>().unwrap(),
            traverser: self.traverser,
            slots: self.slots,
            filters: self.filters.parse().unwrap(),
        };
        Engine::new(build(&item(self.graph), self.layout), &options).unwrap()
    }
}

/// Runs commands and compares what comes of them. A command is one of
///
/// * an operation by its letter (`a`, `w`, `r`, `s`, `o`, `f`), the windows that the request names, seconds if they are not
///   3600, and a request: `r 50 slot[1]→node[1]`;
/// * `window`, `end`, `retime`, `shrink` and `roots`, as [`super::windows`] says;
/// * `cancel` and a number, the first booked job being 1; `now` and a time; `up` or `down` and a path.
///
/// A grant is told as the paths of what is held exclusively, in the order of emission, with the amount if it is not
/// 1, and with the time if it is not now; a refusal as one word and what the search had to say.
#[track_caller]
pub(crate) fn check(setup: &Setup<'_>, dialogue: &[(&str, &str)]) {
    let mut session = Session { setup, engine: setup.engine(), now: 0 };
    for (number, (command, expected)) in dialogue.iter().enumerate() {
        let expected: Vec<&str> = expected.split_whitespace().collect();
        let found = session.say(command);
        assert_eq!(session.engine.check(), Ok(()), "after {command} on {}", setup.graph);
        assert_eq!(found, expected.join(" "), "step {} of {}: {command}", number + 1, setup.graph);
    }
}

struct Session<'a> {
    setup: &'a Setup<'a>,
    engine: Engine,
    now: i64,
}

impl Session<'_> {
    fn say(&mut self, command: &str) -> String {
        let (word, rest) = command.split_once(' ').unwrap();
        match word {
            "cancel" => {
                let (change, _) = self.engine.decide_cancel(JobId(rest.parse().unwrap())).unwrap();
                self.engine.apply(&change).unwrap();
            }
            "now" => self.now = rest.parse().unwrap(),
            "up" => self.set_status(rest, Status::Up),
            "down" => self.set_status(rest, Status::Down),
            "window" => return windows::set(&mut self.engine, rest, self.now),
            "end" => return windows::end(&mut self.engine, rest),
            "retime" => return windows::retime(&mut self.engine, rest),
            "shrink" => return windows::shrink(&mut self.engine, rest),
            "roots" => return windows::roots(&self.engine, rest),
            letter => return self.decide(operation(letter), rest),
        }
        String::new()
    }

    fn set_status(&mut self, path: &str, status: Status) {
        let vertex = self.engine.graph().vertices_at(path)[0];
        let change = self.engine.decide_mark(vec![vertex], status);
        self.engine.apply(&change).unwrap();
    }

    fn decide(&mut self, operation: MatchOperation, text: &str) -> String {
        let (admission, text) = windows::admission(text);
        let seconds = text.split_once(' ').and_then(|(n, rest)| Some((n.parse().ok()?, rest)));
        let (duration, text) = seconds.unwrap_or((3600.0, text));
        let resources = request(text);
        let constraint = self.setup.constraint.clone();
        let jobspec = Jobspec { resources, duration, queue: None, constraint };
        let request = Requested { jobspec: &jobspec, admission: &admission };
        match self.engine.decide(operation, request, self.now, &Budget::UNLIMITED) {
            Ok(None) => "ok".to_owned(),
            Ok(Some(decision)) => {
                self.record(operation, &decision);
                self.granted(&decision)
            }
            Err(refusal) => refused(&refusal),
        }
    }

    fn record(&mut self, operation: MatchOperation, decision: &Decision) {
        if operation.books() {
            self.engine.apply(&self.engine.decide_booking(decision, self.now)).unwrap();
        } else {
            self.engine.note_match(decision, self.now);
        }
    }

    fn granted(&self, decision: &Decision) -> String {
        let exclusive = decision.selection.vertices.iter().filter(|v| v.exclusive);
        let mut words: Vec<String> = exclusive.map(|v| self.vertex(v)).collect();
        if decision.window.start != self.now {
            words.push(format!("at {}", decision.window.start));
        }
        words.join(" ")
    }

    /// The path below the root; with the `uniq_id` where several vertices share it.
    fn vertex(&self, picked: &PickedVertex) -> String {
        let graph = self.engine.graph();
        let pool = graph.vertex(picked.vertex);
        let path = graph.path_text(pool.path.unwrap());
        let alike: &[VertexId] = graph.vertices_at(&path);
        let below = path.trim_start_matches('/');
        let mut text = below.split_once('/').map_or(below, |(_, rest)| rest).to_owned();
        if alike.len() > 1 {
            text += &format!("#{}", pool.uniq_id);
        }
        if picked.amount != 1 {
            text += &format!(":{}", picked.amount);
        }
        text
    }
}

fn operation(letter: &str) -> MatchOperation {
    let at = "awrsof".find(letter).unwrap_or_else(|| panic!("no operation `{letter}`"));
    MatchOperation::ALL[at]
}

fn refused(refusal: &Refusal) -> String {
    let (word, notes) = match refusal {
        Refusal::Busy(notes) | Refusal::BusyToday(notes) => ("busy", notes),
        Refusal::Unsatisfiable(notes) | Refusal::BusyForEver(notes) => ("unsatisfiable", notes),
        Refusal::NoSuchWindow(_) | Refusal::Maintenance(_) => return refusal.to_string(),
        _ => return "invalid".to_owned(),
    };
    let notes = notes.iter().map(|note| note.to_string());
    std::iter::once(word.to_owned()).chain(notes).collect::<Vec<_>>().join("; ")
}
