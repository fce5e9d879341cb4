//! Whole sessions of `fluxion query`, through the real binary.

#![expect(clippy::unwrap_used, reason = "a session that cannot be run is a failed test")]

mod elastic;
mod explaining;
mod graph_files;
mod jobs;
mod matching;
mod other;
mod startup;
mod support;
mod vertices;
