//! The generated types of `proto/`. Their documentation is in the `.proto` files.

/// Package `fluxion`: the published three-call service.
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub mod fluxion {
    tonic::include_proto!("fluxion");
}

/// All our `.proto` files as an encoded `FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fluxion_descriptor.bin"));
