//! Which pass of the matcher stands for a rung of the ladder, and what it can leave out. Makes none.

use std::sync::Arc;

use super::ladder::Rung;
use crate::calendar::barred::Barred;
use crate::matching::end_of_timelines;
use crate::passes::Passes;
use crate::request::prepared::PreparedRequest;
use crate::search::{Figures, PassKind};

/// Whether allocations can be told from other bookings vertex by vertex: what one whose time is over has touched is free
/// but for what it holds.
pub(super) fn tells_allocations(passes: &Passes<'_>, now: i64) -> bool {
    passes.figures(PassKind::Unreserved, now) == Figures::Apply && !passes.state.overruns(now)
}

/// Whether a pass can tell allocations from other bookings: filters count all alike.
pub(super) fn can_leave_reservations_out(
    prepared: &PreparedRequest<'_>,
    passes: &Passes<'_>,
    now: i64,
) -> bool {
    let filters_show = prepared.requests().iter().any(|request| request.filters_show);
    tells_allocations(passes, now) && !filters_show
}

/// The kind and the time of the pass that a rung stands for.
pub(super) fn pass_of(
    rung: Rung,
    prepared: &PreparedRequest<'_>,
    passes: &Passes<'_>,
    now: i64,
) -> (PassKind, i64) {
    let far = end_of_timelines(prepared.duration);
    match rung {
        Rung::Shape | Rung::Constraint => (PassKind::Satisfiability, far),
        Rung::Down | Rung::Windows => (PassKind::Later, far),
        // a fork has nothing that could be left out
        Rung::Allocations if can_leave_reservations_out(prepared, passes, now) => {
            (PassKind::Unreserved, now)
        }
        Rung::Allocations | Rung::Reservations => (PassKind::Now, now),
    }
}

/// What windows bar at one rung, whatever the time of its pass.
pub(super) fn barred_at(
    rung: Rung,
    prepared: &PreparedRequest<'_>,
    passes: &mut Passes<'_>,
    now: i64,
) -> Option<Arc<Barred>> {
    let end = now.saturating_add(prepared.duration);
    if rung < Rung::Windows { None } else { passes.barred_during(PassKind::Now, now, end) }
}
