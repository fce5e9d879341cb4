//! Evaluating an expression over the graph.

use fluxion_budget::{Budget, Stopped};
use fluxion_graph::{
    AggregateFigures, EdgeId, PickedEdge, PickedVertex, Selection, Status, VertexId,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::criteria::{Criteria, Expression, Joint, Predicate, Term};
use crate::engine::Engine;
use crate::operation::JobId;
use crate::record::{Hold, JobRecord};
use crate::state::FIRST_FILTER_COLUMN;
use crate::state::use_rows::filter_spans;

/// What a find selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Vertices that hold, with their ancestors.
    pub selection: Selection,
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

struct Finder<'a> {
    engine: &'a Engine,
    criteria: &'a Criteria,
    now: i64,
    /// Vertices tagged by, and those with a filter span of, each job that the expression names.
    tags: FxHashMap<JobId, FxHashSet<VertexId>>,
    spans: FxHashMap<JobId, FxHashMap<VertexId, Vec<u64>>>,
    seen: FxHashSet<VertexId>,
    found: Found,
    budget: &'a Budget,
    is_stopped: bool,
}

impl Engine {
    /// Selects vertices by an expression, evaluated at time `now`; changes nothing.
    ///
    /// # Errors
    /// [`Stopped`], if the budget ends before.
    pub fn find(&self, criteria: &Criteria, now: i64, budget: &Budget) -> Result<Found, Stopped> {
        let mut finder = Finder {
            engine: self,
            criteria,
            now,
            tags: FxHashMap::default(),
            spans: FxHashMap::default(),
            seen: FxHashSet::default(),
            found: Found {
                figures: criteria.aggregates.then(FxHashMap::default),
                ..Found::default()
            },
            budget,
            is_stopped: false,
        };
        finder.look_up_jobs(&criteria.expression);
        finder.walk(self.site.tree.root(), 1, Above::default());
        if finder.is_stopped { Err(Stopped) } else { Ok(finder.found) }
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
        let Some(record) = self.live(job).filter(|_| !known) else { return };
        let tags = record.grants.iter().map(|g| g.vertex).collect();
        let spans = filter_spans(&self.engine.site, &record.grants);
        self.tags.insert(job, tags);
        self.spans.insert(job, spans);
    }

    fn live(&self, job: JobId) -> Option<&JobRecord> {
        self.engine.jobs.get(&job).filter(|record| record.is_live())
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

    /// Selects in a subtree, children first; whether anything was selected. Nothing is once the budget has ended.
    fn walk(&mut self, vertex: VertexId, depth: u32, mut above: Above) -> bool {
        self.is_stopped |= self.budget.is_stopped();
        if self.is_stopped {
            return false;
        }
        let engine = self.engine;
        let (site, claims) = (&engine.site, engine.state.claims());
        above.down |= engine.state.status(vertex) == Status::Down;
        above.allocated |= claims.of(vertex).any(|c| c.hold == Hold::Allocation);
        above.reserved |= claims.of(vertex).any(|c| c.hold == Hold::Reservation);
        let mut selected = self.holds(&self.criteria.expression, vertex, above);
        if site.tree.is_tree() {
            for child in site.tree.children(vertex) {
                if let Some(edge) = site.tree.edge_to(child) {
                    selected |= self.walk_edge(edge, child, depth, above);
                }
            }
        } else {
            self.seen.insert(vertex);
            for edge in site.tree.child_edges(&site.graph, vertex) {
                let child = site.graph.edges()[edge.index()].target;
                if !self.seen.contains(&child) {
                    selected |= self.walk_edge(edge, child, depth, above);
                }
            }
        }
        selected && self.select(vertex, depth)
    }

    fn walk_edge(&mut self, edge: EdgeId, child: VertexId, depth: u32, above: Above) -> bool {
        let selected = self.walk(child, depth + 1, above);
        if selected {
            self.found.selection.edges.push(PickedEdge { edge, below_exclusive: false });
        }
        selected
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
