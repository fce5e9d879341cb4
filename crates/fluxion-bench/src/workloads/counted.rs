//! What is counted of a workload, and the machine that it is done on.

use fluxion_context::{Context, MatchOperation};

use crate::benches::kit::{self, Expected};
use crate::machine::Machine;
use crate::measure::Samples;

/// What callgrind is told to count.
pub(crate) const COUNTED: &str = "*workloads*measured*";

/// What is counted happens in here: its name is [`COUNTED`].
#[inline(never)]
pub(super) fn measured(work: &mut dyn FnMut() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let done = work();
    // Something after the call keeps this function on the stack.
    std::hint::black_box(done)
}

pub(super) const MACHINE: Machine = Machine::flat(256, 32, 4);

/// Each as often as in the list, expected to be possible now or later.
pub(super) fn submit_all(
    context: &mut Context,
    operation: MatchOperation,
    jobs: &[String],
    expected: Expected,
) -> anyhow::Result<()> {
    let mut samples = Samples::default();
    measured(&mut || {
        jobs.iter().try_for_each(|job| {
            kit::submit(&mut samples, context, operation, job, expected).map(drop)
        })
    })
}
