//! Compiles the protocol without `protoc`, the client alone.

use std::error::Error;
use std::path::Path;

/// The files of `proto/`.
const FILES: [&str; 7] = [
    "fluxion.proto",
    "fluxion/v1/calendar.proto",
    "fluxion/v1/graphs.proto",
    "fluxion/v1/insight.proto",
    "fluxion/v1/jobs.proto",
    "fluxion/v1/maintenance.proto",
    "fluxion/v1/resources.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let descriptors = protox::compile(FILES.map(|file| root.join(file)), [&root])?;
    tonic_prost_build::configure().build_server(false).compile_fds(descriptors)?;
    Ok(())
}
