//! Any text: the JGF reader answers, and what it loads is within the graph.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match fluxion_formats::read::jgf::load(text) {
        Ok(loaded) => {
            let graph = loaded.graph;
            let count = graph.vertices().len();
            assert!(
                graph.edges().iter().all(|e| e.source.index() < count && e.target.index() < count)
            );
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
