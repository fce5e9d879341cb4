//! The generated messages and stubs of `proto/`, where their documentation is.

#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated")]

tonic::include_proto!("fluxion");

pub mod v1 {
    tonic::include_proto!("fluxion.v1");
}
