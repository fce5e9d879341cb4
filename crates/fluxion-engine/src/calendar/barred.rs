//! The vertices that windows keep from a request during one pass. They depend on which windows those are, and on nothing else
//! that moves, so that they are made once for many passes.

use std::sync::Arc;

use fluxion_graph::VertexId;

use super::Calendar;
use super::extent::Extent;
use crate::bitmap::Bitmap;
use crate::site::Site;

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct Barred {
    serial: u64,
    covered: Bitmap,
    above: Bitmap,
}

impl Barred {
    /// A number that tells it from all others that were made for an engine.
    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    /// Whether a vertex cannot be used at all.
    #[inline]
    pub(crate) fn covers(&self, vertex: VertexId) -> bool {
        self.covered.contains(vertex.index())
    }

    /// Whether something below a vertex cannot be used, so that no job may have it alone.
    #[inline]
    pub(crate) fn is_above(&self, vertex: VertexId) -> bool {
        self.above.contains(vertex.index())
    }

    /// Whether a vertex, or anything below it, cannot be used.
    pub(crate) fn concerns(&self, vertex: VertexId) -> bool {
        self.covers(vertex) || self.is_above(vertex)
    }
}

/// The windows that matter to one pass of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Windows {
    /// Those that keep it out, by number, ascending.
    pub(crate) barring: Vec<usize>,
    /// Outside of which it may use nothing, if it is confined.
    pub(crate) inside: Option<Vec<usize>>,
}

impl Windows {
    pub(crate) fn is_none(&self) -> bool {
        self.barring.is_empty() && self.inside.is_none()
    }
}

/// How many sets of windows are remembered.
const MOST: usize = 16;

/// What windows came to before: forgotten when a window is set or ends, or the graph changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct BarredSets {
    /// By number of the window.
    extents: Vec<Option<Arc<Extent>>>,
    /// Those that were asked for last, the last one at the end.
    sets: Vec<(Windows, Arc<Barred>)>,
    next_serial: u64,
}

impl BarredSets {
    pub(crate) fn forget(&mut self) {
        self.extents.clear();
        self.sets.clear();
    }

    /// Which vertices a window is about.
    pub(crate) fn extent(&mut self, calendar: &Calendar, site: &Site, at: usize) -> Arc<Extent> {
        self.extents.resize(calendar.windows().len(), None);
        let extent = self.extents[at]
            .get_or_insert_with(|| Arc::new(Extent::of(site, &calendar.windows()[at].roots)));
        Arc::clone(extent)
    }

    /// What some windows come to. O(1) if it is remembered, else O(vertices / 64 + their runs).
    pub(crate) fn of(
        &mut self,
        calendar: &Calendar,
        site: &Site,
        windows: &Windows,
    ) -> Arc<Barred> {
        if let Some(at) = self.sets.iter().rposition(|(known, _)| known == windows) {
            self.sets[at..].rotate_left(1);
        } else {
            let barred = Arc::new(self.make(calendar, site, windows));
            if self.sets.len() == MOST {
                self.sets.remove(0);
            }
            self.sets.push((windows.clone(), barred));
        }
        let last = self.sets.len() - 1;
        Arc::clone(&self.sets[last].1)
    }

    fn make(&mut self, calendar: &Calendar, site: &Site, windows: &Windows) -> Barred {
        let vertices = site.graph.vertices().len();
        self.next_serial += 1;
        let mut barred = Barred {
            serial: self.next_serial,
            covered: Bitmap::new(vertices),
            above: Bitmap::new(vertices),
        };
        if let Some(inside) = &windows.inside {
            barred.covered = Bitmap::full(vertices);
            for &at in inside {
                let extent = self.extent(calendar, site, at);
                extent.runs().for_each(|run| barred.covered.remove_range(run));
                for vertex in extent.above() {
                    barred.covered.remove(vertex.index());
                    barred.above.insert(vertex.index());
                }
            }
            // one may lie inside of another
            for &at in inside {
                let extent = self.extent(calendar, site, at);
                extent.runs().for_each(|run| barred.above.remove_range(run));
            }
        }
        for &at in &windows.barring {
            let extent = self.extent(calendar, site, at);
            extent.runs().for_each(|run| barred.covered.insert_range(run));
            for vertex in extent.above() {
                barred.above.insert(vertex.index());
            }
        }
        barred
    }
}
