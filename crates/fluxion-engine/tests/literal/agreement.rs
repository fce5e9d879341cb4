//! Runs the engine and the model side by side.

use fluxion_budget::Budget;
use fluxion_engine::{
    Admission, Decision, Engine, EngineOptions, JobId, MatchOperation, Policy, Reach, Refusal,
    Requested, SlotRule, Traverser,
};
use fluxion_graph::{CONTAINMENT, Graph, Status, VertexId};
use fluxion_jobspec::Jobspec;

use crate::model::windows::Admitted;
use crate::model::{Answer, Model, Refused, Rules};
use crate::print;
use crate::scenarios::{Scenario, Step};
use crate::served::POLICIES;
use crate::support::graph::{Layout, build};

/// The engine, the model, and what they have in common.
pub(crate) struct Pair {
    pub(crate) graph: Graph,
    policy: Policy,
    keeps_weights: bool,
    pub(crate) engine: Engine,
    pub(crate) model: Model,
    pub(crate) now: i64,
    pub(crate) live: Vec<u64>,
    jobs: u64,
    /// How often another policy was asked.
    asked: usize,
    /// The windows that requests name from now on.
    admission: Admission,
}

/// The first difference between the two.
pub(crate) type Difference = String;

/// Lets a scenario happen.
pub(crate) fn run(scenario: &Scenario) -> Result<(), Difference> {
    play(scenario, |_, _| Ok(()))
}

/// Lets a scenario happen, and asks after each step, at its time.
pub(crate) fn play(
    scenario: &Scenario,
    ask: impl Fn(&Engine, i64) -> Result<(), Difference>,
) -> Result<(), Difference> {
    let layout = Layout { shuffle: scenario.shuffle, edges: &[] };
    let mut graph = build(&scenario.root, layout);
    share(&mut graph, &scenario.shared);
    let mut pair = Pair::new(graph, scenario.policy, scenario.rules, scenario.filters);
    pair.now = scenario.start;
    for (number, step) in scenario.steps.iter().enumerate() {
        pair.step(step).map_err(|difference| format!("at step {number}: {difference}"))?;
        let asked = ask(&pair.engine, pair.now);
        asked.map_err(|difference| format!("after step {number}: {difference}"))?;
        pair.engine.check().map_err(|wrong| format!("after step {number}: {wrong}"))?;
    }
    Ok(())
}

/// Adds edges from nodes to leaves.
fn share(graph: &mut Graph, pairs: &[(usize, usize)]) {
    let of_types = |types: &[&str]| -> Vec<VertexId> {
        graph
            .vertex_ids()
            .filter(|&v| types.contains(&graph.type_name(graph.vertex(v).ty)))
            .collect()
    };
    let (nodes, leaves) = (of_types(&["node"]), of_types(&["gpu", "memory", "ssd"]));
    for (node, leaf) in pairs.iter().filter(|_| !nodes.is_empty() && !leaves.is_empty()) {
        let (node, leaf) = (nodes[node % nodes.len()], leaves[leaf % leaves.len()]);
        if !graph.edges().iter().any(|e| e.source == node && e.target == leaf) {
            graph.add_edge(node, leaf, CONTAINMENT).unwrap();
        }
    }
}

/// An engine that serves a graph.
pub(crate) fn engine(graph: Graph, policy: &str, rules: Rules, filters: &str) -> Engine {
    let traverser = match rules {
        Rules::Simple | Rules::Deep => Traverser::Simple,
        Rules::Flexible => Traverser::Flexible,
    };
    let slots = if rules == Rules::Deep { SlotRule::Deep } else { SlotRule::Published };
    let options = EngineOptions {
        subsystems: vec!["containment".to_owned()],
        policy: policy.parse().unwrap(),
        traverser,
        slots,
        filters: filters.parse().unwrap(),
    };
    Engine::new(graph, &options).unwrap()
}

impl Pair {
    pub(crate) fn new(graph: Graph, policy: &str, rules: Rules, filters: &str) -> Self {
        let model = Model::new(&graph, policy, rules, filters);
        let engine = engine(graph.clone(), policy, rules, filters);
        Self {
            graph,
            policy: policy.parse().unwrap(),
            keeps_weights: policy.contains("first") || policy.contains("stop_on"),
            engine,
            model,
            now: 0,
            live: Vec::new(),
            jobs: 0,
            asked: 0,
            admission: Admission::default(),
        }
    }

    pub(crate) fn step(&mut self, step: &Step) -> Result<(), Difference> {
        let vertices = self.graph.vertices().len();
        match step {
            Step::Match(times, operation, jobspec) => {
                return (0..*times).try_for_each(|_| self.decide(*operation, jobspec));
            }
            Step::Cancel(_) if self.live.is_empty() => {}
            Step::Cancel(at) => {
                let job = self.live.remove(at % self.live.len());
                let (change, _) = self.engine.decide_cancel(JobId(job)).unwrap();
                self.engine.apply(&change).unwrap();
                self.model.cancel(job);
            }
            Step::Flip(at) => self.flip(at % vertices),
            Step::Classify(at, class) => {
                let (at, class) = (at % vertices, class.to_string());
                let vertices = vec![VertexId(at as u32)];
                let change = self.engine.decide_property(vertices, "perf_class", &class);
                self.engine.apply(&change).unwrap();
                self.model.set_property(at, "perf_class", &class);
            }
            Step::Wait(seconds) => self.now += seconds,
            Step::SetWindow(setting) => self.set_window(setting)?,
            Step::EndWindow(name) => self.end_window(name),
            Step::Admit(admission) => self.admission = admission.clone(),
        }
        Ok(())
    }

    fn flip(&mut self, at: usize) {
        let vertex = VertexId(at as u32);
        let up = self.engine.status(vertex) == Status::Down;
        let status = if up { Status::Up } else { Status::Down };
        let change = self.engine.decide_mark(vec![vertex], status);
        self.engine.apply(&change).unwrap();
        self.model.set_up(at, up);
    }

    fn decide(&mut self, operation: MatchOperation, jobspec: &Jobspec) -> Result<(), Difference> {
        let admission = self.admission.clone();
        let admitted = admitted(&admission);
        let expected = self.model.decide_for(&admitted, operation, jobspec, self.now);
        let jobspec = Requested { jobspec, admission: &admission };
        let before = self.engine.fingerprint();
        let found = self.engine.decide(operation, jobspec, self.now, &Budget::UNLIMITED);
        let again = self.engine.decide(operation, jobspec, self.now, &Budget::UNLIMITED);
        let anew = self.anew().decide(operation, jobspec, self.now, &Budget::UNLIMITED);
        let expected_text = self.text(&expected, print::answer);
        let found_text =
            self.text(&found.clone().map_err(|refusal| kind(&refusal)), print::decision);
        if expected_text != found_text {
            return Err(format!("by the rules:\n{expected_text}by the engine:\n{found_text}"));
        }
        if again != found {
            return Err(format!("asked again, the engine says {again:?} instead of {found:?}"));
        }
        if before != self.engine.fingerprint() {
            return Err(format!("deciding {found:?} changed the state"));
        }
        if anew != found {
            return Err(format!("made anew, the engine says {anew:?} instead of {found:?}"));
        }
        self.decide_by_another_policy(operation, jobspec)?;
        if let (Ok(Some(answer)), Ok(Some(decision))) = (expected, found) {
            self.record(operation, &answer, &decision);
        }
        Ok(())
    }

    /// What is kept for another policy says what would be found without it.
    fn decide_by_another_policy(
        &mut self,
        operation: MatchOperation,
        jobspec: Requested<'_>,
    ) -> Result<(), Difference> {
        // more than are kept
        let name = POLICIES[self.asked % POLICIES.len().min(6)];
        self.asked += 1;
        let policy = name.parse().unwrap();
        let mut anew = self.engine.under(policy);
        let expected = anew.decide(operation, jobspec, self.now, &Budget::UNLIMITED);
        let before = self.engine.fingerprint();
        let engine = &mut self.engine;
        let found = engine.decide_by(policy, operation, jobspec, self.now, &Budget::UNLIMITED);
        if expected != found {
            return Err(format!("by {name} the engine says {found:?}, made anew {expected:?}"));
        }
        if before != self.engine.fingerprint() {
            return Err(format!("deciding {found:?} by {name} changed the state"));
        }
        Ok(())
    }

    /// The engine with its orders and indices made from scratch, where no weights would get lost.
    fn anew(&self) -> Engine {
        if self.keeps_weights { self.engine.clone() } else { self.engine.under(self.policy) }
    }

    fn record(&mut self, operation: MatchOperation, answer: &Answer, decision: &Decision) {
        if operation.books() {
            self.jobs += 1;
            self.live.push(self.jobs);
            self.engine.apply(&self.engine.decide_booking(decision, self.now)).unwrap();
            self.model.book(self.jobs, answer, self.now);
        } else {
            self.engine.note_match(decision, self.now);
        }
        self.model.note_match(answer, self.now);
    }

    fn text<T>(
        &self,
        outcome: &Result<Option<T>, Refused>,
        print: impl Fn(&Graph, &T) -> String,
    ) -> String {
        match outcome {
            Ok(Some(granted)) => print(&self.graph, granted),
            Ok(None) => "possible\n".to_owned(),
            Err(refused) => format!("{refused:?}\n"),
        }
    }
}

fn admitted(admission: &Admission) -> Admitted {
    Admitted {
        windows: admission.windows.iter().map(|name| name.to_string()).collect(),
        is_inside: admission.reach == Reach::Inside,
    }
}

fn kind(refusal: &Refusal) -> Refused {
    match refusal {
        Refusal::Busy(_) | Refusal::BusyToday(_) => Refused::Busy,
        Refusal::Unsatisfiable(_) | Refusal::BusyForEver(_) => Refused::Unsatisfiable,
        Refusal::NoSuchWindow(_) | Refusal::Maintenance(_) => Refused::Window,
        _ => Refused::Invalid,
    }
}
