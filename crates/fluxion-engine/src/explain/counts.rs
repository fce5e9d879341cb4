//! The vertices of each type that is asked for, by reason, and what is to be said of one vertex.

use fluxion_graph::VertexId;

use super::answer::{FunnelLevel, MOST_EXAMPLES, VertexUse, WhyNot};
use super::funnel::Funnel;
use super::ladder::ShortOf;
use super::options::ExplainOptions;
use super::rung_pass::tells_allocations;
use super::sieve::{Barrier, Ground, Grounds};
use super::wanted::{ElementNeed, wanted};
use crate::decision::Decision;
use crate::engine::Engine;
use crate::matching::end_of_timelines;
use crate::passes::Passes;
use crate::request::prepared::PreparedRequest;
use crate::search::{Figures, Pass, PassKind};
use crate::site::Site;

/// What the counting of all levels comes to.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) levels: Vec<FunnelLevel>,
    pub(super) why_not: Option<WhyNot>,
    pub(super) short: Option<ShortOf>,
    pub(super) is_complete: bool,
}

/// Counts all levels, within what is left of the budget of the passes.
pub(super) fn count_levels(
    prepared: &PreparedRequest<'_>,
    mut passes: Passes<'_>,
    fork: Option<&Engine>,
    now: i64,
    options: &ExplainOptions<'_>,
) -> Counted {
    let (site, state) = (passes.site, passes.state);
    let barred = passes.barred_during(PassKind::Now, now, now.saturating_add(prepared.duration));
    let whole = passes.types_taken_whole(prepared);
    let ground = |kind, start: i64| {
        let end = start.saturating_add(prepared.duration);
        Ground { state, pass: Pass { kind, start, end, figures: passes.figures(kind, start) } }
    };
    let present = ground(PassKind::Now, now);
    let unreserved = match fork {
        Some(fork) => Ground { state: &fork.state, ..present },
        None if tells_allocations(&passes, now) => ground(PassKind::Unreserved, now),
        // nothing is booked beside allocations
        None => present,
    };
    let grounds = Grounds {
        site,
        constraint: prepared.constraint,
        barred: barred.as_deref(),
        whole: &whole,
        idle: ground(PassKind::Later, end_of_timelines(prepared.duration)),
        unreserved,
        now: present,
    };
    let short = match present.pass.figures {
        Figures::Apply => ShortOf::Unallocated,
        Figures::Ignore => ShortOf::Unbooked,
    };
    let wanted = wanted(prepared.whole());
    let examples = options.examples.min(MOST_EXAMPLES);
    let meter = &mut passes.scratch.meter;
    let mut counted = Counted { short: Some(short), is_complete: true, ..Counted::default() };
    for wanted in &wanted {
        match (Funnel { grounds: &grounds, wanted, examples, meter }).run() {
            Some(level) => counted.levels.push(level),
            None => counted.is_complete = false,
        }
    }
    counted.why_not = options.why_not.map(|vertex| why_not(&grounds, &wanted, vertex));
    counted
}

/// What is to be said of one vertex, whether or not a decision uses it.
fn why_not(grounds: &Grounds<'_>, wanted: &[ElementNeed<'_>], vertex: VertexId) -> WhyNot {
    let site: &Site = grounds.site;
    let ty = Some(site.graph.vertex(vertex).ty);
    let level = wanted.iter().position(|wanted| wanted.ty == ty);
    let mut above: Vec<VertexId> = match site.tree.is_tree() {
        true => site.tree.ancestors(vertex).collect(),
        false => Vec::new(),
    };
    above.reverse();
    let barrier = |barrier: Option<Barrier>, vertex| grounds.barrier(vertex, barrier, |_| None);
    let above = above.into_iter().fold(None, barrier);
    let reason = level.map(|at| grounds.reason(vertex, &wanted[at], above));
    let free_from = level.zip(reason).and_then(|(at, reason)| match above {
        Some(above) if above.reason == reason => above.free_from,
        _ => grounds.free_from(vertex, wanted[at].access, reason, None),
    });
    WhyNot { vertex, level, reason, free_from, usage: chosen(None, vertex) }
}

/// Whether a decision holds a vertex, or passes through it.
pub(super) fn chosen(decision: Option<&Decision>, vertex: VertexId) -> VertexUse {
    let is_used = decision.is_some_and(|d| d.selection.vertices.iter().any(|p| p.vertex == vertex));
    if is_used { VertexUse::Used } else { VertexUse::Unused }
}
