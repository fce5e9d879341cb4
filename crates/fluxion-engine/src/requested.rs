//! What a decision is about: a jobspec, and for whom windows are open during it.

use fluxion_jobspec::Jobspec;

use crate::calendar::window::Admission;

/// That no window is named.
static NONE: Admission = Admission::NONE;

/// See the module documentation. A jobspec alone names no window.
#[derive(Clone, Copy, Debug)]
pub struct Requested<'a> {
    /// What is to be found.
    pub jobspec: &'a Jobspec,
    /// The windows that it may use.
    pub admission: &'a Admission,
}

impl<'a> From<&'a Jobspec> for Requested<'a> {
    fn from(jobspec: &'a Jobspec) -> Self {
        Self { jobspec, admission: &NONE }
    }
}
