//! The journal under the graphs of a server: what is done is written down before anybody hears of it.
//!
//! Each graph has a [`GraphJournal`]: a frame that is filled by whoever has the turn, and the gate at which the answers wait. One
//! thread has the log: it takes what all graphs have, writes it at once, and opens the gates. There is no timer: while it writes,
//! the next frames fill. Must not know what records say, nor where the log is kept.
//!
//! | file | about |
//! |---|---|
//! | `graph_journal` | what is to be written of one graph |
//! | `gate` | what answers wait for |
//! | `desk` | what waits for the log, and the end that everybody has |
//! | `log_thread` | the thread that has the log |
//! | `beginning` | recovery of all graphs at start |
//! | `snapshots` | all that there is of a graph, now and then |
//! | `reading` | what was written, read in small pieces |
//! | `fault` | why the journal cannot be served |

mod beginning;
mod desk;
mod fault;
mod gate;
mod graph_journal;
mod log_thread;
mod reading;
mod snapshots;
#[cfg(test)]
mod tests;

pub(crate) use beginning::{DroppedGraph, Found, RecoveredGraph};
pub use fault::JournalFault;
pub(crate) use gate::{Gate, Unwritten};
pub(crate) use graph_journal::{GraphJournal, Journal, Recorded};
pub(crate) use log_thread::start;
pub(crate) use reading::closed;
pub(crate) use snapshots::write as write_snapshot;
