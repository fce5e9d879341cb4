//! Constraints together with what windows bar, for sets of windows that many requests meet: so that these are placed by
//! orders in which nothing barred stands. What is barred is known by its number alone.

use std::sync::Arc;

use crate::calendar::barred::Barred;
use crate::request::constraint_mask::ConstraintMask;
use crate::site::Site;

/// How many are remembered.
const MOST: usize = 8;

/// Numbers from here on are those of narrowed constraints.
const FIRST_SERIAL: u64 = 1 << 63;

/// What is narrowed by what.
type Key = (Option<u64>, u64);

/// Those that were asked for last, the last one at the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct NarrowedMasks {
    recent: Vec<(Key, Arc<ConstraintMask>)>,
    made: u64,
}

impl NarrowedMasks {
    /// A constraint, or none, narrowed by what is barred. O(1) if it is remembered, else O(vertices / 64 + what is tested).
    pub(crate) fn of(
        &mut self,
        site: &Site,
        constraint: Option<&ConstraintMask>,
        barred: &Barred,
    ) -> Arc<ConstraintMask> {
        let key = (constraint.map(ConstraintMask::serial), barred.serial());
        if let Some(at) = self.recent.iter().rposition(|(known, _)| *known == key) {
            self.recent[at..].rotate_left(1);
        } else {
            let serial = FIRST_SERIAL + self.made;
            self.made += 1;
            let mask = ConstraintMask::narrowed(site, constraint, barred, serial);
            if self.recent.len() == MOST {
                self.recent.remove(0);
            }
            self.recent.push((key, Arc::new(mask)));
        }
        let last = self.recent.len() - 1;
        Arc::clone(&self.recent[last].1)
    }

    /// The remembered one of a number.
    pub(crate) fn by_serial(&self, serial: u64) -> Option<&ConstraintMask> {
        self.recent.iter().map(|(_, mask)| &**mask).find(|mask| mask.serial() == serial)
    }
}
