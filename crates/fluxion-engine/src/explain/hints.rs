//! Changes of a request, or of the machine, with which it would fit now. Each is tried on a fork; what does not hold is
//! not told.

use fluxion_graph::{Status, VertexId};
use fluxion_jobspec::{Constraint, Count, Element, Jobspec, PropertyTest};

use super::answer::{ElementPath, FunnelLevel, Hint, Reason};
use super::purse::Purse;
use crate::calendar::barred::BarredSets;
use crate::calendar::gate::Gate;
use crate::engine::Engine;
use crate::operation::MatchOperation;
use crate::policy::Policy;
use crate::record::Hold;
use crate::refusal::{GRAPH_END, Refusal};
use crate::requested::Requested;

/// How many parts of a constraint are left out in turn, and how many vertices are brought up.
const MOST_TRIED: usize = 4;

/// Tries changes within what is left of a budget.
pub(super) struct Trials<'a> {
    /// A fork: what is tried here has no effect elsewhere.
    pub(super) fork: Engine,
    pub(super) policy: Option<Policy>,
    pub(super) request: Requested<'a>,
    pub(super) now: i64,
    pub(super) purse: &'a mut Purse,
}

impl Trials<'_> {
    /// All that holds of what was tried.
    pub(super) fn run(&mut self, levels: &[FunnelLevel]) -> Result<Vec<Hint>, Refusal> {
        let mut hints = Vec::new();
        hints.extend(self.shorter()?);
        hints.extend(self.fewer(levels)?);
        hints.extend(self.without_constraint()?);
        hints.extend(self.bring_up(levels)?);
        hints.extend(self.without_window()?);
        Ok(hints)
    }

    /// Whether a request fits now; not, if there is no budget left to find out.
    fn fits(&mut self, jobspec: &Jobspec) -> Result<bool, Refusal> {
        if self.purse.is_empty() {
            return Ok(false);
        }
        let operation = MatchOperation::Allocate;
        let request = Requested { jobspec, ..self.request };
        let rest = self.purse.rest();
        let decided = self.fork.decide_under(self.policy, operation, request, self.now, &rest);
        self.purse.spend(self.fork.scratch.meter.spent());
        match decided {
            Ok(_) => Ok(true),
            Err(Refusal::Stopped) => Err(Refusal::Stopped),
            Err(Refusal::TooManyVisits { .. }) => {
                self.purse.give_up();
                Ok(false)
            }
            Err(_) => Ok(false),
        }
    }

    /// The end moved before the start of some reservation.
    fn shorter(&mut self) -> Result<Option<Hint>, Refusal> {
        let end = self.now.saturating_add(self.duration());
        let starts = self.fork.jobs.iter().filter(|(_, job)| {
            job.is_live() && job.hold != Hold::Allocation && job.window.start > self.now
        });
        let starts = starts.map(|(_, job)| job.window.start).filter(|&start| start < end);
        let mut durations: Vec<i64> = starts.map(|start| start - self.now).collect();
        let turns = self.gate(|gate| gate.turns_before(self.now, end));
        durations.extend(turns.into_iter().map(|turn| turn - self.now).filter(|&long| long > 0));
        durations.sort_unstable();
        durations.dedup();
        let at = self.largest(durations.len(), |trials, at| {
            let duration = durations[at] as f64;
            trials.fits(&Jobspec { duration, ..trials.request.jobspec.clone() })
        })?;
        Ok(at.map(|at| Hint::DurationAtMost(durations[at])))
    }

    /// Fewer of the first element of which there are several.
    fn fewer(&mut self, levels: &[FunnelLevel]) -> Result<Option<Hint>, Refusal> {
        let Some(element) = first_of_several(&self.request.jobspec.resources) else {
            return Ok(None);
        };
        let Some(least) =
            element_at(&self.request.jobspec.resources, &element).map(|e| e.count.min)
        else {
            return Ok(None);
        };
        let most = most_served(levels, &element, u64::from(least)).min(u64::from(least) - 1);
        let count = |at: usize| u32::try_from(at + 1).unwrap_or(u32::MAX);
        let found = self.largest(most as usize, |trials, at| {
            let mut jobspec = trials.request.jobspec.clone();
            if let Some(element) = element_at_mut(&mut jobspec.resources, &element) {
                element.count = Count::exactly(count(at));
            }
            trials.fits(&jobspec)
        })?;
        Ok(found.map(|at| Hint::CountAtMost { element, count: count(at) }))
    }

    /// Without one part of the constraint, or without all of it.
    fn without_constraint(&mut self) -> Result<Option<Hint>, Refusal> {
        let Some(constraint) = &self.request.jobspec.constraint else { return Ok(None) };
        let without = parts(constraint).into_iter().take(MOST_TRIED);
        for (left_out, rest) in without.chain([(constraint.clone(), None)]) {
            if self.fits(&Jobspec { constraint: rest, ..self.request.jobspec.clone() })? {
                return Ok(Some(Hint::WithoutConstraint(left_out)));
            }
        }
        Ok(None)
    }

    /// One vertex up that is down.
    fn bring_up(&mut self, levels: &[FunnelLevel]) -> Result<Option<Hint>, Refusal> {
        for vertex in self.down_examples(levels) {
            self.fork.mark(&[vertex], Status::Up);
            let fits = self.fits(&self.request.jobspec.clone())?;
            self.fork.mark(&[vertex], Status::Down);
            if fits {
                return Ok(Some(Hint::BringUp(vertex)));
            }
        }
        Ok(None)
    }

    /// The calendar as the request meets it.
    fn gate<T: Default>(&self, look: impl FnOnce(&Gate<'_>) -> T) -> T {
        let mut sets = BarredSets::default();
        let gate = Gate::of(&self.fork.calendar, self.request.admission, &mut sets);
        gate.as_ref().map_or_else(|_| T::default(), look)
    }

    /// Without one of the windows that keep something from it.
    fn without_window(&mut self) -> Result<Option<Hint>, Refusal> {
        let end = self.now.saturating_add(self.duration());
        let names = self.gate(|gate| {
            let keeping_out = gate.keeping_out(self.now, end).into_iter();
            keeping_out.take(MOST_TRIED).map(|(at, _)| gate.name(at)).collect::<Vec<_>>()
        });
        let calendar = self.fork.calendar.clone();
        for name in names {
            self.fork.calendar.drop(&name);
            self.fork.barred_sets.forget();
            let fits = self.fits(&self.request.jobspec.clone())?;
            self.fork.calendar = calendar.clone();
            self.fork.barred_sets.forget();
            if fits {
                return Ok(Some(Hint::WithoutWindow(name)));
            }
        }
        Ok(None)
    }

    /// How long the request lasts.
    fn duration(&self) -> i64 {
        match self.request.jobspec.duration.ceil() {
            0.0 => GRAPH_END,
            seconds => seconds as i64,
        }
    }

    /// What makes some of the vertices down that could serve otherwise.
    fn down_examples(&self, levels: &[FunnelLevel]) -> Vec<VertexId> {
        let buckets = levels.iter().flat_map(|level| &level.buckets);
        let down = buckets.filter(|bucket| bucket.reason == Reason::Down);
        let tree = self.fork.tree();
        let is_down = |v: &VertexId| self.fork.status(*v) == Status::Down;
        let mut found = Vec::new();
        for &vertex in down.flat_map(|bucket| &bucket.examples) {
            let mut path = std::iter::once(vertex).chain(tree.ancestors(vertex)).filter(is_down);
            let (Some(own), None) = (path.next(), path.next()) else { continue };
            if !found.contains(&own) {
                found.push(own);
            }
        }
        found.truncate(MOST_TRIED);
        found
    }

    /// The last of so many changes, each going further than the next, with which the request fits; found by halving.
    fn largest(
        &mut self,
        len: usize,
        mut fits: impl FnMut(&mut Self, usize) -> Result<bool, Refusal>,
    ) -> Result<Option<usize>, Refusal> {
        if len == 0 || !fits(self, 0)? {
            return Ok(None);
        }
        let (mut holds, mut fails) = (0, len);
        while fails - holds > 1 {
            let middle = holds.midpoint(fails);
            match fits(self, middle)? {
                true => holds = middle,
                false => fails = middle,
            }
        }
        Ok(Some(holds))
    }
}

/// How many of an element can be served at most, as far as is counted.
fn most_served(levels: &[FunnelLevel], element: &ElementPath, least: u64) -> u64 {
    let below = levels.iter().filter(|level| level.element.0.starts_with(&element.0));
    let served = below.map(|level| {
        let each = (level.needed / least).max(1);
        level.count(|reason| reason == Reason::Fits) / each
    });
    served.min().unwrap_or(u64::MAX)
}

/// Depth first, the first element that asks for more than one.
fn first_of_several(elements: &[Element]) -> Option<ElementPath> {
    elements.iter().enumerate().find_map(|(at, element)| {
        if element.count.min > 1 {
            return Some(ElementPath(vec![at]));
        }
        let ElementPath(below) = first_of_several(&element.with)?;
        Some(ElementPath([at].into_iter().chain(below).collect()))
    })
}

fn element_at<'a>(elements: &'a [Element], path: &ElementPath) -> Option<&'a Element> {
    let (first, rest) = path.0.split_first()?;
    rest.iter().try_fold(elements.get(*first)?, |element, &at| element.with.get(at))
}

fn element_at_mut<'a>(elements: &'a mut [Element], path: &ElementPath) -> Option<&'a mut Element> {
    let (first, rest) = path.0.split_first()?;
    rest.iter().try_fold(elements.get_mut(*first)?, |element, &at| element.with.get_mut(at))
}

/// Each part of a constraint all of whose parts must hold, with what is left without it; none if there is but one.
fn parts(constraint: &Constraint) -> Vec<(Constraint, Option<Constraint>)> {
    fn each<T: Clone>(list: &[T], of: impl Fn(Vec<T>) -> Constraint) -> Vec<(Vec<T>, Constraint)> {
        let without = |at: usize| {
            let rest = list.iter().enumerate().filter(|&(other, _)| other != at);
            (vec![list[at].clone()], of(rest.map(|(_, part)| part.clone()).collect()))
        };
        if list.len() < 2 { Vec::new() } else { (0..list.len()).map(without).collect() }
    }
    match constraint {
        Constraint::And(list) => {
            let only = |mut part: Vec<Constraint>| part.remove(0);
            let parts = each(list, Constraint::And);
            parts.into_iter().map(|(part, rest)| (only(part), Some(rest))).collect()
        }
        Constraint::Properties(list) => {
            let part = |part: Vec<PropertyTest>| Constraint::Properties(part);
            let parts = each(list, Constraint::Properties);
            parts.into_iter().map(|(one, rest)| (part(one), Some(rest))).collect()
        }
        _ => Vec::new(),
    }
}
