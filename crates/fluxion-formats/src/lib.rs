//! Text in and out: JGF, GRUG and RV1 readers, and the writers.

pub mod write;
