//! Evaluating an expression on the vertices for which it can hold.

use fluxion_budget::{Budget, Stopped};
use fluxion_graph::{AggregateFigures, PickedEdge, PickedVertex, Selection, Status, VertexId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::criteria::{Criteria, Expression, Joint, Predicate, Term};
use super::sources::{Walk, walk_for};
use crate::engine::Engine;
use crate::operation::JobId;
use crate::record::Hold;
use crate::site::walk_parent::walk_parent;
use crate::state::FIRST_FILTER_COLUMN;
use crate::state::use_rows::filter_spans;

/// What a find selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Vertices that hold, with their ancestors.
    pub selection: Selection,
    /// Those that hold, each after all above it.
    pub holding: Vec<VertexId>,
    /// Aggregate figures by vertex, if they were asked for.
    pub figures: Option<FxHashMap<VertexId, Vec<AggregateFigures>>>,
}

/// What a vertex inherits from those above it.
#[derive(Clone, Copy, Default)]
struct Above {
    down: bool,
    allocated: bool,
    reserved: bool,
}

/// A vertex of the walk, while what lies below it is looked at.
struct Open {
    vertex: VertexId,
    /// The first position after its subtree.
    end: u32,
    above: Above,
    /// Whether the expression holds for it, or something below it was selected.
    is_selected: bool,
}

struct Finder<'a> {
    engine: &'a Engine,
    criteria: &'a Criteria,
    now: i64,
    /// Vertices tagged by, and those with a filter span of, each job that the expression names.
    tags: FxHashMap<JobId, FxHashSet<VertexId>>,
    spans: FxHashMap<JobId, FxHashMap<VertexId, Vec<u64>>>,
    /// The path to the vertex that was looked at last, from the root.
    path: Vec<Open>,
    found: Found,
}

impl Engine {
    /// Selects vertices by an expression, evaluated at time `now`; changes nothing. O(what marks, jobs, names and
    /// properties say can be found × depth).
    ///
    /// # Errors
    /// [`Stopped`], if the budget ends before.
    pub fn find(&self, criteria: &Criteria, now: i64, budget: &Budget) -> Result<Found, Stopped> {
        budget.check()?;
        self.find_among(walk_for(self, &criteria.expression), criteria, now, budget)
    }

    fn find_among(
        &self,
        walk: Walk,
        criteria: &Criteria,
        now: i64,
        budget: &Budget,
    ) -> Result<Found, Stopped> {
        let figures = criteria.aggregates.then(FxHashMap::default);
        let mut finder = Finder {
            engine: self,
            criteria,
            now,
            tags: FxHashMap::default(),
            spans: FxHashMap::default(),
            path: Vec::new(),
            found: Found { figures, ..Found::default() },
        };
        finder.look_up_jobs(&criteria.expression);
        let mut visit = |position| {
            finder.visit(position);
            budget.check()
        };
        match walk {
            Walk::Whole => (0..self.site.tree.len() as u32).try_for_each(&mut visit)?,
            Walk::Positions(positions) => positions.into_iter().try_for_each(&mut visit)?,
        }
        while finder.close() {}
        Ok(finder.found)
    }
}

impl Finder<'_> {
    fn look_up_jobs(&mut self, expression: &Expression) {
        for (_, term) in &expression.terms {
            match term {
                Term::Group(group) => self.look_up_jobs(group),
                Term::Test(
                    Predicate::JobTag(job)
                    | Predicate::JobSpan(job)
                    | Predicate::JobAlloc(job)
                    | Predicate::JobReserved(job),
                ) => self.look_up_job(*job),
                Term::Test(_) => {}
            }
        }
    }

    fn look_up_job(&mut self, job: JobId) {
        let known = self.tags.contains_key(&job);
        let Some(record) = self.engine.live_job(job).filter(|_| !known) else { return };
        let tags = record.grants.iter().map(|g| g.vertex).collect();
        let spans = filter_spans(&self.engine.site, &record.grants);
        self.tags.insert(job, tags);
        self.spans.insert(job, spans);
    }

    fn holds(&self, expression: &Expression, vertex: VertexId, above: Above) -> bool {
        let holds = |term: &Term| match term {
            Term::Test(predicate) => self.test(predicate, vertex, above),
            Term::Group(group) => self.holds(group, vertex, above),
        };
        expression.terms.iter().fold(false, |left, (joint, term)| match joint {
            Joint::And => left && holds(term),
            Joint::Or => left || holds(term),
        })
    }

    fn test(&self, predicate: &Predicate, vertex: VertexId, above: Above) -> bool {
        let graph = &self.engine.site.graph;
        let claimed = |job: &JobId, hold: Hold| {
            let claims = self.engine.state.claims();
            claims.of(vertex).any(|c| c.job == *job && c.hold == hold)
        };
        match predicate {
            Predicate::Down(wanted) => above.down == *wanted,
            Predicate::Allocated(wanted) => above.allocated == *wanted,
            Predicate::Reserved(wanted) => above.reserved == *wanted,
            Predicate::JobAlloc(job) => claimed(job, Hold::Allocation),
            Predicate::JobReserved(job) => claimed(job, Hold::Reservation),
            Predicate::JobSpan(job) => self.spans.get(job).is_some_and(|s| s.contains_key(&vertex)),
            Predicate::JobTag(job) => self.tags.get(job).is_some_and(|t| t.contains(&vertex)),
            Predicate::Names(names) => {
                let name = graph.text(graph.vertex(vertex).name);
                names.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
            }
            Predicate::Property(key) => graph.properties(vertex).any(|(k, _)| k == key),
            Predicate::Constant(value) => *value,
        }
    }

    /// Looks at the vertex at a position, which is higher than that of the one before.
    fn visit(&mut self, position: u32) {
        while self.path.last().is_some_and(|open| open.end <= position) {
            self.close();
        }
        let vertex = self.engine.site.tree.at(position);
        let above = self.open(vertex);
        if self.holds(&self.criteria.expression, vertex, above)
            && let Some(open) = self.path.last_mut()
        {
            open.is_selected = true;
            self.found.holding.push(vertex);
        }
    }

    /// Opens what leads to a vertex from the last one that is open, and the vertex itself.
    fn open(&mut self, vertex: VertexId) -> Above {
        let site = &self.engine.site;
        let last = self.path.last().map(|open| open.vertex);
        let parent = |&v: &VertexId| walk_parent(&site.graph, &site.tree, v);
        let is_closed = |v: &VertexId| Some(*v) != last;
        let first = self.path.len();
        for vertex in std::iter::successors(Some(vertex), parent).take_while(is_closed) {
            let end = site.tree.position(vertex).map_or(0, |position| site.tree.end(position));
            self.path.push(Open { vertex, end, above: Above::default(), is_selected: false });
        }
        self.path[first..].reverse();
        for at in first..self.path.len() {
            let inherited = at.checked_sub(1).map_or(Above::default(), |at| self.path[at].above);
            self.path[at].above = self.below(inherited, self.path[at].vertex);
        }
        self.path.last().map_or(Above::default(), |open| open.above)
    }

    /// What a vertex hands down, with what it has inherited.
    fn below(&self, mut above: Above, vertex: VertexId) -> Above {
        let (state, claims) = (&self.engine.state, self.engine.state.claims());
        above.down |= state.status(vertex) == Status::Down;
        above.allocated |= claims.of(vertex).any(|c| c.hold == Hold::Allocation);
        above.reserved |= claims.of(vertex).any(|c| c.hold == Hold::Reservation);
        above
    }

    /// Is done with the last vertex that is open, and selects it if it is to be; whether there was one.
    fn close(&mut self) -> bool {
        let depth = self.path.len() as u32;
        let Some(Open { vertex, is_selected, .. }) = self.path.pop() else { return false };
        if is_selected
            && self.select(vertex, depth)
            && let Some(parent) = self.path.last_mut()
            && let Some(edge) = self.engine.site.tree.edge_to(vertex)
        {
            parent.is_selected = true;
            self.found.selection.edges.push(PickedEdge { edge, below_exclusive: false });
        }
        true
    }

    /// With figures, a vertex that has none is left out, unless it connects what was selected.
    fn select(&mut self, vertex: VertexId, depth: u32) -> bool {
        if self.criteria.aggregates {
            let figures = self.figures(vertex);
            match (figures, &mut self.found.figures) {
                (Some(figures), Some(all)) => {
                    all.insert(vertex, figures);
                }
                _ => return false,
            }
        }
        let amount = self.engine.site.graph.vertex(vertex).size;
        self.found.selection.vertices.push(PickedVertex {
            vertex,
            amount,
            depth,
            exclusive: true,
            below_exclusive: false,
        });
        true
    }

    /// What the filter of a vertex counts: of one job if the expression names one, else of all at `now`.
    fn figures(&self, vertex: VertexId) -> Option<Vec<AggregateFigures>> {
        let site = &self.engine.site;
        site.layout.inner(vertex)?;
        let ty = site.graph.vertex(vertex).ty;
        let types: Vec<_> = site.filters.of(ty).collect();
        if types.is_empty() {
            return None;
        }
        let of_job = match self.criteria.job {
            Some(JobId(0)) | None => None,
            Some(job) => Some(self.spans.get(&job)?.get(&vertex)?),
        };
        let planner = self.engine.state.planner(site, vertex);
        let figures = types.into_iter().enumerate().map(|(at, ty)| AggregateFigures {
            ty,
            used: match of_job {
                Some(amounts) => amounts[at] as i64,
                None => {
                    planner.map_or(0, |p| p.timeline().used_at(self.now, FIRST_FILTER_COLUMN + at))
                }
            },
            total: site.layout.total(&site.graph, &site.tree, vertex, ty) as i64,
        });
        Some(figures.collect())
    }
}

#[cfg(test)]
mod tests {
    use fluxion_graph::{CONTAINMENT, Graph, VertexSpec};
    use fluxion_jobspec::{Count, Element, Exclusivity, Jobspec};

    use super::*;
    use crate::engine::EngineOptions;
    use crate::operation::MatchOperation;
    use crate::request::slot_rule::SlotRule;
    use crate::request::traverser::Traverser;

    /// Twenty nodes with two cores each.
    fn graph() -> Graph {
        let mut graph = Graph::new();
        let mut add = |ty: &str, id: i64, path: &str, parent: Option<VertexId>| {
            let vertex = graph.add_vertex(&VertexSpec::new(ty, id, id)).unwrap();
            graph.set_path(vertex, CONTAINMENT, path);
            parent.map(|parent| graph.add_edge(parent, vertex, CONTAINMENT).unwrap());
            vertex
        };
        let root = add("cluster", 0, "/c", None);
        for id in 0..20 {
            let path = format!("/c/{id}");
            let node = add("node", id, &path, Some(root));
            for core in 0..2 {
                add("core", core, &format!("{path}/{core}"), Some(node));
            }
        }
        graph.set_root(CONTAINMENT, root).unwrap();
        graph
    }

    fn slot(ty: &str) -> Jobspec {
        let element = |ty: &str, label: Option<&str>, with| Element {
            ty: ty.to_owned(),
            count: Count::exactly(1),
            exclusivity: Exclusivity::Unspecified,
            label: label.map(str::to_owned),
            with,
        };
        let resources = vec![element("slot", Some("s"), vec![element(ty, None, vec![])])];
        Jobspec { resources, duration: 60.0, queue: None, constraint: None }
    }

    #[test]
    fn where_a_find_looks_makes_no_difference() {
        let options = EngineOptions {
            subsystems: vec!["containment".to_owned()],
            policy: "low".parse().unwrap(),
            traverser: Traverser::Simple,
            slots: SlotRule::Published,
            filters: "ALL:core,ALL:node".parse().unwrap(),
        };
        let mut engine = Engine::new(graph(), &options).unwrap();
        for jobspec in [slot("node"), slot("core"), slot("core")] {
            let decided =
                engine.decide(MatchOperation::Allocate, &jobspec, 0, &Budget::UNLIMITED).unwrap();
            engine.apply(&engine.decide_booking(&decided.unwrap(), 0)).unwrap();
        }
        for (text, selected) in [
            ("jobid-span=1", 1),
            ("jobid-span=2", 2),
            ("jobid-span=2 agfilter=t", 2),
            ("jobid-tag=2 agfilter=t", 2),
            ("jobid-tag=2 or agfilter=f", 3),
            ("sched-now=free and jobid-tag=3", 2),
            ("status=down agfilter=t", 0),
        ] {
            let criteria: Criteria = text.parse().unwrap();
            assert_ne!(walk_for(&engine, &criteria.expression), Walk::Whole, "{text}");
            let found = engine.find(&criteria, 0, &Budget::UNLIMITED);
            let all = engine.find_among(Walk::Whole, &criteria, 0, &Budget::UNLIMITED);
            assert_eq!(found, all, "{text}");
            assert_eq!(found.unwrap().selection.vertices.len(), selected, "{text}");
        }
    }
}
