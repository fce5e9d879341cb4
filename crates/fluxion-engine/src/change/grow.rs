//! Adding resources while jobs run (chapter 06, section 9).

use std::sync::Arc;

use fluxion_graph::Graph;

use crate::change::action::{Action, Change};
use crate::change::apply::Prepared;
use crate::engine::Engine;
use crate::site::SetupError;

impl Engine {
    /// The change after which a graph is served that has grown: `graph` is [`Engine::graph`] with vertices and edges
    /// added. Jobs are not affected, and the next decision may use what is new. O(graph).
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn decide_grow(&mut self, graph: Graph) -> Result<Change, SetupError> {
        let action = Action::Grow(Arc::new(graph.beyond(&self.site.graph)));
        let site = self.site_for(graph)?;
        self.prepared = Some(Prepared { action: action.clone(), site });
        Ok(self.change(action))
    }
}
