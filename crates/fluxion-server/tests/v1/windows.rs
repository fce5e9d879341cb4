//! Windows over the wire.

use fluxion_server::proto::fluxion::v1::event::Change;
use fluxion_server::proto::fluxion::v1::watch_request::Start;
use fluxion_server::proto::fluxion::v1::watch_response::Item;
use fluxion_server::proto::fluxion::v1::window::When;
use fluxion_server::proto::fluxion::v1::{
    DropWindowRequest, Expiry, GetWindowRequest, ListWindowsRequest, MatchOperation, MatchRequest,
    OnConflict, Recurrence, SetWindowRequest, SetWindowResponse, WatchRequest, Window, WindowKind,
    WindowSpan, WindowTargets,
};
use tonic::{Code, Status};

use crate::client::{V1, want};

const START: i64 = 1_800_000_000;

fn window(name: &str, paths: &[&str], (start, end): (i64, i64)) -> Window {
    let paths = paths.iter().map(|&path| path.to_owned()).collect();
    Window {
        name: name.to_owned(),
        kind: WindowKind::Maintenance.into(),
        targets: Some(WindowTargets { paths, ..WindowTargets::default() }),
        when: Some(When::Span(WindowSpan { start, end })),
        ..Window::default()
    }
}

fn set(window: Window) -> SetWindowRequest {
    SetWindowRequest { window: Some(window), ..SetWindowRequest::default() }
}

/// How a call was refused.
fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> (Code, String) {
    let status = result.unwrap_err();
    (status.code(), status.message().to_owned())
}

/// One core for an hour at some time, now or later.
fn core(now: i64) -> MatchRequest {
    let operation = MatchOperation::AllocateOrelseReserve.into();
    MatchRequest { operation, now, ..want(1, "core") }
}

impl V1 {
    async fn set_window(&mut self, request: SetWindowRequest) -> Result<SetWindowResponse, Status> {
        self.calendar.set_window(request).await.map(|told| told.into_inner())
    }

    async fn names(&mut self) -> Vec<String> {
        let told = self.calendar.list_windows(ListWindowsRequest::default()).await.unwrap();
        told.into_inner().windows.into_iter().map(|window| window.name).collect()
    }
}

#[tokio::test]
async fn maintenance_keeps_everybody_out_until_it_ends() {
    let mut v1 = V1::with(2, 1).await;
    let told = v1.set_window(set(window("weekly", &["/cluster0"], (10, 5000)))).await.unwrap();
    let set = told.window.unwrap();
    assert_eq!((set.paths, set.vertices), (vec!["/cluster0".to_owned()], 1));
    assert_eq!(set.next, [WindowSpan { start: 10, end: 5000 }]);
    assert_eq!(v1.ask(core(0)).await.unwrap().at, 5000, "a job of an hour would still run at 10");
    assert_eq!(v1.names().await, ["weekly"]);

    let request = DropWindowRequest { name: "weekly".to_owned(), ..DropWindowRequest::default() };
    let revision = v1.calendar.drop_window(request.clone()).await.unwrap().into_inner().revision;
    assert_eq!(revision, told.revision + 2);
    let (code, _) = refused(v1.calendar.drop_window(request).await.map(drop));
    assert_eq!(code, Code::NotFound);
    assert_eq!(v1.ask(core(0)).await.unwrap().at, 0);
}

#[tokio::test]
async fn a_reservation_lets_in_who_names_it() {
    let mut v1 = V1::with(2, 1).await;
    let kind = WindowKind::Reservation.into();
    let course = Window { kind, ..window("course", &["/cluster0/node0"], (0, 9000)) };
    v1.set_window(set(course)).await.unwrap();
    let named = |inside_windows| MatchRequest {
        windows: vec!["course".to_owned()],
        inside_windows,
        ..core(0)
    };
    let inside = v1.ask(named(true)).await.unwrap();
    assert!(inside.resources.unwrap().text.contains("node0"));
    assert_eq!(v1.ask(core(0)).await.unwrap().at, 0, "the other node");
    assert_eq!(v1.ask(core(0)).await.unwrap().at, 3600, "after that one");
    assert_eq!(v1.ask(named(true)).await.unwrap().at, 3600);

    let unknown = MatchRequest { windows: vec!["cours".to_owned()], ..core(0) };
    assert_eq!(refused(v1.ask(unknown).await.map(drop)).0, Code::NotFound);
    let nowhere = MatchRequest { inside_windows: true, ..core(0) };
    assert_eq!(refused(v1.ask(nowhere).await.map(drop)).0, Code::InvalidArgument);
}

#[tokio::test]
async fn what_becomes_of_jobs_is_chosen_and_tried() {
    let mut v1 = V1::with(1, 2).await;
    let (first, second) = (v1.ask(core(0)).await.unwrap(), v1.ask(core(0)).await.unwrap());
    let over = || window("now", &["/cluster0/node0"], (30, 90));
    let (code, why) = refused(v1.set_window(set(over())).await.map(drop));
    assert_eq!(code, Code::FailedPrecondition);
    assert!(why.contains("2 jobs are in the way"), "{why}");
    assert_eq!(v1.names().await, [""; 0]);

    let fates = |told: &SetWindowResponse| {
        told.conflicts
            .iter()
            .map(|each| (each.job_id, each.fate(), each.new_end))
            .collect::<Vec<_>>()
    };
    for (running, new_end) in
        [(OnConflict::Keep, 0), (OnConflict::Truncate, 30), (OnConflict::Cancel, 0)]
    {
        let request = SetWindowRequest { running: running.into(), dry_run: true, ..set(over()) };
        let told = v1.set_window(request).await.unwrap();
        let expected = [first.job_id, second.job_id].map(|job| (job, running, new_end));
        assert_eq!(fates(&told), expected);
        assert_eq!(told.revision, second.revision, "nothing was done");
    }
    let request = SetWindowRequest { running: OnConflict::Truncate.into(), ..set(over()) };
    v1.set_window(request).await.unwrap();
    assert_eq!(v1.ask(core(30)).await.unwrap().at, 90);
    let refusal = SetWindowRequest { reserved: OnConflict::Truncate.into(), ..set(over()) };
    assert_eq!(refused(v1.set_window(refusal).await.map(drop)).0, Code::InvalidArgument);
}

#[tokio::test]
async fn what_is_refused() {
    let mut v1 = V1::with(1, 1).await;
    v1.set_window(set(window("kept", &["/cluster0/node0"], (10, 20)))).await.unwrap();
    let node = &["/cluster0/node0"][..];
    let recurrence = Recurrence {
        start: "2027-01-01T00:00:00".to_owned(),
        duration: 60,
        rule: "FREQ=DAILY".to_owned(),
        ..Recurrence::default()
    };
    let cases = [
        (window("", node, (0, 1)), Code::InvalidArgument, "a name of letters"),
        (window("a b", node, (0, 1)), Code::InvalidArgument, "a name of letters"),
        (window("w", &[], (0, 1)), Code::InvalidArgument, "expected paths, ranks"),
        (window("w", &["/nowhere"], (0, 1)), Code::NotFound, "/nowhere"),
        (window("w", node, (5, 5)), Code::InvalidArgument, "after the start"),
        (window("w", node, (-1, 5)), Code::InvalidArgument, "life of a graph"),
        (window("w", node, (15, 25)), Code::FailedPrecondition, "overlap with the window `kept`"),
        (Window { when: None, ..window("w", node, (0, 1)) }, Code::InvalidArgument, "a span"),
        (
            Window { when: Some(When::FloatingLead(0)), ..window("w", node, (0, 1)) },
            Code::InvalidArgument,
            "at least 1 second",
        ),
        (
            Window { when: Some(When::Recurrence(recurrence)), ..window("w", node, (0, 1)) },
            Code::InvalidArgument,
            "clock of the server",
        ),
        (Window { kind: 0, ..window("w", node, (0, 1)) }, Code::InvalidArgument, "MAINTENANCE"),
        (
            Window { note: "x".repeat(1001), ..window("w", node, (0, 1)) },
            Code::InvalidArgument,
            "at most 1000",
        ),
    ];
    for (window, code, what) in cases {
        let found = refused(v1.set_window(set(window.clone())).await.map(drop));
        assert_eq!(found.0, code, "{window:?}: {found:?}");
        assert!(found.1.contains(what), "{window:?}: {found:?}");
    }
    assert_eq!(v1.names().await, ["kept"]);
    let missing = GetWindowRequest { name: "w".to_owned(), ..GetWindowRequest::default() };
    assert_eq!(refused(v1.calendar.get_window(missing).await.map(drop)).0, Code::NotFound);
}

#[tokio::test]
async fn the_vertices_of_a_window_are_named_in_several_ways() {
    let mut v1 = V1::with(3, 1).await;
    let targets = |targets: WindowTargets| Window {
        targets: Some(targets),
        overlap: true,
        ..window("w", &[], (100, 200))
    };
    let text = str::to_owned;
    let none = WindowTargets::default;
    let cases = [
        (WindowTargets { jobspec: want(2, "node").jobspec, ..none() }, vec!["node1", "node2"]),
        (WindowTargets { criteria: text("names=node0"), ..none() }, vec!["node0"]),
        (
            WindowTargets {
                paths: vec![text("/cluster0/node2/core0")],
                criteria: text("names=node2"),
                ..none()
            },
            vec!["node2"],
        ),
    ];
    for (named, expected) in cases {
        let told = v1.set_window(set(targets(named.clone()))).await.unwrap().window.unwrap();
        let mut expected: Vec<_> =
            expected.iter().map(|name| format!("/cluster0/{name}")).collect();
        let mut paths = told.paths;
        paths.sort();
        expected.sort();
        assert_eq!(paths, expected, "{named:?}");
        assert_eq!(told.targets, Some(named));
    }
}

#[tokio::test]
async fn windows_that_recur_go_on_and_those_that_are_over_end() {
    let (mut v1, hands) = V1::timed(Expiry::Hold).await;
    let recurrence = Recurrence {
        // the hands stand at 2027-01-15T08:00:00Z
        start: "2027-01-15T10:00:00".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        duration: 600,
        rule: "FREQ=DAILY".to_owned(),
    };
    let daily = Window {
        when: Some(When::Recurrence(recurrence.clone())),
        ..window("daily", &["/cluster0"], (0, 1))
    };
    let told = v1.set_window(set(daily)).await.unwrap().window.unwrap();
    assert_eq!(told.when, Some(When::Recurrence(recurrence)));
    assert_eq!(told.next.len(), 64);
    assert_eq!(told.next[0], WindowSpan { start: START + 3600, end: START + 4200 });
    v1.set_window(set(window("once", &["/cluster0"], (START + 10, START + 20)))).await.unwrap();
    assert_eq!(v1.names().await, ["daily", "once"]);

    let cursor = Start::WithState(true);
    let request = WatchRequest { start: Some(cursor), ..WatchRequest::default() };
    let mut watched = v1.insight.watch(request).await.unwrap().into_inner();
    let state = watched.message().await.unwrap().unwrap();
    assert!(matches!(state.item, Some(Item::State(state)) if state.windows.len() == 2));

    hands.pass(40 * 86_400);
    assert_eq!(v1.names().await, ["daily"]);
    let request = GetWindowRequest { name: "daily".to_owned(), ..GetWindowRequest::default() };
    let told = v1.calendar.get_window(request).await.unwrap().into_inner().window.unwrap();
    assert_eq!(told.next.len(), 64, "it got its next times");
    let mut events = Vec::new();
    while events.len() < 2 {
        match watched.message().await.unwrap().unwrap().item {
            Some(Item::Event(event)) => events.push(event.change.unwrap()),
            _ => continue,
        }
    }
    let names = |change: &Change| match change {
        Change::WindowEnded(told) => format!("ended {}", told.name),
        Change::WindowSet(told) => format!("set {} {}", told.name, told.spans.len()),
        other => panic!("{other:?}"),
    };
    let events: Vec<String> = events.iter().map(names).collect();
    assert_eq!(events, ["ended once", "set daily 64"]);
}
