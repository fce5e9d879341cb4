//! Who is connected, and what each connection is told when somebody else needs its place.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit};

use crate::transport::activity::Activity;

/// The connections that there are.
#[derive(Debug, Default)]
pub(crate) struct Roll(Mutex<Members>);

#[derive(Debug, Default)]
pub(crate) struct Members {
    next: u64,
    pub(crate) by_number: BTreeMap<u64, Member>,
    /// Whether it was said that there are too many.
    pub(crate) is_told: bool,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) activity: Activity,
    pub(crate) leave: Arc<Notify>,
}

/// A place among the connections, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Membership {
    roll: Arc<Roll>,
    number: u64,
    pub(crate) activity: Activity,
    /// Somebody else needs the place.
    pub(crate) leave: Arc<Notify>,
    place: Option<OwnedSemaphorePermit>,
}

impl Roll {
    pub(crate) fn members(&self) -> MutexGuard<'_, Members> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a connection that has a place.
    pub(crate) fn enter(self: &Arc<Self>, place: OwnedSemaphorePermit) -> Membership {
        let (activity, leave) = (Activity::new(), Arc::<Notify>::default());
        let mut members = self.members();
        let number = members.next;
        members.next += 1;
        let member = Member { activity: activity.clone(), leave: Arc::clone(&leave) };
        members.by_number.insert(number, member);
        drop(members);
        Membership { roll: Arc::clone(self), number, activity, leave, place: Some(place) }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut members = self.roll.members();
        // whoever looks at the members sees the place free, or the member that has it
        drop(self.place.take());
        members.by_number.remove(&self.number);
    }
}
