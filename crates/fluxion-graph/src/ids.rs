//! Dense typed ids. An id is an index into one table of one [`Graph`](crate::Graph); ids of different
//! graphs must not be mixed.

use std::num::NonZeroU32;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub $inner);

        impl $name {
            /// The id as a table index.
            #[inline]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(/// A vertex, numbered in order of creation; holes are closed from time to time.
    VertexId(u32));
id!(/// An edge, numbered in order of creation over all subsystems.
    EdgeId(u32));
id!(/// A resource type, in the engine's numbering: built-in types first, then by first appearance.
    TypeId(u16));
id!(/// A subsystem, in the order in which the names appeared while loading.
    SubsystemId(u8));
id!(/// An interned string.
    Symbol(u32));
id!(/// What vertices that are counted in the same way share: stem of the name and label of the unit.
    StemId(u32));

/// An interned path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PathId(NonZeroU32);

impl PathId {
    /// The path of a table index; beyond 2^32 − 2 the last one.
    #[inline]
    pub const fn from_index(index: u32) -> Self {
        match NonZeroU32::new(index.saturating_add(1)) {
            Some(number) => Self(number),
            None => Self(NonZeroU32::MAX),
        }
    }

    /// The id as a table index.
    #[inline]
    pub const fn index(self) -> usize {
        (self.0.get() - 1) as usize
    }
}

/// The subsystem `containment`, which every graph knows.
pub const CONTAINMENT: SubsystemId = SubsystemId(0);
