//! What the job records say on their own: whether each is well formed, whether any two collide, and what must be
//! booked because of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use fluxion_graph::{Inconsistency, Status, TypeId, VertexId};
use fluxion_planner::Span;

use super::compare::Checked;
use crate::decision::Grant;
use crate::engine::Engine;
use crate::operation::{JobId, JobState};
use crate::record::{Hold, JobRecord};
use crate::site::Site;
use crate::state::claims::Claim;

/// What a job does at a vertex.
#[derive(Clone, Copy)]
struct Touch {
    job: JobId,
    start: i64,
    end: i64,
    exclusive: bool,
}

/// What must be booked, by vertex where it is a list of lists.
pub(super) struct Expected {
    pub(super) claims: Vec<Vec<Claim>>,
    /// The use of the planner of each vertex, columns as the planner has them.
    pub(super) spans: Vec<Vec<Span>>,
    /// Allocations that touch the vertex.
    pub(super) touched: Vec<u32>,
    /// Vertices on the path, itself included, that are down.
    pub(super) down: Vec<u32>,
    /// Exclusive grants of allocations on the path.
    pub(super) held: Vec<u32>,
    /// Exclusive grants of allocations.
    pub(super) own_held: Vec<u32>,
    pub(super) ends: BTreeMap<i64, u32>,
    /// Bookings besides allocations.
    pub(super) later: u64,
    pub(super) latest_start: i64,
    touches: Vec<Vec<Touch>>,
}

impl Expected {
    pub(super) fn of(engine: &Engine) -> Result<Self, Inconsistency> {
        let vertices = engine.site.graph.vertices().len();
        let mut expected = Self {
            claims: vec![Vec::new(); vertices],
            spans: vec![Vec::new(); vertices],
            touched: vec![0; vertices],
            down: vec![0; vertices],
            held: vec![0; vertices],
            own_held: vec![0; vertices],
            ends: BTreeMap::new(),
            later: 0,
            latest_start: i64::MIN,
            touches: vec![Vec::new(); vertices],
        };
        for (&job, record) in &engine.jobs {
            check_record(&engine.site, job, record)?;
            if record.is_live() {
                expected.enter(&engine.site, job, record);
            }
        }
        expected.follow_paths(engine);
        expected.check_collisions(&engine.site)?;
        Ok(expected)
    }

    fn enter(&mut self, site: &Site, job: JobId, record: &JobRecord) {
        let (start, end) = (record.window.start, record.window.end);
        let allocation = record.hold == Hold::Allocation;
        match record.hold {
            Hold::Allocation => {
                *self.ends.entry(end).or_default() += 1;
                self.latest_start = self.latest_start.max(start);
            }
            Hold::Reservation | Hold::Unlisted => self.later += 1,
        }
        for (grant, below) in record.grants.iter().zip(units_below(site, &record.grants)) {
            let at = grant.vertex.index();
            let Grant { exclusive, unlisted, .. } = *grant;
            self.touches[at].push(Touch { job, start, end, exclusive });
            self.touched[at] += u32::from(allocation);
            if exclusive {
                let hold = if unlisted { Hold::Unlisted } else { record.hold };
                self.claims[at].push(Claim { job, start, end, hold });
                self.held[at] += u32::from(allocation);
                self.own_held[at] += u32::from(allocation);
            }
            let ty = site.graph.vertex(grant.vertex).ty;
            let units = |ty| below.get(&ty).map_or(0, |&units| units as i64);
            let row =
                [1, i64::from(!below.is_empty())].into_iter().chain(site.filters.of(ty).map(units));
            self.spans[at].push((start, end, row.collect()));
        }
    }

    /// From what each vertex is by itself to what its path makes of it.
    fn follow_paths(&mut self, engine: &Engine) {
        let site = &engine.site;
        for &vertex in site.tree.order() {
            let above = site.tree.edge_to(vertex).map(|e| site.graph.edges()[e.index()].source);
            let is_down = engine.status(vertex) == Status::Down;
            self.down[vertex.index()] = u32::from(is_down);
            if let Some(above) = above {
                self.down[vertex.index()] += self.down[above.index()];
                self.held[vertex.index()] += self.held[above.index()];
            }
        }
    }

    /// What one job holds no other touches at the same time. Every job that holds something below a vertex
    /// passes through it, unless the vertex below has several parents.
    fn check_collisions(&mut self, site: &Site) -> Checked {
        for (number, touches) in (0..).zip(&mut self.touches) {
            touches.sort_by_key(|touch| touch.start);
            let mut running = Running::default();
            for (at, touch) in touches.iter().enumerate() {
                running.leave(touch.start);
                if running.collides(touch, site) {
                    let is_first = |earlier: &&Touch| collide(earlier, touch, site);
                    let mut earlier = touches[..at].iter().filter(|e| e.end > touch.start);
                    let job = earlier.find(is_first).map_or(touch.job, |earlier| earlier.job);
                    let figure = format!("the only holder from {} on", touch.start);
                    return Inconsistency::unless_same(VertexId(number), &figure, job, touch.job);
                }
                running.enter(touch);
            }
        }
        Ok(())
    }
}

fn collide(one: &Touch, other: &Touch, site: &Site) -> bool {
    match site.tree.is_tree() {
        true => one.exclusive || other.exclusive,
        false => one.exclusive && other.exclusive,
    }
}

/// When the touches of a vertex end that have begun: the root may have hundreds of thousands.
#[derive(Default)]
struct Running {
    all: BinaryHeap<Reverse<i64>>,
    exclusive: BinaryHeap<Reverse<i64>>,
}

impl Running {
    /// Those go that have ended.
    fn leave(&mut self, now: i64) {
        for ends in [&mut self.all, &mut self.exclusive] {
            while ends.peek().is_some_and(|&Reverse(end)| end <= now) {
                ends.pop();
            }
        }
    }

    fn collides(&self, touch: &Touch, site: &Site) -> bool {
        let any_counts = site.tree.is_tree() && touch.exclusive;
        let exclusive_count = site.tree.is_tree() || touch.exclusive;
        any_counts && !self.all.is_empty() || exclusive_count && !self.exclusive.is_empty()
    }

    fn enter(&mut self, touch: &Touch) {
        self.all.push(Reverse(touch.end));
        if touch.exclusive {
            self.exclusive.push(Reverse(touch.end));
        }
    }
}

/// The units of each tracked type that lie below each grant and are held with it; shared vertices of such a
/// type count as nothing, but count (`docs/semantics/state.md`, Amounts in filters).
fn units_below(site: &Site, grants: &[Grant]) -> Vec<BTreeMap<TypeId, u64>> {
    let mut open: Vec<(u16, BTreeMap<TypeId, u64>)> = Vec::new();
    let mut all = Vec::with_capacity(grants.len());
    for grant in grants {
        let mut below = BTreeMap::new();
        while open.last().is_some_and(|&(depth, _)| depth > grant.depth) {
            for (ty, units) in open.pop().into_iter().flat_map(|(_, units)| units) {
                *below.entry(ty).or_default() += units;
            }
        }
        let mut with_own = below.clone();
        let pool = site.graph.vertex(grant.vertex);
        if site.filters.is_tracked(pool.ty) {
            *with_own.entry(pool.ty).or_default() +=
                u64::from(pool.size) * u64::from(grant.exclusive);
        }
        open.push((grant.depth, with_own));
        all.push(below);
    }
    all
}

fn check_record(site: &Site, job: JobId, record: &JobRecord) -> Checked {
    let same = |vertex: Option<VertexId>, figure: &str, expected: bool, found: bool| {
        Inconsistency::unless_same(vertex, &format!("{figure} of job {job}"), expected, found)
    };
    let live = record.is_live();
    let holds = record.grants.iter().any(|grant| grant.exclusive);
    same(None, "holding something", live, holds)?;
    same(None, "passing through something", live, !record.grants.is_empty())?;
    same(None, "a window that is not empty", true, record.window.start < record.window.end)?;
    let listed = match record.state {
        JobState::Reserved => record.hold != Hold::Unlisted,
        JobState::Allocated => record.hold == Hold::Allocation,
        JobState::Canceled | JobState::Ended => true,
    };
    same(None, "a state like its holds", true, listed)?;
    let mut seen: Vec<VertexId> = record.grants.iter().map(|g| g.vertex).collect();
    seen.sort_unstable();
    for pair in seen.windows(2) {
        same(pair.first().copied(), "a single grant", true, pair.first() != pair.last())?;
    }
    for (at, grant) in record.grants.iter().enumerate() {
        let vertex = Some(grant.vertex);
        let known = grant.vertex.index() < site.graph.vertices().len();
        same(vertex, "a grant of what is there", true, known)?;
        same(vertex, "a grant below its parent", true, hangs(site, record, at))?;
        same(
            vertex,
            "an unlisted grant that is exclusive",
            true,
            grant.exclusive || !grant.unlisted,
        )?;
    }
    Ok(())
}

/// Whether the next higher grant after one is of a parent. What the tree does not reach stands alone.
fn hangs(site: &Site, record: &JobRecord, at: usize) -> bool {
    let Some(grant) = record.grants.get(at) else { return false };
    let mut later = record.grants.iter().skip(at + 1);
    let Some(position) = site.tree.position(grant.vertex) else { return grant.depth == 1 };
    match later.find(|next| next.depth < grant.depth) {
        None => position == 0 && grant.depth == 1,
        Some(above) => {
            let edges = site.tree.child_edges(&site.graph, above.vertex);
            let targets = edges.iter().map(|e| site.graph.edges()[e.index()].target);
            above.depth + 1 == grant.depth && targets.into_iter().any(|t| t == grant.vertex)
        }
    }
}
