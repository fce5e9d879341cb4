//! Of the registry.

use fluxion_store::Revision;

use super::*;
use crate::Config;
use crate::test_graph::GRAPH;
use crate::transport::turns::Cost;

async fn load(
    registry: &Arc<Registry>,
    name: &str,
    text: &str,
) -> Result<GraphThread, CreateError> {
    let options = Config::default().options("");
    registry.load(name, Upload::new(text.to_owned(), options), Existing::Stays).await
}

#[tokio::test]
async fn a_busy_graph_hinders_no_other() {
    let registry = Arc::<Registry>::default();
    let busy = load(&registry, "busy", GRAPH).await.unwrap();
    let open = busy.hold();
    let idle = load(&registry, "idle", GRAPH).await.unwrap();
    assert_eq!(idle.read(Cost::Cheap, |seen| seen.store.revision()).await, Ok(Revision::FIRST));
    assert_eq!(registry.graphs().len(), 2);
    open.send(()).unwrap();
    assert_eq!(busy.read(Cost::Cheap, |seen| seen.store.revision()).await, Ok(Revision::FIRST));
}

#[tokio::test]
async fn calls_that_wait_for_a_dropped_graph_fail() {
    let registry = Arc::<Registry>::default();
    let graph = load(&registry, "g", GRAPH).await.unwrap();
    let open = graph.hold();
    let mut waiting = Box::pin(graph.read(Cost::Cheap, |seen| seen.store.revision()));
    tokio::select! { biased; _ = &mut waiting => {}, () = async {} => {} }
    assert_eq!(registry.drop_graph("g", None, Default::default()).await, Ok(()));
    open.send(()).unwrap();
    assert_eq!(waiting.await, Err(Stopped::Dropped));
    assert_eq!(registry.drop_graph("g", None, Default::default()).await, Err(DropError::NoGraph));
    assert!(registry.graph("g").is_none());
}

#[tokio::test]
async fn of_two_that_load_one_name_the_second_loses_and_a_failure_leaves_no_trace() {
    let registry = Arc::<Registry>::default();
    assert!(load(&registry, "g", "[]").await.is_err());
    assert!(registry.slots().is_empty());
    let (one, two) = tokio::join!(load(&registry, "g", GRAPH), load(&registry, "g", GRAPH));
    assert!(one.is_ok() && matches!(two, Err(CreateError::Lost(_))), "{two:?}");
}
