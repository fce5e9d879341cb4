//! The generated types of `proto/`. Their documentation is in the `.proto` files.

/// Package `fluxion`: the published three-call service, and below it `fluxion.v1`, the full service.
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub mod fluxion {
    tonic::include_proto!("fluxion");

    /// Package `fluxion.v1`: graphs by name, jobs and resources.
    pub mod v1 {
        tonic::include_proto!("fluxion.v1");
    }
}

/// All our `.proto` files as an encoded `FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fluxion_descriptor.bin"));

/// The files of `google.rpc` that statuses and their details are made of, with what they import, as an encoded
/// `FileDescriptorSet`.
pub(crate) const STATUS_DESCRIPTORS: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/status_descriptor.bin"));
