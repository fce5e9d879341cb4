//! Input made to cost time, memory or stack, through the real binary: a clear error, or a correct answer, within a
//! second and 100 MB; never a panic, a hang or a killed process. Each kind is a test.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]
#![expect(clippy::disallowed_methods, reason = "the time is what is tested")]
#![expect(clippy::print_stderr, reason = "times are for reading by hand")]
#![allow(dead_code, reason = "`limited` serves several tests")]

mod finds;
mod graphs;
mod jobspecs;
#[path = "../limited/mod.rs"]
mod limited;
mod lines;
mod pools;
mod recipes;
mod service;
mod support;
