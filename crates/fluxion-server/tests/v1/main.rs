//! The full service over a real socket.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

mod admin;
mod backups;
mod changes;
mod client;
mod clock;
mod documented;
#[path = "../socket/fixture.rs"]
#[allow(dead_code, reason = "shared with the tests of the three calls")]
mod fixture;
mod forks;
mod graphs;
mod health;
mod history;
mod incarnations;
mod insight;
mod jobs;
mod kept;
mod many;
mod reads;
mod refusals_explained;
mod replays;
mod request_ids;
mod resources;
mod restarts;
mod slots;
mod strict;
mod totals;
mod unconfirmed;
mod visits;
mod watch;
mod windows;
mod wire;
