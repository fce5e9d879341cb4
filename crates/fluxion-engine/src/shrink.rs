//! Taking resources away while jobs run (chapter 06, section 10).

use fluxion_graph::{Graph, VertexId};
use rustc_hash::FxHashSet;

use crate::decision::Grant;
use crate::engine::{Engine, SetupError};
use crate::operation::JobState;

/// Why resources cannot be taken away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShrinkError {
    /// The root would go.
    #[error("the root of the graph cannot be removed")]
    Root,
    /// What would remain cannot be served.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

impl Engine {
    /// Takes vertices out with all that lies below them. Jobs lose what they held there and keep the rest; a job
    /// that then holds nothing is cancelled. O(graph + what the jobs hold).
    ///
    /// # Errors
    /// [`ShrinkError`]; nothing has changed.
    pub fn shrink(&mut self, vertices: &[VertexId]) -> Result<(), ShrinkError> {
        let tree = &self.site.tree;
        let removed = self.site.graph.with_descendants(vertices, tree.subsystem());
        if removed.contains(&tree.root()) {
            return Err(ShrinkError::Root);
        }
        let mut graph = Graph::clone(&self.site.graph);
        graph.remove_vertices(&removed);
        let site = self.site_for(graph)?;
        for record in self.jobs.values_mut() {
            if !record.grants.iter().any(|g| removed.contains(&g.vertex)) {
                continue;
            }
            record.grants = remaining(&record.grants, &removed).into();
            if record.grants.is_empty() {
                record.state = JobState::Canceled;
            }
        }
        self.move_to(site);
        Ok(())
    }
}

/// What a job keeps, children first: vertices that it only passed through on its way to removed ones go too.
/// Nothing, if it holds nothing for itself any more.
fn remaining(grants: &[Grant], removed: &FxHashSet<VertexId>) -> Vec<Grant> {
    /// What there was below the grant to come, and is still.
    #[derive(Clone, Copy, Default)]
    struct Below {
        any: bool,
        kept: bool,
    }
    let mut below: Vec<Below> = Vec::new();
    let mut kept = Vec::with_capacity(grants.len());
    for &grant in grants {
        let depth = grant.depth as usize;
        if below.len() < depth + 2 {
            below.resize(depth + 2, Below::default());
        }
        let children = std::mem::take(&mut below[depth + 1]);
        let has_use = grant.exclusive || children.kept || !children.any;
        let keeps = has_use && !removed.contains(&grant.vertex);
        below[depth].any = true;
        below[depth].kept |= keeps;
        if keeps {
            kept.push(grant);
        }
    }
    if kept.iter().any(|g| g.exclusive) { kept } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Grants as `vertex@depth`, `!` behind the exclusive ones, children first.
    fn check(grants: &str, removed: &[u32], expected: &str) {
        let parse = |word: &str| {
            let (vertex, depth) = word.trim_end_matches('!').split_once('@').unwrap();
            let vertex = VertexId(vertex.parse().unwrap());
            Grant {
                vertex,
                depth: depth.parse().unwrap(),
                exclusive: word.ends_with('!'),
                unlisted: false,
            }
        };
        let parse_all = |text: &str| text.split_whitespace().map(parse).collect::<Vec<_>>();
        let removed = removed.iter().copied().map(VertexId).collect();
        assert_eq!(remaining(&parse_all(grants), &removed), parse_all(expected), "{grants}");
    }

    #[test]
    fn what_a_job_keeps() {
        let two_nodes = "3@3! 2@2 5@3! 4@2 1@1";
        check(two_nodes, &[2, 3], "5@3! 4@2 1@1");
        check(two_nodes, &[3], "5@3! 4@2 1@1");
        check(two_nodes, &[2, 3, 4, 5], "");
        check("3@3! 2@2! 1@1", &[3], "2@2! 1@1");
        check("3@3! 6@3 2@2 1@1", &[6], "3@3! 2@2 1@1");
        check("3@3! 6@3 2@2 1@1", &[3], "");
        check("6@2 3@3! 2@2 1@1", &[9], "6@2 3@3! 2@2 1@1");
    }
}
