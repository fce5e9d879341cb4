//! Tables that forks of an engine share block by block: a clone costs a pointer per block, and what is changed
//! afterwards is all that is copied. Knows nothing of what is in them.

mod map;
mod table;

pub(crate) use self::map::{BlockEntries, BlockMap};
pub(crate) use self::table::BlockTable;
