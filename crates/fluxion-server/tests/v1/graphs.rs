//! Creating, listing, exporting and dropping graphs.

use fluxion_server::proto::fluxion::v1::create_graph_response::Event;
use fluxion_server::proto::fluxion::v1::{
    CreateGraphHeader, DropGraphRequest, ExportFormat, ExportGraphRequest, GetGraphRequest,
    GraphOptions, ListGraphsRequest, MatchRequest, ResourceFormat, SlotRule,
};
use fluxion_server::{ByteSize, Config, Limits};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::{Code, Response, Status};

use crate::client::{V1, head, header, parts, piece, refused, want};
use crate::fixture::{cluster, fails, job};

#[tokio::test]
async fn a_graph_is_created_in_pieces_of_any_size_and_described() {
    let mut v1 = V1::start(Config::default()).await;
    let text = cluster(2, 3) + &" ".repeat(3 << 20);
    let options = GraphOptions { policy: "low".to_owned(), ..GraphOptions::default() };
    let size = text.len() as u64;
    let header =
        CreateGraphHeader { options: Some(options), text_bytes: size, ..header("a.b_c-1") };
    let events = v1.send(parts(header, text.as_bytes(), 700_001)).await.unwrap();
    let events: Vec<_> = events.into_iter().map(|event| event.event.unwrap()).collect();
    let [received @ .., Event::Loading(loading), Event::Graph(graph)] = &events[..] else {
        panic!("{events:?}");
    };
    let counts: Vec<u64> = received
        .iter()
        .map(|event| match event {
            Event::ReceivedBytes(bytes) => *bytes,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(counts.is_sorted() && counts[3] <= size, "{counts:?}");
    assert_eq!((counts.len(), counts[0]), (4, 0));
    assert_eq!(loading.text_bytes, size);
    assert_eq!((graph.name.as_str(), graph.revision, graph.live_jobs), ("a.b_c-1", 1, 0));
    assert_eq!((graph.vertices, graph.edges), (9, 8));
    let options = graph.options.clone().unwrap();
    assert_eq!((options.policy.as_str(), options.traverser.as_str()), ("low", "simple"));
    assert_eq!(options.resource_format(), ResourceFormat::JgfFull);
    let request = GetGraphRequest { name: "a.b_c-1".to_owned() };
    assert_eq!(v1.graphs.get_graph(request).await.unwrap().into_inner(), *graph);
}

#[tokio::test]
async fn what_cannot_be_created_is_named() {
    let limits = Limits { graph: ByteSize(4 << 10), ..Limits::default() };
    let mut v1 = V1::start(Config { limits, ..Config::default() }).await;
    for name in ["", "a b", "ä", &"x".repeat(64)] {
        refused(v1.create(name, "").await, Code::InvalidArgument, "header.name: ");
    }
    let place = "text: line 2, column 3: ";
    refused(v1.create("g", "{\n  ?").await, Code::InvalidArgument, "text: ");
    fails(v1.create("g", "{\n  ?").await, Code::InvalidArgument, &["line 2, column 3"]);
    let not_utf8 = parts(header("g"), b"{}\n\xc3\xa4 \xff", 4);
    refused(v1.send(not_utf8).await, Code::InvalidArgument, place);
    let large = "x".repeat(5 << 10);
    refused(v1.create("g", &large).await, Code::ResourceExhausted, "quota of text");
    let announced = CreateGraphHeader { text_bytes: 5 << 10, ..header("g") };
    let early = v1.send(vec![head(announced)]).await;
    refused(early, Code::ResourceExhausted, "quota of text");
    let short = CreateGraphHeader { text_bytes: 7, ..header("g") };
    let short = v1.send(parts(short, b"{}", 2)).await;
    refused(short, Code::InvalidArgument, "header.text_bytes: ");
    refused(v1.send(vec![piece(b"{}")]).await, Code::InvalidArgument, "header: ");
    let twice = vec![head(header("g")), head(header("g"))];
    refused(v1.send(twice).await, Code::InvalidArgument, "text: ");
    assert!(
        v1.graphs.list_graphs(ListGraphsRequest {}).await.unwrap().into_inner().graphs.is_empty()
    );
}

/// A vertex may have any name, and be called as an option is.
#[tokio::test]
async fn a_graph_is_blamed_at_its_place_whatever_its_vertices_are_named() {
    let mut v1 = V1::start(Config::default()).await;
    for name in
        ["can't create matcher", "can't set subsystems", "prune", "line 2, column 1", "a\nb"]
    {
        let id = serde_json::Value::from(name);
        let text = format!("{{\"graph\": {{\"nodes\": [\n{{\"id\": {id}}}], \"edges\": []}}}}");
        let expected = format!(
            "text: vertex `{}`: expected an object with a key `metadata` (line 2, column 1)",
            name.replace('\n', r"\n")
        );
        refused(v1.create("g", &text).await, Code::InvalidArgument, &expected);
    }
}

/// Sets one option.
type Change<'a> = &'a dyn Fn(&mut GraphOptions);

#[tokio::test]
async fn an_option_that_cannot_be_used_is_named() {
    let mut v1 = V1::start(Config::default()).await;
    let options = |change: Change<'_>| {
        let mut options = GraphOptions::default();
        change(&mut options);
        parts(
            CreateGraphHeader { options: Some(options), ..header("g") },
            cluster(1, 1).as_bytes(),
            9,
        )
    };
    let cases: [(Change<'_>, &str); 8] = [
        (&|o| o.policy = "best".to_owned(), "header.options.policy: "),
        (&|o| o.traverser = "wild".to_owned(), "header.options.traverser: "),
        (&|o| o.prune_filters = "core".to_owned(), "header.options.prune_filters: "),
        (&|o| o.subsystems = "XX".to_owned(), "header.options.subsystems: "),
        (&|o| o.slots = 99, "header.options.slots: "),
        (
            &|o| {
                o.set_slots(SlotRule::Deep);
                o.traverser = "flexible".to_owned();
            },
            "header.options.slots: ",
        ),
        (&|o| o.format = 99, "header.options.format: "),
        (&|o| o.resource_format = 99, "header.options.resource_format: "),
    ];
    for (change, field) in cases {
        refused(v1.send(options(change)).await, Code::InvalidArgument, field);
    }
}

#[tokio::test]
async fn a_graph_gives_way_only_if_told_to_and_only_to_one_that_loads() {
    let mut v1 = V1::with(1, 2).await;
    v1.take(2).await.unwrap();
    refused(v1.create("default", &cluster(1, 1)).await, Code::AlreadyExists, "graph default");
    let replacing = || CreateGraphHeader { replace: true, ..header("default") };
    let bad = v1.send(parts(replacing(), b"[]", 9)).await;
    refused(bad, Code::InvalidArgument, "text: ");
    refused(v1.take(1).await, Code::ResourceExhausted, "retry in 1s");
    v1.send(parts(replacing(), cluster(1, 1).as_bytes(), 9)).await.unwrap();
    let answer = v1.take(1).await.unwrap();
    assert_eq!((answer.job_id, answer.revision), (3, 2), "numbers go on, revisions begin");
}

#[tokio::test]
async fn the_three_calls_work_on_the_graph_named_default() {
    let mut v1 = V1::with(1, 2).await;
    let mut published = v1.server.client().await;
    assert_eq!(published.allocate(&job(2, "core")).await.unwrap().jobid, 1);
    refused(v1.take(1).await, Code::ResourceExhausted, "retry in 1s");
    published.init("", &cluster(1, 3)).await.unwrap();
    assert_eq!(v1.take(3).await.unwrap().job_id, 3);
    published.cancel(3).await.unwrap();
    let request = DropGraphRequest { name: "default".to_owned(), ..DropGraphRequest::default() };
    v1.graphs.drop_graph(request).await.unwrap();
    let none = published.allocate(&job(1, "core")).await;
    fails(none, Code::FailedPrecondition, &["call Init first"]);
}

#[tokio::test]
async fn graphs_are_listed_by_name_and_dropped() {
    let mut v1 = V1::start(Config::default()).await;
    for name in ["b", "a"] {
        v1.create(name, &cluster(1, 1)).await.unwrap();
    }
    assert_eq!(names(&mut v1).await, ["a", "b"]);
    let request = || DropGraphRequest { name: "a".to_owned(), ..DropGraphRequest::default() };
    v1.graphs.drop_graph(request()).await.unwrap();
    refused(v1.graphs.drop_graph(request()).await, Code::NotFound, "graph a");
    let request = GetGraphRequest { name: "a".to_owned() };
    refused(v1.graphs.get_graph(request).await, Code::NotFound, "graph a");
    let request = MatchRequest { graph: "a".to_owned(), ..want(1, "core") };
    refused(v1.ask(request).await, Code::NotFound, "graph a");
    assert_eq!(names(&mut v1).await, ["b"]);
}

async fn names(v1: &mut V1) -> Vec<String> {
    let answer = v1.graphs.list_graphs(ListGraphsRequest {}).await.unwrap().into_inner();
    answer.graphs.into_iter().map(|graph| graph.name).collect()
}

#[tokio::test]
async fn there_are_so_many_graphs_and_no_more() {
    let mut v1 = V1::with(1, 1).await;
    let text = cluster(1, 1);
    for number in 0..256 {
        v1.create(&format!("g{number}"), &text).await.unwrap();
    }
    let full = v1.create("one-more", &text).await;
    refused(full, Code::ResourceExhausted, "quota of graphs");
}

#[tokio::test]
async fn other_graphs_answer_while_one_is_being_created() {
    let mut v1 = V1::with(1, 2).await;
    let (send, slow) = mpsc::unbounded_channel();
    send.send(head(header("slow"))).unwrap();
    send.send(piece(b" ")).unwrap();
    let requests = UnboundedReceiverStream::new(slow);
    let mut events = v1.graphs.create_graph(requests).await.unwrap().into_inner();
    v1.take(1).await.unwrap();
    v1.create("quick", &cluster(1, 1)).await.unwrap();
    assert_eq!(names(&mut v1).await, ["default", "quick"]);
    send.send(piece(cluster(1, 1).as_bytes())).unwrap();
    drop(send);
    while events.message().await.unwrap().is_some() {}
    assert_eq!(names(&mut v1).await, ["default", "quick", "slow"]);
}

#[tokio::test]
async fn the_old_graph_answers_while_half_of_its_successor_has_arrived() {
    let mut v1 = V1::with(1, 2).await;
    v1.create("other", &cluster(1, 1)).await.unwrap();
    let text = cluster(1, 1) + &" ".repeat(2 << 20);
    let (send, held) = mpsc::unbounded_channel();
    send.send(head(CreateGraphHeader { replace: true, ..header("default") })).unwrap();
    let (half, rest) = text.as_bytes().split_at(text.len() / 2 + 9);
    send.send(piece(half)).unwrap();
    let requests = UnboundedReceiverStream::new(held);
    let mut events = v1.graphs.create_graph(requests).await.unwrap().into_inner();
    let accepted = events.message().await.unwrap().unwrap().event;
    assert_eq!(accepted, Some(Event::ReceivedBytes(0)));
    let received = events.message().await.unwrap().unwrap().event;
    assert!(matches!(received, Some(Event::ReceivedBytes(1..))), "{received:?}");
    assert_eq!(v1.take(2).await.unwrap().job_id, 1);
    let other = MatchRequest { graph: "other".to_owned(), ..want(1, "core") };
    assert_eq!(v1.ask(other).await.unwrap().job_id, 1);
    assert_eq!(names(&mut v1).await, ["default", "other"]);
    refused(v1.take(1).await, Code::ResourceExhausted, "retry in 1s");
    send.send(piece(rest)).unwrap();
    drop(send);
    while events.message().await.unwrap().is_some() {}
    assert_eq!(v1.take(1).await.unwrap().job_id, 3);
    refused(v1.take(1).await, Code::ResourceExhausted, "retry in 1s");
}

async fn export(v1: &mut V1, name: &str, format: ExportFormat) -> Result<(String, u64), Status> {
    let request = ExportGraphRequest { name: name.to_owned(), format: format.into() };
    let mut pieces = v1.graphs.export_graph(request).await.map(Response::into_inner)?;
    let (mut text, mut revision) = (Vec::new(), 0);
    while let Some(piece) = pieces.message().await? {
        text.extend(piece.text);
        revision = piece.revision;
    }
    Ok((String::from_utf8(text).unwrap(), revision))
}

#[tokio::test]
async fn a_graph_is_exported() {
    let mut v1 = V1::with(40, 40).await;
    v1.take(1).await.unwrap();
    let (dot, revision) = export(&mut v1, "default", ExportFormat::Dot).await.unwrap();
    assert!(dot.starts_with("digraph") && dot.trim_end().ends_with('}'));
    assert_eq!(revision, 2);
    let (graphml, _) = export(&mut v1, "", ExportFormat::Graphml).await.unwrap();
    assert!(
        graphml.contains("<graphml")
            && graphml.len() > 3 * (64 << 10)
            && graphml.trim_end().ends_with("</graphml>")
    );
    refused(export(&mut v1, "x", ExportFormat::Dot).await, Code::NotFound, "graph x");
}

#[tokio::test]
async fn an_exported_graph_can_be_created_again() {
    let mut v1 = V1::with(2, 2).await;
    let (jgf, _) = export(&mut v1, "", ExportFormat::Jgf).await.unwrap();
    v1.create("copy", &jgf).await.unwrap();
    let (again, _) = export(&mut v1, "copy", ExportFormat::Jgf).await.unwrap();
    assert_eq!(again, jgf);
}
