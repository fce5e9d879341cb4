//! The services over a real socket, through real clients.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

mod announced;
mod calls;
mod concurrency;
mod crowd;
mod documented;
mod drain;
mod fixture;
mod keys;
mod limits;
mod memory;
mod probes;
mod silence;
mod unread;
mod wire;
