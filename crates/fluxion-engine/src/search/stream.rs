//! Candidates from several sources, best first; each source is read only as far as needed.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use fluxion_graph::{TypeId, VertexId};

use super::access::Access;
use super::candidates::Must;
use super::scope::Scope;
use super::{Figures, Search};
use crate::index::Indices;
use crate::index::class_index::IndexRef;
use crate::index::idle::{ChildGroup, Parent, Parents, key_at};
use crate::site::classes::ClassId;
use crate::site::demand::Needs;

/// Where candidates come from.
enum Source {
    /// Children of alike parents.
    Children { ty: TypeId, must: Must, parents: ParentOrder },
    /// Members of an index with enough free units below.
    Members { index: IndexRef, needs: Needs },
}

/// The order of parents.
enum ParentOrder {
    /// By the best child, whatever it is used for.
    Fixed(Parents),
    /// By the best idle child.
    Idle(ChildGroup),
    /// By the best idle child, of those that the constraint lets the job use.
    Masked(usize),
}

/// How far a source was read.
#[derive(Clone, Copy)]
enum Head {
    /// The parent that was opened last, by key and position, and its index in the list of parents.
    Parent(Option<(i64, u32)>, usize),
    /// A child that was read, by ordinal; its siblings follow up to the end.
    Child(usize, usize),
    /// A member that was read.
    Member(usize),
}

/// See the module documentation: a heap of the next candidate, or a bound of it, of each head.
pub(super) struct Stream {
    sources: Vec<Source>,
    heads: BinaryHeap<Reverse<StreamItem>>,
}

/// What a source has next; ordered by key and position, where a parent comes before its children.
struct StreamItem {
    /// The key that the policy gives to the candidate; of a parent, to its best child.
    key: i64,
    position: u32,
    source: usize,
    head: Head,
}

impl StreamItem {
    fn order(&self) -> (i64, u32) {
        (self.key, self.position)
    }
}

impl PartialEq for StreamItem {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for StreamItem {}

impl PartialOrd for StreamItem {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for StreamItem {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl Search<'_> {
    /// The vertices of some classes, for an element.
    pub(super) fn stream_of_vertices(
        &mut self,
        classes: &[ClassId],
        element: usize,
        access: Access,
    ) -> Stream {
        let site = self.site;
        let needs = self.needs(element);
        if self.pass.figures == Figures::Apply && !access.is_exclusive() && !needs.is_empty() {
            let members = |&class: &ClassId| {
                let index = self.class_index(class);
                Source::Members { index, needs: needs.clone() }
            };
            let sources = classes.iter().map(members).collect();
            return self.stream(sources);
        }
        let group = |&class: &ClassId| {
            let class = site.classes.get(class);
            Some((class.parent?, class.ty))
        };
        let mut groups: Vec<ChildGroup> = classes.iter().filter_map(group).collect();
        groups.sort_unstable();
        groups.dedup();
        let sources = groups.into_iter().map(|group| self.children(group, access)).collect();
        self.stream(sources)
    }

    /// The children of a type that anchors of some classes have, to be held alone.
    pub(super) fn stream_of_members(&mut self, anchors: &[ClassId], ty: TypeId) -> Stream {
        let sources =
            anchors.iter().map(|&class| self.children((class, ty), Access::Exclusive)).collect();
        self.stream(sources)
    }

    fn children(&mut self, group: ChildGroup, access: Access) -> Source {
        let (_, ty) = group;
        let must =
            if access.is_exclusive() && self.idle_shows() { Must::IDLE } else { Must::ANYTHING };
        let parents = if !must.access.is_exclusive() {
            ParentOrder::Fixed(self.indices.idle.parents(self.site, self.policy, group))
        } else if let Some(scope) = self.scope_of_group(group) {
            ParentOrder::Masked(self.refresh_masked(group, scope))
        } else {
            self.indices.idle.refresh(self.site, self.policy, group);
            ParentOrder::Idle(group)
        };
        Source::Children { ty, must, parents }
    }

    /// The number of the index of the best idle children of a group that the constraint lets the job use.
    fn refresh_masked(&mut self, group: ChildGroup, scope: Scope<'_>) -> usize {
        let (site, policy) = (self.site, self.policy);
        let Indices { idle, masked, .. } = &mut *self.indices;
        let best = |parent| {
            if !scope.admits(site, parent) {
                return None;
            }
            let children = site.layout.children_of_type(&site.graph, parent, group.1);
            let next = match scope.ordinals(group.1) {
                Some(admitted) => idle.idle.next_common(admitted, children.start),
                None => idle.idle.next(children.start),
            };
            next.filter(|&at| at < children.end).map(|at| key_at(site, policy, at))
        };
        let masked = masked.select(scope.serial());
        masked.refresh_best(site, group, || scope.parents(site, group), best)
    }

    fn stream(&mut self, sources: Vec<Source>) -> Stream {
        let mut stream = Stream { sources, heads: BinaryHeap::new() };
        for source in 0..stream.sources.len() {
            let head = match &stream.sources[source] {
                Source::Children { .. } => Head::Parent(None, 0),
                Source::Members { .. } => Head::Member(usize::MAX),
            };
            self.advance(&mut stream, source, head);
        }
        stream
    }

    /// Puts what follows a head into the stream.
    fn advance(&mut self, stream: &mut Stream, source: usize, head: Head) {
        let next = match (&stream.sources[source], head) {
            (Source::Children { parents, .. }, Head::Parent(last, at)) => {
                let next = self.next_parent(parents, last, at);
                next.map(|(key, position, at)| {
                    let head = Head::Parent(Some((key, position)), at + 1);
                    StreamItem { key, position, source, head }
                })
            }
            (Source::Children { ty, must, .. }, Head::Child(from, end)) => {
                let next = self.next(from..end, *ty, must);
                next.map(|at| {
                    self.item(source, Head::Child(at, end), self.site.layout.vertex_at(at))
                })
            }
            (Source::Members { index, needs }, Head::Member(last)) => {
                let member = self.next_member(*index, last.wrapping_add(1), needs);
                member.map(|(at, vertex)| self.item(source, Head::Member(at), vertex))
            }
            _ => None,
        };
        stream.heads.extend(next.map(Reverse));
    }

    /// The next parent by key and position, with its place in a fixed order.
    fn next_parent(
        &self,
        parents: &ParentOrder,
        last: Option<(i64, u32)>,
        at: usize,
    ) -> Option<(i64, u32, usize)> {
        let (best, masked) = (&self.indices.idle.best, self.indices.masked.last());
        let index = match parents {
            ParentOrder::Fixed(parents) => {
                let serves =
                    |parent: &&Parent| self.is_worthwhile(self.site.tree.at(parent.position));
                let mut rest = parents.iter().zip(0..).skip(at);
                let found = rest.find(|(parent, _)| serves(parent));
                return found.map(|(parent, at)| (parent.key, parent.position, at));
            }
            ParentOrder::Idle(group) => best.get(group)?,
            ParentOrder::Masked(at) => &masked?.best.get(*at)?.1,
        };
        index.next(last).map(|(key, position)| (key, position, at))
    }

    fn item(&self, source: usize, head: Head, vertex: VertexId) -> StreamItem {
        let key = self.policy.key(self.site.score(vertex));
        let position = self.site.tree.position(vertex).unwrap_or(u32::MAX);
        StreamItem { key, position, source, head }
    }

    /// The next candidate whose ancestors are all open.
    pub(super) fn next_open(&mut self, stream: &mut Stream) -> Option<VertexId> {
        while !self.is_stopped()
            && let Some(Reverse(item)) = stream.heads.pop()
        {
            self.advance(stream, item.source, item.head.next());
            let vertex = self.site.tree.at(item.position);
            match item.head {
                Head::Parent(..) => self.open_parent(stream, item.source, vertex),
                Head::Child(..) => return Some(vertex),
                Head::Member(_) if self.is_path_open(vertex) => return Some(vertex),
                Head::Member(_) => {}
            }
        }
        None
    }

    /// Puts the first child of a parent into the stream, if its path is open.
    fn open_parent(&mut self, stream: &mut Stream, source: usize, parent: VertexId) {
        let site = self.site;
        if self.is_open(parent)
            && self.is_path_open(parent)
            && let Source::Children { ty, .. } = &stream.sources[source]
        {
            let children = site.layout.children_of_type(&site.graph, parent, *ty);
            self.advance(stream, source, Head::Child(children.start, children.end));
        }
    }
}

impl Head {
    /// Where a source continues.
    fn next(self) -> Self {
        match self {
            Self::Child(at, end) => Self::Child(at + 1, end),
            other => other,
        }
    }
}
