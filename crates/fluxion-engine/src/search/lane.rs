//! Short cuts for requests at the top of a tree.

use super::{Choice, Search};

impl Search<'_> {
    pub(super) fn select_in_lanes(&mut self) -> Option<Option<Choice>> {
        None
    }
}
