//! The order in which a recipe is run (`docs/semantics/readers.md`, Order of generation).

use fluxion_budget::Budget;
use fluxion_graph::Graph;

use super::error::RunError;
use super::error::{GrugError, GrugErrorKind};
use super::generate::InstanceGenerator;
use super::recipe::Recipe;
use crate::read::limits::MAX_GENERATED;

/// How a recipe vertex was reached: from which, and with how many copies if by `MULTIPLY`.
#[derive(Clone, Copy)]
struct Origin {
    source: usize,
    scale: Option<i64>,
}

/// What becomes of a fault, and of where it is: the run goes on, or ends with it.
type Note<'n> = dyn FnMut(GrugErrorKind, usize) -> Result<(), GrugError> + 'n;

/// Runs a recipe: depth first, each recipe vertex once. A faulty edge makes nothing.
pub(super) fn run(
    recipe: &Recipe,
    budget: &Budget,
    note: &mut Note<'_>,
) -> Result<Graph, GrugError> {
    let order = order(recipe);
    if let Err((kind, offset)) = refuse_too_large(recipe, &order) {
        note(kind, offset)?;
        return Ok(Graph::new());
    }
    let mut walk = Walk {
        recipe,
        generator: InstanceGenerator::new(recipe, budget),
        origins: vec![None; recipe.vertices.len()],
    };
    for edge in order {
        if let Err((kind, offset)) = walk.take(edge) {
            let is_full = matches!(kind, GrugErrorKind::TooLarge | GrugErrorKind::Graph(_));
            note(kind, offset)?;
            if is_full {
                break;
            }
        }
    }
    Ok(walk.generator.finish())
}

/// The edges that reach a new recipe vertex, in the order in which they are taken.
fn order(recipe: &Recipe) -> Vec<usize> {
    let mut order = Vec::new();
    let mut visited = vec![false; recipe.vertices.len()];
    // the way to the vertex at hand, each with its next out-edge
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for start in 0..recipe.vertices.len() {
        if !visited[start] {
            visited[start] = true;
            stack.push((start, 0));
        }
        while let Some((vertex, next)) = stack.last_mut() {
            let Some(&edge) = recipe.vertices[*vertex].out.get(*next) else {
                stack.pop();
                continue;
            };
            *next += 1;
            let target = recipe.edges[edge].target;
            if !visited[target] {
                visited[target] = true;
                order.push(edge);
                stack.push((target, 0));
            }
        }
    }
    order
}

/// Scales multiply: a recipe that would make too many vertices is refused before it makes any. Associations, which
/// make none, are left out, so this is a lower bound.
fn refuse_too_large(recipe: &Recipe, order: &[usize]) -> Result<(), RunError> {
    let mut counts = vec![0_u64; recipe.vertices.len()];
    let mut total = 0_u64;
    for edge in order.iter().map(|&edge| &recipe.edges[edge]) {
        if recipe.vertices[edge.source].root != 0 {
            counts[edge.source] = counts[edge.source].max(1);
        }
        if edge.method == "MULTIPLY" {
            let copies = u64::try_from(edge.scale).unwrap_or(0);
            counts[edge.target] = counts[edge.source].saturating_mul(copies);
            total = total.saturating_add(counts[edge.target]);
        }
        if total > MAX_GENERATED {
            return Err((GrugErrorKind::TooLarge, edge.offset));
        }
    }
    Ok(())
}

struct Walk<'r> {
    recipe: &'r Recipe,
    generator: InstanceGenerator<'r>,
    origins: Vec<Option<Origin>>,
}

impl Walk<'_> {
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

    /// The product of the nearest `scope` ancestor scales (`docs/semantics/readers.md`, Ids).
    fn width(&self, source: usize, scope: i64) -> i64 {
        let above = std::iter::successors(self.origins[source], |o| self.origins[o.source]);
        let scales = above.filter_map(|origin| origin.scale);
        let scope = usize::try_from(scope).unwrap_or(0);
        scales.take(scope).fold(1, |width: i64, scale| width.saturating_mul(scale.max(1)))
    }
}
