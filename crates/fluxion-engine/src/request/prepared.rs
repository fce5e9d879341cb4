//! A jobspec ready to be placed: everything that the passes of one decision share.

use fluxion_budget::Budget;
use fluxion_graph::TypeId;
use fluxion_jobspec::{Element, Jobspec};

use crate::policy::Policy;
use crate::refusal::{GRAPH_END, Refusal};
use crate::request::Request;
use crate::request::constraint_mask::{ConstraintMask, ConstraintMasks};
use crate::request::orders::other_orders;
use crate::request::place_tables::PlaceTables;
use crate::request::slot_rule::SlotRule;
use crate::request::traverser::Traverser;
use crate::request::variants::variants;
use crate::site::Site;

/// By what rules a jobspec is laid over a graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) traverser: Traverser,
    pub(crate) policy: Policy,
    pub(crate) slots: SlotRule,
}

/// See the module documentation.
pub(crate) struct PreparedRequest<'a> {
    /// As written; its demand decides pre-check and candidate times.
    pub(crate) whole: Request,
    /// What is tried in turn; empty if `whole` is the only one.
    pub(crate) variants: Vec<Request>,
    pub(crate) duration: i64,
    /// The nodes that the constraint leaves.
    pub(crate) constraint: Option<&'a ConstraintMask>,
    /// Whether an idle machine could hold it, as far as is known without a search.
    pub(crate) is_possible: bool,
}

impl<'a> PreparedRequest<'a> {
    /// Lays a jobspec over a graph.
    pub(crate) fn of(
        jobspec: &Jobspec,
        site: &Site,
        rules: Rules,
        constraint_masks: &'a mut ConstraintMasks,
        place_tables: &mut PlaceTables,
        budget: &Budget,
    ) -> Result<Self, Refusal> {
        let Rules { traverser, policy, slots } = rules;
        let duration = duration(jobspec.duration)?;
        if jobspec.resources.is_empty() {
            return Err(Refusal::NoResources);
        }
        let largest = |ty: TypeId| site.layout.sizes(ty).1;
        let request = |list: &[Element]| Request::new(list, &site.graph, &largest, traverser);
        let mut whole = request(&jobspec.resources);
        if slots == SlotRule::Deep {
            whole.find_places(site, policy, place_tables, budget)?;
        }
        let expanded = match traverser {
            Traverser::Simple => Vec::new(),
            Traverser::Flexible => {
                variants(&jobspec.resources).map_err(|_| Refusal::TooManyVariants)?
            }
        };
        let mut variants: Vec<Request> = expanded.iter().map(|v| request(v)).collect();
        if variants.iter().any(|variant| variant.order_shows(site, policy)) {
            variants.extend(other_orders(&expanded).iter().map(|v| request(v)));
        }
        let constraint = jobspec.constraint.as_ref();
        let known = constraint.map(|c| constraint_masks.enter(c, site, budget)).transpose()?;
        let constraint = known.and_then(|at| constraint_masks.get(at));
        let is_possible = whole.is_possible(site, constraint);
        Ok(Self { whole, variants, duration, constraint, is_possible })
    }

    /// What is tried in turn.
    pub(crate) fn requests(&self) -> &[Request] {
        if self.variants.is_empty() { std::slice::from_ref(&self.whole) } else { &self.variants }
    }
}

/// Whole seconds, from what a jobspec asks for.
fn duration(asked: f64) -> Result<i64, Refusal> {
    if asked.is_nan() || asked < 0.0 || asked > GRAPH_END as f64 {
        return Err(Refusal::Duration(asked.to_string()));
    }
    if asked == 0.0 { Ok(GRAPH_END) } else { Ok(asked.ceil() as i64) }
}
