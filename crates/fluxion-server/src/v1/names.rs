//! The enumerations of the protocol in the words of the engine.

use fluxion_context::{
    Clock as Time, Expiry as Ending, GraphFormat as Exported, JobState, LoadFormat, MatchFormat,
    MatchOperation as Operation, Outcome, SlotRule as Slots,
};
use tonic::Status;

use crate::journal_options::Synced;
use crate::proto::fluxion::v1::{
    Clock, Durability, Expiry, ExportFormat, GraphFormat, JobState as State, MatchOperation,
    MatchOutcome, ResourceFormat, SlotRule,
};
use crate::v1::failure;

fn known<T: TryFrom<i32>>(field: &str, number: i32) -> Result<T, Status> {
    let unknown = |_| failure::invalid(field, format!("unknown value {number}"));
    T::try_from(number).map_err(unknown)
}

/// What is left after a restart.
pub(crate) fn durability(synced: Option<Synced>) -> Durability {
    match synced {
        None => Durability::Memory,
        Some(Synced::First) => Durability::Fsync,
        Some(Synced::Later) => Durability::Interval,
        Some(Synced::Never) => Durability::None,
    }
}

/// What a graph text is.
pub(crate) fn load_format(field: &str, number: i32) -> Result<LoadFormat, Status> {
    Ok(match known(field, number)? {
        GraphFormat::Unspecified | GraphFormat::Jgf => LoadFormat::Jgf,
        GraphFormat::JgfShorthand => LoadFormat::JgfShorthand,
        GraphFormat::Grug => LoadFormat::Grug,
        GraphFormat::Hwloc => LoadFormat::Hwloc,
        GraphFormat::Rv1exec => LoadFormat::Rv1exec,
        GraphFormat::Rv1execForce => LoadFormat::Rv1execForce,
    })
}

/// The value for a load format.
pub(crate) fn graph_format(format: LoadFormat) -> GraphFormat {
    match format {
        LoadFormat::Jgf => GraphFormat::Jgf,
        LoadFormat::JgfShorthand => GraphFormat::JgfShorthand,
        LoadFormat::Grug => GraphFormat::Grug,
        LoadFormat::Hwloc => GraphFormat::Hwloc,
        LoadFormat::Rv1exec => GraphFormat::Rv1exec,
        LoadFormat::Rv1execForce => GraphFormat::Rv1execForce,
    }
}

/// How a resource set is printed; none if unspecified.
pub(crate) fn match_format(field: &str, number: i32) -> Result<Option<MatchFormat>, Status> {
    Ok(Some(match known(field, number)? {
        ResourceFormat::Unspecified => return Ok(None),
        ResourceFormat::Simple => MatchFormat::Simple,
        ResourceFormat::PrettySimple => MatchFormat::PrettySimple,
        ResourceFormat::Jgf => MatchFormat::Jgf,
        ResourceFormat::JgfShorthand => MatchFormat::JgfShorthand,
        ResourceFormat::Rlite => MatchFormat::Rlite,
        ResourceFormat::Rv1 => MatchFormat::Rv1,
        ResourceFormat::Rv1Nosched => MatchFormat::Rv1Nosched,
        ResourceFormat::Rv1Shorthand => MatchFormat::Rv1Shorthand,
        ResourceFormat::JgfFull => MatchFormat::JgfFull,
    }))
}

/// The value for a match format.
pub(crate) fn resource_format(format: MatchFormat) -> ResourceFormat {
    match format {
        MatchFormat::Simple => ResourceFormat::Simple,
        MatchFormat::PrettySimple => ResourceFormat::PrettySimple,
        MatchFormat::Jgf => ResourceFormat::Jgf,
        MatchFormat::JgfShorthand => ResourceFormat::JgfShorthand,
        MatchFormat::Rlite => ResourceFormat::Rlite,
        MatchFormat::Rv1 => ResourceFormat::Rv1,
        MatchFormat::Rv1Nosched => ResourceFormat::Rv1Nosched,
        MatchFormat::Rv1Shorthand => ResourceFormat::Rv1Shorthand,
        MatchFormat::JgfFull => ResourceFormat::JgfFull,
    }
}

/// Where slots stand; none if unspecified.
pub(crate) fn slot_rule(field: &str, number: i32) -> Result<Option<Slots>, Status> {
    Ok(match known(field, number)? {
        SlotRule::Unspecified => None,
        SlotRule::Published => Some(Slots::Published),
        SlotRule::Deep => Some(Slots::Deep),
    })
}

/// The value for a rule.
pub(crate) fn of_slot_rule(rule: Slots) -> SlotRule {
    match rule {
        Slots::Published => SlotRule::Published,
        Slots::Deep => SlotRule::Deep,
    }
}

/// Who says what time it is, if the client says so.
pub(crate) fn clock(field: &str, number: i32) -> Result<Option<Time>, Status> {
    Ok(match known(field, number)? {
        Clock::Unspecified => None,
        Clock::Manual => Some(Time::Manual),
        Clock::System => Some(Time::System),
    })
}

/// The value for a clock.
pub(crate) fn of_clock(clock: Time) -> Clock {
    match clock {
        Time::Manual => Clock::Manual,
        Time::System => Clock::System,
    }
}

/// What becomes of jobs whose time is over, if the client says so.
pub(crate) fn expiry(field: &str, number: i32) -> Result<Option<Ending>, Status> {
    Ok(match known(field, number)? {
        Expiry::Unspecified => None,
        Expiry::Hold => Some(Ending::Hold),
        Expiry::Release => Some(Ending::Release),
    })
}

/// The value for it.
pub(crate) fn of_expiry(expiry: Ending) -> Expiry {
    match expiry {
        Ending::Hold => Expiry::Hold,
        Ending::Release => Expiry::Release,
    }
}

/// What a match is for.
pub(crate) fn operation(number: i32) -> Result<Operation, Status> {
    Ok(match known("operation", number)? {
        MatchOperation::Unspecified | MatchOperation::Allocate => Operation::Allocate,
        MatchOperation::AllocateOrelseReserve => Operation::AllocateOrElseReserve,
        MatchOperation::AllocateWithSatisfiability => Operation::AllocateWithSatisfiability,
        MatchOperation::Satisfiability => Operation::Satisfiability,
        MatchOperation::WithoutAllocating => Operation::WithoutAllocating,
        MatchOperation::WithoutAllocatingFuture => Operation::WithoutAllocatingFuture,
    })
}

/// How a match succeeded.
pub(crate) fn outcome(outcome: Outcome) -> MatchOutcome {
    match outcome {
        Outcome::Allocated => MatchOutcome::Allocated,
        Outcome::Reserved => MatchOutcome::Reserved,
        Outcome::Matched => MatchOutcome::Matched,
        Outcome::Satisfiable => MatchOutcome::Satisfiable,
    }
}

/// The state of a job.
pub(crate) fn state(state: JobState) -> State {
    match state {
        JobState::Allocated => State::Allocated,
        JobState::Reserved => State::Reserved,
        JobState::Canceled => State::Canceled,
        JobState::Ended => State::Ended,
    }
}

/// A state to list.
pub(crate) fn listed_state(number: i32) -> Result<State, Status> {
    match known("states", number)? {
        State::Unspecified => Err(failure::invalid("states", "expected a state".to_owned())),
        state => Ok(state),
    }
}

/// How a graph is exported.
pub(crate) fn export_format(number: i32) -> Result<Exported, Status> {
    Ok(match known("format", number)? {
        ExportFormat::Unspecified | ExportFormat::Jgf => Exported::Jgf,
        ExportFormat::Dot => Exported::Dot,
        ExportFormat::Graphml => Exported::Graphml,
    })
}
