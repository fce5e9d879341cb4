//! The most that any vertex of a class has below it, so that a request beyond all of them is refused without
//! looking at any. Knows nothing of bookings.

use fluxion_graph::VertexId;

use super::classes::{ClassId, Classes};
use super::demand::Demand;
use super::layout::Layout;

/// Units of each counted type below the largest vertex of each class, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capacity {
    most: Vec<u64>,
    width: usize,
}

impl Capacity {
    /// O(inner vertices).
    pub(crate) fn of(layout: &Layout, classes: &Classes) -> Self {
        let mut capacity = Self { most: Vec::new(), width: layout.counted.width() };
        capacity.raise(layout, classes, layout.inner.iter());
        capacity
    }

    /// Some vertices are new, or have more below them than before; none has less. O(vertices).
    pub(crate) fn raise(
        &mut self,
        layout: &Layout,
        classes: &Classes,
        vertices: impl Iterator<Item = VertexId>,
    ) {
        let width = self.width;
        self.most.resize(classes.len() * width, 0);
        for vertex in vertices {
            let row = layout.inner(vertex).zip(classes.class_of(vertex));
            let Some((inner, class)) = row else { continue };
            let below = &layout.totals[inner * width..][..width];
            let most = &mut self.most[class.index() * width..][..width];
            most.iter_mut().zip(below).for_each(|(most, &units)| *most = units.max(*most));
        }
    }

    /// Whether some vertex of a class could hold a demand, as far as each type for itself tells.
    pub(crate) fn holds(&self, layout: &Layout, class: ClassId, demand: &Demand) -> bool {
        let most = self.most.get(class.index() * self.width..).unwrap_or(&[]);
        demand.iter().all(|(ty, units)| {
            let column = layout.counted.column(ty);
            column.is_none_or(|column| most.get(column).is_some_and(|&most| units <= most))
        })
    }
}
