//! The pruning filter language, and which types are tracked where (`docs/semantics/graph.md`, Pruning
//! filters).

use std::str::FromStr;

use fluxion_graph::{Graph, GraphError, Tree, TypeId};
use rustc_hash::FxHashMap;

/// A specification such as `ALL:core,ALL:node`, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PruneFilters {
    everywhere: Vec<String>,
    at_type: Vec<(String, String)>,
}

/// A pair without a colon, or with an empty side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid pruning filter `{0}`: expected pairs such as `ALL:core,rack:node`")]
pub struct InvalidFilter(pub String);

impl FromStr for PruneFilters {
    type Err = InvalidFilter;

    /// The empty text is no filter at all.
    fn from_str(text: &str) -> Result<Self, InvalidFilter> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut filters = Self::default();
        if text.is_empty() {
            return Ok(filters);
        }
        for pair in text.split(',') {
            match pair.split_once(':') {
                Some((above, below)) if !above.is_empty() && !below.is_empty() => {
                    if above == "ALL" {
                        filters.everywhere.push(below.to_owned());
                    } else {
                        filters.at_type.push((above.to_owned(), below.to_owned()));
                    }
                }
                _ => return Err(InvalidFilter(pair.to_owned())),
            }
        }
        Ok(filters)
    }
}

/// Which types the filter of a vertex tracks, in filter order, by the type of the vertex.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FilterLayout {
    everywhere: Vec<TypeId>,
    at_type: FxHashMap<TypeId, Vec<TypeId>>,
    tracked: Vec<TypeId>,
}

impl FilterLayout {
    /// Resolves a specification on a graph; names that occur nowhere become known types.
    pub(crate) fn resolve(
        filters: &PruneFilters,
        graph: &mut Graph,
        tree: &Tree,
    ) -> Result<Self, GraphError> {
        let mut layout = Self::default();
        for below in &filters.everywhere {
            layout.everywhere.push(graph.add_type(below)?);
        }
        for (above, below) in &filters.at_type {
            let (above, below) = (graph.add_type(above)?, graph.add_type(below)?);
            layout.at_type.entry(above).or_default().push(below);
        }
        layout.track_leaf_types(graph, tree);
        layout.sort();
        Ok(layout)
    }

    /// Types of leaves that no pair names are tracked for vertices of type `cluster`.
    fn track_leaf_types(&mut self, graph: &Graph, tree: &Tree) {
        let mut named = vec![false; graph.type_count()];
        for ty in self.everywhere.iter().chain(self.at_type.values().flatten()) {
            named[ty.index()] = true;
        }
        let Some(cluster) = graph.type_id("cluster") else { return };
        for &vertex in tree.order() {
            let ty = graph.vertex(vertex).ty;
            if !named[ty.index()] && !tree.is_inner(vertex) {
                named[ty.index()] = true;
                self.at_type.entry(cluster).or_default().push(ty);
            }
        }
    }

    /// Type ids number the types in the order that the filters follow.
    fn sort(&mut self) {
        self.everywhere.sort_unstable();
        self.everywhere.dedup();
        for types in self.at_type.values_mut() {
            types.retain(|ty| self.everywhere.binary_search(ty).is_err());
            types.sort_unstable();
            types.dedup();
        }
        self.tracked = self.everywhere.clone();
        self.tracked.extend(self.at_type.values().flatten());
        self.tracked.sort_unstable();
        self.tracked.dedup();
    }

    /// The types that the filter of an inner vertex of a type tracks; empty if it has no filter.
    pub(crate) fn of(&self, ty: TypeId) -> impl Iterator<Item = TypeId> + '_ {
        let own = self.at_type.get(&ty).map_or(&[][..], Vec::as_slice);
        own.iter().copied().chain(self.everywhere.iter().copied().filter(move |&t| t != ty))
    }

    /// Whether any filter tracks a type.
    pub(crate) fn is_tracked(&self, ty: TypeId) -> bool {
        self.tracked.binary_search(&ty).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar() {
        let check = |text: &str, pairs: Option<usize>| {
            let parsed = text.parse::<PruneFilters>().ok();
            assert_eq!(parsed.map(|f| f.everywhere.len() + f.at_type.len()), pairs, "{text}");
        };
        check("", Some(0));
        check("ALL:core", Some(1));
        check(" ALL:core , rack:node ", Some(2));
        check("ALL:core:gpu", Some(1));
        for bad in ["core", "ALL:", ":core", "ALL:core,", ",", "ALL:core,,ALL:node"] {
            check(bad, None);
        }
    }
}
