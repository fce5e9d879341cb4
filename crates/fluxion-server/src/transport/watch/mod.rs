//! What happens to a graph, for those who watch it: kept once for all of them, told when it is durable. Must not know what it looks
//! like on the wire.
//!
//! | file | about |
//! |---|---|
//! | `ring` | what has happened of late, filled by whoever has the turn |
//! | `herald` | the task that tells all watchers of a graph how far they may go, and why no further |
//! | `journal_place` | what is not in the ring any more, from the journal |
//! | `watcher` | one who watches: a place in all of it |

mod herald;
mod journal_place;
mod ring;
mod watcher;

pub(crate) use herald::{Heralds, Horizon};
pub(crate) use journal_place::JournalPlace;
pub(crate) use ring::{Ring, Told};
pub(crate) use watcher::{Behind, Watcher};
