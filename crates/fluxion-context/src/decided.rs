//! Deciding and doing are two steps: what a call comes to is decided first, as an answer and a change, both plain data;
//! [`Context::apply`](crate::Context::apply) then does what the change says. Between the two the change can be recorded.

use fluxion_engine::Change;

/// What a call comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided<T> {
    /// What its caller is told.
    pub answer: T,
    /// What is to be done; nothing where the call changes nothing.
    pub change: Option<Change>,
}

impl<T> Decided<T> {
    pub(crate) fn changing(answer: T, change: Change) -> Self {
        Self { answer, change: Some(change) }
    }

    pub(crate) fn idle(answer: T) -> Self {
        Self { answer, change: None }
    }
}
