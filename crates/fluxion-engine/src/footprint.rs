//! What a graph with its jobs takes, in bytes: estimates that rather err to the high side.

use crate::decision::Grant;

/// A job beside its grants.
const JOB: u64 = 128;

/// A vertex that a job has, or passes through.
const GRANT: u64 = 48;

/// What a job has for itself, beside that.
const CLAIM: u64 = 104;

/// The use of an inner vertex over time.
const PLANNER: u64 = 420;

/// What the jobs of a table hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holdings {
    grants: u64,
    claims: u64,
}

impl Holdings {
    pub(crate) fn add(&mut self, grants: &[Grant]) {
        self.grants += grants.len() as u64;
        self.claims += claims(grants);
    }

    pub(crate) fn remove(&mut self, grants: &[Grant]) {
        self.grants = self.grants.saturating_sub(grants.len() as u64);
        self.claims = self.claims.saturating_sub(claims(grants));
    }

    /// How many vertices jobs have for themselves.
    pub(crate) fn claims(self) -> usize {
        self.claims as usize
    }

    fn footprint(self) -> u64 {
        self.grants * GRANT + self.claims * CLAIM
    }

    /// What so many jobs take that hold this, and so many planners.
    pub(crate) fn footprint_of(self, jobs: usize, planners: usize) -> u64 {
        jobs as u64 * JOB + self.footprint() + planners as u64 * PLANNER
    }
}

fn claims(grants: &[Grant]) -> u64 {
    grants.iter().filter(|grant| grant.exclusive).count() as u64
}

/// What a job with these grants will take, in bytes, about.
pub fn footprint_of_job(grants: &[Grant]) -> u64 {
    let mut holdings = Holdings::default();
    holdings.add(grants);
    JOB + holdings.footprint()
}
