//! Which job holds a vertex for itself, and when. Most vertices have no claim or one.

use fluxion_graph::VertexId;

use crate::operation::JobId;

const NONE: u32 = u32::MAX;

/// Whether a booking holds now or later. Decides in which of the reference's lists the job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// An allocation.
    Allocation,
    /// A reservation.
    Reservation,
    /// In use, but in neither list.
    Unlisted,
}

/// The exclusive use of a vertex during [`start`, `end`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) job: JobId,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) hold: Hold,
}

impl Claim {
    #[inline]
    pub(crate) fn overlaps(&self, start: i64, end: i64) -> bool {
        self.start < end && start < self.end
    }
}

/// The claims of all vertices: linked lists in one table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claims {
    pub(crate) head: Vec<u32>,
    pub(crate) entries: Vec<(Claim, u32)>,
    pub(crate) free: Vec<u32>,
}

impl Claims {
    pub(crate) fn new(vertices: usize) -> Self {
        Self { head: vec![NONE; vertices], ..Self::default() }
    }

    pub(crate) fn add(&mut self, vertex: VertexId, claim: Claim) {
        let head = &mut self.head[vertex.index()];
        let entry = (claim, *head);
        *head = match self.free.pop() {
            Some(slot) => {
                self.entries[slot as usize] = entry;
                slot
            }
            None => {
                self.entries.push(entry);
                self.entries.len() as u32 - 1
            }
        };
    }

    /// Removes the claim of a job.
    pub(crate) fn remove(&mut self, vertex: VertexId, job: JobId) -> Option<Claim> {
        let mut before = None;
        let mut at = self.head[vertex.index()];
        while at != NONE {
            let (claim, next) = self.entries[at as usize];
            if claim.job == job {
                match before {
                    None => self.head[vertex.index()] = next,
                    Some(previous) => self.entries[previous as usize].1 = next,
                }
                self.free.push(at);
                return Some(claim);
            }
            before = Some(at);
            at = next;
        }
        None
    }

    #[inline]
    pub(crate) fn has_any(&self, vertex: VertexId) -> bool {
        self.head[vertex.index()] != NONE
    }

    pub(crate) fn of(&self, vertex: VertexId) -> impl Iterator<Item = &Claim> + '_ {
        let first = self.head[vertex.index()];
        let entry = |at: u32| self.entries.get(at as usize);
        std::iter::successors(entry(first), move |(_, next)| entry(*next)).map(|(claim, _)| claim)
    }
}
