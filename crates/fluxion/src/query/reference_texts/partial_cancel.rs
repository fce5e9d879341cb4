//! A partial cancel that did not succeed.

use fluxion_context::PartialCancelFailure;

/// What standard output gets, newline included; none for a job that there is not.
pub(crate) fn partial_cancel_error(error: &PartialCancelFailure) -> Option<String> {
    match error {
        PartialCancelFailure::NoSuchJob(_) => None,
        PartialCancelFailure::NoRanks => Some("remove: rank_to_root is empty.\n".to_owned()),
        PartialCancelFailure::UnknownRank(rank) => {
            Some(format!("remove{rank} not found in by_rank map.\n"))
        }
        PartialCancelFailure::NothingOnRank(rank) => {
            Some(format!("remove: {rank} not found in rank_to_counts.\n"))
        }
        PartialCancelFailure::Jgf(_)
        | PartialCancelFailure::Rv1(_)
        | PartialCancelFailure::NotHeld(_) => {
            Some("remove: partial_cancel returned error.\n".to_owned())
        }
    }
}
