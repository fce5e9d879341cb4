//! Units and jobs of graphs. Counting them takes time that grows with a graph, so a busy one is not waited for: what it was before
//! is told again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::transport::graph_thread::GraphThread;
use crate::transport::seen::{JobCounts, Seen};
use crate::transport::turns::Cost;

/// How long a graph may take to be counted, its other work included.
const PATIENCE: Duration = Duration::from_millis(100);

/// How many types are told apart; the others are told together.
const MOST_TYPES: usize = 32;

/// Units of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TypeUnits {
    pub(crate) name: String,
    pub(crate) total: u64,
    pub(crate) free: u64,
    pub(crate) down: u64,
}

/// What was counted of a graph at some revision.
#[derive(Clone, Debug, Default)]
pub(crate) struct GraphUnits {
    pub(crate) revision: u64,
    pub(crate) types: Vec<TypeUnits>,
    pub(crate) jobs: JobCounts,
}

/// What was counted last, by incarnation.
#[derive(Debug, Default)]
pub(crate) struct KnownUnits(Mutex<BTreeMap<u64, Arc<GraphUnits>>>);

impl KnownUnits {
    /// What is known of each graph, counted again where it has changed and finds the time.
    pub(crate) async fn refresh(&self, graphs: &[(String, GraphThread)]) -> Vec<Arc<GraphUnits>> {
        let mut asked = Vec::new();
        for (_, graph) in graphs {
            let (known, graph) = (self.known(graph), graph.clone());
            asked.push(tokio::spawn(async move {
                let is_current =
                    known.as_ref().is_some_and(|known| known.revision == graph.summary().revision);
                match known {
                    Some(known) if is_current => known,
                    known => counted(&graph).await.or(known).unwrap_or_default(),
                }
            }));
        }
        let mut all = Vec::new();
        for one in asked {
            all.push(one.await.unwrap_or_default());
        }
        let known = graphs.iter().zip(&all);
        let known = known.map(|((_, graph), units)| (graph.incarnation().0, Arc::clone(units)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = known.collect();
        all
    }

    fn known(&self, graph: &GraphThread) -> Option<Arc<GraphUnits>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&graph.incarnation().0).cloned()
    }
}

async fn counted(graph: &GraphThread) -> Option<Arc<GraphUnits>> {
    let counted = tokio::time::timeout(PATIENCE, graph.read(Cost::Dear, count)).await;
    Some(Arc::new(counted.ok()?.ok()?))
}

/// O(graph + what jobs hold).
fn count(seen: Seen<'_>) -> GraphUnits {
    let mut types: Vec<TypeUnits> = Vec::new();
    let by_type = seen.store.context().units_by_type();
    let mut by_size: Vec<_> = by_type.into_iter().collect();
    by_size.sort_by_key(|(_, units)| std::cmp::Reverse(units.total));
    for (name, units) in by_size {
        if types.len() <= MOST_TYPES {
            let name = if types.len() < MOST_TYPES { name } else { "other" }.to_owned();
            types.push(TypeUnits { name, ..TypeUnits::default() });
        }
        if let Some(last) = types.last_mut() {
            last.total += units.total;
            last.down += units.down;
            last.free += units.total.saturating_sub(units.down + units.held);
        }
    }
    let revision = seen.store.revision().0;
    GraphUnits { revision, types, jobs: seen.count_jobs() }
}
