//! What is made of `proto/fluxion/journal/v1`.

#![allow(
    missing_docs,
    clippy::all,
    unreachable_pub,
    reason = "generated code; see the comments of the protocol"
)]

include!(concat!(env!("OUT_DIR"), "/fluxion.journal.v1.rs"));
