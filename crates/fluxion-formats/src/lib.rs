//! Text in and out: JGF, GRUG and RV1 readers, and the writers.
//!
//! Readers turn text into a [`Graph`](fluxion_graph::Graph); writers print a
//! [`Selection`](fluxion_graph::Selection). Neither knows bookings, policies or the clock.

pub mod read;
pub mod write;
