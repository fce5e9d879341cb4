//! Of graphs with a journal, without sockets.

use std::sync::Arc;

use fluxion_context::{JobId, MatchOperation, Wanted};
use fluxion_store::journal::MemoryLog;
use fluxion_store::{Command, KeyedCommand};

use crate::Config;
use crate::JournalOptions;
use crate::refusals;
use crate::test_graph::{GRAPH, JOBSPEC};
use crate::transport::faults::Stopped;
use crate::transport::graph_thread::GraphThread;
use crate::transport::journal;
use crate::transport::registry::{DropError, Existing, Registry};
use crate::transport::served_graph::{Bounds, Upload};
use crate::transport::turns::Cost;

async fn registry(options: JournalOptions) -> Arc<Registry> {
    let log = Box::new(MemoryLog::new());
    let (journal, found) = journal::start(log, options, Box::new(refusals::sent)).unwrap();
    let registry = Arc::new(Registry::new(Bounds::default(), Arc::default(), Some(journal)));
    registry.resume(found.await.unwrap().unwrap()).await.unwrap();
    registry
}

async fn load(registry: &Arc<Registry>) -> GraphThread {
    let options = Config::default().options("");
    registry.load("g", Upload::new(GRAPH.to_owned(), options), Existing::GivesWay).await.unwrap()
}

async fn take(graph: &GraphThread) -> Option<JobId> {
    let command = Command::Match {
        operation: MatchOperation::Allocate,
        jobspec: JOBSPEC.to_owned(),
        now: 0,
        wanted: Wanted::default(),
        job_key: "mine".to_owned(),
    };
    match graph.execute(KeyedCommand { id: None, command }).await.unwrap().ok()?.answered.answer {
        fluxion_store::Answer::Matched(matched) => Some(matched.job),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_graph_whose_thread_met_a_fault_is_recovered_with_its_jobs() {
    let registry = registry(JournalOptions::default()).await;
    let graph = load(&registry).await;
    assert_eq!(take(&graph).await, Some(JobId(1)));
    let fault = graph.read(Cost::Cheap, |_| -> () { panic!("a fault made by this test") });
    assert_eq!(fault.await, Err(Stopped::Recovering));
    let jobs = |graph: GraphThread| async move {
        graph.read(Cost::Cheap, |seen| seen.store.context().live_jobs()).await
    };
    let found = loop {
        match jobs(registry.graph("g").unwrap()).await {
            Err(Stopped::Recovering) => tokio::task::yield_now().await,
            found => break found,
        }
    };
    assert_eq!(found, Ok(1));
    let revived = registry.graph("g").unwrap();
    assert_eq!(revived.incarnation(), graph.incarnation());
    assert_eq!(take(&revived).await, None, "the node is taken");
    assert_eq!(registry.drop_graph("g", None, Default::default()).await, Ok(()));
    assert_eq!(registry.drop_graph("g", None, Default::default()).await, Err(DropError::NoGraph));
}

#[tokio::test]
async fn what_gave_way_takes_no_more_work() {
    let registry = registry(JournalOptions::default()).await;
    let first = load(&registry).await;
    let second = load(&registry).await;
    let refused = first.read(Cost::Cheap, |_| ()).await;
    assert_eq!(refused, Err(Stopped::Dropped));
    assert_eq!(take(&second).await, Some(JobId(1)));
}
