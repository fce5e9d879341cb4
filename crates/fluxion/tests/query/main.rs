//! Whole sessions of `fluxion query`, through the real binary.

mod jobs;
mod matching;
mod other;
mod startup;
mod support;
mod vertices;
