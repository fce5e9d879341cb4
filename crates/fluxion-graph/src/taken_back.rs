//! What was added to a graph and taken back, kept as it was, so that it can be put back without being read again.

use crate::graph::{Edge, Graph, GraphError};
use crate::ids::{EdgeId, PathId, StemId, SubsystemId, Symbol, TypeId, VertexId};
use crate::paths::PathPart;
use crate::rollback::Watermark;
use crate::vertex::Vertex;

/// All that a graph had beyond a watermark. Means something only to a graph that is as it was then.
#[derive(Clone, Debug)]
pub struct TakenBack {
    mark: Watermark,
    recent: (TypeId, StemId),
    names: Vec<String>,
    paths: Vec<PathPart>,
    types: Vec<Symbol>,
    subsystems: Vec<Symbol>,
    stems: Vec<(Symbol, Symbol)>,
    vertices: Vec<Vertex>,
    edges: Vec<Edge>,
    roots: Vec<(SubsystemId, VertexId)>,
    other_paths: Vec<(VertexId, Vec<(SubsystemId, PathId)>)>,
    properties: Vec<(VertexId, Vec<(Symbol, Symbol)>)>,
    relations: Vec<(EdgeId, Symbol)>,
}

impl Graph {
    /// Takes back all that was added since a watermark, and keeps it; none if a vertex was given two paths of one subsystem,
    /// of which the first would be forgotten. O(what was added).
    pub fn take_back(&mut self, mark: &Watermark) -> Option<TakenBack> {
        let taken = (self.former_paths == mark.former_paths).then(|| self.beyond(mark));
        self.roll_back(mark);
        taken
    }

    fn beyond(&self, mark: &Watermark) -> TakenBack {
        let new = || (mark.vertices..self.vertices.len()).map(|number| VertexId(number as u32));
        let edges = (mark.edges..self.edges.len()).map(|number| EdgeId(number as u32));
        let name = |number| self.names.resolve(Symbol(number)).to_owned();
        let roots = (0..).map(SubsystemId).zip(&self.roots);
        let roots = roots.filter_map(|(subsystem, root)| Some((subsystem, (*root)?)));
        let of_other = |v: VertexId| Some((v, self.other_paths.get(&v)?.clone()));
        let of_properties = |v: VertexId| Some((v, self.properties.get(&v)?.clone()));
        TakenBack {
            names: (mark.names as u32..self.names.len() as u32).map(name).collect(),
            paths: self.paths.parts().skip(mark.paths).collect(),
            types: self.types[mark.types..].to_vec(),
            subsystems: self.subsystems[mark.subsystems..].to_vec(),
            stems: self.stems[mark.stems..].to_vec(),
            vertices: self.vertices[mark.vertices..].to_vec(),
            edges: self.edges[mark.edges..].to_vec(),
            roots: roots.filter(|(_, root)| root.index() >= mark.vertices).collect(),
            other_paths: new().filter_map(of_other).collect(),
            properties: new().filter_map(of_properties).collect(),
            relations: edges.filter_map(|e| Some((e, *self.relations.get(&e)?))).collect(),
            mark: mark.clone(),
            recent: (self.recent_type, self.recent_stem),
        }
    }

    /// Puts back what was taken. O(what it is).
    ///
    /// # Errors
    /// [`GraphError::OtherBase`] if the graph is no longer as it was; nothing has changed.
    pub fn put_back(&mut self, taken: TakenBack) -> Result<(), GraphError> {
        if self.watermark() != taken.mark {
            return Err(GraphError::OtherBase);
        }
        for name in &taken.names {
            self.names.intern(name);
        }
        for PathPart { parent, component } in taken.paths {
            self.paths.enter_part(parent, component);
        }
        for name in taken.types {
            self.type_of.insert(name, TypeId(self.types.len() as u16));
            self.types.push(name);
        }
        for stem in taken.stems {
            self.stem_of.insert(stem, StemId(self.stems.len() as u32));
            self.stems.push(stem);
        }
        self.roots.resize(self.roots.len() + taken.subsystems.len(), None);
        self.subsystems.extend(taken.subsystems);
        for (subsystem, root) in taken.roots {
            self.roots[subsystem.index()] = Some(root);
        }
        (self.recent_type, self.recent_stem) = taken.recent;
        let first = self.vertices.len() as u32;
        self.vertices.extend(taken.vertices);
        self.edges.extend(taken.edges);
        self.other_paths.extend(taken.other_paths);
        self.payments.values += taken.properties.iter().map(|(_, of)| of.len() as u64).sum::<u64>();
        self.properties.extend(taken.properties);
        self.relations.extend(taken.relations);
        let mut paths: Vec<PathId> = Vec::new();
        for vertex in (first..self.vertices.len() as u32).map(VertexId) {
            paths.extend(self.paths_of(vertex).map(|(_, path)| path));
            paths.drain(..).for_each(|path| self.register(path, vertex));
        }
        Ok(())
    }
}
