//! Recording what a job holds, and taking it back: exact inverses.

use std::sync::Arc;

use fluxion_graph::VertexId;
use fluxion_planner::Planner;

use crate::decision::Grant;
use crate::record::{Booking, Hold};
use crate::site::Site;
use crate::state::claims::Claim;
use crate::state::marks::Marked;
use crate::state::observer::StateObserver;
use crate::state::use_rows::UseRows;
use crate::state::{MOST_JOBS, State};

/// The length of every timeline: all of time.
const FOREVER: i64 = i64::MAX;

impl State {
    /// Records a decision: claims on exclusive vertices, use on all. `grants` are children first.
    pub(crate) fn book(
        &mut self,
        site: &Site,
        grants: &[Grant],
        booking: Booking,
        observer: &mut impl StateObserver,
    ) {
        match booking.hold {
            Hold::Allocation => {
                self.latest_start = self.latest_start.max(booking.start);
                self.note_end(booking.end);
            }
            Hold::Reservation | Hold::Unlisted => self.later += 1,
        }
        observer.grants_changed(site, grants);
        let claim =
            Claim { job: booking.job, start: booking.start, end: booking.end, hold: booking.hold };
        // parents first: what is above blocks all below at once
        let exclusive = || grants.iter().rev().filter(|grant| grant.exclusive);
        self.claims.add(exclusive().map(|grant| {
            let hold = if grant.unlisted { Hold::Unlisted } else { booking.hold };
            (grant.vertex, Claim { hold, ..claim })
        }));
        if booking.hold == Hold::Allocation {
            exclusive().for_each(|g| self.hold(site, g.vertex, Marked::Yes, observer));
        }
        UseRows::default().each(site, grants, |grant, uses| {
            self.use_inner(site, grant.vertex, uses, booking, Marked::Yes, observer);
        });
    }

    /// Takes back exactly what [`State::book`] recorded.
    pub(crate) fn release(
        &mut self,
        site: &Site,
        grants: &[Grant],
        booking: Booking,
        observer: &mut impl StateObserver,
    ) {
        match booking.hold {
            Hold::Allocation => self.forget_end(booking.end),
            Hold::Reservation | Hold::Unlisted => self.later -= 1,
        }
        observer.grants_changed(site, grants);
        for grant in grants.iter().filter(|g| g.exclusive) {
            if self.claims.remove(grant.vertex, booking.job).is_some()
                && booking.hold == Hold::Allocation
            {
                self.hold(site, grant.vertex, Marked::No, observer);
            }
        }
        UseRows::default().each(site, grants, |grant, uses| {
            self.use_inner(site, grant.vertex, uses, booking, Marked::No, observer);
        });
    }

    fn note_end(&mut self, end: i64) {
        match self.ends.get_mut(&end) {
            Some(count) => *count += 1,
            None => drop(self.ends.insert(end, 1)),
        }
    }

    fn forget_end(&mut self, end: i64) {
        if let Some(count) = self.ends.get_mut(&end) {
            *count -= 1;
            if *count == 0 {
                self.ends.remove(&end);
            }
        }
    }

    fn use_inner(
        &mut self,
        site: &Site,
        vertex: VertexId,
        uses: &[u64],
        booking: Booking,
        marked: Marked,
        observer: &mut impl StateObserver,
    ) {
        let Some(number) = site.layout.inner(vertex) else { return };
        let known = &mut self.planners[number];
        let duration = booking.end - booking.start;
        let recorded = match marked {
            Marked::Yes => {
                self.planner_count += usize::from(known.is_none());
                let planner = known.get_or_insert_with(|| Arc::new(new_planner(site, vertex)));
                Arc::make_mut(planner).charge(booking.start, duration, uses)
            }
            Marked::No => match known {
                Some(planner) => Arc::make_mut(planner).remove(booking.start, duration, uses),
                None => Ok(()),
            },
        };
        debug_assert_eq!(recorded, Ok(()), "the use of {vertex:?} must be recorded");
        if booking.hold == Hold::Allocation {
            let touched = &mut self.touched[number];
            *touched = if marked == Marked::Yes { *touched + 1 } else { *touched - 1 };
            self.report_occupancy(site, vertex, observer);
        }
    }
}

/// What there is of each pool of the planner of a vertex.
pub(super) fn totals_of_planner(site: &Site, vertex: VertexId) -> Vec<u64> {
    let ty = site.graph.vertex(vertex).ty;
    let total = |ty| site.layout.total(&site.graph, &site.tree, vertex, ty);
    [MOST_JOBS; 2].into_iter().chain(site.filters.of(ty).map(total)).collect()
}

fn new_planner(site: &Site, vertex: VertexId) -> Planner {
    Planner::new(0, FOREVER, &totals_of_planner(site, vertex))
        .unwrap_or_else(|_| unreachable!("totals are sums of 32-bit sizes"))
}
