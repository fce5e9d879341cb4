//! All errors of a jobspec, for whoever wants to mend it. The parts of a jobspec note what their own functions, which
//! end with the first error, say of each piece.

use crate::error::JobspecError;

/// Errors in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Flaws(Vec<JobspecError>);

impl Flaws {
    /// What came of a piece; nothing if it is faulty.
    pub(super) fn keep<T>(&mut self, result: Result<T, JobspecError>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }

    /// [`Flaws::keep`] where nothing comes of a piece that is of use.
    pub(super) fn check<T>(&mut self, result: Result<T, JobspecError>) {
        self.keep(result);
    }

    pub(super) fn extend(&mut self, errors: impl Iterator<Item = JobspecError>) {
        self.0.extend(errors);
    }

    /// In the order of the text, errors without a place first.
    pub(super) fn in_order(mut self) -> Vec<JobspecError> {
        self.0.sort_by_key(JobspecError::position);
        self.0
    }
}
