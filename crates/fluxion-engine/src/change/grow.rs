//! Adding resources while jobs run (`docs/semantics/state.md`, Grow).

use std::sync::Arc;

use fluxion_budget::{Budget, Exhausted};
use fluxion_graph::{Graph, GraphError, Renumbering, Tree, Watermark};

use crate::change::action::{Action, Change};
use crate::change::prepared::{Made, Prepared};
use crate::engine::Engine;
use crate::site::SetupError;
use crate::site::reshaping::Growth;

impl Engine {
    /// The change after which a graph is served that has grown: `read` adds vertices and edges to the graph, and is told its
    /// tree if that is plain ([`Tree::is_plain`]); none if it adds nothing. What was added is taken back at once. Jobs are
    /// not affected, and the next decision may use what is new. O(what is added) on a plain tree that keeps its form, else
    /// O(graph).
    ///
    /// # Errors
    /// Those of `read`, and [`SetupError`].
    pub fn decide_grow<E: From<SetupError>>(
        &mut self,
        read: impl FnOnce(&mut Graph, Option<&Tree>) -> Result<(), E>,
        budget: &Budget,
    ) -> Result<Option<Change>, E> {
        let views = self.views.suspend();
        let action = self.try_growth(read, budget);
        self.views.resume(views, &self.site);
        Ok(action?.map(|action| self.change(action)))
    }

    /// What is read onto the graph, as an action; it is taken back.
    fn try_growth<E: From<SetupError>>(
        &mut self,
        read: impl FnOnce(&mut Graph, Option<&Tree>) -> Result<(), E>,
        budget: &Budget,
    ) -> Result<Option<Action>, E> {
        self.prepared = None;
        self.own_graph(budget).map_err(out_of_memory)?;
        let is_plain = self.site.tree.is_plain(&self.site.graph);
        let graph = Arc::make_mut(&mut self.site.graph);
        let mark = graph.watermark();
        let read = read(graph, is_plain.then_some(&*self.site.tree));
        let planned = read.and_then(|()| Ok(self.prepare_growth(&mark, budget)?));
        let taken = Arc::make_mut(&mut self.site.graph).take_back(&mark);
        let Some((action, growth)) = planned? else { return Ok(None) };
        if let Some(grown) = taken.zip(growth) {
            let (action, made) = (action.clone(), Made::Growth(Box::new(grown)));
            self.prepared = Some(Box::new(Prepared { action, made }));
        }
        Ok(Some(action))
    }

    /// Nobody else has a share in the graph from now on.
    fn own_graph(&mut self, budget: &Budget) -> Result<(), Exhausted> {
        if Arc::get_mut(&mut self.site.graph).is_none() {
            budget.take(self.site.graph.footprint(0))?;
        }
        Ok(())
    }

    /// The graph has grown since a mark: how it is to do so for good, and what the site then takes in, if it can.
    fn prepare_growth(
        &mut self,
        mark: &Watermark,
        budget: &Budget,
    ) -> Result<Option<(Action, Option<Growth>)>, SetupError> {
        let graph = &self.site.graph;
        let addition = graph.since(mark);
        if addition.is_empty() {
            return Ok(None);
        }
        let action = Action::Grow(Arc::new(addition));
        let growth = self.site.plan_growth(graph, mark);
        if growth.is_none() {
            budget.take(graph.footprint(0)).map_err(out_of_memory)?;
            let site = Box::new(self.site_for(Graph::clone(graph))?);
            let made = Made::Site(site, Renumbering::default());
            self.prepared = Some(Box::new(Prepared { action: action.clone(), made }));
        }
        Ok(Some((action, growth)))
    }
}

fn out_of_memory(error: Exhausted) -> SetupError {
    SetupError::Graph(GraphError::Exhausted(error))
}
