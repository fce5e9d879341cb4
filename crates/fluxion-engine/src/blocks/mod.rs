//! Tables that forks of an engine share block by block: a clone costs a pointer per block, and what is changed
//! afterwards is all that is copied. Knows nothing of what is in them.

mod map;
mod table;

use std::sync::Arc;

pub use self::map::{BlockEntries, BlockMap};
pub(crate) use self::table::BlockTable;

/// A block that is about to be changed; it is copied before if somebody else has it, too. As `Arc::make_mut`, but what is
/// rare is out of the way.
#[inline]
pub(crate) fn own<T: Clone>(block: &mut Arc<T>) -> &mut T {
    if Arc::strong_count(block) > 1 {
        copy(block);
    }
    Arc::get_mut(block).unwrap_or_else(|| unreachable!("nobody else has the block"))
}

#[cold]
#[inline(never)]
fn copy<T: Clone>(block: &mut Arc<T>) {
    *block = Arc::new(T::clone(block));
}
