//! What is counted of a server while it works, and how that is written for Prometheus. Counting takes no lock, as all calls do it.
//! Must not know who asks, nor what is counted for.
//!
//! | file | about |
//! |---|---|
//! | `histogram` | how often something took how long, or was how large |
//! | `exposition` | families and samples as Prometheus reads them |
//! | `call_measures` | calls by method and code |
//! | `match_measures` | matches of a graph, and how long its calls waited |
//! | `journal_measures` | the journal, snapshots, and how far recovery is |
//! | `watch_measures` | how watches ended |
//! | `process` | what the system says of the process |

pub(crate) mod call_measures;
pub(crate) mod exposition;
pub(crate) mod histogram;
pub(crate) mod journal_measures;
pub(crate) mod match_measures;
pub(crate) mod process;
pub(crate) mod watch_measures;
