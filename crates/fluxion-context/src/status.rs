//! Up and down, by path and by rank (`docs/semantics/state.md`, Status). A down vertex takes all below it out
//! of service, whatever the status of those is; so [`Extent::Vertex`] is enough to drain a node, and its
//! parts keep their own marks.

use fluxion_budget::Budget;
use fluxion_graph::{Status, VertexId};
use fluxion_sets::Idset;
use rustc_hash::FxHashMap;

use crate::context::Context;
use crate::decided::Decided;
use crate::errors::StatusError;

/// Which vertices are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusTarget<'a> {
    /// All vertices at a path, in any subsystem.
    Path(&'a str),
    /// Of each rank of an idset (RFC 22, with or without brackets) the vertex with the shortest path, normally the
    /// node; the word `all` stands for every rank of the graph.
    Ranks(&'a str),
}

/// How far down a mark reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The vertex alone, as in the reference: those below keep their own status.
    Vertex,
    /// The vertex and all below it in the dominant subsystem.
    Subtree,
}

/// Some of the vertices that are marked down themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DownVertices {
    /// Path and rank (or −1) of each, in the order of the graph.
    pub down: Vec<(String, i32)>,
    /// The place from which on others may be; nothing if all were looked at.
    pub next: Option<usize>,
}

impl Context {
    /// Marks every vertex at a path; how many there are (0: no such path).
    pub fn set_status(&mut self, path: &str, status: Status) -> usize {
        self.mark(StatusTarget::Path(path), Extent::Vertex, status).unwrap_or(0)
    }

    /// Marks vertices up or down; how many were meant, whatever their status was. Running and reserved jobs are not
    /// affected. The reference ignores ranks that it does not know; here they are an error.
    /// O(vertices below), and O(graph) for ranks.
    ///
    /// # Errors
    /// [`StatusError`]; nothing has changed.
    pub fn mark(
        &mut self,
        target: StatusTarget<'_>,
        extent: Extent,
        status: Status,
    ) -> Result<usize, StatusError> {
        let decided = self.decide_mark(target, extent, status)?;
        Ok(self.perform(decided))
    }

    /// What marking vertices comes to: how many are meant.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn decide_mark(
        &self,
        target: StatusTarget<'_>,
        extent: Extent,
        status: Status,
    ) -> Result<Decided<usize>, StatusError> {
        let mut vertices = self.meant(target)?;
        if extent == Extent::Subtree {
            let tree = self.engine.tree();
            let below = vertices.iter().flat_map(|&v| tree.subtree(v).iter().copied());
            vertices = vertices.iter().copied().chain(below).collect();
            vertices.sort_unstable();
            vertices.dedup();
        }
        Ok(Decided::changing(vertices.len(), self.engine.decide_mark(vertices, status)))
    }

    /// The own status of every vertex at a path; empty if there is no such path.
    pub fn status(&self, path: &str) -> Vec<Status> {
        self.graph().vertices_at(path).iter().map(|&v| self.status_of(v)).collect()
    }

    /// Path and own status of each vertex that a target means, in the order of the graph. O(vertices meant), and
    /// O(graph) for ranks.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn statuses(&self, target: StatusTarget<'_>) -> Result<Vec<(String, Status)>, StatusError> {
        self.statuses_within(target, &Budget::UNLIMITED)
    }

    /// As [`Context::statuses`], where the paths take no more bytes than a text may have.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn statuses_within(
        &self,
        target: StatusTarget<'_>,
        budget: &Budget,
    ) -> Result<Vec<(String, Status)>, StatusError> {
        let most = budget.largest_text();
        let mut vertices = self.meant(target)?;
        vertices.sort_unstable();
        let (mut told, mut bytes) = (Vec::new(), 0);
        for vertex in vertices {
            let path = self.any_path(vertex);
            bytes += path.len();
            if bytes > most {
                return Err(StatusError::TooLarge { most });
            }
            told.push((path, self.status_of(vertex)));
        }
        Ok(told)
    }

    /// The path of a vertex in the dominant subsystem, or else in another one.
    fn any_path(&self, vertex: VertexId) -> String {
        let (graph, subsystem) = (self.graph(), self.engine.tree().subsystem());
        let own = graph.path(vertex, subsystem);
        let any = || graph.paths_of(vertex).next().map(|(_, path)| path);
        own.or_else(any).map(|path| graph.path_text(path)).unwrap_or_default()
    }

    /// The vertices that are marked down themselves, of `most` that are looked at from a place on. O(`most`).
    pub fn down_vertices(&self, place: usize, most: usize) -> DownVertices {
        let graph = self.graph();
        let end = graph.vertices().len().min(place.saturating_add(most));
        let looked_at = (place..end).map(|number| VertexId(number as u32));
        let down = looked_at.filter(|v| self.status_of(*v) == Status::Down);
        let named = down.map(|v| (self.any_path(v), graph.vertex(v).rank));
        // what was taken out has no path
        let down = named.filter(|(path, _)| !path.is_empty()).collect();
        DownVertices { down, next: (end < graph.vertices().len()).then_some(end) }
    }

    /// The vertices that a target means, in no order.
    pub(crate) fn meant(&self, target: StatusTarget<'_>) -> Result<Vec<VertexId>, StatusError> {
        match target {
            StatusTarget::Path(path) => self.at_path(path),
            StatusTarget::Ranks(ranks) => self.of_ranks(ranks),
        }
    }

    fn at_path(&self, path: &str) -> Result<Vec<VertexId>, StatusError> {
        match self.graph().vertices_at(path) {
            [] => Err(StatusError::Path(path.to_owned())),
            vertices => Ok(vertices.to_vec()),
        }
    }

    fn of_ranks(&self, text: &str) -> Result<Vec<VertexId>, StatusError> {
        if text == "all" {
            return Ok(self.tops(&|_| true).into_values().map(|(_, vertex)| vertex).collect());
        }
        let ranks: Idset = text
            .parse()
            .ok()
            .filter(|ranks: &Idset| !ranks.is_empty())
            .ok_or_else(|| StatusError::Ranks(text.to_owned()))?;
        let tops = self.tops(&|rank| ranks.contains(rank));
        if let Some(unknown) = ranks.iter().find(|rank| !tops.contains_key(rank)) {
            return Err(StatusError::Rank(unknown));
        }
        Ok(tops.into_values().map(|(_, vertex)| vertex).collect())
    }

    /// By rank, the vertex with the shortest path, behind the length of that; the first that was loaded wins ties.
    fn tops(&self, is_meant: &dyn Fn(u32) -> bool) -> FxHashMap<u32, (usize, VertexId)> {
        let graph = self.graph();
        let subsystem = self.engine.tree().subsystem();
        let mut tops: FxHashMap<u32, (usize, VertexId)> = FxHashMap::default();
        let mut text = String::new();
        for vertex in graph.vertex_ids() {
            let rank = u32::try_from(graph.vertex(vertex).rank).ok().filter(|&r| is_meant(r));
            if let (Some(rank), Some(path)) = (rank, graph.path(vertex, subsystem)) {
                text.clear();
                graph.write_path(path, &mut text);
                let top = tops.entry(rank).or_insert((text.len(), vertex));
                *top = (*top).min((text.len(), vertex));
            }
        }
        tops
    }
}
