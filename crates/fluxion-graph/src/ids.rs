//! Dense typed ids. An id is an index into one table of one [`Graph`](crate::Graph); ids of different
//! graphs must not be mixed.

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

id!(/// A vertex, numbered in order of creation.
    VertexId(u32));
id!(/// An edge, numbered in order of creation over all subsystems.
    EdgeId(u32));
id!(/// A resource type, in the engine's numbering: built-in types first, then by first appearance.
    TypeId(u16));
id!(/// A subsystem, in the order in which the names appeared while loading.
    SubsystemId(u8));
id!(/// An interned string.
    Symbol(u32));
id!(/// An interned path.
    PathId(u32));

/// The subsystem `containment`, which every graph knows.
pub const CONTAINMENT: SubsystemId = SubsystemId(0);
