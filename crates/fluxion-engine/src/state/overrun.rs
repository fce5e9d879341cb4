//! What an allocation whose time is over, and that nobody has ended, keeps from others.

/// What an allocation whose time is over keeps from others at the present time, beside the vertices that it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Overrun {
    /// Nothing, as in the reference: a node may be had alone although somebody holds a core of it.
    #[default]
    Held,
    /// Whatever lies above them may be had by nobody alone, as during its time.
    HeldAndAbove,
}
