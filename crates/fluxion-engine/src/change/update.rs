//! Booking a resource set that a document names, as it stands (`docs/semantics/state.md`, Update). Everything
//! is checked before anything is booked.

use fluxion_graph::{EdgeId, NamedSet, NamedVertex, Role, Selection, TimeWindow, TypeId, VertexId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::change::action::{Action, Change, Weighing};
use crate::change::opened::Opened;
use crate::decision::{Decision, Grant};
use crate::engine::Engine;
use crate::operation::{JobId, JobState};
use crate::record::{Hold, JobRecord};
use crate::selection::emission::{Chosen, Emission};

/// What a held vertex of a set stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expansion {
    /// Itself.
    AsListed,
    /// Itself and all that lies below it.
    Subtrees,
}

/// Why a named set cannot be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpdateRefusal {
    /// A vertex, or for a held one something below it, is held by a job in that time (EBUSY).
    #[error("a resource is taken in that time")]
    Taken(NamedVertex),
    /// The window is empty or ends beyond all time (EINVAL). Holds the first vertex to be held.
    #[error("the time must start at 0 or later, last at least a second, and end before 2^63")]
    Window(VertexId),
    /// A vertex is named although one above it stands for it (EINVAL).
    #[error("a resource is named although an exclusive one above it stands for it")]
    Repeated(VertexId),
    /// Nothing is held (EINVAL).
    #[error("the set holds nothing exclusively")]
    Nothing,
}

/// A named set that can be booked: what is printed, and what is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    decision: Decision,
    grants: Vec<Grant>,
}

impl Placement {
    /// What is printed. Vertices that are only shown as held are exclusive here; empty where the set does not
    /// start at the root of the dominant subsystem.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }
}

impl Engine {
    /// Checks a named set against all bookings; books nothing. O(what it holds and passes through).
    /// No window if the time cannot be expressed.
    ///
    /// # Errors
    /// [`UpdateRefusal`].
    pub fn place(
        &self,
        set: &NamedSet,
        expansion: Expansion,
        window: Option<TimeWindow>,
    ) -> Result<Placement, UpdateRefusal> {
        let window = window.filter(|w| w.start >= 0 && w.start < w.end);
        let opened = Opened::of(set, &self.site.tree);
        let mut roll = Roll { engine: self, window, expansion, opened, ..Roll::empty(self) };
        for &named in &set.vertices {
            roll.enter(named)?;
        }
        roll.edges.extend(&set.edges);
        let window = window.ok_or(UpdateRefusal::Nothing)?;
        let selection = roll.selection();
        let grants = roll.grants(&selection)?;
        let root = self.site.tree.root();
        let starts_at_root =
            roll.edges.iter().any(|e| self.site.graph.edges()[e.index()].source == root);
        if !grants.iter().any(|g| g.exclusive) || (starts_at_root && selection.vertices.is_empty())
        {
            return Err(UpdateRefusal::Nothing);
        }
        let selection = if starts_at_root { selection } else { Selection::default() };
        Ok(Placement { decision: Decision { selection, window }, grants })
    }

    /// Whether what a placement begins with at `now` is free: an allocation whose time is over may still have it.
    ///
    /// # Errors
    /// [`UpdateRefusal::Taken`].
    pub fn check_holders(
        &self,
        job: JobId,
        placement: &Placement,
        now: i64,
    ) -> Result<(), UpdateRefusal> {
        let is_held = |grant: &&Grant| self.holder(job, grant, now).is_some();
        placement.grants.iter().find(is_held).map_or(Ok(()), |grant| {
            let role = if grant.exclusive { Role::Held } else { Role::Passed };
            Err(UpdateRefusal::Taken(NamedVertex { vertex: grant.vertex, role }))
        })
    }

    /// The change that books a placement, made since the last change, under a number that no live job may have. To the
    /// graph it is an allocation whenever it starts; `state` is what the job table says.
    pub fn decide_update(&self, job: JobId, placement: &Placement, state: JobState) -> Change {
        let Placement { decision, grants } = placement;
        let (window, grants) = (decision.window, grants.as_slice().into());
        let record = JobRecord { state, window, grants, hold: Hold::Allocation };
        let weighing = if self.policy.stops_early() {
            let edges = decision.edges().iter().map(|picked| picked.edge);
            let target = |edge: &EdgeId| self.site.graph.edges()[edge.index()].target;
            let is_inner = |edge: &EdgeId| self.site.layout.inner.contains(target(edge));
            Weighing::Update { edges: edges.filter(is_inner).collect() }
        } else {
            Weighing::None
        };
        self.change(Action::Book { job, record, weighing })
    }
}

/// The set as it is entered, vertex by vertex.
struct Roll<'a> {
    engine: &'a Engine,
    window: Option<TimeWindow>,
    expansion: Expansion,
    opened: Opened,
    exclusive_types: Vec<TypeId>,
    held: FxHashSet<VertexId>,
    roles: FxHashMap<VertexId, Role>,
    edges: Vec<EdgeId>,
}

impl<'a> Roll<'a> {
    fn empty(engine: &'a Engine) -> Self {
        let node = engine.site.graph.type_id("node");
        let exclusive_types = node.filter(|_| engine.policy.is_node_exclusive());
        Self {
            engine,
            window: None,
            expansion: Expansion::AsListed,
            opened: Opened::default(),
            exclusive_types: exclusive_types.into_iter().collect(),
            held: FxHashSet::default(),
            roles: FxHashMap::default(),
            edges: Vec::new(),
        }
    }

    fn enter(&mut self, named: NamedVertex) -> Result<(), UpdateRefusal> {
        if self.expansion == Expansion::AsListed {
            return self.enter_one(self.opened.narrowed(named));
        }
        if self.roles.contains_key(&named.vertex) {
            return Err(UpdateRefusal::Repeated(named.vertex));
        }
        match named.role {
            Role::Held => self.enter_subtree(named.vertex),
            Role::Shown | Role::Passed => self.enter_one(named),
        }
    }

    /// What lies below a held vertex is held with it, what other vertices share with it included; but for what was
    /// given back, and what is above that.
    fn enter_subtree(&mut self, top: VertexId) -> Result<(), UpdateRefusal> {
        let Engine { site, .. } = self.engine;
        let mut seen: FxHashSet<VertexId> = FxHashSet::default();
        let mut open = vec![top];
        self.enter_one(NamedVertex { vertex: top, role: self.opened.role(top) })?;
        while let Some(vertex) = open.pop() {
            if vertex != top {
                self.enter_one(NamedVertex { vertex, role: self.opened.role(vertex) })?;
            }
            let edges = site.tree.child_edges(&site.graph, vertex);
            let target = |edge: &EdgeId| site.graph.edges()[edge.index()].target;
            let kept =
                edges.iter().copied().filter(|e| !self.opened.given_back.contains(&target(e)));
            let kept: Vec<EdgeId> = kept.collect();
            for child in kept.iter().rev().map(target) {
                if !seen.insert(child) {
                    continue;
                }
                if self.roles.contains_key(&child) {
                    return Err(UpdateRefusal::Repeated(child));
                }
                open.push(child);
            }
            self.edges.extend(kept);
        }
        Ok(())
    }

    fn enter_one(&mut self, named: NamedVertex) -> Result<(), UpdateRefusal> {
        let NamedVertex { vertex, role } = named;
        let Engine { site, state, .. } = self.engine;
        let taken = |TimeWindow { start, end }| match role {
            Role::Held => state.is_touched(site, vertex, start, end),
            Role::Shown | Role::Passed => state.is_claimed(vertex, start, end),
        };
        if self.held.contains(&vertex) || self.window.is_some_and(taken) {
            return Err(UpdateRefusal::Taken(named));
        }
        if role == Role::Held {
            if self.window.is_none() {
                return Err(UpdateRefusal::Window(vertex));
            }
            self.held.insert(vertex);
            self.roles.insert(vertex, role);
        } else if self.roles.get(&vertex) != Some(&Role::Shown) {
            self.roles.insert(vertex, role);
        }
        Ok(())
    }

    /// The edges that the set names, without those of other subsystems.
    fn emission(&self) -> Emission<'_> {
        let site = &self.engine.site;
        let chosen = |vertex: VertexId| {
            let exclusive = matches!(self.roles.get(&vertex), Some(Role::Held | Role::Shown));
            Chosen { amount: site.graph.vertex(vertex).size, exclusive }
        };
        let root = chosen(site.tree.root());
        let mut emission = Emission::new(site, &self.exclusive_types, root);
        for &edge in &self.edges {
            let ends = site.graph.edges()[edge.index()];
            if ends.subsystem == site.tree.subsystem() {
                emission.select_edge(edge, chosen(ends.target));
            }
        }
        emission
    }

    fn selection(&self) -> Selection {
        self.emission().run()
    }

    /// What is recorded, children first. What is held without an edge leading to it is connected, so that no
    /// vertex above it counts as untouched.
    fn grants(&self, selection: &Selection) -> Result<Vec<Grant>, UpdateRefusal> {
        let tree = &self.engine.site.tree;
        let walked: FxHashSet<VertexId> = selection.vertices.iter().map(|v| v.vertex).collect();
        let mut strays: Vec<VertexId> = self.held.difference(&walked).copied().collect();
        strays.sort_unstable();
        let mut grants: Vec<Grant> = strays
            .iter()
            .filter(|&&v| tree.position(v).is_none())
            .map(|&vertex| Grant { vertex, depth: 1, exclusive: true, unlisted: false })
            .collect();
        if grants.len() == strays.len() {
            grants.extend(selection.vertices.iter().map(Grant::from));
        } else {
            let mut emission = self.emission();
            for &stray in &strays {
                emission.connect(stray);
                self.hold(&mut emission, stray);
            }
            grants.extend(emission.run().vertices.iter().map(Grant::from));
        }
        for grant in &mut grants {
            self.settle(grant)?;
        }
        Ok(grants)
    }

    fn hold(&self, emission: &mut Emission<'_>, stray: VertexId) {
        let site = &self.engine.site;
        let chosen = Chosen { amount: site.graph.vertex(stray).size, exclusive: true };
        match site.tree.parent(stray) {
            Some(parent) => emission.select(parent, stray, chosen),
            None => emission.root = chosen,
        }
    }

    /// What is only shown as held is not. What the policy adds is, but nothing lists it
    /// (`docs/semantics/state.md`, Update).
    fn settle(&self, grant: &mut Grant) -> Result<(), UpdateRefusal> {
        let Engine { policy, state, .. } = self.engine;
        let vertex = grant.vertex;
        let added = grant.exclusive && policy.is_node_exclusive();
        grant.unlisted = added && !self.held.contains(&vertex);
        grant.exclusive = added || self.held.contains(&vertex);
        let taken = self.window.is_some_and(|w| state.is_claimed(vertex, w.start, w.end));
        if taken {
            let role = if grant.exclusive { Role::Held } else { Role::Passed };
            return Err(UpdateRefusal::Taken(NamedVertex { vertex, role }));
        }
        Ok(())
    }
}
