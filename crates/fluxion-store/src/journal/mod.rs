//! What is kept of graphs on disk: records of what was done, frames of records, snapshots. Pure: what is written
//! where, a [`Log`] knows.
//!
//! Who serves a graph decides a request, settles the commit, adds its record to an open frame, and answers once the frame was
//! appended. Who starts later recovers the graph:
//!
//! ```
//! use fluxion_context::{Budget, Context, LoadFormat, Options};
//! use fluxion_store::journal::{
//!     Event, GroupCommit, Log as _, MemoryLog, OpenFrame, ChainEnd, Record, Time, recover,
//! };
//! use fluxion_store::{
//!     Command, Incarnation, KeyedCommand, RequestError, RequestId, SentRefusal, Store,
//! };
//!
//! // how refusals are sent is known to who sends them
//! let refusals = |_: &RequestId, refusal: &RequestError| SentRefusal {
//!     code: 3,
//!     message: refusal.to_string(),
//!     ..SentRefusal::default()
//! };
//! let graph = r#"{"graph": {"nodes": [{"id": "0", "metadata": {"type": "cluster", "id": 0,
//!     "paths": {"containment": "/c"}}}], "edges": []}}"#;
//! let options = Options { load_format: LoadFormat::Jgf, ..Options::default() };
//! let context = Context::load(graph, &options)?;
//! let mut store = Store::new(context, options, Incarnation(7));
//!
//! // a graph is created: its first record holds all that there is
//! let mut log = MemoryLog::new();
//! let id = log.next_graph();
//! let mut end = ChainEnd::start(id, store.incarnation());
//! let mut frame = OpenFrame::new();
//! let created = Event::Created { name: "g".to_owned(), store: Box::new(store.clone()) };
//! frame.push(&Record::new(Time(1), created), &refusals);
//! let frames = vec![frame.seal(&mut end, 0)];
//! log.append(&GroupCommit { created: vec![(id, "g".to_owned())], frames, dropped: vec![] })?;
//!
//! // something is done, in memory first
//! let command = Command::SetProperty { path: "/c".into(), key: "k".into(), value: "v".into() };
//! let request = KeyedCommand { id: None, command };
//! let proposal = store.decide(&request, &Budget::UNLIMITED, &|| 0.0)?;
//! let settled = store.settle(proposal.commit.ok_or("nothing changes")?)?;
//! let mut frame = OpenFrame::new();
//! frame.push(&Record::new(Time(2), Event::Committed(settled)), &refusals);
//! log.append(&GroupCommit { frames: vec![frame.seal(&mut end, 0)], ..Default::default() })?;
//! // now it may be answered
//!
//! let entry = log.graphs()?.remove(0);
//! let recovered = recover(&mut log, &entry, &mut |_progress| ())?;
//! assert_eq!(recovered.store.fingerprint(), store.fingerprint());
//! assert_eq!(recovered.end, end);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | file | about |
//! |---|---|
//! | `record` | one thing that happened: decisions, not requests |
//! | `changes`, `answers` | the parts of a record |
//! | `snapshot`, `graph_columns` | all that there is of a graph at a moment |
//! | `frame` | what one group commit writes of one graph, chained |
//! | `log`, `memory` | where frames and snapshots are kept: the trait, and one in memory |
//! | `recovery` | from what a log keeps to a store |
//! | `examination`, `remedy` | all that a log keeps of a graph, proved; what is done if it is damaged |
//! | `seeking` | a place in the frames, without reading all of them |
//! | `job_history` | what records say about jobs: when they were booked and when they ended |
//! | `windows` | windows, and what they were set by |
//! | `runs`, `column`, `varint` | lists of numbers; packed bytes |
//! | `wire` | made of `proto/fluxion/journal/v1` |

mod answers;
mod changes;
mod column;
mod error;
mod examination;
mod frame;
mod graph_columns;
mod job_history;
mod log;
mod memory;
mod record;
mod recovery;
mod remedy;
mod runs;
mod seeking;
mod snapshot;
mod subjects;
mod varint;
pub(crate) mod windows;
mod wire;

pub use answers::Refusals;
pub use error::DecodeError;
pub use examination::{Chain, Examination, Flaw, Way, examine};
pub use frame::{ChainEnd, ChainHash, Frame, FrameError, GraphId, OpenFrame, Sequence};
pub use job_history::{JobHistory, PastJob, TimeRange};
pub use log::{
    EncodedSnapshot, FINGERPRINTS, GraphEntry, GroupCommit, Life, Log, LogError, PART_BYTES,
    Pruned, SnapshotHead, content_hash,
};
pub use memory::MemoryLog;
pub use record::{Event, Record, Settled, Time};
pub use recovery::{Progress, Recovered, RecoveryError, RecoveryFault, recover, recover_from};
pub use remedy::Remedy;
pub use seeking::{ReadFrames, SeekError, before_revision_after, bookings, last_before};
pub use snapshot::source_of;
