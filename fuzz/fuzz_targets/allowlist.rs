//! Any text as the list of types that are loaded: the cluster always is, and all below it hangs together.
#![no_main]

use fluxion_context::{Context, LoadFormat, Options};
use libfuzzer_sys::fuzz_target;

const MACHINE: &str = include_str!("../seeds/hwloc/machine.xml");

fuzz_target!(|text: &str| {
    let allowlist = text.to_owned();
    let options = Options { load_format: LoadFormat::Hwloc, allowlist, ..Options::default() };
    let context = Context::load(MACHINE, &options).expect("the machine is sound");
    let graph = context.graph();
    assert_eq!(graph.edges().len() + 1, graph.vertices().len());
});
