//! What is odd about a document that can be loaded all the same.

/// Something in a document that was taken for something else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JgfWarning {
    /// Vertices with the status -1, which some writers mean as "unknown".
    #[error(
        "{count} vertices have the `status` -1 (unknown) and are taken to be up; the first is `{first}`"
    )]
    UnknownStatus {
        /// How many.
        count: usize,
        /// The id of the first, or the start of it.
        first: String,
    },
}
