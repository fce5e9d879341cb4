//! A find that did not succeed.

use fluxion_context::FindError;

use super::unprintable;

/// The whole line.
pub(crate) fn find_error(error: &FindError) -> String {
    match error {
        // the doubled word is the reference's
        FindError::Criteria(invalid) => format!("findfind: invalid criteria: {}.", invalid.0),
        FindError::TooManyTerms { .. } | FindError::Stopped(_) => format!("find: ERROR: {error}"),
        FindError::Writer(fault) => {
            format!("find: ERROR: find writer emit: {}", unprintable(fault))
        }
    }
}
