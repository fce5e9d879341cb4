//! Adding resources while jobs run (chapter 06, section 9).

use fluxion_graph::Graph;

use crate::engine::Engine;
use crate::site::SetupError;

impl Engine {
    /// Serves a graph that has grown: `graph` is [`Engine::graph`] with vertices and edges added. Jobs are not
    /// affected, and the next decision may use what is new. O(graph + what the jobs hold).
    ///
    /// # Errors
    /// [`SetupError`]; nothing has changed.
    pub fn grow(&mut self, graph: Graph) -> Result<(), SetupError> {
        let site = self.site_for(graph)?;
        self.move_to(site);
        Ok(())
    }
}
