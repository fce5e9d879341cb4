//! A graph as it is kept: a context with its revision, its incarnation, the keys that clients gave to jobs, and the
//! answers to requests that may be repeated.
//!
//! [`Store::decide`] says what a [`KeyedCommand`] comes to: an answer and, where something changes, a [`Commit`], which is
//! plain data; [`Store::apply`] alone changes anything. The commits of a store, applied to the graph as it was loaded,
//! give the same store again. This crate must not know sockets, threads, files, the clock, or how a match is made.
//!
//! | file | about |
//! |---|---|
//! | `command`, `answer` | what can be asked for, and what it comes to |
//! | `commit`, `revision` | one change of a store, as a value; where it belongs |
//! | `decide`, `store` | from a request to a commit; from a commit to the next state |
//! | `graph_time`, `agenda`, `late` | what time it is for a graph; which jobs are to begin, and to end; which cannot |
//! | `window_request`, `windows` | how a window is set; what becomes of windows as time goes by |
//! | `load_source`, `created_by` | from what a graph was loaded; by which request |
//! | `job_keys`, `request_keys` | names of jobs; answers that are given again |
//! | `happening`, `subject` | what a commit means for those who watch; what its vertices are called |
//! | `journal` | what is kept on disk |
//! | `stable_hash` | numbers for texts that every version makes alike |

mod agenda;
mod answer;
mod command;
mod commit;
mod created_by;
mod decide;
mod explain;
mod graph_time;
mod happening;
mod job_keys;
pub mod journal;
mod late;
mod load_source;
mod quota;
mod request_keys;
mod revision;
mod stable_hash;
mod store;
mod subject;
mod window_request;
mod windows;

pub use agenda::Agenda;
pub use answer::{Answer, Answered, Explained, Kept, RequestError, SentRefusal, WindowAnswer};
pub use command::{Command, JobName, KeyedCommand, Target};
pub use commit::Commit;
pub use created_by::CreatedBy;
pub use decide::Proposal;
pub use fluxion_recurrence::{RecurrenceError, RecurrenceText};
pub use happening::Happening;
pub use job_keys::JobKeys;
pub use late::{Blocker, LateReservations};
pub use load_source::LoadSource;
pub use quota::{OverQuota, Quota};
pub use request_keys::{Earlier, Remembered, RequestId, RequestKeys, Weighty};
pub use revision::{CommitError, Incarnation, Revision};
pub use stable_hash::StableHasher;
pub use store::Store;
pub use subject::NamedVertices;
pub use window_request::{WindowRequest, WindowSource, WindowWhen};
