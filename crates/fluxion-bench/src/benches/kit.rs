//! What the benches share: loading a machine, filling it, matching and looking at it.

use anyhow::{Context as _, bail, ensure};
use fluxion_context::{
    Context, JobId, LoadFormat, MatchErrorKind, MatchFormat, MatchOperation, Matched, Options,
    Outcome,
};

use crate::machine::Machine;
use crate::measure::Samples;

/// The time of all matches.
pub(crate) const NOW: i64 = 0;

/// The policies that have a name.
pub const POLICIES: [&str; 10] = [
    "first",
    "firstnodex",
    "high",
    "low",
    "hinode",
    "lonode",
    "hinodex",
    "lonodex",
    "locality",
    "variation",
];

/// What a match is expected to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Booked, now or later, or found if nothing is to be booked.
    Yes,
    /// Refused as nothing fits.
    No,
    /// Either.
    Any,
}

/// Options of a bench: R without a graph, as production prints it.
pub(crate) fn options(load_format: LoadFormat, policy: &str) -> Options {
    let match_format = MatchFormat::Rv1Nosched;
    Options { load_format, policy: policy.to_owned(), match_format, ..Options::default() }
}

/// A machine without racks, loaded from R version 1.
pub(crate) fn machine(machine: Machine, policy: &str) -> anyhow::Result<Context> {
    let options = options(LoadFormat::Rv1exec, policy);
    Context::load(&machine.rv1(), &options).context("the machine was not loaded")
}

/// One match, measured.
pub(crate) fn submit(
    samples: &mut Samples,
    context: &mut Context,
    operation: MatchOperation,
    jobspec: &str,
    expected: Expected,
) -> anyhow::Result<Option<Matched>> {
    let result = samples.call(|| context.match_jobspec(operation, jobspec, NOW));
    samples.visited(context.visits());
    match (result, expected) {
        (Ok(matched), Expected::Yes | Expected::Any) => Ok(Some(matched)),
        (Err(error), Expected::No | Expected::Any) => {
            let kind = error.kind();
            let plain = matches!(kind, MatchErrorKind::Busy | MatchErrorKind::Unsatisfiable);
            ensure!(plain, "a match failed: {error}");
            Ok(None)
        }
        (Ok(_), Expected::No) => bail!("a match was to fail and did not"),
        (Err(error), Expected::Yes) => bail!("a match failed: {error}"),
    }
}

/// One match that must succeed and is not measured.
pub(crate) fn book(context: &mut Context, jobspec: &str) -> anyhow::Result<JobId> {
    let operation = MatchOperation::AllocateOrElseReserve;
    let matched = context.match_jobspec(operation, jobspec, NOW);
    let matched = matched.map_err(|error| anyhow::anyhow!("cannot fill the machine: {error}"))?;
    ensure!(matched.outcome != Outcome::Matched, "nothing was booked");
    Ok(matched.job)
}

/// The same match again and again, taken back each time; the first ones, which build indices, are not measured.
pub(crate) fn repeat(
    context: &mut Context,
    operation: MatchOperation,
    job: &str,
    times: usize,
) -> anyhow::Result<Samples> {
    let mut samples = Samples::default();
    for at in 0..times + 2 {
        let mut one = Samples::default();
        let matched = submit(&mut one, context, operation, job, Expected::Yes)?;
        matched.map_or(Ok(()), |matched| context.cancel(matched.job).map(drop))?;
        if at >= 2 {
            samples.join(one);
        }
    }
    Ok(samples)
}
