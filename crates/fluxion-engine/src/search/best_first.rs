//! Short cuts for the top of a request: candidates are looked at in the order in which the policy prefers
//! them, best first, until the request is full, instead of gathering all and sorting.
//!
//! What is chosen is what [`walk`](super::walk) and the final choice would have chosen; a property test holds
//! the two against each other. Where a short cut does not apply, nothing is decided here.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::Exclusivity;

use super::scratch::{Bags, Candidate, Choice};
use super::{Figures, Search};
use crate::index::idle::{Below, Parents};
use crate::policy::Preference;
use crate::request::List;
use crate::site::classes::ClassId;
use crate::site::demand::Needs;

/// Where the candidates for an element come from.
enum Source {
    /// Children of alike parents; idle ones alone, or all.
    Children { below: Below, idle: bool, parents: Parents },
    /// Members of a shelf with enough free units below.
    Room { class: ClassId, needs: Needs },
}

/// How far a source was read.
#[derive(Clone, Copy)]
enum Head {
    /// The parent that was opened last, by key and position, and its place in the list of parents.
    Parent(Option<(i64, u32)>, usize),
    /// A child that was read, by place; its siblings follow up to the end.
    Child(usize, usize),
    /// A member that was read.
    Member(usize),
}

/// Candidates of several sources, best first: a heap of the next candidate, or a bound of it, of each head.
struct Stream {
    sources: Vec<Source>,
    /// Key of the policy, position of the candidate (of a parent: of the parent), source, head.
    heads: BinaryHeap<Reverse<Entry>>,
}

/// Anchors of several shelves, best first.
struct Anchors {
    /// A shelf, and the next member of it that has the room.
    heads: Vec<(usize, Option<usize>)>,
    needs: Needs,
}

/// An entry of a stream; ordered by the first two fields, where a parent comes before its children.
struct Entry {
    key: i64,
    position: u32,
    source: usize,
    head: Head,
}

impl Entry {
    fn order(&self) -> (i64, u32) {
        (self.key, self.position)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

impl Search<'_> {
    /// Decides at the top if a short cut applies; the outer `None` says that none does.
    pub(super) fn select_in_lanes(&mut self) -> Option<Option<Choice>> {
        let request = self.request;
        let applies = self.site.tree.is_tree()
            && !self.policy.stops_early()
            && !self.is_flexible()
            && !request.filters_show;
        if !applies {
            return None;
        }
        let list = request.top.clone();
        if self.policy.preference() == Preference::Locality && !self.slots_come_in_order(&list) {
            return self.select_by_runs();
        }
        let mut bags = self.take_bags(list.len());
        let choice = self.fill(&list, &mut bags).then(|| self.choose_top(&mut bags));
        self.give_back(bags);
        choice
    }

    /// Fills the bags of a list with all that could be chosen; false if no short cut applies.
    fn fill(&mut self, list: &List, bags: &mut Bags) -> bool {
        let elements = &self.request.elements;
        if !list.clone().any(|n| elements[n].is_slot) {
            for (at, element) in list.clone().enumerate() {
                if elements[element].conflicts {
                    self.note_siblings(element);
                    return true;
                }
                self.fill_matched(list, element, &mut bags[at]);
                if bags[at].is_empty() {
                    return true;
                }
            }
            return true;
        }
        let [slot] = list.clone().collect::<Vec<_>>()[..] else {
            list.clone().for_each(|element| self.note_siblings(element));
            return true;
        };
        let members = elements[slot].with.clone();
        match members.len() {
            0 => true,
            1 if elements[members.start].count.max == 1 => {
                self.fill_single(list, slot, &mut bags[0]);
                true
            }
            _ => {
                self.fill_slots(list, slot, &mut bags[0]);
                true
            }
        }
    }

    /// Classes of vertices that a predicate picks, no deeper than the first on each path that any element of
    /// the list relates to.
    pub(super) fn visible(&self, list: &List, pick: impl Fn(ClassId) -> bool) -> Vec<ClassId> {
        let (site, elements) = (self.site, &self.request.elements);
        let named = |class: ClassId| {
            let ty = Some(site.classes.get(class).ty);
            let anchors = |slot: usize| {
                let members = &elements[elements[slot].with.clone()];
                members
                    .iter()
                    .all(|m| m.ty.is_some_and(|ty| site.classes.has_child_type(class, ty)))
            };
            list.clone()
                .any(|n| if elements[n].is_slot { anchors(n) } else { elements[n].ty == ty })
        };
        let mut found = Vec::new();
        let mut open: Vec<ClassId> = site.classes.class_of(site.tree.root()).into_iter().collect();
        while let Some(class) = open.pop() {
            if !named(class) {
                open.extend(&site.classes.get(class).below);
            } else if pick(class) {
                found.push(class);
            }
        }
        found
    }

    fn fill_matched(&mut self, list: &List, element: usize, bag: &mut Vec<u32>) {
        let site = self.site;
        let ty = self.request.elements[element].ty;
        let classes = self.visible(list, |class| Some(site.classes.get(class).ty) == ty);
        let root = site.tree.root();
        if ty == Some(site.graph.vertex(root).ty) {
            // the list names the root, so that nothing else is visible
            bag.extend(self.matched(root, element, false, None));
            return;
        }
        let wanted = &self.request.elements[element];
        let exclusive = wanted.exclusivity == Exclusivity::Exclusive;
        let sources = self.sources(&classes, element, exclusive);
        let mut stream = self.stream(sources);
        let mut units = 0;
        while units < wanted.most
            && let Some(vertex) = self.next_open(&mut stream)
        {
            if let Some(candidate) = self.matched(vertex, element, false, site.tree.parent(vertex))
            {
                units += self.scratch.candidates[candidate as usize].units;
                bag.push(candidate);
            }
        }
    }

    /// Slots of one member each: the members in order of preference.
    fn fill_single(&mut self, list: &List, slot: usize, bag: &mut Vec<u32>) {
        let site = self.site;
        let member = self.request.elements[slot].with.start;
        let Some(ty) = self.request.elements[member].ty else { return };
        let anchors = self.visible(list, |_| true);
        let sources = anchors.iter().map(|&class| self.children((class, ty), true)).collect();
        let mut stream = self.stream(sources);
        let most = self.request.elements[slot].most;
        while (bag.len() as u64) < most
            && let Some(vertex) = self.next_open(&mut stream)
        {
            let anchor = site.tree.parent(vertex);
            let Some(candidate) = self.matched(vertex, member, true, anchor) else { continue };
            let wrapped = self.wrap_in_slot(candidate, anchor.unwrap_or(vertex));
            bag.push(wrapped);
        }
    }

    /// A slot of one member.
    fn wrap_in_slot(&mut self, member: u32, anchor: VertexId) -> u32 {
        let start = self.scratch.picks.len() as u32;
        self.scratch.picks.push(member);
        self.push(Candidate {
            vertex: anchor,
            parent: None,
            units: 1,
            score: self.score(member).saturating_add(1),
            exclusive: true,
            is_slot: true,
            picks: (start, start + 1),
        })
    }

    /// Slots of several members: anchors in the order of the best score that a slot of theirs could have.
    fn fill_slots(&mut self, list: &List, slot: usize, bag: &mut Vec<u32>) {
        let site = self.site;
        let classes = self.visible(list, |_| true);
        let mut anchors = self.anchors_for(&classes, slot);
        let most = self.request.elements[slot].most;
        // key, position of the anchor, order of forming
        let mut best: Vec<(i64, u32, usize, u32)> = Vec::new();
        let mut formed = Vec::new();
        while let Some((bound, position)) = self.next_anchor(&mut anchors) {
            if best.len() as u64 >= most
                && best.last().is_some_and(|&(worst, at, _, _)| (bound, position) > (worst, at))
            {
                break;
            }
            let anchor = site.tree.at(position);
            if !self.is_fitting(anchor)
                || !self.can_hold(anchor, &self.request.elements[slot].demand)
                || !self.is_path_open(anchor)
                || !self.is_open(anchor)
            {
                continue;
            }
            formed.clear();
            self.form(anchor, slot, &mut formed);
            let policy = self.policy;
            best.extend(formed.iter().enumerate().map(|(n, &candidate)| {
                (policy.key(self.score(candidate)), position, n, candidate)
            }));
            best.sort_unstable();
            best.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        }
        best.sort_unstable_by_key(|&(_, position, n, _)| (position, n));
        bag.extend(best.iter().map(|&(_, _, _, candidate)| candidate));
    }

    /// Anchors of some classes, by the best key that a slot could have there.
    fn anchors_for(&mut self, classes: &[ClassId], slot: usize) -> Anchors {
        let members = self.request.elements[slot].with.clone();
        let taken = members.filter_map(|member| {
            let wanted = &self.request.elements[member];
            Some((wanted.ty?, self.vertices_for(wanted, wanted.ty?)))
        });
        let taken: Vec<(TypeId, usize)> = taken.collect();
        let shapes = classes.iter().map(|&class| (class, taken.clone())).collect();
        let shelves = self.shelves.open_anchors(self.site, self.policy, shapes);
        let counted = self.pass.figures == Figures::Apply;
        let needs = if counted { self.needs(slot) } else { Needs::new() };
        let mut anchors = Anchors { heads: Vec::new(), needs };
        anchors.heads =
            shelves.iter().map(|&n| (n, self.anchor_from(n, 0, &anchors.needs))).collect();
        anchors
    }

    fn anchor_from(&mut self, shelf: usize, from: usize, needs: &Needs) -> Option<usize> {
        let (site, state) = (self.site, self.state);
        let free = |v, column| state.free_in(site, v, column);
        self.shelves.anchors.get_mut(shelf)?.1.next_with_room(from, needs, free)
    }

    /// The next anchor with its bound and its position.
    fn next_anchor(&mut self, anchors: &mut Anchors) -> Option<(i64, u32)> {
        let heads = anchors.heads.iter().enumerate();
        let known = heads.filter_map(|(n, &(shelf, at))| {
            let (_, shelf) = self.shelves.anchors.get(shelf)?;
            let position = self.site.tree.position(shelf.member(at?))?;
            Some(((shelf.keys[at?], position), n))
        });
        let (anchor, head) = known.min()?;
        let (shelf, at) = anchors.heads[head];
        let next = self.anchor_from(shelf, at? + 1, &anchors.needs);
        anchors.heads[head].1 = next;
        Some(anchor)
    }

    /// What an element needs below itself, of counted types.
    pub(super) fn needs(&self, element: usize) -> Needs {
        self.request.elements[element].demand.needs(&self.site.layout.counted)
    }

    /// How many vertices of a type a member takes: at least where low scores are best, at most where high.
    fn vertices_for(&self, wanted: &crate::request::RequestElement, ty: TypeId) -> usize {
        let sizes = self.site.layout.sizes(ty);
        let high = matches!(self.policy.preference(), Preference::High | Preference::Locality);
        let vertices = if high {
            wanted.most.div_ceil(u64::from(sizes.0.max(1)))
        } else {
            u64::from(wanted.count.min).div_ceil(u64::from(sizes.1.max(1)))
        };
        usize::try_from(vertices).unwrap_or(usize::MAX)
    }

    /// Where the vertices of classes come from, for an element.
    fn sources(&mut self, classes: &[ClassId], element: usize, exclusive: bool) -> Vec<Source> {
        let site = self.site;
        let needs = self.needs(element);
        if self.pass.figures == Figures::Apply && !exclusive && !needs.is_empty() {
            let room = |&class: &ClassId| Source::Room { class, needs: needs.clone() };
            return classes.iter().map(room).collect();
        }
        let mut below: Vec<Below> = classes
            .iter()
            .filter_map(|&class| {
                Some((site.classes.get(class).parent?, site.classes.get(class).ty))
            })
            .collect();
        below.sort_unstable();
        below.dedup();
        below.into_iter().map(|below| self.children(below, exclusive)).collect()
    }

    fn children(&mut self, below: Below, exclusive: bool) -> Source {
        let idle = exclusive && self.idle_shows();
        let fronts = &mut self.shelves.fronts;
        if idle {
            fronts.refresh(self.site, self.policy, below);
        }
        let parents = fronts.parents(self.site, self.policy, below);
        Source::Children { below, idle, parents }
    }

    /// Whether only what is idle can be a candidate for an element.
    pub(super) fn must_be_idle(&self, element: usize, inherited: bool) -> bool {
        let exclusivity = self.request.elements[element].exclusivity;
        let alone = inherited || exclusivity == Exclusivity::Exclusive;
        alone && exclusivity != Exclusivity::Shared && self.idle_shows()
    }

    /// Whether what is not idle cannot be held alone at the instant of the pass.
    pub(super) fn idle_shows(&self) -> bool {
        // a job whose time is over blocks what it holds, but not what is above (chapter 04, section 4)
        self.pass.figures == Figures::Apply && !self.state.overruns(self.pass.start)
    }

    fn stream(&mut self, sources: Vec<Source>) -> Stream {
        let mut stream = Stream { sources, heads: BinaryHeap::new() };
        for source in 0..stream.sources.len() {
            let head = match &stream.sources[source] {
                Source::Children { .. } => Head::Parent(None, 0),
                Source::Room { class, .. } => {
                    self.shelves.open(self.site, self.policy, *class);
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
            (Source::Children { below, idle, parents }, Head::Parent(last, at)) => {
                let next = if *idle {
                    self.shelves.fronts.next_parent(*below, last)
                } else {
                    parents.get(at).map(|parent| (parent.key, parent.position))
                };
                next.map(|(key, position)| {
                    let head = Head::Parent(Some((key, position)), at + 1);
                    Entry { key, position, source, head }
                })
            }
            (Source::Children { below: (_, ty), idle, .. }, Head::Child(from, end)) => {
                let place = match self.worthwhile(*ty) {
                    _ if *idle => self.shelves.fronts.next_idle(from, end),
                    Some(worthwhile) => worthwhile.next(from).filter(|&place| place < end),
                    None => (from < end).then_some(from),
                };
                place.map(|place| self.entry(source, Head::Child(place, end), self.ranked(place)))
            }
            (Source::Room { class, needs }, Head::Member(last)) => {
                let (site, state) = (self.site, self.state);
                let Some(shelf) = self.shelves.get(*class) else { return };
                let free = |v, column| state.free_in(site, v, column);
                let found = shelf.next_with_room(last.wrapping_add(1), needs, free);
                let member = found.map(|at| (at, shelf.member(at)));
                member.map(|(at, vertex)| self.entry(source, Head::Member(at), vertex))
            }
            _ => None,
        };
        stream.heads.extend(next.map(Reverse));
    }

    fn ranked(&self, place: usize) -> VertexId {
        self.site.layout.ranked(place)
    }

    fn entry(&self, source: usize, head: Head, vertex: VertexId) -> Entry {
        let key = self.policy.key(self.site.score(vertex));
        let position = self.site.tree.position(vertex).unwrap_or(u32::MAX);
        Entry { key, position, source, head }
    }

    /// The next candidate whose ancestors are all open.
    fn next_open(&mut self, stream: &mut Stream) -> Option<VertexId> {
        while let Some(Reverse(entry)) = stream.heads.pop() {
            self.advance(stream, entry.source, after(entry.head));
            let vertex = self.site.tree.at(entry.position);
            if let Head::Parent(..) = entry.head {
                if self.is_open(vertex) && self.is_path_open(vertex) {
                    let Source::Children { below: (_, ty), .. } = &stream.sources[entry.source]
                    else {
                        continue;
                    };
                    let site = self.site;
                    let children = site.layout.children_of_type(&site.graph, vertex, *ty);
                    self.advance(stream, entry.source, Head::Child(children.start, children.end));
                }
                continue;
            }
            if let Head::Child(..) = entry.head {
                return Some(vertex);
            }
            if self.is_path_open(vertex) {
                return Some(vertex);
            }
        }
        None
    }

    pub(super) fn is_path_open(&mut self, vertex: VertexId) -> bool {
        let site = self.site;
        site.tree.ancestors(vertex).all(|above| self.is_open(above))
    }
}

/// Where a source continues after a head.
fn after(head: Head) -> Head {
    match head {
        Head::Child(place, end) => Head::Child(place + 1, end),
        other => other,
    }
}
