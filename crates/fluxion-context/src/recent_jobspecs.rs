//! The jobspecs that were read last: schedulers send the same few texts again and again, and reading one costs
//! more than matching it.

use std::hash::{BuildHasher, BuildHasherDefault};
use std::sync::Arc;

use fluxion_graph::Graph;
use fluxion_jobspec::{Jobspec, JobspecError};
use rustc_hash::FxHasher;

/// How many are remembered.
const MOST: usize = 16;
/// Longer texts are not remembered, in bytes.
const LONGEST: usize = 16 * 1024;

/// See the module documentation.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecentJobspecs {
    /// The one that was asked for last comes first.
    entries: Vec<Entry>,
    /// How many types the graph knew: what can be read depends on them.
    types: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    hash: u64,
    text: Arc<str>,
    jobspec: Arc<Jobspec>,
}

impl RecentJobspecs {
    /// Reads a jobspec, or finds it read already.
    ///
    /// # Errors
    /// Those of [`fluxion_jobspec::parse`].
    pub(crate) fn read(&mut self, text: &str, graph: &Graph) -> Result<Arc<Jobspec>, JobspecError> {
        if self.types != graph.type_count() {
            self.entries.clear();
            self.types = graph.type_count();
        }
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(text);
        let is_same = |entry: &Entry| entry.hash == hash && *entry.text == *text;
        if let Some(at) = self.entries.iter().position(is_same) {
            self.entries[..=at].rotate_right(1);
            return Ok(Arc::clone(&self.entries[0].jobspec));
        }
        let jobspec = fluxion_jobspec::parse(text, &|name| graph.type_id(name).is_some())?;
        let jobspec = Arc::new(jobspec);
        if text.len() <= LONGEST {
            self.entries.truncate(MOST - 1);
            let entry = Entry { hash, text: text.into(), jobspec: Arc::clone(&jobspec) };
            self.entries.insert(0, entry);
        }
        Ok(jobspec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(duration: usize) -> String {
        format!(
            r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": {duration}}}}},
            "resources": [{{"type": "slot", "label": "s", "count": 1, "with": [{{"type": "node", "count": 1}}]}}]}}"#
        )
    }

    #[test]
    fn a_text_is_read_once_while_it_is_among_the_last() {
        let (graph, mut recent) = (Graph::new(), RecentJobspecs::default());
        let first = recent.read(&text(1), &graph).unwrap();
        for duration in 2..=MOST {
            recent.read(&text(duration), &graph).unwrap();
            assert!(Arc::ptr_eq(&first, &recent.read(&text(1), &graph).unwrap()));
        }
        for duration in 2..MOST + 2 {
            recent.read(&text(duration), &graph).unwrap();
        }
        let again = recent.read(&text(1), &graph).unwrap();
        assert!(!Arc::ptr_eq(&first, &again));
        assert_eq!(first, again);
    }

    #[test]
    fn a_graph_that_knows_other_types_reads_anew() {
        let (mut graph, mut recent) = (Graph::new(), RecentJobspecs::default());
        let first = recent.read(&text(1), &graph).unwrap();
        graph.add_type("fpga").unwrap();
        assert!(!Arc::ptr_eq(&first, &recent.read(&text(1), &graph).unwrap()));
    }
}
