//! The journal of the graphs in an SQLite database: a [`Log`](fluxion_store::journal::Log) in two files of a directory.
//!
//! `journal.db` holds everything, as the tables of `schema` tell; its format is named by `application_id` and
//! `user_version`, and anybody can open it with the tools of SQLite. `head` holds the number and the hash of the last commit: SQLite
//! drops silently what follows a damaged place of its write-ahead log, and the head reveals that. This crate must not know
//! what records say.
//!
//! | file | about |
//! |---|---|
//! | `log` | the log itself |
//! | `open` | opening a directory; what is refused |
//! | `schema` | the tables |
//! | `head` | the head file |
//! | `commits` | the chain of all commits, and what it is compared with |
//! | `snapshots`, `prune` | writing and throwing away |
//! | `copy` | a copy of all that there is, and a database that takes less room |
//! | `import` | what another log has, written as it is |
//! | `repair` | throwing away what is damaged |
//! | `faults` | what SQLite says, as errors of a log |

mod commits;
mod copy;
mod faults;
mod head;
mod import;
mod log;
mod open;
mod prune;
mod repair;
mod schema;
mod snapshots;

pub use copy::Copied;
pub use log::SqliteLog;
pub use open::{Durability, Inspected, LostTail, Opened, SqliteOptions};
