//! The notation of specification chapter 04, section 1: graphs such as `cluster0(node{0-1}(core{0-3} memory0:4))`
//! and requests such as `node[1]→slot[1]→(core[2], gpu[1])`, where `->` may stand for the arrow.
//!
//! Beyond the chapter: `#7` after a vertex sets its `uniq_id`, `[3..]` is an open-ended count.

mod graph;
mod request;
mod scanner;

pub(crate) use graph::{build, item, order, Item, Layout};
pub(crate) use request::request;
