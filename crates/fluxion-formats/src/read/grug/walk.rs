//! The order in which a recipe is run (chapter 01, section 7.3).

use fluxion_graph::Graph;

use super::RunError;
use super::error::GrugErrorKind;
use super::generate::Generator;
use super::recipe::Recipe;

/// How a recipe vertex was reached: from which, and with how many copies if by `MULTIPLY`.
#[derive(Clone, Copy)]
struct Origin {
    source: usize,
    scale: Option<i64>,
}

/// Runs a recipe: depth first, each recipe vertex once.
pub(super) fn run(recipe: &Recipe) -> Result<Graph, RunError> {
    let mut walk = Walk {
        recipe,
        generator: Generator::new(recipe),
        visited: vec![false; recipe.vertices.len()],
        origins: vec![None; recipe.vertices.len()],
        stack: Vec::new(),
    };
    for start in 0..recipe.vertices.len() {
        walk.start_at(start)?;
    }
    Ok(walk.generator.finish())
}

struct Walk<'r> {
    recipe: &'r Recipe,
    generator: Generator<'r>,
    visited: Vec<bool>,
    origins: Vec<Option<Origin>>,
    /// The way to the vertex at hand, each with its next out-edge.
    stack: Vec<(usize, usize)>,
}

impl Walk<'_> {
    fn start_at(&mut self, start: usize) -> Result<(), RunError> {
        if !self.visited[start] {
            self.visited[start] = true;
            self.stack.push((start, 0));
        }
        while let Some((vertex, next)) = self.stack.last_mut() {
            let Some(&edge) = self.recipe.vertices[*vertex].out.get(*next) else {
                self.stack.pop();
                continue;
            };
            *next += 1;
            let target = self.recipe.edges[edge].target;
            if !self.visited[target] {
                self.visited[target] = true;
                self.take(edge)?;
                self.stack.push((target, 0));
            }
        }
        Ok(())
    }

    fn take(&mut self, number: usize) -> Result<(), RunError> {
        let edge = &self.recipe.edges[number];
        self.generator.ensure_root(edge.source)?;
        let mut scale = None;
        let done = match edge.method.as_str() {
            "MULTIPLY" => {
                scale = Some(edge.scale);
                self.generator.multiply(edge, self.width(edge.source, edge.id_scope))
            }
            "ASSOCIATE_IN" => self.generator.associate_all(edge),
            "ASSOCIATE_BY_PATH_IN" => self.generator.associate_by_path(edge),
            method => Err(GrugErrorKind::UnknownMethod(method.to_owned())),
        };
        done.map_err(|kind| (kind, edge.offset))?;
        self.origins[edge.target] = Some(Origin { source: edge.source, scale });
        Ok(())
    }

    /// The product of the nearest `scope` ancestor scales (section 7.4).
    fn width(&self, source: usize, scope: i64) -> i64 {
        let above = std::iter::successors(self.origins[source], |o| self.origins[o.source]);
        let scales = above.filter_map(|origin| origin.scale);
        let scope = usize::try_from(scope).unwrap_or(0);
        scales.take(scope).fold(1, |width: i64, scale| width.saturating_mul(scale.max(1)))
    }
}
