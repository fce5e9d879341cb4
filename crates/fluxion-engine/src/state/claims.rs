//! Which job holds a vertex for itself, and when. Most vertices have no claim or one.

use fluxion_graph::VertexId;

use crate::blocks::BlockTable;
use crate::operation::JobId;
use crate::record::Hold;

const NONE: u32 = u32::MAX;

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

/// A claim of a list: what follows it lies between the parts of the claim, so that there is no gap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    job: JobId,
    start: i64,
    end: i64,
    next: u32,
    hold: Hold,
}

impl Link {
    fn claim(&self) -> Claim {
        Claim { job: self.job, start: self.start, end: self.end, hold: self.hold }
    }
}

/// The claims of all vertices: linked lists in one table.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    head: BlockTable<u32, 512>,
    links: BlockTable<Link, 128>,
    /// The list of those that are not in use.
    free: u32,
}

impl Claims {
    pub(crate) fn new(vertices: usize) -> Self {
        Self { head: BlockTable::new(vertices, &NONE), links: BlockTable::default(), free: NONE }
    }

    /// Adds claims; quick if neighbours come one after the other.
    /// There are so many vertices now.
    pub(crate) fn grow(&mut self, vertices: usize) {
        self.head.grow(vertices, &NONE);
    }

    pub(crate) fn add(&mut self, claims: impl Iterator<Item = (VertexId, Claim)>) {
        let Self { head, links, free } = self;
        let claims = claims.map(|(vertex, claim)| (vertex.index(), claim));
        head.change_each(claims, |head, Claim { job, start, end, hold }| {
            let link = Link { job, start, end, next: *head, hold };
            *head = match *free {
                NONE => {
                    links.push(link);
                    links.len() as u32 - 1
                }
                at => {
                    let unused = &mut links[at as usize];
                    *free = unused.next;
                    *unused = link;
                    at
                }
            };
        });
    }

    /// Removes the claim of a job.
    pub(crate) fn remove(&mut self, vertex: VertexId, job: JobId) -> Option<Claim> {
        let mut before = None;
        let mut at = self.head[vertex.index()];
        while at != NONE {
            let link = self.links[at as usize];
            let next = link.next;
            if link.job == job {
                match before {
                    None => self.head[vertex.index()] = next,
                    Some(previous) => self.links[previous as usize].next = next,
                }
                self.links[at as usize].next = self.free;
                self.free = at;
                return Some(link.claim());
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

    pub(crate) fn of(&self, vertex: VertexId) -> impl Iterator<Item = Claim> + '_ {
        self.list(self.head[vertex.index()]).map(Link::claim)
    }

    /// How many links there are, those that are not in use included.
    pub(crate) fn link_count(&self) -> usize {
        self.links.len()
    }

    /// How many links are not in use. O(links).
    pub(crate) fn count_free(&self) -> usize {
        self.list(self.free).take(self.links.len() + 1).count()
    }

    fn list(&self, first: u32) -> impl Iterator<Item = &Link> + '_ {
        let link = |at: u32| self.links.get(at as usize);
        std::iter::successors(link(first), move |before| link(before.next))
    }
}
