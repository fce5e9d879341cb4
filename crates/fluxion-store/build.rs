//! Compiles the protocol of the journal without `protoc`.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    let file = root.join("fluxion/journal/v1/journal.proto");
    println!("cargo::rerun-if-changed={}", file.display());
    let descriptors = protox::compile([file], [&root])?;
    let mut config = prost_build::Config::new();
    config.bytes(["."]);
    config.compile_fds(descriptors)?;
    Ok(())
}
