//! Properties of vertices, by path.

use crate::context::Context;
use crate::decided::Decided;

impl Context {
    /// Sets a property on every vertex at a path; how many there are (0: no such path).
    pub fn set_property(&mut self, path: &str, key: &str, value: &str) -> usize {
        let decided = self.decide_property(path, key, value);
        self.perform(decided)
    }

    /// What setting a property comes to.
    pub fn decide_property(&self, path: &str, key: &str, value: &str) -> Decided<usize> {
        let vertices = self.graph().vertices_at(path).to_vec();
        match vertices.len() {
            0 => Decided::idle(0),
            meant => Decided::changing(meant, self.engine.decide_property(vertices, key, value)),
        }
    }
}
