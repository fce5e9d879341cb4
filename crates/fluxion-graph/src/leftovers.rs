//! What nothing in a graph uses any more: texts and paths of what was removed or overwritten, types of which there is no
//! vertex. It is given back from time to time, so that a graph that changes for years is no larger than one that was
//! just loaded. Knows what refers to what, not what changed.

use crate::graph::{BUILT_IN_TYPES, Graph, NOWHERE};
use crate::ids::{PathId, StemId, Symbol, TypeId};

/// So many bytes of texts and paths are not worth a look at the whole graph.
const LITTLE: usize = 64 << 10;

/// So many types stay known after their last vertex has gone.
const MOST_UNUSED_TYPES: usize = 1024;

/// What a path takes, and what a stem takes, index included.
const PER_PATH: usize = 16;
const PER_STEM: usize = 24;

/// Which texts, paths and stems a graph uses.
struct InUse {
    symbols: Vec<bool>,
    paths: Vec<bool>,
    stems: Vec<bool>,
}

impl Graph {
    /// Gives back texts and paths that nothing uses any more, once there is half as much text again as after the last
    /// time. Symbols, paths and stems of names then have other numbers: whether they have. Amortised O(what has come
    /// since).
    pub fn give_back_texts(&mut self) -> bool {
        let size = self.size_of_texts();
        if self.lean == 0 {
            // as it was loaded
            self.lean = size;
        }
        let is_much = size > self.lean + self.lean / 2 + LITTLE;
        if is_much {
            self.keep(&self.in_use());
            self.lean = self.size_of_texts();
        }
        is_much
    }

    /// About how many bytes texts, paths and stems of names take.
    pub fn size_of_texts(&self) -> usize {
        self.names.size() + self.paths.len() * PER_PATH + self.stems.len() * PER_STEM
    }

    fn in_use(&self) -> InUse {
        let mut used = InUse {
            symbols: vec![false; self.names.len()],
            paths: vec![false; self.paths.len()],
            stems: vec![false; self.stems.len()],
        };
        let others = self.other_paths.values().flatten().map(|&(_, path)| path);
        let own = self.vertices.iter().filter_map(|vertex| vertex.path);
        own.chain(others).for_each(|path| used.paths[path.index()] = true);
        let listed = self.first_at.iter().enumerate().filter(|&(_, &first)| first != NOWHERE);
        listed.for_each(|(path, _)| used.paths[path] = true);
        self.paths.add_parents(&mut used.paths);
        self.vertices.iter().for_each(|vertex| used.stems[vertex.stem.index()] = true);
        self.mark_symbols(&mut used);
        used
    }

    fn mark_symbols(&self, used: &mut InUse) {
        let InUse { symbols, paths, stems } = used;
        let pair = |&(a, b): &(Symbol, Symbol)| [a, b];
        let stems = self.stems.iter().zip(stems.iter()).filter(|(_, used)| **used);
        let names = self.vertices.iter().map(|vertex| vertex.name);
        let all = names
            .chain([self.empty])
            .chain(self.types.iter().copied())
            .chain(self.subsystems.iter().copied())
            .chain(self.relations.values().copied())
            .chain(self.properties.values().flatten().flat_map(pair))
            .chain(stems.flat_map(|(stem, _)| pair(stem)))
            .chain(self.paths.components(paths));
        all.for_each(|symbol| symbols[symbol.index()] = true);
    }

    fn keep(&mut self, used: &InUse) {
        let (names, symbols) = self.names.kept(&used.symbols);
        let (paths, path_ids) = self.paths.kept(&used.paths, &symbols);
        (self.names, self.paths) = (names, paths);
        let now = |symbol: &mut Symbol| *symbol = symbols[symbol.index()];
        self.types.iter_mut().for_each(now);
        self.subsystems.iter_mut().for_each(now);
        self.relations.values_mut().for_each(now);
        self.properties.values_mut().flatten().for_each(|(key, value)| {
            now(key);
            now(value);
        });
        self.vertices.iter_mut().for_each(|vertex| now(&mut vertex.name));
        now(&mut self.empty);
        self.index_types();
        self.keep_stems(&used.stems, &symbols);
        self.renumber_paths(&path_ids);
    }

    fn index_types(&mut self) {
        let numbered = self.types.iter().enumerate();
        self.type_of = numbered.map(|(n, &name)| (name, TypeId(n as u16))).collect();
    }

    fn keep_stems(&mut self, used: &[bool], symbols: &[Symbol]) {
        let mut kept = Vec::new();
        let mut numbers = Vec::with_capacity(used.len());
        for (&(basename, unit), &used) in self.stems.iter().zip(used) {
            numbers.push(StemId(kept.len() as u32));
            if used {
                kept.push((symbols[basename.index()], symbols[unit.index()]));
            }
        }
        self.vertices.iter_mut().for_each(|vertex| vertex.stem = numbers[vertex.stem.index()]);
        let numbered = kept.iter().enumerate();
        self.stem_of = numbered.map(|(n, &stem)| (stem, StemId(n as u32))).collect();
        self.stems = kept;
    }

    /// Every path in use has its new number at its old one.
    fn renumber_paths(&mut self, numbers: &[PathId]) {
        let now = |path: PathId| numbers[path.index()];
        for vertex in &mut self.vertices {
            vertex.path = vertex.path.map(now);
        }
        self.other_paths.values_mut().flatten().for_each(|(_, path)| *path = now(*path));
        let mut first_at = vec![NOWHERE; self.paths.len()];
        for (&first, &path) in self.first_at.iter().zip(numbers).filter(|(f, _)| **f != NOWHERE) {
            first_at[path.index()] = first;
        }
        self.first_at = first_at;
        let more_at = std::mem::take(&mut self.more_at).into_iter();
        self.more_at = more_at.map(|(path, there)| (now(path), there)).collect();
    }

    /// Forgets the types of which there is no vertex, if they are many; those that are left keep their order.
    pub(crate) fn forget_types(&mut self) {
        if self.types.len() <= MOST_UNUSED_TYPES {
            return;
        }
        let mut used = vec![false; self.types.len()];
        used[..BUILT_IN_TYPES.len()].fill(true);
        self.vertex_ids().for_each(|vertex| used[self.vertex(vertex).ty.index()] = true);
        if used.iter().filter(|used| !**used).count() <= MOST_UNUSED_TYPES {
            return;
        }
        let mut kept = Vec::new();
        let mut numbers = Vec::with_capacity(used.len());
        for (&name, used) in self.types.iter().zip(used) {
            numbers.push(TypeId(kept.len() as u16));
            if used {
                kept.push(name);
            }
        }
        self.vertices.iter_mut().for_each(|vertex| vertex.ty = numbers[vertex.ty.index()]);
        self.types = kept;
        self.index_types();
    }

    /// Forgets the last subsystems as long as nothing is in them.
    pub(crate) fn forget_subsystems(&mut self) {
        let rooted = self.roots.iter().rposition(Option::is_some).unwrap_or(0);
        if rooted + 1 == self.subsystems.len() {
            return;
        }
        let edges = self.numbered_edges().map(|(_, edge)| edge.subsystem.index());
        let paths = self.other_paths.values().flatten().map(|(subsystem, _)| subsystem.index());
        let last = edges.chain(paths).fold(rooted, usize::max);
        self.subsystems.truncate(last + 1);
        self.roots.truncate(last + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CONTAINMENT, VertexId};
    use crate::vertex::VertexSpec;

    fn graph() -> Graph {
        let mut graph = Graph::new();
        let root = graph.add_vertex(&VertexSpec::new("cluster", 0, 0)).unwrap();
        graph.set_path(root, CONTAINMENT, "/cluster0");
        graph.set_root(CONTAINMENT, root).unwrap();
        graph.give_back_texts();
        graph
    }

    /// A vertex of a type and a name of its own, in a subsystem of its own, at a deep path.
    fn grow(graph: &mut Graph, number: i64) -> VertexId {
        let (ty, unit) = (format!("type{number}"), format!("unit{number}"));
        let vertex = graph
            .add_vertex(&VertexSpec { unit: &unit, ..VertexSpec::new(&ty, number, 1) })
            .unwrap();
        graph.set_path(vertex, CONTAINMENT, &format!("/cluster0/{number}/{number}"));
        let subsystem = graph.add_subsystem(&format!("subsystem{number}")).unwrap();
        graph.set_path(vertex, subsystem, &format!("/{number}"));
        graph.set_property(vertex, &format!("key{number}"), &format!("value{number}"));
        let edge = graph.add_edge(VertexId(0), vertex, CONTAINMENT).unwrap();
        graph.set_relation(edge, &format!("relation{number}"));
        vertex
    }

    #[test]
    fn what_goes_leaves_nothing_behind() {
        let mut graph = graph();
        let sizes: Vec<usize> = (0..20_000)
            .map(|number| {
                let vertex = grow(&mut graph, number);
                graph.remove_vertices(&[vertex]);
                graph.close_holes();
                assert!(number % 100 > 0 || graph.check().is_ok(), "{:?}", graph.check());
                graph.size_of_texts()
            })
            .collect();
        assert!(sizes.iter().all(|&size| size < 4 * LITTLE), "{:?}", sizes.iter().max());
        assert!(graph.type_count() < 2 * MOST_UNUSED_TYPES);
        assert_eq!((graph.vertices().len(), graph.edges().len()), (1, 0));
    }

    #[test]
    fn what_is_overwritten_is_given_back() {
        let mut graph = graph();
        for number in 0..50 {
            graph.set_property(VertexId(0), "key", &format!("{number}").repeat(100_000));
            graph.give_back_texts();
            assert_eq!(graph.check(), Ok(()));
            assert!(graph.size_of_texts() < 700_000);
        }
        let key = graph.symbol("key").unwrap();
        assert_eq!(graph.property(VertexId(0), key), Some(&*"49".repeat(100_000)));
    }

    #[test]
    fn what_is_left_is_as_before() {
        let mut graph = graph();
        let vertices: Vec<VertexId> = (0..4).map(|number| grow(&mut graph, number)).collect();
        graph.set_path(vertices[3], CONTAINMENT, "/elsewhere");
        graph.remove_vertices(&[vertices[0], vertices[2]]);
        graph.close_holes();
        let before = format!("{:?}", graph.since(&Graph::new().watermark()));
        graph.keep(&graph.in_use());
        assert_eq!(graph.check(), Ok(()));
        assert_eq!(format!("{:?}", graph.since(&Graph::new().watermark())), before);
        let at = |path: &str| graph.vertices_at(path).to_vec();
        assert_eq!([at("/cluster0/0/0"), at("/cluster0/1/1")], [vec![], vec![VertexId(1)]]);
        assert_eq!([at("/elsewhere"), at("/cluster0/3/3")], [vec![VertexId(2)], vec![VertexId(2)]]);
        assert_eq!(graph.symbol("value1").is_some(), graph.symbol("value0").is_none());
    }
}
