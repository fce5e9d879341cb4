//! What a Match is to do.

/// The match operations of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MatchOperation {
    /// Book what fits now.
    #[default]
    Allocate,
    /// As `Allocate`; where nothing fits now, tell whether it ever will.
    AllocateWithSatisfiability,
    /// Book what fits now, else at the earliest possible moment: a reservation.
    AllocateOrElseReserve,
    /// Tell whether the request could ever run on this graph; book nothing.
    Satisfiability,
    /// Answer as `Allocate`, and book nothing.
    WithoutAllocating,
    /// Answer as `AllocateOrElseReserve`, and book nothing.
    WithoutAllocatingFuture,
}

impl MatchOperation {
    /// The name in the protocol.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allocate => "allocate",
            Self::AllocateWithSatisfiability => "allocate_with_satisfiability",
            Self::AllocateOrElseReserve => "allocate_orelse_reserve",
            Self::Satisfiability => "satisfiability",
            Self::WithoutAllocating => "without_allocating",
            Self::WithoutAllocatingFuture => "without_allocating_future",
        }
    }

    /// Earlier services look at this flag instead of the name.
    pub(crate) fn reserves(self) -> bool {
        self == Self::AllocateOrElseReserve
    }
}
