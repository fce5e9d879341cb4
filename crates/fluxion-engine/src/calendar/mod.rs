//! Windows: times during which vertices are kept from most jobs, for maintenance or for those who reserved them
//! (`docs/semantics/windows.md`). They are a layer of their own beside the bookings: what jobs hold is known to
//! `state` alone, and nothing here changes it.
//!
//! [`window`] is plain data, [`extent`] says which vertices a window is about, [`occurrences`] when. What all of it comes to
//! for one request is asked of a [`gate`], which answers with the vertices that are barred during a pass ([`barred`]).
//!
//! Must not know jobs, requests or searches.

pub(crate) mod barred;
pub(crate) mod extent;
pub(crate) mod gate;
mod occurrences;
pub(crate) mod window;

use std::sync::Arc;

use fluxion_graph::VertexId;

use crate::calendar::occurrences::Occurrences;
use crate::calendar::window::{Admission, Window};

/// All windows of a graph. A clone costs two pointers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar {
    /// By name, ascending.
    windows: Arc<Vec<Arc<Window>>>,
    occurrences: Arc<Occurrences>,
}

impl Calendar {
    /// The calendar of some windows.
    pub(crate) fn of(mut windows: Vec<Arc<Window>>) -> Self {
        windows.sort_by(|a, b| a.name.cmp(&b.name));
        let occurrences = Arc::new(Occurrences::of(&windows));
        Self { windows: Arc::new(windows), occurrences }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }

    /// By name, ascending.
    pub(crate) fn windows(&self) -> &[Arc<Window>] {
        &self.windows
    }

    /// Where a window stands, or would stand.
    fn place_of(&self, name: &str) -> Result<usize, usize> {
        self.windows.binary_search_by(|window| (*window.name).cmp(name))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Window>> {
        self.place_of(name).ok().map(|at| &self.windows[at])
    }

    /// Sets a window, in place of one of the same name. O(occurrences).
    pub(crate) fn set(&mut self, window: Arc<Window>) {
        let place = self.place_of(&window.name);
        let windows = Arc::make_mut(&mut self.windows);
        match place {
            Ok(at) => windows[at] = window,
            Err(at) => windows.insert(at, window),
        }
        self.occurrences = Arc::new(Occurrences::of(windows));
    }

    /// Takes a window out. O(occurrences).
    pub(crate) fn drop(&mut self, name: &str) {
        if let Ok(at) = self.place_of(name) {
            let windows = Arc::make_mut(&mut self.windows);
            windows.remove(at);
            self.occurrences = Arc::new(Occurrences::of(windows));
        }
    }

    /// Vertices have other numbers now, or none.
    pub(crate) fn renumber(&mut self, number: impl Fn(VertexId) -> Option<VertexId>) {
        let stays = |window: &Arc<Window>| window.roots.iter().all(|&v| number(v) == Some(v));
        if self.windows.iter().all(stays) {
            return;
        }
        for window in Arc::make_mut(&mut self.windows) {
            if !stays(window) {
                let roots = window.roots.iter().filter_map(|&root| number(root)).collect();
                *window = Arc::new(Window { roots, ..Window::clone(window) });
            }
        }
    }

    /// Whether what is kept of the times follows from the windows, and all have names of their own.
    pub(crate) fn agrees_with_itself(&self) -> bool {
        self.windows.is_sorted_by(|a, b| a.name < b.name)
            && *self.occurrences == Occurrences::of(&self.windows)
    }

    /// What the windows take, in bytes, about.
    pub(crate) fn footprint(&self) -> u64 {
        let window = |window: &Arc<Window>| {
            let bytes = window.name.len() + window.about.len();
            256 + (bytes + 4 * window.roots.len() + 56 * window.spans().len()) as u64
        };
        self.windows.iter().map(window).sum()
    }

    /// The windows that a request names.
    fn named<'a>(
        &'a self,
        admission: &'a Admission,
    ) -> impl Iterator<Item = (usize, &'a Arc<Window>)> {
        let places = admission.windows.iter().filter_map(|name| self.place_of(name).ok());
        places.map(|at| (at, &self.windows[at]))
    }
}
