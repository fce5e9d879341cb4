//! The enumerations of the protocol as words.

use fluxion_client::v1::{GraphFormat, JobState, MatchOperation, MatchOutcome, ResourceFormat};

/// A parser of an option whose words stand for values: only the words are accepted, and the help lists them.
macro_rules! words {
    ($name:ident, $of:ty, $($word:literal => $value:ident),+ $(,)?) => {
        pub(super) fn $name(word: &str) -> Result<$of, String> {
            match word {
                $($word => Ok(<$of>::$value),)+
                _ => Err(concat!("expected", $(" ", $word),+).to_owned()),
            }
        }
    };
}

words!(graph_format, GraphFormat,
    "jgf" => Jgf, "jgf_shorthand" => JgfShorthand, "grug" => Grug, "hwloc" => Hwloc,
    "rv1exec" => Rv1exec, "rv1exec_force" => Rv1execForce);
words!(resource_format, ResourceFormat,
    "simple" => Simple, "pretty_simple" => PrettySimple, "jgf" => Jgf,
    "jgf_shorthand" => JgfShorthand, "rlite" => Rlite, "rv1" => Rv1, "rv1_nosched" => Rv1Nosched,
    "rv1_shorthand" => Rv1Shorthand, "jgf_full" => JgfFull);
words!(operation, MatchOperation,
    "allocate" => Allocate, "allocate_orelse_reserve" => AllocateOrelseReserve,
    "allocate_with_satisfiability" => AllocateWithSatisfiability,
    "satisfiability" => Satisfiability, "without_allocating" => WithoutAllocating,
    "without_allocating_future" => WithoutAllocatingFuture);
words!(state, JobState,
    "allocated" => Allocated, "reserved" => Reserved, "canceled" => Canceled);

/// The word for a state.
pub(super) fn of_state(state: JobState) -> &'static str {
    match state {
        JobState::Unspecified => "unknown",
        JobState::Allocated => "allocated",
        JobState::Reserved => "reserved",
        JobState::Canceled => "canceled",
    }
}

/// The word for an outcome.
pub(super) fn of_outcome(outcome: MatchOutcome) -> &'static str {
    match outcome {
        MatchOutcome::Unspecified => "unknown",
        MatchOutcome::Allocated => "allocated",
        MatchOutcome::Reserved => "reserved",
        MatchOutcome::Matched => "matched",
        MatchOutcome::Satisfiable => "satisfiable",
    }
}
