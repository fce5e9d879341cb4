//! The most that any vertex of a class has below it, so that a request beyond all of them is refused without
//! looking at any. Knows nothing of bookings.

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
        let width = layout.counted.width();
        let mut most = vec![0; classes.len() * width];
        for (inner, vertex) in layout.inner.iter().enumerate() {
            let Some(class) = classes.class_of(vertex) else { continue };
            let below = &layout.totals[inner * width..][..width];
            let most = &mut most[class.index() * width..][..width];
            most.iter_mut().zip(below).for_each(|(most, &units)| *most = units.max(*most));
        }
        Self { most, width }
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
