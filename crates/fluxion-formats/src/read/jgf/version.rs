//! The versions of the format.

/// The version of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum JgfVersion {
    /// `nodes` is a list.
    #[default]
    V1,
    /// `nodes` is an object.
    V2,
}
