//! What is kept of graphs on disk: records of what was done, frames of records, snapshots. Pure: what is written
//! where, a [`Log`] knows.
//!
//! | file | about |
//! |---|---|
//! | `record` | one thing that happened: decisions, not requests |
//! | `changes`, `answers` | the parts of a record |
//! | `snapshot`, `graph_columns` | all that there is of a graph at a moment |
//! | `frame` | what one group commit writes of one graph, chained |
//! | `log`, `memory` | where frames and snapshots are kept: the trait, and one in memory |
//! | `recovery` | from what a log keeps to a store |
//! | `runs`, `column`, `varint` | lists of numbers; packed bytes |
//! | `wire` | made of `proto/fluxion/journal/v1` |

mod answers;
mod changes;
mod column;
mod error;
mod frame;
mod graph_columns;
mod log;
mod memory;
mod record;
mod recovery;
mod runs;
mod snapshot;
mod varint;
mod wire;

pub use answers::Refusals;
pub use error::DecodeError;
pub use frame::{ChainHash, Frame, FrameError, GraphId, OpenFrame, Position, Sequence};
pub use log::{
    EncodedSnapshot, FINGERPRINTS, GraphEntry, GroupCommit, Life, Log, LogError, PART_BYTES,
    Pruned, SnapshotHead,
};
pub use memory::MemoryLog;
pub use record::{Event, Record, Settled, Time};
pub use recovery::{Progress, Recovered, RecoveryError, RecoveryFault, recover, recover_from};
