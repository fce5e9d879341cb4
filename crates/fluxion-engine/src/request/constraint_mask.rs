//! A constraint made ready for one graph: which nodes a job may use (`docs/semantics/jobspec.md`,
//! Constraints).

use std::sync::Arc;

use fluxion_budget::Budget;
use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Constraint;

use super::resolved_constraint::{ResolvedConstraint, resolve};
use super::testable::{Testable, testable};
use crate::bitmap::Bitmap;
use crate::calendar::barred::Barred;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::site::classes::ClassId;
use crate::site::directory::tested_types;
use crate::terms::most_terms;

/// The vertices that a constraint lets a job use. Only `node` and `storage_node` vertices are tested; all others pass. One that is
/// narrowed by windows also tests the types of the topmost vertices that they bar.
#[derive(Clone, Debug)]
pub(crate) struct ConstraintMask {
    /// Tells constraints apart, those of times before a property changed included.
    serial: u64,
    /// None if it is made of windows alone.
    test: Option<Arc<ResolvedConstraint>>,
    types: [Option<TypeId>; 2],
    /// The types that it tests because of windows.
    narrowed: Vec<TypeId>,
    /// Those that pass the constraint, in depth-first order.
    passing: Arc<[VertexId]>,
    /// The ordinals of those that pass.
    ordinals: Bitmap,
    /// How many of those that pass are nodes.
    passing_nodes: u64,
}

impl ConstraintMask {
    fn of(
        constraint: &Constraint,
        site: &Site,
        serial: u64,
        budget: &Budget,
    ) -> Result<Self, Refusal> {
        let test = resolve(constraint, &site.graph);
        let Testable { vertices: mut passing, charged } = testable(&test, site);
        let (terms, most) = (test.terms(), most_terms(charged));
        if terms > most {
            return Err(Refusal::TooManyTerms { terms, most });
        }
        passing.retain(|&vertex| !budget.is_stopped() && test.holds(&site.graph, vertex));
        budget.check().map_err(|_| Refusal::Stopped)?;
        passing.sort_unstable_by_key(|&vertex| site.tree.position(vertex));
        let mut ordinals = Bitmap::new(site.layout.ordinal_count());
        for ordinal in passing.iter().filter_map(|&vertex| site.layout.ordinal(vertex)) {
            ordinals.insert(ordinal);
        }
        let types = tested_types(&site.graph);
        let [node, _] = types;
        let is_node = |v: &&VertexId| Some(site.graph.vertex(**v).ty) == node;
        let passing_nodes = passing.iter().filter(is_node).count() as u64;
        let (test, passing) = (Some(Arc::new(test)), passing.into());
        Ok(Self { serial, test, types, narrowed: Vec::new(), passing, ordinals, passing_nodes })
    }

    /// What a constraint, or none, leaves of what is not barred; what lies below what is barred is not looked at, nor how many
    /// nodes pass.
    pub(super) fn narrowed(
        site: &Site,
        constraint: Option<&Self>,
        barred: &Barred,
        serial: u64,
    ) -> Self {
        let mut ordinals = Bitmap::full(site.layout.ordinal_count());
        let mut mask = match constraint {
            Some(constraint) => {
                constraint.restrict(site, &mut ordinals);
                Self { serial, ordinals: Bitmap::default(), ..constraint.clone() }
            }
            None => Self {
                serial,
                test: None,
                types: [None; 2],
                narrowed: Vec::new(),
                passing: Arc::default(),
                ordinals: Bitmap::default(),
                passing_nodes: 0,
            },
        };
        for &top in barred.tops() {
            let ty = site.graph.vertex(top).ty;
            if !mask.narrowed.contains(&ty) {
                mask.narrowed.push(ty);
            }
            if let Some(ordinal) = site.layout.ordinal(top) {
                ordinals.remove(ordinal);
            }
        }
        Self { ordinals, ..mask }
    }

    /// Takes the ordinals of vertices that do not pass out of those of all.
    fn restrict(&self, site: &Site, ordinals: &mut Bitmap) {
        let classes = &site.classes;
        for ty in self.tested() {
            let has_such = |class: &ClassId| classes.get(*class).child_types.contains(&ty);
            for class in classes.ids().filter(has_such) {
                for parent in classes.members(&site.tree, class) {
                    let children = site.layout.children_of_type(&site.graph, parent, ty);
                    let first = children.start;
                    ordinals.write_bits(children, |numbers| {
                        self.ordinals.bits(first + numbers.start..first + numbers.end)
                    });
                }
            }
        }
    }

    /// A number that no other constraint has, nor the same one before a property changed.
    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    /// The types whose vertices the constraint itself tests.
    pub(crate) fn tested(&self) -> impl Iterator<Item = TypeId> + '_ {
        self.types.iter().flatten().copied()
    }

    /// Whether vertices of a type are tested.
    #[inline]
    pub(crate) fn tests(&self, ty: TypeId) -> bool {
        self.constrains(ty) || self.narrowed.contains(&ty)
    }

    /// Whether the constraint itself is about vertices of a type.
    #[inline]
    pub(crate) fn constrains(&self, ty: TypeId) -> bool {
        self.types.contains(&Some(ty))
    }

    /// The vertices of tested types that a job may use, depth first, their ancestors aside.
    pub(crate) fn passing(&self) -> &[VertexId] {
        &self.passing
    }

    /// How many nodes a job may use.
    pub(crate) fn passing_nodes(&self) -> u64 {
        self.passing_nodes
    }

    /// Whether a job may use a vertex, its ancestors aside.
    #[inline]
    pub(crate) fn accepts(&self, site: &Site, vertex: VertexId) -> bool {
        if !self.tests(site.graph.vertex(vertex).ty) {
            return true;
        }
        match site.layout.ordinal(vertex) {
            Some(ordinal) => self.ordinals.contains(ordinal),
            None => self.test.as_ref().is_none_or(|test| test.holds(&site.graph, vertex)),
        }
    }

    /// The ordinals of vertices of tested types that a job may use.
    pub(crate) fn ordinals(&self) -> &Bitmap {
        &self.ordinals
    }

    fn agrees_with(&self, constraint: &Constraint, site: &Site) -> bool {
        let test = resolve(constraint, &site.graph);
        let is_tested = |v: &VertexId| self.tests(site.graph.vertex(*v).ty);
        let passes = |v: &VertexId| test.holds(&site.graph, *v);
        let is_node = |v: &VertexId| Some(site.graph.vertex(*v).ty) == self.types[0];
        let tested = || site.tree.order().iter().filter(|v| is_tested(v));
        tested().filter(|v| passes(v)).eq(&*self.passing)
            && tested().all(|v| self.accepts(site, *v) == passes(v))
            && tested().filter(|v| passes(v) && is_node(v)).count() as u64 == self.passing_nodes
    }
}

/// The constraints that were asked last: the same ones come again and again. Forgotten when a property or the
/// order of children changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConstraintMasks {
    recent: Vec<(Arc<Constraint>, Arc<ConstraintMask>)>,
    next_serial: u64,
}

/// How many constraints are remembered.
const MOST_RECENT: usize = 8;

impl ConstraintMasks {
    /// The index of a constraint among the remembered ones; it becomes one if it was not: O(nodes that it names, or that
    /// have a property that it asks for), O(nodes) if it does neither.
    ///
    /// # Errors
    /// [`Refusal::TooManyTerms`], [`Refusal::Stopped`]; it is not remembered then.
    pub(crate) fn enter(
        &mut self,
        constraint: &Constraint,
        site: &Site,
        budget: &Budget,
    ) -> Result<usize, Refusal> {
        if let Some(at) = self.recent.iter().position(|(known, _)| **known == *constraint) {
            return Ok(at);
        }
        let mask = ConstraintMask::of(constraint, site, self.next_serial, budget)?;
        if self.recent.len() == MOST_RECENT {
            self.recent.remove(0);
        }
        self.next_serial += 1;
        self.recent.push((Arc::new(constraint.clone()), Arc::new(mask)));
        Ok(self.recent.len() - 1)
    }

    /// Forgets all, because the graph changed.
    pub(crate) fn forget(&mut self) {
        self.recent.clear();
    }

    /// Whether what is remembered holds on a graph as it is.
    pub(crate) fn agree_with(&self, site: &Site) -> bool {
        self.recent.iter().all(|(constraint, known)| known.agrees_with(constraint, site))
    }

    /// The remembered constraint of a number.
    pub(crate) fn by_serial(&self, serial: u64) -> Option<&ConstraintMask> {
        self.recent.iter().map(|(_, mask)| &**mask).find(|mask| mask.serial == serial)
    }

    /// A remembered constraint.
    pub(crate) fn get(&self, at: usize) -> Option<&ConstraintMask> {
        self.recent.get(at).map(|(_, mask)| &**mask)
    }
}
