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
//! | `handle` | the end that everybody has |
//! | `log_thread` | the thread that has the log |
//! | `beginning` | recovery of all graphs at start |

mod beginning;
mod gate;
mod graph_journal;
mod handle;
mod log_thread;

pub(crate) use beginning::{Found, RecoveredGraph};
pub(crate) use gate::{Gate, Unwritten};
pub(crate) use graph_journal::GraphJournal;
pub(crate) use handle::Journal;
pub use handle::JournalFault;
