//! The generated messages and stub of `proto/fluxion.proto`, where their documentation is.

#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated")]

tonic::include_proto!("fluxion");
