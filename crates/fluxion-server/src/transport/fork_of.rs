//! What is known of a fork as such.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use fluxion_store::Incarnation;

/// What a fork was made of, and how long it stays.
#[derive(Debug)]
pub(crate) struct ForkOf {
    /// The name of the graph that was copied, its incarnation, and the revision that it had.
    pub(crate) origin: String,
    pub(crate) incarnation: Incarnation,
    pub(crate) revision: u64,
    /// In seconds since 1970.
    pub(crate) until: i64,
    place: Mutex<Option<ForkPlace>>,
}

impl ForkOf {
    /// What is to be dropped then, in seconds since 1970, of a graph at a revision.
    pub(crate) fn new(
        (origin, incarnation): (&str, Incarnation),
        revision: u64,
        until: i64,
        place: ForkPlace,
    ) -> Self {
        let place = Mutex::new(Some(place));
        Self { origin: origin.to_owned(), incarnation, revision, until, place }
    }

    /// It is none any more: its place is free.
    pub(super) fn end(&self) {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// A place among the forks, which is free again when it is dropped.
#[derive(Debug)]
pub(crate) struct ForkPlace(Arc<AtomicUsize>);

impl ForkPlace {
    /// One that was taken of so many.
    pub(crate) fn taken(forks: &Arc<AtomicUsize>) -> Self {
        Self(Arc::clone(forks))
    }
}

impl Drop for ForkPlace {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
