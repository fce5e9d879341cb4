//! All that an engine is beside its graph and its options, as plain data: to be written down, and taken into service again.
//! What follows from that (indices, figures, remembered answers) is made anew.

use std::sync::Arc;

use fluxion_graph::{EdgeId, Graph, Status, VertexId};

use crate::calendar::Calendar;
use crate::calendar::window::Window;
use crate::change::action::{Carried, EdgeWeight};
use crate::change::carried::CarriedSince;
use crate::engine::{Engine, EngineOptions};
use crate::index::Indices;
use crate::numbers::{Cancelled, JobNumbers};
use crate::operation::JobId;
use crate::record::JobRecord;
use crate::site::SetupError;
use crate::state::State;

/// See the module documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineParts {
    /// The vertices that are down now, ascending.
    pub down: Vec<VertexId>,
    /// The job table, ascending.
    pub jobs: Vec<(JobId, JobRecord)>,
    /// The last cancellations, oldest first.
    pub cancelled: Vec<JobId>,
    /// The number that the next job gets.
    pub next: JobId,
    /// The edges that were ever weighed, ascending.
    pub weights: Vec<EdgeWeight>,
    /// The windows, by name.
    pub windows: Vec<Arc<Window>>,
    /// What travels with the next change; it has been done already.
    pub carried: Carried,
}

/// Why an engine cannot be made of its parts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// The graph cannot be served.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// There is no such vertex.
    #[error("there is no vertex {}", .0.0)]
    NoSuchVertex(VertexId),
    /// There is no such edge.
    #[error("there is no edge {}", .0.index())]
    NoSuchEdge(EdgeId),
    /// A job is there twice, out of order, or lives without a time; or the next number is that of a live one.
    #[error("the record of job {0} does not fit")]
    Job(JobId),
    /// A window is there twice, or out of order in itself.
    #[error("the window {0} does not fit")]
    Window(Arc<str>),
}

impl Engine {
    /// All that the engine is beside its graph and its options. O(graph + what the jobs hold).
    pub fn parts(&self) -> EngineParts {
        let down = self.graph().vertex_ids().filter(|&vertex| self.status(vertex) == Status::Down);
        EngineParts {
            down: down.collect(),
            jobs: self.jobs().map(|(job, record)| (job, record.clone())).collect(),
            cancelled: self.numbers.cancelled.iter().collect(),
            next: self.next_job(),
            weights: self.edge_weights(),
            windows: self.windows().cloned().collect(),
            carried: self.carried(),
        }
    }

    fn edge_weights(&self) -> Vec<EdgeWeight> {
        if self.weights.weight.is_empty() {
            return Vec::new();
        }
        let edges = self.graph().numbered_edges();
        let weighed = edges.filter_map(|(edge, ends)| {
            let weight = *self.weights.weight.get(&(ends.source, ends.target))?;
            Some(EdgeWeight { edge, weight })
        });
        weighed.collect()
    }

    /// The engine that had these parts, on the same graph with the same options. O(graph + what the jobs hold).
    ///
    /// # Errors
    /// [`ResumeError`].
    pub fn resume(
        graph: Graph,
        options: &EngineOptions,
        parts: EngineParts,
    ) -> Result<Self, ResumeError> {
        let mut engine = Self::new(graph, options)?;
        engine.check_parts(&parts)?;
        let EngineParts { down, jobs, cancelled, next, weights, windows, carried } = parts;
        let mut indices = Indices::new(&engine.site);
        engine.state = State::new(&engine.site, down.into_iter(), &mut indices);
        engine.numbers =
            JobNumbers { next, live: 0, cancelled: Arc::new(Cancelled::of(cancelled)) };
        for (job, record) in jobs {
            if record.is_live() {
                engine.numbers.live += 1;
                engine.holdings.add(&record.grants);
                let booking = record.booking(job);
                engine.state.book(&engine.site, &record.grants, booking, &mut indices);
            }
            engine.jobs.insert(job, record);
        }
        engine.indices = indices;
        for EdgeWeight { edge, weight } in weights {
            engine.set_weight(edge, weight);
        }
        engine.calendar = Calendar::of(windows);
        let weights = carried.weights.iter().map(|weight| (weight.edge, weight.weight)).collect();
        engine.carried = CarriedSince { next: carried.next, weights };
        Ok(engine)
    }

    fn check_parts(&self, parts: &EngineParts) -> Result<(), ResumeError> {
        let graph = self.graph();
        let held = parts.jobs.iter().flat_map(|(_, record)| record.grants.iter());
        let roots = parts.windows.iter().flat_map(|window| window.roots.iter().copied());
        let held = held.map(|grant| grant.vertex);
        let mut named = parts.down.iter().copied().chain(held).chain(roots);
        if let Some(vertex) = named.find(|&vertex| !graph.has(vertex)) {
            return Err(ResumeError::NoSuchVertex(vertex));
        }
        let mut weighed = parts.weights.iter().chain(&parts.carried.weights);
        if let Some(unknown) = weighed.find(|weight| !graph.has_edge(weight.edge)) {
            return Err(ResumeError::NoSuchEdge(unknown.edge));
        }
        let mut last = None;
        for (job, record) in &parts.jobs {
            let window = record.window;
            let lives = record.is_live();
            let has_time = window.start >= 0 && window.start < window.end;
            if last >= Some(*job) || lives && (!has_time || *job == parts.next) {
                return Err(ResumeError::Job(*job));
            }
            last = Some(*job);
        }
        check_windows(&parts.windows)
    }

    /// The next job gets this number, as a record says it.
    ///
    /// # Errors
    /// [`ResumeError::Job`] if a live job has it.
    pub fn number_next(&mut self, next: JobId) -> Result<(), ResumeError> {
        if self.is_live(next) {
            return Err(ResumeError::Job(next));
        }
        self.numbers.next = next;
        Ok(())
    }
}

fn check_windows(windows: &[Arc<Window>]) -> Result<(), ResumeError> {
    let mut last: Option<&str> = None;
    for window in windows {
        if last >= Some(&*window.name) || !window.is_in_order() {
            return Err(ResumeError::Window(Arc::clone(&window.name)));
        }
        last = Some(&*window.name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use fluxion_graph::{CONTAINMENT, TimeWindow, VertexSpec};

    use super::*;
    use crate::calendar::window::{WindowKind, WindowOverlap, WindowTimes};
    use crate::decision::Grant;
    use crate::operation::JobState;
    use crate::record::Hold;
    use crate::request::slot_rule::SlotRule;
    use crate::request::traverser::Traverser;
    use crate::site::prune::PruneFilters;

    fn graph() -> Graph {
        let mut graph = Graph::new();
        for (n, ty) in (0..).zip(["cluster", "node"]) {
            let vertex = graph.add_vertex(&VertexSpec::new(ty, n, n)).unwrap();
            graph.set_path(vertex, CONTAINMENT, &format!("/{ty}"));
        }
        graph.set_root(CONTAINMENT, VertexId(0)).unwrap();
        graph.add_edge(VertexId(0), VertexId(1), CONTAINMENT).unwrap();
        graph
    }

    fn options() -> EngineOptions {
        EngineOptions {
            subsystems: vec!["containment".to_owned()],
            policy: "first".parse().unwrap(),
            traverser: Traverser::Simple,
            slots: SlotRule::Published,
            filters: PruneFilters::default(),
        }
    }

    fn parts() -> EngineParts {
        let grant = |vertex, exclusive| Grant {
            vertex: VertexId(vertex),
            depth: 1 + vertex as u16,
            exclusive,
            unlisted: false,
        };
        let record = |start, grants: &[Grant]| JobRecord {
            state: JobState::Allocated,
            window: TimeWindow { start, end: 9 },
            grants: grants.into(),
            hold: Hold::Allocation,
        };
        let cancelled = JobRecord { state: JobState::Canceled, ..record(3, &[]) };
        EngineParts {
            down: vec![VertexId(1)],
            jobs: vec![
                (JobId(2), record(0, &[grant(1, true), grant(0, false)])),
                (JobId(3), cancelled),
            ],
            cancelled: vec![JobId(3)],
            next: JobId(7),
            weights: vec![EdgeWeight { edge: EdgeId(0), weight: 4 }],
            windows: vec![window("a"), window("b")],
            carried: Carried { next: Some(JobId(7)), weights: Vec::new() },
        }
    }

    fn window(name: &str) -> Arc<Window> {
        Arc::new(Window {
            name: name.into(),
            kind: WindowKind::Maintenance,
            roots: [VertexId(1)].into(),
            times: WindowTimes::Spans([TimeWindow { start: 2, end: 3 }].into()),
            overlap: WindowOverlap::Allowed,
            about: [7].into(),
        })
    }

    #[test]
    fn parts_make_the_engine_again() {
        let engine = Engine::resume(graph(), &options(), parts()).unwrap();
        assert_eq!(engine.parts(), parts());
        assert_eq!(engine.check(), Ok(()));
    }

    #[test]
    fn what_is_no_engine_is_refused() {
        let check = |spoil: fn(&mut EngineParts), expected: ResumeError| {
            let mut parts = parts();
            spoil(&mut parts);
            let refused = Engine::resume(graph(), &options(), parts).map(|_| ());
            assert_eq!(refused, Err(expected));
        };
        check(|p| p.down.push(VertexId(2)), ResumeError::NoSuchVertex(VertexId(2)));
        check(|p| p.weights[0].edge = EdgeId(1), ResumeError::NoSuchEdge(EdgeId(1)));
        check(|p| p.jobs.reverse(), ResumeError::Job(JobId(2)));
        check(|p| p.jobs[0].1.window.end = 0, ResumeError::Job(JobId(2)));
        check(|p| p.next = JobId(2), ResumeError::Job(JobId(2)));
        check(|p| p.windows.reverse(), ResumeError::Window("a".into()));
    }
}
