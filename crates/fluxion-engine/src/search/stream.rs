//! Candidates from several sources, best first; each source is read only as far as needed.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use fluxion_graph::{TypeId, VertexId};

use super::access::Access;
use super::{Figures, Search};
use crate::index::idle::{ChildGroup, Parents};
use crate::site::classes::ClassId;
use crate::site::demand::Needs;

/// Where candidates come from.
enum Source {
    /// Children of alike parents; idle ones alone, or all.
    Children { group: ChildGroup, idle: bool, parents: Parents },
    /// Members of a class with enough free units below.
    Members { class: ClassId, needs: Needs },
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
            let members = |&class: &ClassId| Source::Members { class, needs: needs.clone() };
            return self.stream(classes.iter().map(members).collect());
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
        let idle = access.is_exclusive() && self.idle_shows();
        let index = &mut self.indices.idle;
        if idle {
            index.refresh(self.site, self.policy, group);
        }
        let parents = index.parents(self.site, self.policy, group);
        Source::Children { group, idle, parents }
    }

    fn stream(&mut self, sources: Vec<Source>) -> Stream {
        let mut stream = Stream { sources, heads: BinaryHeap::new() };
        for source in 0..stream.sources.len() {
            let head = match &stream.sources[source] {
                Source::Children { .. } => Head::Parent(None, 0),
                Source::Members { class, .. } => {
                    self.indices.build_class(self.site, self.policy, *class);
                    Head::Member(usize::MAX)
                }
            };
            self.advance(&mut stream, source, head);
        }
        stream
    }

    /// Puts what follows a head into the stream.
    fn advance(&mut self, stream: &mut Stream, source: usize, head: Head) {
        let next = match (&stream.sources[source], head) {
            (Source::Children { group, idle, parents }, Head::Parent(last, at)) => {
                let next = if *idle {
                    self.indices.idle.next_parent(*group, last)
                } else {
                    parents.get(at).map(|parent| (parent.key, parent.position))
                };
                next.map(|(key, position)| {
                    let head = Head::Parent(Some((key, position)), at + 1);
                    StreamItem { key, position, source, head }
                })
            }
            (Source::Children { group: (_, ty), idle, .. }, Head::Child(from, end)) => {
                let next = match *idle {
                    true => self.next_idle(from..end, *ty),
                    false => self.next_worthwhile(from..end, *ty),
                };
                next.map(|at| {
                    self.item(source, Head::Child(at, end), self.site.layout.vertex_at(at))
                })
            }
            (Source::Members { class, needs }, Head::Member(last)) => {
                let (site, state) = (self.site, self.state);
                let Some(index) = self.indices.class(*class) else { return };
                let free = |v, column| state.free_in(site, v, column);
                let next = index.next_with_free(last.wrapping_add(1), needs, free);
                let member = next.map(|at| (at, index.member(at)));
                member.map(|(at, vertex)| self.item(source, Head::Member(at), vertex))
            }
            _ => None,
        };
        stream.heads.extend(next.map(Reverse));
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
            && let Source::Children { group: (_, ty), .. } = &stream.sources[source]
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
