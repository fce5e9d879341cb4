//! A jobspec ready to be placed: everything that the passes of one decision share.

use std::sync::Arc;

use fluxion_budget::Budget;
use fluxion_graph::TypeId;
use fluxion_jobspec::{Element, Jobspec};

use crate::policy::Policy;
use crate::refusal::{GRAPH_END, Refusal};
use crate::request::Request;
use crate::request::constraint_mask::{ConstraintMask, ConstraintMasks};
use crate::request::orders::other_orders;
use crate::request::place_tables::PlaceTables;
use crate::request::recent::{Laid, RecentRequests};
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

/// What is remembered of requests before.
pub(crate) struct Known<'a> {
    pub(crate) requests: &'a mut RecentRequests,
    pub(crate) places: &'a mut PlaceTables,
}

/// See the module documentation.
pub(crate) struct PreparedRequest<'a> {
    pub(crate) laid: Arc<Laid>,
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
        known: Known<'_>,
        budget: &Budget,
    ) -> Result<Self, Refusal> {
        let duration = duration(jobspec.duration)?;
        if jobspec.resources.is_empty() {
            return Err(Refusal::NoResources);
        }
        let laid = match known.requests.known(rules.policy, &jobspec.resources) {
            Some(laid) => laid,
            None => {
                let laid = Arc::new(lay(&jobspec.resources, site, rules, known.places, budget)?);
                known.requests.remember(rules.policy, &jobspec.resources, &laid);
                laid
            }
        };
        let constraint = jobspec.constraint.as_ref();
        let known = constraint.map(|c| constraint_masks.enter(c, site, budget)).transpose()?;
        let constraint = known.and_then(|at| constraint_masks.get(at));
        let is_possible = laid.whole.is_possible(site, constraint);
        Ok(Self { laid, duration, constraint, is_possible })
    }

    /// The request as written; its demand decides pre-check and candidate times.
    pub(crate) fn whole(&self) -> &Request {
        &self.laid.whole
    }

    /// What is tried in turn.
    pub(crate) fn requests(&self) -> &[Request] {
        let Laid { whole, variants } = &*self.laid;
        if variants.is_empty() { std::slice::from_ref(whole) } else { variants }
    }
}

/// Lays the elements of a jobspec over a graph.
fn lay(
    resources: &[Element],
    site: &Site,
    Rules { traverser, policy, slots }: Rules,
    places: &mut PlaceTables,
    budget: &Budget,
) -> Result<Laid, Refusal> {
    let largest = |ty: TypeId| site.layout.sizes(ty).1;
    let request = |list: &[Element]| Request::new(list, &site.graph, &largest, traverser);
    let mut whole = request(resources);
    if slots == SlotRule::Deep {
        whole.find_places(site, policy, places, budget)?;
    }
    let expanded = match traverser {
        Traverser::Simple => Vec::new(),
        Traverser::Flexible => variants(resources).map_err(|_| Refusal::TooManyVariants)?,
    };
    let mut variants: Vec<Request> = expanded.iter().map(|v| request(v)).collect();
    if variants.iter().any(|variant| variant.order_shows(site, policy)) {
        variants.extend(other_orders(&expanded).iter().map(|v| request(v)));
    }
    Ok(Laid { whole, variants })
}

/// Whole seconds, from what a jobspec asks for.
pub(crate) fn duration(asked: f64) -> Result<i64, Refusal> {
    if asked.is_nan() || asked < 0.0 || asked > GRAPH_END as f64 {
        return Err(Refusal::Duration(asked.to_string()));
    }
    if asked == 0.0 { Ok(GRAPH_END) } else { Ok(asked.ceil() as i64) }
}
