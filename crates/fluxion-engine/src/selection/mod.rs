//! From what was chosen to the resource set that is printed and booked.

pub(crate) mod build;
pub(crate) mod emission;
