//! Which jobs of a graph with a clock are to begin or to end, and when. It stands beside a store, which it looks at and never
//! changes: whoever keeps both applies what is due, and tells what was applied ([`Agenda::note`]). Must not know a clock.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::sync::Arc;

use fluxion_context::{
    Action, BeginRefusal, Change, Clock, Expiry, Job, JobId, JobState, Status, Window, WindowTimes,
};

use crate::commit::Commit;
use crate::late::{Blocker, LateReservations};
use crate::store::Store;

/// So many entries that mean nothing any more are kept besides as many as there are live jobs.
const SPARE: usize = 1024;

/// What comes first of what is due in the same second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    End,
    Begin,
}

/// What is to happen to the jobs of a graph by itself.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    /// When a job is to begin or to end. An entry may mean nothing any more: the job itself says what is true.
    times: BinaryHeap<Reverse<(i64, Turn, JobId)>>,
    /// Reservations whose time has come, and that cannot begin; shared with who looks at them.
    late: Arc<LateReservations>,
    /// Reservations whose time has come, and of which nothing is known to be in the way.
    ready: BTreeSet<(i64, JobId)>,
    /// When something is to be done about a window.
    windows: BTreeSet<(i64, Arc<str>)>,
    /// Which reservations were found to wait, and for what, since somebody has asked.
    newly_late: Vec<(JobId, Blocker)>,
}

impl Agenda {
    /// That of a graph; none if it has no clock: then jobs neither begin nor end by themselves. O(jobs log jobs).
    pub fn of(store: &Store) -> Option<Self> {
        if store.options().clock == Clock::Manual {
            return None;
        }
        let mut agenda = Self::default();
        agenda.enter_all(store);
        Some(agenda)
    }

    fn enter_all(&mut self, store: &Store) {
        store.context().jobs().for_each(|job| self.enter(&job, store));
        self.enter_windows(store);
    }

    fn enter_windows(&mut self, store: &Store) {
        let due =
            |window: &Arc<Window>| Some((store.window_due(window)?, Arc::clone(&window.name)));
        self.windows = store.context().windows().filter_map(due).collect();
    }

    /// When something is to be done, in seconds; it may turn out that nothing is.
    pub fn next(&self) -> Option<i64> {
        let of_ready = self.ready.first().map(|&(start, _)| start);
        let of_times = self.times.peek().map(|&Reverse((time, ..))| time);
        let of_windows = self.windows.first().map(|&(time, _)| time);
        of_ready.into_iter().chain(of_times).chain(of_windows).min()
    }

    /// How many entries there are, those included that mean nothing any more.
    #[expect(clippy::len_without_is_empty, reason = "it is a measure, and no list")]
    pub fn len(&self) -> usize {
        self.times.len() + self.ready.len() + self.late.len() + self.windows.len()
    }

    /// Whether there is something to be done now.
    pub fn is_due(&self, now: i64) -> bool {
        self.next().is_some_and(|time| time <= now)
    }

    /// The reservations whose time has come, and that cannot begin. What is told stays as it is.
    pub fn late(&self) -> &Arc<LateReservations> {
        &self.late
    }

    /// The reservations that were found to wait since this was asked last, and for what.
    pub fn take_newly_late(&mut self) -> Vec<(JobId, Blocker)> {
        std::mem::take(&mut self.newly_late)
    }

    /// What is to be done next, at the time of the store; nothing if nothing is due. What is told must be applied, and noted,
    /// before the next one is asked for.
    pub fn due(&mut self, store: &Store) -> Option<Commit> {
        if let Some(change) = self.due_window(store) {
            return Some(store.own_commit(change));
        }
        loop {
            let job = self.pop(store.now())?;
            let Some(job) = store.context().job(job) else { continue };
            if let Some(change) = self.change_of(&job, store) {
                return Some(store.own_commit(change));
            }
        }
    }

    /// What is done about the first window that is due; one that is to stay as it is is looked at again when its next time ends.
    fn due_window(&mut self, store: &Store) -> Option<Change> {
        while let Some((time, _)) = self.windows.first()
            && *time <= store.now()
            && let Some((_, name)) = self.windows.pop_first()
        {
            let Some(window) = store.context().window(&name) else { continue };
            if let Some(change) = store.keep_window(window) {
                return Some(change);
            }
            if let WindowTimes::Spans(spans) = &window.times
                && let Some(next) = spans.iter().find(|span| span.end > store.now())
            {
                self.windows.insert((next.end, name));
            }
        }
        None
    }

    fn pop(&mut self, now: i64) -> Option<JobId> {
        if let Some((_, job)) = self.ready.pop_first() {
            return Some(job);
        }
        let &Reverse((time, _, job)) = self.times.peek()?;
        if time > now {
            return None;
        }
        self.times.pop();
        Some(job)
    }

    /// What happens to a job now, if anything does.
    fn change_of(&mut self, job: &Job, store: &Store) -> Option<Change> {
        let (now, context) = (store.now(), store.context());
        match job.state {
            _ if is_over(job, store) => context.decide_end(job.id).ok(),
            JobState::Reserved if job.at <= now => match context.decide_begin(job.id, now) {
                Ok(change) => Some(change),
                Err(BeginRefusal::HeldUp(obstacle)) => {
                    self.hold_up(job, obstacle.into(), store);
                    None
                }
                Err(BeginRefusal::NoReservation(_)) => None,
            },
            _ => None,
        }
    }

    fn hold_up(&mut self, job: &Job, blocker: Blocker, store: &Store) {
        let earlier = Arc::make_mut(&mut self.late).enter((job.at, job.id), blocker);
        self.newly_late.push((job.id, blocker));
        // it ends with its window, even if it never began
        if earlier.is_none() && releases(store) {
            self.times.push(Reverse((job.end, Turn::End, job.id)));
        }
    }

    /// Notes what was applied to the store: which jobs are due when, and who need not wait any more.
    pub fn note(&mut self, change: &Change, store: &Store) {
        match &change.action {
            Some(Action::Book { job, .. }) => self.reenter(*job, store),
            Some(Action::Begin { job } | Action::Retime { job, .. }) => self.renew(*job, store),
            Some(Action::Cancel { job } | Action::End { job } | Action::Keep { job, .. }) => {
                self.leave(*job, store);
            }
            Some(Action::SetWindow { truncated, cancelled, .. }) => {
                truncated.iter().for_each(|&(job, _)| self.renew(job, store));
                cancelled.iter().for_each(|&job| self.leave(job, store));
                self.enter_windows(store);
            }
            Some(Action::DropWindow { .. }) => self.enter_windows(store),
            Some(Action::Mark { status: Status::Up, .. }) => self.free(Blocker::Down),
            // jobs may have lost what they waited for, or be gone
            Some(Action::Shrink(_)) => self.free_all(),
            Some(Action::Mark { .. } | Action::SetProperty { .. } | Action::Grow(_)) | None => {}
        }
        self.compact(store);
    }

    /// A job has begun, or ends at another time.
    fn renew(&mut self, job: JobId, store: &Store) {
        self.forget(job);
        self.reenter(job, store);
        self.free(Blocker::Job(job));
    }

    /// A job has less than before, or nothing.
    fn leave(&mut self, job: JobId, store: &Store) {
        if !store.context().job(job).is_some_and(|job| job.state.is_live()) {
            self.forget(job);
        }
        self.free(Blocker::Job(job));
    }

    fn reenter(&mut self, job: JobId, store: &Store) {
        if let Some(job) = store.context().job(job) {
            self.enter(&job, store);
        }
    }

    fn enter(&mut self, job: &Job, store: &Store) {
        let time = match job.state {
            JobState::Reserved => Some((job.at, Turn::Begin)),
            JobState::Allocated => releases(store).then_some((job.end, Turn::End)),
            JobState::Canceled | JobState::Ended => None,
        };
        if let Some((time, turn)) = time {
            self.times.push(Reverse((time, turn, job.id)));
        }
    }

    /// A job does not wait any more.
    fn forget(&mut self, job: JobId) {
        if self.late.has(job) {
            Arc::make_mut(&mut self.late).forget(job);
        }
    }

    /// Whoever waits for something is tried again.
    fn free(&mut self, blocker: Blocker) {
        if self.late.waits_for(blocker) {
            self.ready.extend(Arc::make_mut(&mut self.late).free(blocker));
        }
    }

    fn free_all(&mut self) {
        self.late.blockers().into_iter().for_each(|blocker| self.free(blocker));
    }

    /// Makes the times anew if most of them mean nothing any more: O(log jobs) a change in the long run.
    fn compact(&mut self, store: &Store) {
        if self.times.len() > 2 * store.context().live_jobs() + SPARE {
            *self = Self { newly_late: std::mem::take(&mut self.newly_late), ..Self::default() };
            self.enter_all(store);
        }
    }
}

fn releases(store: &Store) -> bool {
    store.options().expiry == Expiry::Release
}

/// Whether the time of a live job is over, and it is to give back what it holds.
fn is_over(job: &Job, store: &Store) -> bool {
    releases(store) && job.state.is_live() && job.end <= store.now()
}
