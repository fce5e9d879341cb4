//! What a graph was loaded from, so that who sends the same again can be told that it is there.

/// A hash of the text of a graph and of its options, the same in every version ([`source_of`](crate::journal::source_of)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LoadSource(pub u128);
