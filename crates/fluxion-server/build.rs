//! Compiles the protocol without `protoc`: Rust code, and the descriptor set that reflection serves.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use prost::Message as _;

/// Our services, in `proto/`.
const FILES: [&str; 7] = [
    "fluxion.proto",
    "fluxion/v1/calendar.proto",
    "fluxion/v1/graphs.proto",
    "fluxion/v1/insight.proto",
    "fluxion/v1/jobs.proto",
    "fluxion/v1/maintenance.proto",
    "fluxion/v1/resources.proto",
];

/// What statuses are made of: for reflection alone.
const STATUSES: [&str; 3] =
    ["google/rpc/status.proto", "google/rpc/error_details.proto", "google/rpc/code.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let descriptors = protox::compile(FILES.map(|file| root.join(file)), [&root])?;
    let statuses = protox::compile(STATUSES.map(|file| root.join(file)), [&root])?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("fluxion_descriptor.bin"), descriptors.encode_to_vec())?;
    fs::write(out.join("status_descriptor.bin"), statuses.encode_to_vec())?;
    let mut config = prost_build::Config::new();
    config.enable_type_names();
    let codec = "crate::codec::Codec";
    tonic_prost_build::configure()
        .codec_path(codec)
        .compile_fds_with_config(descriptors, config)?;
    Ok(())
}
