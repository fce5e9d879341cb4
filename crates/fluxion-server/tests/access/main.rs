//! Who may call what, over real sockets: every call with every sort of credential, graphs out of scope, streams that
//! outlive their credential, and what the journal says of who asked.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails shall stop")]

mod calls;
mod certificates;
#[path = "../v1/client.rs"]
#[allow(dead_code, reason = "shared with the tests of the full service")]
mod client;
#[path = "../socket/fixture.rs"]
#[allow(dead_code, reason = "shared with the tests of the three calls")]
mod fixture;
mod guarded;
#[path = "../v1/kept.rs"]
#[allow(dead_code, reason = "shared with the tests of the full service")]
mod kept;
mod principals;
mod scopes;
mod streams;
mod tls;
mod unix;
