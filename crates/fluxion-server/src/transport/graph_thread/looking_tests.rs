//! Of those who look at a graph while it is busy.

use std::sync::mpsc;

use fluxion_context::{Budget, MatchOperation, Wanted};
use fluxion_store::{Command, Store};

use super::tests::{begin, idle, request};
use super::*;
use crate::Config;
use crate::test_graph::{GRAPH, JOBSPEC};
use crate::transport::seen::Seen;
use crate::transport::serving::Serving;

const WRITER: Origin = Origin { party: 1, connection: 1 };
const READER: Origin = Origin { party: 2, connection: 2 };

/// A graph that keeps the one node there is for a job, as a writer and a reader have it.
async fn graph() -> (GraphThread, GraphThread) {
    let graph = idle(GRAPH, Config::default().options("")).await;
    let of = |origin| graph.clone().from(origin, AskedBy::default());
    (of(WRITER), of(READER))
}

fn live(seen: Seen<'_>) -> usize {
    seen.store.context().live_jobs()
}

/// Keeps a graph busy with something that begins again when it is interrupted, as a match does; tells how often it has begun.
async fn dig(graph: &GraphThread, begun: mpsc::Sender<()>, open: mpsc::Receiver<()>) {
    let dig = move |serving: &mut Serving| {
        loop {
            serving.views.begin(&serving.stop);
            begun.send(()).unwrap();
            while open.try_recv() == Err(mpsc::TryRecvError::Empty) && !serving.budget.is_stopped()
            {
                thread::yield_now();
            }
            if !serving.stop.resume() {
                return serving.views.end(&serving.stop);
            }
            serving.view();
        }
    };
    graph.errand(dig).await.unwrap();
}

/// Looks in every way while a graph is busy with something that does not end before.
#[tokio::test]
async fn looks_do_not_wait_for_what_takes_long() {
    let (writer, reader) = graph().await;
    let ((begun, running), (open, gate)) = (mpsc::channel(), mpsc::channel());
    let mut busy = Box::pin(dig(&writer, begun, gate));
    begin(&mut busy).await;
    running.recv().unwrap();
    assert_eq!(reader.read(Cost::Cheap, live).await, Ok(0));
    // it was interrupted, once
    running.recv().unwrap();
    for cost in [Cost::Cheap, Cost::Dear, Cost::Cheap] {
        assert_eq!(reader.read(cost, live).await, Ok(0));
    }
    let ask = |store: &mut Store, _: &Budget| store.revision().0;
    assert_eq!(reader.question(ask).await, Ok(1));
    assert!(running.try_recv().is_err());
    open.send(()).unwrap();
    busy.await;
    assert_eq!(reader.read(Cost::Cheap, live).await, Ok(0));
}

/// Whoever looks sees what it has asked for before, over the same connection.
#[tokio::test]
async fn a_look_waits_for_the_changes_of_its_own_client() {
    let (writer, reader) = graph().await;
    let ((begun, running), (open, gate)) = (mpsc::channel(), mpsc::channel());
    let other = writer.clone().from(Origin { party: 3, connection: 3 }, AskedBy::default());
    let mut busy = Box::pin(dig(&other, begun, gate));
    begin(&mut busy).await;
    running.recv().unwrap();
    let mut change = Box::pin(writer.execute(request(JOBSPEC)));
    begin(&mut change).await;
    assert_eq!(reader.read(Cost::Cheap, live).await, Ok(0));
    let mut own = Box::pin(writer.read(Cost::Cheap, live));
    let mut dear = Box::pin(writer.read(Cost::Dear, live));
    begin(&mut own).await;
    begin(&mut dear).await;
    assert_eq!(reader.read(Cost::Dear, live).await, Ok(0));
    open.send(()).unwrap();
    change.await.unwrap().unwrap().booking.unwrap().keep();
    assert_eq!((own.await, dear.await), (Ok(1), Ok(1)));
    busy.await;
}

/// Looks with a revision that the call wants at least.
async fn at_least<T>(revision: u64, look: impl Future<Output = T>) -> T {
    CallNotes::new("r".into(), Some(revision)).along(look).await
}

#[tokio::test]
async fn a_look_is_of_the_revision_that_is_wanted_or_of_a_later_one() {
    let (writer, reader) = graph().await;
    let now = reader.read(Cost::Cheap, |seen| seen.store.revision().0);
    assert_eq!(at_least(1, now).await, Ok(1));
    for cost in [Cost::Cheap, Cost::Dear] {
        let refused = at_least(2, reader.read(cost, live)).await;
        assert_eq!(refused, Err(Stopped::Behind { asked: 2, at: 1 }));
    }
    let ((begun, running), (open, gate)) = (mpsc::channel(), mpsc::channel());
    let mut busy = Box::pin(dig(&reader, begun, gate));
    begin(&mut busy).await;
    running.recv().unwrap();
    let mut change = Box::pin(writer.execute(request(JOBSPEC)));
    begin(&mut change).await;
    // it has something on its way, and says that it need not see it
    assert_eq!(at_least(1, writer.read(Cost::Cheap, live)).await, Ok(0));
    let mut coming = Box::pin(at_least(2, reader.read(Cost::Dear, live)));
    begin(&mut coming).await;
    open.send(()).unwrap();
    change.await.unwrap().unwrap().booking.unwrap().keep();
    busy.await;
    assert_eq!(coming.await, Ok(1));
}

#[tokio::test]
async fn an_answer_tells_of_which_revision_it_is() {
    let (writer, reader) = graph().await;
    let told = async |graph: &GraphThread, cost| {
        let notes = CallNotes::new("r".into(), None);
        notes.clone().along(graph.read(cost, live)).await.unwrap();
        notes.revision()
    };
    assert_eq!(told(&reader, Cost::Cheap).await, Some(1));
    let notes = CallNotes::new("r".into(), None);
    let booked = notes.clone().along(writer.execute(request(JOBSPEC))).await;
    booked.unwrap().unwrap().booking.unwrap().keep();
    assert_eq!(notes.revision(), Some(2));
    assert_eq!(
        (told(&reader, Cost::Cheap).await, told(&reader, Cost::Dear).await),
        (Some(2), Some(2))
    );
}

#[tokio::test]
async fn a_match_that_was_interrupted_books_what_it_would_have_booked() {
    let (writer, reader) = graph().await;
    let command = Command::Match {
        operation: MatchOperation::Allocate,
        jobspec: JOBSPEC.to_owned(),
        now: 0,
        wanted: Wanted::default(),
        job_key: "mine".to_owned(),
    };
    let asked = KeyedCommand { id: None, command };
    let interrupted = move |serving: &mut Serving| {
        serving.stop.interrupt();
        serving.execute(&asked).map(|answered| (answered.revision.0, serving.seen().figures.failed))
    };
    let done = writer.errand(interrupted).await.unwrap();
    assert_eq!(done.map_err(|error| error.to_string()), Ok((2, 0)));
    assert_eq!(reader.read(Cost::Dear, live).await, Ok(1));
}

#[tokio::test]
async fn what_looks_at_a_graph_that_is_dropped_is_stopped() {
    let (_, reader) = graph().await;
    let (begun, running) = mpsc::channel();
    let spin = move |seen: Seen<'_>| {
        begun.send(()).unwrap();
        while !seen.budget.is_stopped() {
            thread::yield_now();
        }
    };
    let mut call = Box::pin(reader.read(Cost::Dear, spin));
    begin(&mut call).await;
    running.recv().unwrap();
    let mut waiting = Box::pin(reader.read(Cost::Dear, live));
    begin(&mut waiting).await;
    reader.retire();
    assert_eq!((call.await, waiting.await), (Ok(()), Err(Stopped::Dropped)));
    assert_eq!(reader.read(Cost::Dear, live).await, Err(Stopped::Dropped));
}

#[tokio::test]
async fn a_fault_of_a_long_look_ends_nothing_else() {
    let (_, reader) = graph().await;
    let fault = reader.read(Cost::Dear, |_| -> () { panic!("a fault made by this test") });
    assert_eq!(fault.await, Err(Stopped::Fault));
    assert_eq!(reader.read(Cost::Dear, live).await, Ok(0));
}
