//! The files around the code are sound, agree with each other, and name what there is.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

mod image;
mod project;
mod release;
mod repository;
mod service;
mod workflows;
