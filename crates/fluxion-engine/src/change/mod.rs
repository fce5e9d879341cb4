//! What happens to jobs and graph other than by a match: booking what is named from outside, giving back a part,
//! growing and shrinking the graph.

pub(crate) mod grow;
pub(crate) mod partial;
pub(crate) mod rebuild;
pub(crate) mod remaining;
pub(crate) mod shrink;
pub(crate) mod update;
