//! What happens to a graph in service. Each change is decided first and is then a value (`action`); `apply` is the one
//! door through which it comes. The other files decide: `booking` what a match or a cancel records, `update` what is
//! named from outside, `partial` what is given back, `grow` and `shrink` how the graph changes (`reshape`, in place, or `rebuild`); `timing` when jobs begin and end; `window` what times are kept from them; `carried` and `prepared` wait
//! for the change that takes them along.

pub(crate) mod action;
pub(crate) mod apply;
pub(crate) mod booking;
pub(crate) mod carried;
pub(crate) mod grow;
pub(crate) mod opened;
pub(crate) mod partial;
pub(crate) mod prepared;
pub(crate) mod rebuild;
pub(crate) mod remaining;
pub(crate) mod reshape;
pub(crate) mod shrink;
pub(crate) mod timing;
pub(crate) mod update;
pub(crate) mod window;
