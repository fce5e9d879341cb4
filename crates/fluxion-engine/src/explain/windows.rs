//! Which windows keep from a request what it would get: by name, with the first occurrence of each that is in the way.

use super::answer::{BlockingWindow, Cause, Explanation, Verdict};
use super::inquiry::Inquiry;
use crate::calendar::extent::WindowExtent;
use crate::decision::{Decision, Grant};
use crate::refusal::Refusal;

impl Inquiry<'_> {
    /// Those that keep something of a decision from the request now; without a decision all that keep something from it, if
    /// they are the cause.
    pub(super) fn windows_in_the_way(
        &mut self,
        explanation: &Explanation,
        decision: Option<&Decision>,
    ) -> Result<Vec<BlockingWindow>, Refusal> {
        let fits = explanation.verdict == Verdict::FitsNow;
        if fits || self.engine.calendar.is_empty() || self.purse.is_empty() {
            return Ok(Vec::new());
        }
        if decision.is_none() && explanation.cause != Some(Cause::Window) {
            return Ok(Vec::new());
        }
        let (now, rest, policy) = (self.now, self.purse.rest(), self.options.policy);
        self.engine.consider(policy, self.request, &rest, |prepared, passes, _, _| {
            let site = passes.site;
            let Some(mut gate) = passes.gate else { return Ok(Vec::new()) };
            let end = now.saturating_add(prepared.duration);
            let in_the_way = gate.keeping_out(now, end).into_iter().map(|(at, occurrence)| {
                let extent = gate.extent(site, at);
                let (name, start, end) = (gate.name(at), occurrence.start, occurrence.end);
                BlockingWindow { name, start, end, vertices: kept(&extent, decision) }
            });
            Ok(in_the_way.filter(|window| window.vertices > 0).collect())
        })
    }
}

/// How many vertices of a decision are among some, or hold some of them below; how many there are, without a decision.
fn kept(extent: &WindowExtent, decision: Option<&Decision>) -> u64 {
    let Some(decision) = decision else { return extent.count() };
    let meets = |grant: &Grant| {
        extent.contains(grant.vertex) || (grant.exclusive && extent.is_below(grant.vertex))
    };
    decision.grants().filter(meets).count() as u64
}
