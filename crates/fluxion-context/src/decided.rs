//! Deciding and doing are two steps: what a call comes to is decided first, as an answer and a change, both plain data;
//! [`Context::apply`] then does what the change says. Between the two the change can be recorded.

use fluxion_engine::{Carried, Change, Inapplicable, JobId};

use crate::context::Context;

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

impl Context {
    /// Does what a change says; nothing else changes a context, but for what is carried to the next change
    /// ([`Context::carried`]).
    ///
    /// # Errors
    /// [`Inapplicable`] if the change was decided on another state; nothing has changed.
    pub fn apply(&mut self, change: &Change) -> Result<(), Inapplicable> {
        self.engine.apply(change)
    }

    /// What moved since the last change, and travels with the next one: the job numbers that failed matches spent, and
    /// the order in which children are looked at.
    pub fn carried(&self) -> Carried {
        self.engine.carried()
    }

    /// Does what was decided a moment ago.
    pub(crate) fn perform<T>(&mut self, decided: Decided<T>) -> T {
        if let Some(change) = &decided.change {
            let applied = self.apply(change);
            debug_assert_eq!(applied, Ok(()), "it was decided on this state");
        }
        decided.answer
    }

    /// The next job gets the first free number after `job`.
    pub(crate) fn pass_number(&mut self, job: JobId) {
        self.engine.pass_number(job);
    }
}
