//! From candidates that a search chose to the resource set that is printed and booked.

pub(crate) mod decision;
pub(crate) mod emission;
pub(crate) mod realise;
