//! Any text: the hwloc reader answers, and what it loads is a tree below the cluster.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match fluxion_formats::read::hwloc::load(text, &[]) {
        Ok(graph) => {
            assert_eq!(graph.edges().len() + 1, graph.vertices().len());
            assert!(graph.edges().iter().all(|e| e.source.index() < e.target.index()));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
