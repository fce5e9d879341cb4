//! How a graph comes to be: vertices, names, paths, roots, edges, properties, one after the other.

use std::fmt::Write;

use fluxion_budget::Budget;

use crate::graph::{Edge, Graph, GraphError, NOWHERE};
use crate::ids::{CONTAINMENT, EdgeId, PathId, StemId, SubsystemId, Symbol, TypeId, VertexId};
use crate::lengths::check_name;
use crate::vertex::{Vertex, VertexSpec};

impl Graph {
    /// An empty graph whose making ends with a budget.
    pub fn within(budget: &Budget) -> Self {
        let mut graph = Self::new();
        graph.set_budget(budget);
        graph
    }

    /// From now on vertices and edges are added within a budget.
    pub fn set_budget(&mut self, budget: &Budget) {
        self.payments.start(budget, self.names.text_bytes());
    }

    /// # Errors
    /// [`GraphError::Stopped`] if the budget has ended.
    pub fn check_budget(&self) -> Result<(), GraphError> {
        Ok(self.payments.budget().check()?)
    }

    /// Makes room for `vertices` more vertices and as many edges and paths; `inner` of all vertices get something below
    /// them.
    ///
    /// # Errors
    /// [`GraphError::Exhausted`]; no room is made.
    pub fn reserve(&mut self, vertices: usize, inner: usize) -> Result<(), GraphError> {
        self.payments.expect(vertices as u64, inner as u64)?;
        self.vertices.reserve(vertices);
        self.edges.reserve(vertices);
        self.paths.reserve(vertices);
        self.first_at.reserve(vertices);
        Ok(())
    }

    /// Gives back the room that tables have beyond what is in them: to be called when all is added.
    pub fn give_back_room(&mut self) {
        self.vertices.shrink_to_fit();
        self.edges.shrink_to_fit();
        self.first_at.shrink_to_fit();
        self.paths.give_back_room();
    }

    /// Creates a vertex. It has no path, no property and no edge yet.
    ///
    /// # Errors
    /// [`GraphError::TooManyTypes`], [`GraphError::TooLarge`], [`GraphError::LongText`], [`GraphError::Stopped`].
    pub fn add_vertex(&mut self, spec: &VertexSpec<'_>) -> Result<VertexId, GraphError> {
        check_name(spec.name.unwrap_or_default())?;
        check_name(spec.basename.unwrap_or_default())?;
        check_name(spec.unit)?;
        let ty = self.add_type(spec.ty)?;
        let basename = match spec.basename {
            Some(basename) if !self.names.is(self.types[ty.index()], basename) => {
                self.names.intern(basename)
            }
            _ => self.types[ty.index()],
        };
        let name = match spec.name {
            Some(name) => self.names.intern(name),
            None => self.numbered_name(basename, spec.id),
        };
        let unit = if spec.unit.is_empty() { self.empty } else { self.names.intern(spec.unit) };
        let stem = self.stem(basename, unit);
        self.push_vertex(Vertex {
            id: spec.id,
            uniq_id: spec.uniq_id,
            name,
            stem,
            path: None,
            rank: spec.rank,
            size: spec.size,
            ty,
            status: spec.status,
        })
    }

    /// Creates a vertex whose strings are interned already: the quick way for readers that make many alike.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`], [`GraphError::Stopped`].
    #[inline]
    pub fn push_vertex(&mut self, vertex: Vertex) -> Result<VertexId, GraphError> {
        self.payments.budget().check()?;
        self.payments.vertex(self.names.text_bytes())?;
        if self.vertices.len() >= (u32::MAX - 1) as usize {
            return Err(GraphError::TooLarge);
        }
        let id = VertexId(self.vertices.len() as u32);
        self.vertices.push(vertex);
        Ok(id)
    }

    /// The id of a stem of names with a label of a unit, which becomes known if it was not.
    pub fn stem(&mut self, basename: Symbol, unit: Symbol) -> StemId {
        if self.stems.get(self.recent_stem.index()) == Some(&(basename, unit)) {
            return self.recent_stem;
        }
        let new = StemId(self.stems.len() as u32);
        let stem = *self.stem_of.entry((basename, unit)).or_insert(new);
        if stem == new {
            self.stems.push((basename, unit));
        }
        self.recent_stem = stem;
        stem
    }

    /// Interns `basename` followed by the decimal `id`.
    pub fn numbered_name(&mut self, basename: Symbol, id: i64) -> Symbol {
        let mut name = std::mem::take(&mut self.scratch);
        name.clear();
        // Writing to a string cannot fail.
        let _ = write!(name, "{}{id}", self.names.resolve(basename));
        let symbol = self.names.intern(&name);
        self.scratch = name;
        symbol
    }

    /// The id of a type, which becomes known if it was not.
    ///
    /// # Errors
    /// [`GraphError::TooManyTypes`], [`GraphError::LongText`].
    pub fn add_type(&mut self, name: &str) -> Result<TypeId, GraphError> {
        check_name(name)?;
        let recent = self.types.get(self.recent_type.index());
        if recent.is_some_and(|&known| self.names.is(known, name)) {
            return Ok(self.recent_type);
        }
        let symbol = self.names.intern(name);
        if let Some(&ty) = self.type_of.get(&symbol) {
            self.recent_type = ty;
            return Ok(ty);
        }
        let ty = u16::try_from(self.types.len())
            .ok()
            .filter(|&n| n < u16::MAX)
            .ok_or(GraphError::TooManyTypes)?;
        self.types.push(symbol);
        self.type_of.insert(symbol, TypeId(ty));
        Ok(TypeId(ty))
    }

    /// The id of a subsystem, which becomes known if it was not.
    ///
    /// # Errors
    /// [`GraphError::TooManySubsystems`], [`GraphError::LongText`].
    pub fn add_subsystem(&mut self, name: &str) -> Result<SubsystemId, GraphError> {
        check_name(name)?;
        let symbol = self.names.intern(name);
        if let Some(at) = self.subsystems.iter().position(|&s| s == symbol) {
            return Ok(SubsystemId(at as u8));
        }
        let id = u8::try_from(self.subsystems.len())
            .ok()
            .filter(|&n| n < u8::MAX)
            .ok_or(GraphError::TooManySubsystems)?;
        self.subsystems.push(symbol);
        self.roots.push(None);
        Ok(SubsystemId(id))
    }

    /// Interns any text, for use in [`Vertex`] and properties.
    pub fn intern(&mut self, text: &str) -> Symbol {
        self.names.intern(text)
    }

    /// Interns a path.
    pub fn intern_path(&mut self, path: &str) -> PathId {
        self.paths.intern(&mut self.names, path)
    }

    /// Interns the path `parent` + `/` + `component`.
    #[inline]
    pub fn child_path(&mut self, parent: PathId, component: Symbol) -> PathId {
        self.paths.child(parent, component)
    }

    /// Gives a vertex its path in a subsystem, in place of an earlier one, and registers it there. An earlier
    /// path stays usable for look-up (`docs/semantics/readers.md`, Association).
    pub fn set_path(&mut self, vertex: VertexId, subsystem: SubsystemId, path: &str) {
        let path = self.intern_path(path);
        self.set_path_id(vertex, subsystem, path);
    }

    /// [`Graph::set_path`] for an interned path.
    #[inline]
    pub fn set_path_id(&mut self, vertex: VertexId, subsystem: SubsystemId, path: PathId) {
        self.set_unlisted_path(vertex, subsystem, path);
        self.register(path, vertex);
    }

    /// Gives a vertex its path in a subsystem without registering it there (`docs/semantics/readers.md`,
    /// Order of generation).
    #[inline]
    pub fn set_unlisted_path(&mut self, vertex: VertexId, subsystem: SubsystemId, path: PathId) {
        if subsystem == CONTAINMENT {
            let former = self.vertices[vertex.index()].path.replace(path);
            self.former_paths += u32::from(former.is_some());
        } else {
            let others = self.other_paths.entry(vertex).or_default();
            match others.iter_mut().find(|(s, _)| *s == subsystem) {
                Some(entry) => {
                    self.former_paths += 1;
                    entry.1 = path;
                }
                None => {
                    others.push((subsystem, path));
                    others.sort_unstable_by_key(|(s, _)| *s);
                }
            }
        }
    }

    #[inline]
    pub(crate) fn register(&mut self, path: PathId, vertex: VertexId) {
        let at = path.index();
        if self.first_at.len() == at {
            return self.first_at.push(vertex);
        }
        if self.first_at.len() < at {
            self.first_at.resize(self.paths.len(), NOWHERE);
        }
        match self.first_at[at] {
            NOWHERE => self.first_at[at] = vertex,
            first => self.more_at.entry(path).or_insert_with(|| vec![first]).push(vertex),
        }
    }

    /// Makes a vertex the root of a subsystem.
    ///
    /// # Errors
    /// [`GraphError::DuplicateRoot`] if there is one already.
    pub fn set_root(&mut self, subsystem: SubsystemId, vertex: VertexId) -> Result<(), GraphError> {
        let root = &mut self.roots[subsystem.index()];
        if root.is_some() {
            return Err(GraphError::DuplicateRoot);
        }
        *root = Some(vertex);
        Ok(())
    }

    /// Sets the rank of a vertex.
    pub fn set_rank(&mut self, vertex: VertexId, rank: i32) {
        self.vertices[vertex.index()].rank = rank;
    }

    /// Adds an edge. That no two edges of one source collide is the reader's business
    /// ([`Graph::find_colliding_edge`]).
    ///
    /// # Errors
    /// [`GraphError::TooLarge`], [`GraphError::Stopped`].
    #[inline]
    pub fn add_edge(
        &mut self,
        source: VertexId,
        target: VertexId,
        subsystem: SubsystemId,
    ) -> Result<EdgeId, GraphError> {
        self.payments.budget().check()?;
        self.payments.edge(source.0, self.edges.len(), self.vertices.len())?;
        if self.edges.len() >= (u32::MAX - 1) as usize {
            return Err(GraphError::TooLarge);
        }
        let id = EdgeId(self.edges.len() as u32);
        self.edges.push(Edge { source, target, subsystem });
        Ok(id)
    }

    /// Moves an edge to another subsystem (GRUG association, `docs/semantics/readers.md`, Association).
    pub fn move_edge(&mut self, edge: EdgeId, subsystem: SubsystemId) {
        self.edges[edge.index()].subsystem = subsystem;
    }

    /// Remembers the relation of an edge where it is not `contains`.
    pub fn set_relation(&mut self, edge: EdgeId, relation: &str) {
        let relation = self.names.intern(relation);
        self.relations.insert(edge, relation);
    }

    /// So many vertices are about to get so many properties together.
    ///
    /// # Errors
    /// [`GraphError::Exhausted`].
    pub fn expect_properties(&mut self, vertices: usize, values: usize) -> Result<(), GraphError> {
        Ok(self.payments.properties(vertices as u64, values as u64)?)
    }

    /// Sets a property, in place of an earlier value.
    pub fn set_property(&mut self, vertex: VertexId, key: &str, value: &str) {
        let (key, value) = (self.names.intern(key), self.names.intern(value));
        let names = &self.names;
        let entries = self.properties.entry(vertex).or_default();
        let text = |s: &(Symbol, Symbol)| names.resolve(s.0);
        match entries.binary_search_by(|e| text(e).cmp(names.resolve(key))) {
            Ok(at) => entries[at].1 = value,
            Err(at) => {
                entries.insert(at, (key, value));
                self.payments.values += 1;
            }
        }
    }
}
