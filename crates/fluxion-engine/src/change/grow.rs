//! Adding resources while jobs run (`docs/semantics/state.md`, Grow).

use std::sync::Arc;

use fluxion_graph::Graph;

use crate::change::action::{Action, Change};
use crate::change::prepared::Prepared;
use crate::engine::Engine;
use crate::site::SetupError;

impl Engine {
    /// The change after which a graph is served that has grown: `graph` is [`Engine::graph`] with vertices and edges
    /// added; none if nothing was. Jobs are not affected, and the next decision may use what is new. O(graph).
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn decide_grow(&mut self, graph: Graph) -> Result<Option<Change>, SetupError> {
        let addition = graph.beyond(&self.site.graph);
        if addition.is_empty() {
            return Ok(None);
        }
        let action = Action::Grow(Arc::new(addition));
        let site = self.site_for(graph)?;
        self.prepared = Some(Box::new(Prepared { action: action.clone(), site }));
        Ok(Some(self.change(action)))
    }
}
