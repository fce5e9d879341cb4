//! Where a find looks: a part of the graph with all that the expression can hold for, from what is known about marks,
//! jobs, names and properties.
//!
//! An expression is covered by the sources of some of its tests: of `a and b` those of the one that is cheaper, of
//! `a or b` those of both.

use fluxion_graph::VertexId;

use super::criteria::{Expression, Joint, Predicate, Term};
use crate::engine::Engine;
use crate::operation::JobId;
use crate::record::Hold;

/// How much of the depth-first walk a find makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    /// All of it.
    Whole,
    /// These positions, ascending.
    Positions(Vec<u32>),
}

/// What finds the vertices for which one test can hold.
#[derive(Clone, Copy)]
enum Source<'c> {
    Down,
    Up,
    Held,
    NotHeld,
    Reserved,
    Job(JobId),
    Names(&'c [String]),
    Property(&'c str),
    All,
}

/// Sources that have together all for which an expression can hold, and what looking there costs, in vertices.
#[derive(Default)]
struct Cover<'c> {
    cost: usize,
    sources: Vec<Source<'c>>,
}

impl Cover<'_> {
    fn and(self, other: Self) -> Self {
        if other.cost < self.cost { other } else { self }
    }

    fn or(self, other: Self) -> Self {
        let cost = self.cost.saturating_add(other.cost);
        let is_longer = self.sources.len() >= other.sources.len();
        let (mut sources, more) = match is_longer {
            true => (self.sources, other.sources),
            false => (other.sources, self.sources),
        };
        sources.extend(more);
        Self { cost, sources }
    }
}

/// See [`Walk`].
pub(super) fn walk_for(engine: &Engine, expression: &Expression) -> Walk {
    let covered = [engine.state.down(), engine.state.held()].map(|marks| marks.covered().count());
    let all = engine.site.tree.len();
    let sources = Sources { engine, all, down: covered[0], held: covered[1] };
    let cover = sources.cover(expression);
    // a walk over all is as good as a list of half of them
    if cover.cost >= all.div_ceil(2) {
        return Walk::Whole;
    }
    let mut positions = Vec::new();
    cover.sources.into_iter().for_each(|source| sources.collect(source, &mut positions));
    positions.sort_unstable();
    positions.dedup();
    Walk::Positions(positions)
}

struct Sources<'a> {
    engine: &'a Engine,
    /// How many vertices there are, are down and are held.
    all: usize,
    down: usize,
    held: usize,
}

impl<'a> Sources<'a> {
    fn cover<'c>(&self, expression: &'c Expression) -> Cover<'c> {
        expression.terms.iter().fold(Cover::default(), |left, (joint, term)| {
            let right = match term {
                Term::Group(group) => self.cover(group),
                Term::Test(Predicate::Constant(false)) => Cover::default(),
                Term::Test(predicate) => {
                    let source = source(predicate);
                    Cover { cost: self.cost(source), sources: vec![source] }
                }
            };
            match joint {
                Joint::And => left.and(right),
                Joint::Or => left.or(right),
            }
        })
    }

    /// How many vertices a source has, about, or how much it takes to say which.
    fn cost(&self, source: Source<'_>) -> usize {
        let Engine { site, state, jobs, holdings, .. } = self.engine;
        match source {
            Source::Down => self.down,
            Source::Up => self.all.saturating_sub(self.down),
            Source::Held => self.held,
            Source::NotHeld => self.all.saturating_sub(self.held) + holdings.claims(),
            Source::Reserved if state.later() == 0 => 0,
            Source::Reserved => jobs.len() + holdings.claims(),
            Source::Job(job) => self.engine.live_job(job).map_or(0, |record| record.grants.len()),
            Source::Names(names) => names.iter().map(|name| site.named(name).count()).sum(),
            Source::Property(key) => site.holders_of(key).len(),
            Source::All => self.all,
        }
    }

    fn collect(&self, source: Source<'_>, into: &mut Vec<u32>) {
        let Engine { site, state, .. } = self.engine;
        let vertices = site.graph.vertices().len();
        let numbered = |at: usize| VertexId(at as u32);
        let mut add = |vertex| into.extend(site.tree.position(vertex));
        match source {
            Source::Down => state.down().covered().members().map(numbered).for_each(add),
            Source::Up => state.down().covered().others(vertices).map(numbered).for_each(add),
            Source::Held => state.held().covered().members().map(numbered).for_each(add),
            Source::NotHeld => {
                state.held().covered().others(vertices).map(numbered).for_each(add);
                self.add_unlisted(into);
            }
            Source::Reserved => self.add_reserved(into),
            Source::Job(job) => {
                let record = self.engine.live_job(job);
                record.iter().flat_map(|r| r.grants.iter()).for_each(|grant| add(grant.vertex));
            }
            Source::Names(names) => names.iter().flat_map(|name| site.named(name)).for_each(add),
            Source::Property(key) => site.holders_of(key).iter().for_each(|&vertex| add(vertex)),
            Source::All => into.extend(0..self.all as u32),
        }
    }

    /// What lies below vertices that are held without being listed as allocated.
    fn add_unlisted(&self, into: &mut Vec<u32>) {
        let claims = self.engine.state.claims();
        let is_listed = |v: &VertexId| claims.of(*v).any(|claim| claim.hold == Hold::Allocation);
        let marked = self.engine.state.held().marked();
        marked.filter(|v| !is_listed(v)).for_each(|vertex| self.add_subtree(vertex, into));
    }

    /// What reservations hold, and lies below it.
    fn add_reserved(&self, into: &mut Vec<u32>) {
        let live = self.engine.jobs.values().filter(|record| record.is_live());
        let reserved = live.filter(|record| record.hold == Hold::Reservation);
        let grants = reserved.flat_map(|record| record.grants.iter());
        for grant in grants.filter(|grant| grant.exclusive && !grant.unlisted) {
            self.add_subtree(grant.vertex, into);
        }
    }

    fn add_subtree(&self, vertex: VertexId, into: &mut Vec<u32>) {
        let tree = &self.engine.site.tree;
        if let Some(position) = tree.position(vertex) {
            into.extend(position..tree.end(position));
        }
    }
}

fn source(predicate: &Predicate) -> Source<'_> {
    match predicate {
        Predicate::Down(true) => Source::Down,
        Predicate::Down(false) => Source::Up,
        Predicate::Allocated(true) => Source::Held,
        Predicate::Allocated(false) => Source::NotHeld,
        Predicate::Reserved(true) => Source::Reserved,
        Predicate::Reserved(false) | Predicate::Constant(_) => Source::All,
        Predicate::JobAlloc(job)
        | Predicate::JobReserved(job)
        | Predicate::JobSpan(job)
        | Predicate::JobTag(job) => Source::Job(*job),
        Predicate::Names(names) => Source::Names(names),
        Predicate::Property(key) => Source::Property(key),
    }
}
