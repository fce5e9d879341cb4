//! A match that did not succeed.

use fluxion_context::{JobspecError, MatchError, MatchFault, Note, Notes, Refusal};

use super::jobspec::jobspec_error;
use super::{printable_otherwise, unprintable};

/// What follows `match_allocate: ERROR: `; empty if nothing is said.
pub(crate) fn match_error(error: &MatchError) -> String {
    match &error.reason {
        MatchFault::Jobspec(fault) => {
            format!("Jobspec error for {}: {}", error.job, jobspec_error(fault))
        }
        MatchFault::Refused(refusal) => refused(refusal),
        MatchFault::Writer(fault) => format!("match writer emit: {}", unprintable(fault)),
    }
}

fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Busy(notes)
        | Refusal::BusyToday(notes)
        | Refusal::Unsatisfiable(notes)
        | Refusal::BusyForEver(notes) => told(notes),
        Refusal::TooManyVariants => {
            "select: split_xor_slots failed.\nValue too large for defined data type\n".to_owned()
        }
        Refusal::Duration(_)
        | Refusal::NoResources
        | Refusal::Time(_)
        | Refusal::NoSuchWindow(_)
        | Refusal::Maintenance(_)
        | Refusal::TooManyTerms { .. } => "traverser: Invalid argument".to_owned(),
        Refusal::TooManyVisits { .. } | Refusal::Stopped => {
            "traverser: Interrupted system call".to_owned()
        }
    }
}

fn told(notes: &Notes) -> String {
    let text = |note| match note {
        Note::SameType { ty } => {
            format!("test: siblings in jobspec request same resource type : {ty}.\n")
        }
        Note::SharedBelowExclusive { label, vertex } => {
            format!("by_excl: exclusivity conflicts at jobspec={label} : vertex={vertex}")
        }
        Note::HoldsNothing => note.to_string(),
    };
    notes.iter().map(text).collect()
}

/// A line that says more than the reference does, if there is more to say.
pub(crate) fn more(error: &MatchError, file: &str) -> Option<String> {
    match &error.reason {
        MatchFault::Jobspec(fault) => in_jobspec(fault, file),
        MatchFault::Refused(
            Refusal::Duration(_)
            | Refusal::NoResources
            | Refusal::Time(_)
            | Refusal::NoSuchWindow(_)
            | Refusal::Maintenance(_)
            | Refusal::TooManyTerms { .. },
        ) => Some(format!("{file}: {error}")),
        MatchFault::Refused(
            Refusal::Busy(_)
            | Refusal::BusyToday(_)
            | Refusal::Unsatisfiable(_)
            | Refusal::BusyForEver(_)
            | Refusal::TooManyVariants
            | Refusal::TooManyVisits { .. }
            | Refusal::Stopped,
        ) => None,
        MatchFault::Writer(fault) => Some(format!("{file}: {}", printable_otherwise(fault))),
    }
}

fn in_jobspec(fault: &JobspecError, file: &str) -> Option<String> {
    let at = fault.position()?;
    Some(format!("{file}:{}:{}: {}", at.line, at.column, jobspec_error(fault)))
}
