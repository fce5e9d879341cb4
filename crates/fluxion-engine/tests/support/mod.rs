//! A notation for graphs and requests: graphs such as `cluster0(node{0-1}(core{0-3} memory0:4))` and requests
//! such as `node[1]→slot[1]→(core[2], gpu[1])`, where `->` may stand for the arrow; and sessions with an
//! engine in terms of it.
//!
//! Beyond that: `#7` after a vertex sets its `uniq_id`, `[3..]` is an open-ended count.

pub(crate) mod graph;
mod request;
mod scanner;
mod session;
mod windows;

pub(crate) use graph::Layout;
pub(crate) use session::{Setup, check};
