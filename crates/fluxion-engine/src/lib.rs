//! Matching: which resources, and when; booking and cancelling them.

mod operation;

pub use operation::{JobId, JobState, MatchOperation, UnknownOperation};
