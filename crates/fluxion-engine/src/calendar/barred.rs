//! The vertices that windows keep from a request during one pass. They depend on which windows those are, and on nothing else
//! that moves, so that they are made once for many passes.

use std::sync::Arc;

use fluxion_graph::VertexId;

use super::Calendar;
use super::extent::WindowExtent;
use crate::bitmap::Bitmap;
use crate::site::Site;

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct Barred {
    serial: u64,
    covered: Bitmap,
    above: Bitmap,
    /// Those that cannot be used, without what lies below others of them where that is known.
    tops: Vec<VertexId>,
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

    /// Vertices that cannot be used, so that nothing else that cannot be used is reached but through them.
    pub(crate) fn tops(&self) -> &[VertexId] {
        &self.tops
    }

    /// Whether a vertex, or anything below it, cannot be used.
    pub(crate) fn concerns(&self, vertex: VertexId) -> bool {
        self.covers(vertex) || self.is_above(vertex)
    }
}

impl Barred {
    /// Of what is on the way to something inside, the children that are not; the root if nothing is.
    fn children_outside(&self, site: &Site) -> Vec<VertexId> {
        let root = site.tree.root();
        if self.covers(root) {
            return vec![root];
        }
        let above = self.above.members().map(|at| VertexId(at as u32));
        let children = above.flat_map(|vertex| {
            let edges = site.tree.child_edges(&site.graph, vertex);
            edges.into_iter().map(|edge| site.graph.edges()[edge.index()].target)
        });
        children.filter(|&child| self.covers(child)).collect()
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

/// How often a set is asked for until it is worth orders of its own, and more than how many vertices it takes away. In builds
/// with assertions at once, as small machines would never come so far.
const OFTEN: u32 = if cfg!(debug_assertions) { 1 } else { 4 };
const MANY: usize = if cfg!(debug_assertions) { 0 } else { 32 };

/// How many sets of windows are remembered.
const MOST: usize = 16;

/// What windows came to before: forgotten when a window is set or ends, or the graph changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct BarredSets {
    /// By number of the window.
    extents: Vec<Option<Arc<WindowExtent>>>,
    /// Those that were asked for last, the last one at the end, and how often.
    sets: Vec<(Windows, Arc<Barred>, u32)>,
    next_serial: u64,
}

impl BarredSets {
    pub(crate) fn forget(&mut self) {
        self.extents.clear();
        self.sets.clear();
    }

    /// Which vertices a window is about.
    pub(crate) fn extent(
        &mut self,
        calendar: &Calendar,
        site: &Site,
        at: usize,
    ) -> Arc<WindowExtent> {
        self.extents.resize(calendar.windows().len(), None);
        let extent = self.extents[at]
            .get_or_insert_with(|| Arc::new(WindowExtent::of(site, &calendar.windows()[at].roots)));
        Arc::clone(extent)
    }

    /// What some windows come to. O(1) if it is remembered, else O(vertices / 64 + their runs).
    pub(crate) fn of(
        &mut self,
        calendar: &Calendar,
        site: &Site,
        windows: &Windows,
    ) -> Arc<Barred> {
        if let Some(at) = self.sets.iter().rposition(|(known, ..)| known == windows) {
            self.sets[at..].rotate_left(1);
        } else {
            let barred = Arc::new(self.make(calendar, site, windows));
            if self.sets.len() == MOST {
                self.sets.remove(0);
            }
            self.sets.push((windows.clone(), barred, 0));
        }
        let last = self.sets.len() - 1;
        let (_, barred, asked) = &mut self.sets[last];
        *asked = asked.saturating_add(1);
        Arc::clone(barred)
    }

    /// Whether the set that was asked for last comes again and again, and takes much away: then it is worth orders of its own.
    pub(crate) fn is_worth_orders(&self) -> bool {
        self.sets
            .last()
            .is_some_and(|(_, barred, asked)| *asked >= OFTEN && barred.tops.len() > MANY)
    }

    /// Whether what is remembered follows from the windows and the graph as they are.
    pub(crate) fn agree_with(&self, calendar: &Calendar, site: &Site) -> bool {
        let members = |barred: &Barred| {
            let Barred { covered, above, tops, .. } = barred;
            (covered.checked_members(), above.checked_members(), tops.clone())
        };
        let extents = self.extents.iter().zip(calendar.windows());
        let known = extents.filter_map(|(known, window)| Some((known.as_ref()?, window)));
        self.extents.len() <= calendar.windows().len()
            && known
                .into_iter()
                .all(|(known, window)| **known == WindowExtent::of(site, &window.roots))
            && self.sets.iter().all(|(windows, barred, _)| {
                let anew = Self::default().make(calendar, site, windows);
                members(&anew) == members(barred)
            })
    }

    fn make(&mut self, calendar: &Calendar, site: &Site, windows: &Windows) -> Barred {
        let vertices = site.graph.vertices().len();
        self.next_serial += 1;
        let mut barred = Barred {
            serial: self.next_serial,
            covered: Bitmap::new(vertices),
            above: Bitmap::new(vertices),
            tops: Vec::new(),
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
            barred.tops = barred.children_outside(site);
        }
        for &at in &windows.barring {
            let extent = self.extent(calendar, site, at);
            extent.runs().for_each(|run| barred.covered.insert_range(run));
            for vertex in extent.above() {
                barred.above.insert(vertex.index());
            }
            barred.tops.extend(calendar.windows()[at].roots.iter());
        }
        barred
    }
}
