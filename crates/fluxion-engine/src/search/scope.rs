//! The vertices that a constraint lets a job use, as far as an index has to know them. Looks at no booking.

use fluxion_graph::{TypeId, VertexId};

use crate::bitmap::Bitmap;
use crate::index::idle::ChildGroup;
use crate::request::constraint_mask::ConstraintMask;
use crate::site::Site;
use crate::site::classes::ClassId;

/// See the module documentation.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a>(pub(super) &'a ConstraintMask);

impl Scope<'_> {
    /// Tells it from those of all other constraints.
    pub(super) fn serial(self) -> u64 {
        self.0.serial()
    }

    /// Whether it is about vertices of a type.
    pub(super) fn tests(self, ty: TypeId) -> bool {
        self.0.tests(ty)
    }

    /// The ordinals of those of a type that may be used, what is above them aside; none if all may.
    pub(super) fn ordinals(&self, ty: TypeId) -> Option<&Bitmap> {
        self.tests(ty).then(|| self.0.ordinals())
    }

    /// Whether a vertex and all that is above it may be used.
    pub(super) fn admits(self, site: &Site, vertex: VertexId) -> bool {
        self.0.accepts(site, vertex)
            && site.tree.ancestors(vertex).all(|above| self.0.accepts(site, above))
    }

    /// The members of a class that may be used. O(vertices that pass) if these are what is tested, else O(members).
    pub(super) fn members(self, site: &Site, class: ClassId) -> Vec<VertexId> {
        let admits = |&v: &VertexId| self.admits(site, v);
        if self.0.constrains(site.classes.get(class).ty) {
            let of_class = |v: &VertexId| site.classes.class_of(*v) == Some(class);
            self.0.passing().iter().copied().filter(of_class).filter(admits).collect()
        } else {
            let members = site.classes.members(&site.tree, class);
            members.into_iter().filter(admits).collect()
        }
    }

    /// The parents in a group that may be used and have children that may.
    pub(super) fn parents(self, site: &Site, (class, ty): ChildGroup) -> Vec<VertexId> {
        if !self.0.constrains(ty) {
            return self.members(site, class);
        }
        let children = self.0.passing().iter().filter(|v| site.graph.vertex(**v).ty == ty);
        let mut parents: Vec<VertexId> = children.filter_map(|&v| site.tree.parent(v)).collect();
        parents.dedup();
        parents.retain(|&v| site.classes.class_of(v) == Some(class) && self.admits(site, v));
        parents
    }
}
