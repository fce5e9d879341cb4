//! The enumerations of the protocol as words.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use fluxion_client::v1::{
    Cause, Clock, EventKind, Expiry, ExportFormat, GraphFormat, JobState, MatchOperation,
    MatchOutcome, OnConflict, Proof, ResourceFormat, SlotRule, Status, Verdict, VertexReason,
    WindowKind,
};

use crate::table::{Cell, Tone};

/// A parser of an option whose words stand for values; help and completion list the words.
macro_rules! words {
    ($name:ident, $of:ident, $($word:literal => $value:ident),+ $(,)?) => {
        pub(super) fn $name() -> impl TypedValueParser<Value = $of> {
            PossibleValuesParser::new([$($word),+]).map(|word| match word.as_str() {
                $($word => $of::$value,)+
                _ => $of::Unspecified,
            })
        }
    };
}

words!(graph_format, GraphFormat,
    "jgf" => Jgf, "jgf_shorthand" => JgfShorthand, "grug" => Grug, "hwloc" => Hwloc,
    "rv1exec" => Rv1exec, "rv1exec_force" => Rv1execForce);
words!(export_format, ExportFormat, "jgf" => Jgf, "dot" => Dot, "graphml" => Graphml);
words!(resource_format, ResourceFormat,
    "simple" => Simple, "pretty_simple" => PrettySimple, "jgf" => Jgf,
    "jgf_shorthand" => JgfShorthand, "rlite" => Rlite, "rv1" => Rv1, "rv1_nosched" => Rv1Nosched,
    "rv1_shorthand" => Rv1Shorthand, "jgf_full" => JgfFull);
words!(slots, SlotRule, "published" => Published, "deep" => Deep);
words!(operation, MatchOperation,
    "allocate" => Allocate, "allocate_orelse_reserve" => AllocateOrelseReserve,
    "allocate_with_satisfiability" => AllocateWithSatisfiability,
    "satisfiability" => Satisfiability, "without_allocating" => WithoutAllocating,
    "without_allocating_future" => WithoutAllocatingFuture);
words!(state, JobState,
    "allocated" => Allocated, "reserved" => Reserved, "canceled" => Canceled, "ended" => Ended);
words!(event_kind, EventKind,
    "booked" => JobBooked, "canceled" => JobCanceled, "ended" => JobEnded, "begun" => JobBegun,
    "released" => JobReleased, "retimed" => JobRetimed, "status" => StatusSet,
    "property" => PropertySet, "grown" => Grown, "shrunk" => Shrunk,
    "window" => WindowSet, "window-ended" => WindowEnded);
words!(on_conflict, OnConflict, "refuse" => Refuse, "keep" => Keep, "truncate" => Truncate,
    "cancel" => Cancel);
words!(clock, Clock, "manual" => Manual, "system" => System);
words!(expiry, Expiry, "hold" => Hold, "release" => Release);
words!(status, Status, "up" => Up, "down" => Down);

/// The number of a job.
pub(super) fn job(word: &str) -> Result<u64, String> {
    word.parse()
        .map_err(|_| format!("expected a number; `--job-key {word}` means a job by its key"))
}

/// The word for what happens.
pub(super) fn of_event(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Unspecified => "unknown",
        EventKind::JobBooked => "booked",
        EventKind::JobCanceled => "canceled",
        EventKind::JobEnded => "ended",
        EventKind::JobBegun => "begun",
        EventKind::JobReleased => "released",
        EventKind::JobRetimed => "retimed",
        EventKind::StatusSet => "status",
        EventKind::PropertySet => "property",
        EventKind::Grown => "grown",
        EventKind::Shrunk => "shrunk",
        EventKind::WindowSet => "window",
        EventKind::WindowEnded => "window-ended",
    }
}

/// The word for whom a window lets in.
pub(super) fn of_window_kind(kind: WindowKind) -> &'static str {
    match kind {
        WindowKind::Unspecified => "unknown",
        WindowKind::Maintenance => "maintenance",
        WindowKind::Reservation => "reservation",
    }
}

/// The word for what becomes of a job that a window meets.
pub(super) fn of_fate(fate: OnConflict) -> &'static str {
    match fate {
        OnConflict::Unspecified => "unknown",
        OnConflict::Refuse => "refuse",
        OnConflict::Keep => "keep",
        OnConflict::Truncate => "truncate",
        OnConflict::Cancel => "cancel",
    }
}

/// The word for a state.
pub(super) fn of_state(state: JobState) -> &'static str {
    match state {
        JobState::Unspecified => "unknown",
        JobState::Allocated => "allocated",
        JobState::Reserved => "reserved",
        JobState::Canceled => "canceled",
        JobState::Ended => "ended",
    }
}

/// The word for a state, in its colour.
pub(super) fn state_cell(state: JobState) -> Cell {
    let tone = match state {
        JobState::Unspecified => Tone::Plain,
        JobState::Allocated => Tone::Good,
        JobState::Reserved => Tone::Waiting,
        JobState::Canceled | JobState::Ended => Tone::Past,
    };
    Cell::toned(of_state(state), tone)
}

/// The word for a status.
pub(super) fn of_status(status: Status) -> &'static str {
    match status {
        Status::Unspecified => "unknown",
        Status::Up => "up",
        Status::Down => "down",
    }
}

/// The word for a status, in its colour.
pub(super) fn status_cell(status: Status) -> Cell {
    let tone = match status {
        Status::Unspecified => Tone::Plain,
        Status::Up => Tone::Good,
        Status::Down => Tone::Bad,
    };
    Cell::toned(of_status(status), tone)
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

/// The word for a verdict.
pub(super) fn of_verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Unspecified => "unknown",
        Verdict::FitsNow => "fits_now",
        Verdict::FitsLater => "fits_later",
        Verdict::NotForeseen => "not_foreseen",
        Verdict::Never => "never",
    }
}

/// The word for a cause, if there is one.
pub(super) fn of_cause(cause: Cause) -> Option<&'static str> {
    Some(match cause {
        Cause::Unspecified => return None,
        Cause::Shape => "shape",
        Cause::Constraint => "constraint",
        Cause::Down => "down",
        Cause::Window => "window",
        Cause::Busy => "busy",
        Cause::Reserved => "reserved",
        Cause::Fragmented => "fragmented",
        Cause::Limit => "limit",
    })
}

/// The word for how a cause is known, if there is one.
pub(super) fn of_proof(proof: Proof) -> Option<&'static str> {
    Some(match proof {
        Proof::Unspecified => return None,
        Proof::Counts => "counts",
        Proof::Search => "search",
        Proof::Budget => "budget",
    })
}

/// The word for why a vertex could not serve.
pub(super) fn of_reason(reason: VertexReason) -> &'static str {
    match reason {
        VertexReason::Unspecified => "unknown",
        VertexReason::TooSmall => "too_small",
        VertexReason::Constraint => "constraint",
        VertexReason::Down => "down",
        VertexReason::Window => "window",
        VertexReason::Held => "held",
        VertexReason::Reserved => "reserved",
        VertexReason::Short => "short",
        VertexReason::Fits => "fits",
    }
}

/// The same, in its colour.
pub(super) fn reason_cell(reason: VertexReason) -> Cell {
    let tone = match reason {
        VertexReason::Fits => Tone::Good,
        VertexReason::Down => Tone::Bad,
        VertexReason::Held | VertexReason::Reserved | VertexReason::Short => Tone::Waiting,
        _ => Tone::Plain,
    };
    Cell::toned(of_reason(reason), tone)
}
