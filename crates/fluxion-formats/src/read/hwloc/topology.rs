//! The tree of objects while it is made and reduced. Knows neither text nor resources.

use std::ops::{Index, IndexMut};

use super::bitmap::HwlocBitmap;
use super::kind::ObjectKind;

/// An object of a [`Topology`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ObjectId(pub(super) usize);

/// What an object is, apart from its place in the tree.
#[derive(Clone, Debug)]
pub(super) struct Identity<'a> {
    pub(super) kind: ObjectKind,
    pub(super) subtype: Option<&'a str>,
    /// Of an OS device.
    pub(super) name: Option<&'a str>,
    /// Of a cache, in bytes.
    pub(super) cache_size: u64,
    /// Of a group: whether its level may be merged with another.
    pub(super) merging: Merging,
    pub(super) infos: Infos<'a>,
    /// Where it is in the text.
    pub(super) offset: usize,
}

impl Identity<'_> {
    /// An object of which nothing but the kind is known.
    pub(super) fn bare(kind: ObjectKind, offset: usize) -> Self {
        Self {
            kind,
            subtype: None,
            name: None,
            cache_size: 0,
            merging: Merging::Allowed,
            infos: Infos::default(),
            offset,
        }
    }
}

/// Whether the level of a group may be merged with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merging {
    Allowed,
    Refused,
}

/// The values of the `info` elements that matter; the first of each name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Infos<'a> {
    pub(super) host_name: Option<&'a str>,
    pub(super) size: Option<&'a str>,
    pub(super) device_id: Option<&'a str>,
}

/// Where an object's processors and memory are, as far as the text says.
#[derive(Clone, Debug, Default)]
pub(super) struct Sets {
    pub(super) processors: Option<HwlocBitmap>,
    pub(super) complete_processors: Option<HwlocBitmap>,
    pub(super) nodes: Option<HwlocBitmap>,
}

impl Sets {
    /// The processors, of which none is beyond those that there could be.
    pub(super) fn available(&self) -> Option<HwlocBitmap> {
        let own = self.processors.as_ref()?;
        Some(match &self.complete_processors {
            Some(complete) => own.intersection(complete),
            None => own.clone(),
        })
    }
}

/// An object and its children. Misc objects are never kept.
#[derive(Clone, Debug)]
pub(super) struct Object<'a> {
    pub(super) identity: Identity<'a>,
    pub(super) sets: Sets,
    pub(super) normal: Vec<ObjectId>,
    pub(super) memory: Vec<ObjectId>,
    pub(super) io: Vec<ObjectId>,
    /// Its number among its like (step N6).
    pub(super) logical: i64,
}

/// All objects of a machine. Those that were removed are out of the tree, not out of the list.
#[derive(Clone, Debug)]
pub(super) struct Topology<'a> {
    pub(super) objects: Vec<Object<'a>>,
    pub(super) root: ObjectId,
    /// What may be used: everything, if it is not said.
    pub(super) allowed_processors: HwlocBitmap,
    pub(super) allowed_nodes: HwlocBitmap,
}

impl<'a> Object<'a> {
    pub(super) fn new(identity: Identity<'a>, sets: Sets) -> Self {
        Self { identity, sets, normal: Vec::new(), memory: Vec::new(), io: Vec::new(), logical: -1 }
    }

    /// Children in the order of the walk.
    pub(super) fn children(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.normal.iter().chain(&self.memory).chain(&self.io).copied()
    }
}

impl<'a> Index<ObjectId> for Topology<'a> {
    type Output = Object<'a>;

    fn index(&self, id: ObjectId) -> &Object<'a> {
        &self.objects[id.0]
    }
}

impl<'a> IndexMut<ObjectId> for Topology<'a> {
    fn index_mut(&mut self, id: ObjectId) -> &mut Object<'a> {
        &mut self.objects[id.0]
    }
}
