//! A find that did not succeed.

use fluxion_context::FindError;

use super::{printable_otherwise, unprintable};

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

/// A line that says more than the reference does, if there is more to say.
pub(crate) fn more(error: &FindError) -> Option<String> {
    match error {
        FindError::Writer(fault) => Some(printable_otherwise(fault)),
        FindError::Criteria(_) | FindError::TooManyTerms { .. } | FindError::Stopped(_) => None,
    }
}
