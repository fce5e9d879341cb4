//! What keeps a request from starting now: one class of blockers after the other is put back, and the first with which
//! it does not fit is the cause. Counting decides where it can, a pass of the matcher where it cannot.

use super::answer::{Cause, FunnelLevel, Necessity, Proof, Reason};

/// The machine with some of what blocks vertices; each rung has what those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rung {
    /// Idle, all up, no constraint.
    Shape,
    /// The constraint.
    Constraint,
    /// What is down.
    Down,
    /// Windows.
    Windows,
    /// Allocations.
    Allocations,
    /// Reservations: the machine as it is.
    Reservations,
}

impl Rung {
    pub(super) const ALL: [Self; 6] = [
        Self::Shape,
        Self::Constraint,
        Self::Down,
        Self::Windows,
        Self::Allocations,
        Self::Reservations,
    ];

    /// What it is called to fail here.
    fn cause(self) -> Cause {
        match self {
            Self::Shape => Cause::Shape,
            Self::Constraint => Cause::Constraint,
            Self::Down => Cause::Down,
            Self::Windows => Cause::Window,
            Self::Allocations => Cause::Busy,
            Self::Reservations => Cause::Reserved,
        }
    }

    /// Whether a vertex with a reason could serve here, as far as is counted. What is short of units may be so because
    /// of allocations, if these alone were counted, or because of all jobs.
    fn admits(self, reason: Reason, short: ShortOf) -> bool {
        match reason {
            Reason::TooSmall => false,
            Reason::Constraint => self < Self::Constraint,
            Reason::Down => self < Self::Down,
            Reason::Window => self < Self::Windows,
            Reason::Held => self < Self::Allocations,
            Reason::Reserved => self < Self::Reservations,
            Reason::Short => match short {
                ShortOf::Unallocated => self < Self::Allocations,
                ShortOf::Unbooked => self < Self::Reservations,
            },
            Reason::Fits => true,
        }
    }
}

/// What a vertex that is short of units has too few of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShortOf {
    /// Units that no allocation has.
    Unallocated,
    /// Units that no job has.
    Unbooked,
}

/// What a pass of the matcher says at one rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RungOutcome {
    /// Something would be held.
    Place,
    /// All is found, but nothing would be held.
    Nothing,
    /// Not all is found.
    No,
    /// The budget was spent.
    Unknown,
}

/// Counts and searches, as the ladder asks for them.
pub(super) struct Ladder<'a> {
    /// Those levels that were counted whole.
    pub(super) levels: &'a [FunnelLevel],
    pub(super) short: ShortOf,
    /// The last rung at which the matcher is known to find a place.
    pub(super) known: Option<Rung>,
}

impl Ladder<'_> {
    /// The cause; none with [`Proof::Budget`].
    pub(super) fn climb(
        &self,
        mut search: impl FnMut(Rung) -> RungOutcome,
    ) -> (Option<Cause>, Proof) {
        for rung in Rung::ALL.into_iter().filter(|&rung| Some(rung) > self.known) {
            if self.levels.iter().any(|level| self.is_needed_and_scarce(level, rung)) {
                return (Some(rung.cause()), Proof::Counts);
            }
            let cause = match search(rung) {
                RungOutcome::Place => continue,
                RungOutcome::Unknown => return (None, Proof::Budget),
                RungOutcome::Nothing => Cause::Shape,
                RungOutcome::No if self.is_fragmented(rung) => Cause::Fragmented,
                RungOutcome::No => rung.cause(),
            };
            return (Some(cause), Proof::Search);
        }
        (Some(Cause::Limit), Proof::Search)
    }

    fn is_needed_and_scarce(&self, level: &FunnelLevel, rung: Rung) -> bool {
        level.necessity == Necessity::Needed && self.is_scarce(level, rung)
    }

    fn is_scarce(&self, level: &FunnelLevel, rung: Rung) -> bool {
        level.count(|reason| rung.admits(reason, self.short)) < level.needed
    }

    /// Whether allocations leave enough of everything, but no place for the whole.
    fn is_fragmented(&self, rung: Rung) -> bool {
        let enough = |level: &FunnelLevel| !self.is_scarce(level, rung);
        rung == Rung::Allocations && self.levels.iter().all(enough)
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::{Bucket, ElementPath};
    use super::*;

    fn level(needed: u64, counts: &[(Reason, u64)]) -> FunnelLevel {
        let bucket = |&(reason, count): &(Reason, u64)| Bucket {
            reason,
            count,
            examples: Vec::new(),
            free_from: None,
            shortages: Vec::new(),
        };
        FunnelLevel {
            element: ElementPath::default(),
            ty: None,
            needed,
            necessity: Necessity::Needed,
            total: counts.iter().map(|(_, count)| count).sum(),
            buckets: counts.iter().map(bucket).collect(),
        }
    }

    /// What the ladder says if the matcher finds a place at all rungs before one.
    fn check(
        levels: &[FunnelLevel],
        short: ShortOf,
        fails_at: Option<Rung>,
        expected: (Option<Cause>, Proof),
    ) {
        let ladder = Ladder { levels, short, known: None };
        let search =
            |rung| if Some(rung) == fails_at { RungOutcome::No } else { RungOutcome::Place };
        assert_eq!(ladder.climb(search), expected, "{levels:?} {fails_at:?}");
    }

    #[test]
    fn counts_come_before_searches() {
        use Reason::*;
        let counts = |cause| (Some(cause), Proof::Counts);
        let check = |levels: &[(Reason, u64)], cause| {
            check(&[level(2, levels)], ShortOf::Unallocated, None, counts(cause));
        };
        check(&[(TooSmall, 9)], Cause::Shape);
        check(&[(TooSmall, 9), (Constraint, 5), (Fits, 1)], Cause::Constraint);
        check(&[(Constraint, 5), (Down, 1), (Fits, 1)], Cause::Down);
        check(&[(Down, 5), (Window, 1), (Fits, 1)], Cause::Window);
        check(&[(Window, 5), (Held, 1), (Fits, 1)], Cause::Busy);
        check(&[(Short, 5), (Fits, 1)], Cause::Busy);
        check(&[(Held, 9), (Reserved, 1), (Fits, 1)], Cause::Reserved);
    }

    #[test]
    fn what_is_short_of_unbooked_units_may_be_reserved() {
        let levels = [level(2, &[(Reason::Short, 5), (Reason::Fits, 1)])];
        check(&levels, ShortOf::Unbooked, None, (Some(Cause::Reserved), Proof::Counts));
    }

    #[test]
    fn where_counts_suffice_the_matcher_decides() {
        let levels = [level(2, &[(Reason::Fits, 5)])];
        let check = |fails_at, cause| {
            check(&levels, ShortOf::Unallocated, fails_at, (Some(cause), Proof::Search));
        };
        check(Some(Rung::Shape), Cause::Shape);
        check(Some(Rung::Constraint), Cause::Constraint);
        check(Some(Rung::Down), Cause::Down);
        check(Some(Rung::Windows), Cause::Window);
        check(Some(Rung::Allocations), Cause::Fragmented);
        check(Some(Rung::Reservations), Cause::Reserved);
        check(None, Cause::Limit);
    }

    #[test]
    fn an_alternative_proves_nothing_by_counts() {
        let alternative = Necessity::Alternative;
        let levels = [FunnelLevel { necessity: alternative, ..level(2, &[(Reason::Held, 5)]) }];
        let expected = (Some(Cause::Busy), Proof::Search);
        check(&levels, ShortOf::Unallocated, Some(Rung::Allocations), expected);
    }
}
