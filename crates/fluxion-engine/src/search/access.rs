//! Whether a job has a vertex for itself.

use fluxion_jobspec::Exclusivity;

/// How a job has a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// For itself alone, with all that lies below.
    Exclusive,
    /// Together with other jobs.
    Shared,
}

impl Access {
    /// What an element asks for, whatever is above it.
    pub(crate) fn of(exclusivity: Exclusivity) -> Self {
        match exclusivity {
            Exclusivity::Exclusive => Self::Exclusive,
            Exclusivity::Shared | Exclusivity::Unspecified => Self::Shared,
        }
    }

    /// How a vertex is had below one that is had like this, if an element asks for it.
    pub(crate) fn below(self, exclusivity: Exclusivity) -> Self {
        match self {
            Self::Exclusive => Self::Exclusive,
            Self::Shared => Self::of(exclusivity),
        }
    }

    pub(crate) fn is_exclusive(self) -> bool {
        self == Self::Exclusive
    }
}
