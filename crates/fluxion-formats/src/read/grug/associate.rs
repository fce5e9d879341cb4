//! Edges to vertices that exist already (`docs/semantics/readers.md`, Association).

use std::collections::BTreeSet;

use fluxion_graph::{EdgeId, PathId, SubsystemId, VertexId};
use rustc_hash::FxHashMap;

use super::error::GrugErrorKind;
use super::generate::InstanceGenerator;
use super::recipe::RecipeEdge;

type Result<T> = std::result::Result<T, GrugErrorKind>;

impl InstanceGenerator<'_> {
    /// `ASSOCIATE_IN`: every source with every candidate.
    pub(super) fn associate_all(&mut self, edge: &RecipeEdge) -> Result<()> {
        let candidates = self.candidates(edge);
        let sources = self.instances[edge.source].clone();
        self.spend(sources.len() as u64 * candidates.len() as u64)?;
        let subsystem = self.graph.add_subsystem(&edge.subsystem)?;
        for source in sources {
            for &candidate in &candidates {
                self.associate(edge, source, candidate, subsystem)?;
            }
        }
        Ok(())
    }

    /// `ASSOCIATE_BY_PATH_IN`: those whose truncated paths are equal.
    pub(super) fn associate_by_path(&mut self, edge: &RecipeEdge) -> Result<()> {
        let candidates = self.candidates(edge);
        let sources = self.instances[edge.source].clone();
        self.spend(sources.len() as u64 + candidates.len() as u64)?;
        let by = self.graph.add_subsystem(&edge.path_subsystem)?;
        let subsystem = self.graph.add_subsystem(&edge.subsystem)?;
        let mut groups: FxHashMap<PathId, BTreeSet<VertexId>> = FxHashMap::default();
        for candidate in candidates {
            if let Some(path) = self.truncated(candidate, by, edge.target_up) {
                groups.entry(path).or_default().insert(candidate);
            }
        }
        for source in sources {
            let Some(path) = self.truncated(source, by, edge.source_up) else { continue };
            let Some(group) = groups.get_mut(&path) else { continue };
            self.spend(group.len() as u64)?;
            let moves = by == subsystem;
            let group = if moves { std::mem::take(group) } else { group.clone() };
            for candidate in group {
                self.associate(edge, source, candidate, subsystem)?;
                if moves && let Some(path) = self.truncated(candidate, by, edge.target_up) {
                    groups.entry(path).or_default().insert(candidate);
                }
            }
        }
        Ok(())
    }

    /// The vertices of the target's type, in order of generation.
    fn candidates(&self, edge: &RecipeEdge) -> Vec<VertexId> {
        let ty = self.graph.type_id(&self.recipe.vertices[edge.target].ty);
        ty.and_then(|ty| self.by_type.get(&ty)).cloned().unwrap_or_default()
    }

    fn spend(&mut self, work: u64) -> Result<()> {
        self.associations_left =
            self.associations_left.checked_sub(work).ok_or(GrugErrorKind::TooLarge)?;
        Ok(())
    }

    /// The path without its last `up` components; nothing if no `/` is left.
    fn truncated(&self, vertex: VertexId, by: SubsystemId, up: i64) -> Option<PathId> {
        let path = self.graph.path(vertex, by)?;
        let up = usize::try_from(up).unwrap_or(0);
        let paths = self.graph.paths();
        if up >= paths.slashes(path) {
            return None;
        }
        std::iter::once(path).chain(paths.ancestors(path)).nth(up)
    }

    fn associate(
        &mut self,
        edge: &RecipeEdge,
        source: VertexId,
        candidate: VertexId,
        subsystem: SubsystemId,
    ) -> Result<()> {
        let above = self.path_to_extend(source, subsystem)?;
        let path = self.graph.child_path(above, self.graph.vertex(candidate).name);
        self.graph.set_path_id(candidate, subsystem, path);
        match self.edge_between(source, candidate) {
            Some(existing) => self.graph.move_edge(existing, subsystem),
            None => {
                let new = self.graph.add_edge(source, candidate, subsystem)?;
                self.associations.insert((source, candidate), new);
            }
        }
        self.instances[edge.target].push(candidate);
        Ok(())
    }

    fn edge_between(&self, source: VertexId, target: VertexId) -> Option<EdgeId> {
        let generated = self.edge_in.get(target.index()).copied().flatten();
        let from_source = |edge: &EdgeId| {
            self.graph.edges().get(edge.index()).is_some_and(|e| e.source == source)
        };
        generated.filter(from_source).or_else(|| self.associations.get(&(source, target)).copied())
    }
}
