//! How large the machine is on which things are hard.

use crate::benches::Settings;
use crate::machine::Machine;

pub(super) fn nodes(settings: Settings) -> usize {
    settings.pick(16_384, 1024)
}

/// The machine of most rows.
pub(super) fn machine(settings: Settings) -> Machine {
    Machine::flat(nodes(settings), 64, 4)
}
