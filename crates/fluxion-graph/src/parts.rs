//! All that a graph is, as plain columns: to be written down and made again elsewhere, numbers of vertices, edges, texts
//! and paths included. Knows nothing of how columns are written.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::graph::{BUILT_IN_TYPES, Edge, Graph, NOWHERE};
use crate::holes::Holes;
use crate::ids::{EdgeId, PathId, StemId, SubsystemId, Symbol, TypeId, VertexId};
use crate::interner::Interner;
use crate::lengths::LONGEST_PATH;
use crate::paths::{PathPart, PathTable};
use crate::vertex::Vertex;

/// See the module documentation. Symbols index `texts`, stems `stems`, types `types`, paths `paths`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphParts<'a> {
    /// All texts, each once.
    pub texts: Vec<Cow<'a, str>>,
    /// All paths, each once, parents first.
    pub paths: Vec<PathPart>,
    /// The names of types, in the order of their numbers; the built-in ones come first.
    pub types: Vec<Symbol>,
    /// The names of subsystems, in the order of their numbers, with their roots.
    pub subsystems: Vec<(Symbol, Option<VertexId>)>,
    /// Stems of names with labels of units.
    pub stems: Vec<(Symbol, Symbol)>,
    /// The table of vertices.
    pub vertices: Cow<'a, [Vertex]>,
    /// Numbers in that table under which there is no vertex, as runs of a first number and a length, ascending.
    pub absent: Vec<(u32, u32)>,
    /// The table of edges; those that lead from nowhere to nowhere are not there.
    pub edges: Cow<'a, [Edge]>,
    /// Relations that are not `contains`, by edge, ascending.
    pub relations: Vec<(EdgeId, Symbol)>,
    /// Who is registered at which path, by path, ascending; of one path in the order of registration.
    pub listed: Vec<(PathId, VertexId)>,
    /// Paths in other subsystems than `containment`, by vertex, ascending.
    pub other_paths: Vec<(VertexId, SubsystemId, PathId)>,
    /// Properties by vertex, ascending, then by the text of the key.
    pub properties: Vec<(VertexId, Symbol, Symbol)>,
    /// What texts took when nothing was left over, or 0.
    pub lean: u64,
}

/// Parts that are no graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these are not the parts of a graph: {0}")]
pub struct InvalidParts(pub &'static str);

impl Graph {
    /// All that the graph is. O(graph).
    pub fn parts(&self) -> GraphParts<'_> {
        let text = |number| Cow::Borrowed(self.names.resolve(Symbol(number)));
        let roots = self.roots.iter().copied();
        let mut relations: Vec<_> = self.relations.iter().map(|(&e, &r)| (e, r)).collect();
        relations.sort_unstable();
        let other = |(&vertex, paths): (&VertexId, &Vec<_>)| {
            let paths: Vec<(SubsystemId, PathId)> = paths.clone();
            paths.into_iter().map(move |(subsystem, path)| (vertex, subsystem, path))
        };
        let mut other_paths: Vec<_> = self.other_paths.iter().flat_map(other).collect();
        other_paths.sort_unstable();
        GraphParts {
            texts: (0..self.names.len() as u32).map(text).collect(),
            paths: self.paths.parts().collect(),
            types: self.types.clone(),
            subsystems: self.subsystems.iter().copied().zip(roots).collect(),
            stems: self.stems.clone(),
            vertices: Cow::Borrowed(&self.vertices),
            absent: self.absent_parts(),
            edges: Cow::Borrowed(&self.edges),
            relations,
            listed: self.listed_parts(),
            other_paths,
            properties: self.property_parts(),
            lean: self.lean as u64,
        }
    }

    fn absent_parts(&self) -> Vec<(u32, u32)> {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for number in self.gone.iter().map(|number| number as u32) {
            match runs.last_mut() {
                Some((first, length)) if *first + *length == number => *length += 1,
                _ => runs.push((number, 1)),
            }
        }
        runs
    }

    fn listed_parts(&self) -> Vec<(PathId, VertexId)> {
        let paths = (0..self.first_at.len() as u32).map(PathId::from_index);
        let at = |path| self.vertices_at_id(path).iter().map(move |&vertex| (path, vertex));
        paths.flat_map(at).collect()
    }

    fn property_parts(&self) -> Vec<(VertexId, Symbol, Symbol)> {
        let mut holders: Vec<VertexId> = self.properties.keys().copied().collect();
        holders.sort_unstable();
        let of = |vertex: VertexId| {
            self.properties[&vertex].iter().map(move |&(key, value)| (vertex, key, value))
        };
        holders.into_iter().flat_map(of).collect()
    }

    /// The graph of some parts, with the same numbers. O(graph).
    ///
    /// # Errors
    /// [`InvalidParts`] if a number has nothing that it could mean, or something is there twice.
    pub fn from_parts(parts: &GraphParts<'_>) -> Result<Self, InvalidParts> {
        let mut graph = Self { names: names_of(&parts.texts)?, ..Self::new() };
        check_numbers(parts)?;
        graph.empty = graph.names.get("").ok_or(InvalidParts("the empty text is missing"))?;
        graph.paths = PathTable::of_parts(&parts.paths)?;
        graph.take_names(parts)?;
        graph.vertices = parts.vertices.to_vec();
        graph.gone = holes_of(&parts.absent);
        graph.edges = parts.edges.to_vec();
        let gone = graph.edges.iter().enumerate().filter(|(_, edge)| is_gone(edge));
        for (number, _) in gone {
            graph.gone_edges.insert(number);
        }
        graph.relations = parts.relations.iter().copied().collect();
        graph.take_places(parts)?;
        for &(vertex, key, value) in &parts.properties {
            let entries = graph.properties.entry(vertex).or_default();
            let names = &graph.names;
            let is_after = |last: &(Symbol, Symbol)| names.resolve(last.0) < names.resolve(key);
            if !entries.last().is_none_or(is_after) {
                return Err(InvalidParts("properties out of order"));
            }
            entries.push((key, value));
        }
        graph.payments.values = parts.properties.len() as u64;
        graph.lean = usize::try_from(parts.lean).unwrap_or(0);
        Ok(graph)
    }

    fn take_names(&mut self, parts: &GraphParts<'_>) -> Result<(), InvalidParts> {
        self.types = parts.types.clone();
        let built_in = self.types.iter().take(BUILT_IN_TYPES.len());
        if !built_in.map(|&name| self.names.resolve(name)).eq(BUILT_IN_TYPES) {
            return Err(InvalidParts("the built-in types are missing"));
        }
        let types = self.types.iter().enumerate();
        self.type_of = types.map(|(n, &name)| (name, TypeId(n as u16))).collect();
        self.subsystems = parts.subsystems.iter().map(|&(name, _)| name).collect();
        self.roots = parts.subsystems.iter().map(|&(_, root)| root).collect();
        self.stems = parts.stems.clone();
        let stems = self.stems.iter().enumerate();
        self.stem_of = stems.map(|(n, &stem)| (stem, StemId(n as u32))).collect();
        let (types, stems) = (self.type_of.len(), self.stem_of.len());
        let are_distinct = types == self.types.len() && stems == self.stems.len();
        are_distinct.then_some(()).ok_or(InvalidParts("a type or a stem is there twice"))
    }

    fn take_places(&mut self, parts: &GraphParts<'_>) -> Result<(), InvalidParts> {
        let last = parts.listed.last().map_or(0, |(path, _)| path.index() + 1);
        self.first_at = vec![NOWHERE; last];
        let mut more_at: FxHashMap<PathId, Vec<VertexId>> = FxHashMap::default();
        for &(path, vertex) in &parts.listed {
            let first = self.first_at.get_mut(path.index());
            match first.ok_or(InvalidParts("registered paths out of order"))? {
                free if *free == NOWHERE => *free = vertex,
                first => more_at.entry(path).or_insert_with(|| vec![*first]).push(vertex),
            }
        }
        self.more_at = more_at;
        for &(vertex, subsystem, path) in &parts.other_paths {
            self.other_paths.entry(vertex).or_default().push((subsystem, path));
        }
        let is_own = |&&(path, vertex): &&(PathId, VertexId)| {
            self.paths_of(vertex).any(|(_, own)| own == path)
        };
        let former = parts.listed.iter().filter(|listed| !is_own(listed)).count();
        self.former_paths = u32::try_from(former).unwrap_or(u32::MAX);
        Ok(())
    }
}

fn names_of(texts: &[Cow<'_, str>]) -> Result<Interner, InvalidParts> {
    let mut names = Interner::default();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    if bytes > u32::MAX as usize {
        return Err(InvalidParts("too much text"));
    }
    for (number, text) in (0..).zip(texts) {
        if names.intern(text) != Symbol(number) {
            return Err(InvalidParts("a text is there twice"));
        }
    }
    Ok(names)
}

fn holes_of(absent: &[(u32, u32)]) -> Holes {
    let mut holes = Holes::default();
    for number in absent.iter().flat_map(|&(first, length)| first..first + length) {
        holes.insert(number as usize);
    }
    holes
}

/// Whether an edge was taken out.
fn is_gone(edge: &Edge) -> bool {
    edge.source == NOWHERE && edge.target == NOWHERE
}

/// Whether runs of numbers of vertices ascend and lie within the table.
fn are_runs(absent: &[(u32, u32)], vertices: usize) -> bool {
    let end = |&(first, length): &(u32, u32)| first.checked_add(length).filter(|_| length > 0);
    let ends: Option<Vec<u32>> = absent.iter().map(end).collect();
    ends.is_some_and(|ends| {
        let ascend = absent.iter().skip(1).zip(&ends).all(|((first, _), end)| first > end);
        ascend && ends.last().is_none_or(|&end| end as usize <= vertices)
    })
}

/// Whether every number has something that it means.
fn check_numbers(parts: &GraphParts<'_>) -> Result<(), InvalidParts> {
    let text = |symbol: &Symbol| symbol.index() < parts.texts.len();
    let path = |path: PathId| path.index() < parts.paths.len();
    if !are_runs(&parts.absent, parts.vertices.len()) {
        return Err(InvalidParts("absent vertices"));
    }
    let holes = holes_of(&parts.absent);
    let vertex =
        |vertex: VertexId| vertex.index() < parts.vertices.len() && !holes.contains(vertex.index());
    let subsystem = |subsystem: SubsystemId| subsystem.index() < parts.subsystems.len();
    let is_vertex = |v: &Vertex| {
        text(&v.name)
            && v.stem.index() < parts.stems.len()
            && v.ty.index() < parts.types.len()
            && v.path.is_none_or(path)
    };
    let has_ends = |e: &Edge| vertex(e.source) && vertex(e.target);
    let is_edge = |e: &Edge| (has_ends(e) || is_gone(e)) && subsystem(e.subsystem);
    let fits = [
        ("texts", parts.texts.len() < u32::MAX as usize),
        ("types", parts.types.len() < usize::from(u16::MAX) && parts.types.iter().all(text)),
        ("the number of subsystems", (1..256).contains(&parts.subsystems.len())),
        ("subsystems", parts.subsystems.iter().all(|(s, root)| text(s) && root.is_none_or(vertex))),
        ("stems", parts.stems.iter().all(|(a, b)| text(a) && text(b))),
        ("the number of vertices", parts.vertices.len() < u32::MAX as usize),
        ("vertices", parts.vertices.iter().all(is_vertex)),
        ("edges", parts.edges.len() < u32::MAX as usize && parts.edges.iter().all(is_edge)),
        (
            "relations",
            parts.relations.iter().all(|(e, r)| e.index() < parts.edges.len() && text(r)),
        ),
        ("registered paths", parts.listed.iter().all(|&(p, v)| path(p) && vertex(v))),
        (
            "other paths",
            parts.other_paths.iter().all(|&(v, s, p)| vertex(v) && subsystem(s) && path(p)),
        ),
        ("properties", parts.properties.iter().all(|(v, k, w)| vertex(*v) && text(k) && text(w))),
        ("paths", parts.paths.iter().all(|part| text(&part.component))),
    ];
    let wrong = fits.iter().find(|(_, fits)| !fits);
    wrong.map_or(Ok(()), |&(what, _)| Err(InvalidParts(what)))
}

impl PathTable {
    fn of_parts(parts: &[PathPart]) -> Result<Self, InvalidParts> {
        let mut table = Self::default();
        table.reserve(parts.len());
        let mut depths: Vec<u32> = Vec::with_capacity(parts.len());
        for (number, &PathPart { parent, component }) in parts.iter().enumerate() {
            let depth = match parent {
                None => 0,
                Some(parent) => {
                    let above = depths.get(parent.index());
                    above.ok_or(InvalidParts("a path before its parent"))? + 1
                }
            };
            if depth as usize > LONGEST_PATH {
                return Err(InvalidParts("a path that is too deep"));
            }
            depths.push(depth);
            if table.enter_part(parent, component).index() != number {
                return Err(InvalidParts("a path is there twice"));
            }
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher as _;

    use rustc_hash::FxHasher;

    use super::*;
    use crate::ids::CONTAINMENT;
    use crate::vertex::VertexSpec;

    fn content(graph: &Graph) -> u64 {
        let mut hasher = FxHasher::default();
        graph.hash_content(&mut hasher);
        hasher.finish()
    }

    /// Shared paths, an earlier path, a second subsystem, a relation, properties, and a vertex that went.
    fn graph() -> Graph {
        let mut graph = Graph::new();
        let power = graph.add_subsystem("power").unwrap();
        for (n, path) in (0..).zip(["/c", "/c/n", "/c/n", "/c/a", "/c/b"]) {
            let vertex = graph.add_vertex(&VertexSpec::new("pool", n, n)).unwrap();
            graph.set_path(vertex, CONTAINMENT, path);
        }
        graph.set_path(VertexId(3), CONTAINMENT, "/elsewhere");
        graph.set_path(VertexId(4), power, "b");
        graph.set_root(CONTAINMENT, VertexId(0)).unwrap();
        graph.set_root(power, VertexId(4)).unwrap();
        for target in 1..5 {
            graph.add_edge(VertexId(0), VertexId(target), CONTAINMENT).unwrap();
        }
        graph.set_relation(EdgeId(3), "holds");
        for key in ["b", "a"] {
            graph.set_property(VertexId(4), key, "value");
        }
        graph.remove_vertices(&[VertexId(1)]);
        graph
    }

    #[test]
    fn parts_make_the_graph_again() {
        let graph = graph();
        let again = Graph::from_parts(&graph.parts()).unwrap();
        assert_eq!(again.check(), Ok(()));
        assert_eq!(again.parts(), graph.parts());
        assert_eq!(content(&again), content(&graph));
        assert_eq!(again.footprint(1), graph.footprint(1));
    }

    #[test]
    fn what_is_no_graph_is_refused() {
        let check = |spoil: fn(&mut GraphParts<'_>), what: &'static str| {
            let graph = graph();
            let mut parts = graph.parts();
            spoil(&mut parts);
            assert_eq!(Graph::from_parts(&parts).map(|_| ()), Err(InvalidParts(what)));
        };
        check(|p| p.edges.to_mut()[0].target = VertexId(99), "edges");
        check(|p| p.vertices.to_mut()[0].name = Symbol(999), "vertices");
        check(|p| p.texts.push("value".into()), "a text is there twice");
        check(|p| p.types.truncate(3), "vertices");
        check(|p| p.subsystems.clear(), "the number of subsystems");
        check(|p| p.listed.reverse(), "registered paths out of order");
        check(|p| p.properties.reverse(), "properties out of order");
        check(|p| p.paths[0].parent = Some(PathId::from_index(0)), "a path before its parent");
        check(|p| p.absent.push((0, 1)), "absent vertices");
        check(|p| p.absent.push((4, 2)), "absent vertices");
        check(|p| p.absent[0].0 = 2, "edges");
    }
}
