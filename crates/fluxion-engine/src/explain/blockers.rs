//! Which jobs have what a request would get: those that hold, or pass through, what it wants to hold, and those that
//! hold what it wants to pass through.

use fluxion_graph::TimeWindow;

use super::answer::{BlockingJob, MOST_BLOCKERS};
use crate::bitmap::Bitmap;
use crate::decision::Grant;
use crate::operation::JobId;
use crate::record::{Hold, JobRecord};

/// So many grants of other jobs are compared in the time of one visit.
const GRANTS_A_VISIT: u64 = 16;

/// What somebody wants.
pub(super) struct Claimed {
    held: Bitmap,
    passed: Bitmap,
}

impl Claimed {
    pub(super) fn new(vertices: usize, grants: impl Iterator<Item = Grant>) -> Self {
        let mut claimed = Self { held: Bitmap::new(vertices), passed: Bitmap::new(vertices) };
        for grant in grants {
            let of = if grant.exclusive { &mut claimed.held } else { &mut claimed.passed };
            of.insert(grant.vertex.index());
        }
        claimed
    }

    /// Whether somebody cannot have it beside a job.
    pub(super) fn meets(&self, job: &JobRecord) -> bool {
        job.grants.iter().any(|grant| self.collides_with(grant))
    }

    /// Whether two jobs cannot have a vertex at once.
    fn collides_with(&self, grant: &Grant) -> bool {
        let at = grant.vertex.index();
        self.held.contains(at) || (grant.exclusive && self.passed.contains(at))
    }
}

/// The jobs of a window that have what somebody else wants, the last to end first; allocations whose time is over are
/// there still. `spend` is told how many visits it takes, and says whether to go on. O(grants of the jobs of the window).
pub(super) fn blockers<'j>(
    jobs: impl Iterator<Item = (JobId, &'j JobRecord)>,
    claimed: &Claimed,
    window: TimeWindow,
    mut spend: impl FnMut(u64) -> bool,
) -> Option<Vec<BlockingJob>> {
    let mut found = Vec::new();
    for (job, record) in jobs {
        let TimeWindow { start, end } = record.window;
        let is_over = end <= window.start && record.hold == Hold::Reservation;
        if !record.is_live() || start >= window.end || is_over {
            continue;
        }
        if !spend(record.grants.len() as u64 / GRANTS_A_VISIT + 1) {
            return None;
        }
        let vertices = record.grants.iter().filter(|g| claimed.collides_with(g)).count() as u64;
        if vertices > 0 {
            found.push(BlockingJob { job, start, end, vertices, is_last: false });
        }
    }
    found.sort_by_key(|blocker| (std::cmp::Reverse(blocker.end), blocker.job));
    let last = found.first().map(|blocker| blocker.end);
    for blocker in &mut found {
        blocker.is_last = Some(blocker.end) == last;
    }
    found.truncate(MOST_BLOCKERS);
    Some(found)
}
