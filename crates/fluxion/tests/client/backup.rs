//! `backup` of a server: while its clients go on, and what can be done with it.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use fluxion_client::Options;
use fluxion_client::v1::{HistoryRange, Job, JobState, MatchRequest};
use rusqlite::{Connection, OpenFlags};

use crate::common::Server;
use crate::{document, fails, kept, kept_with, text};

/// How many match at the same time.
const CLIENTS: u64 = 8;

/// For a core.
const JOBSPEC: &str = r#"{"version": 1, "tasks": [], "attributes": {"system": {"duration": 60}}, "resources":
    [{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}]}"#;

fn offline(line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fluxion"));
    command.args(line.split_whitespace()).output().unwrap()
}

#[track_caller]
fn checked(directory: &Path) -> serde_json::Value {
    let output = offline(&format!("check {} -o json", directory.display()));
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    serde_json::from_str(&told).unwrap()
}

/// The hash of the frame that ends with a record.
fn frame_hash(directory: &Path, last: u64) -> Vec<u8> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let database = Connection::open_with_flags(directory.join("journal.db"), flags).unwrap();
    let select = "SELECT hash FROM frame WHERE last_seq = ?1";
    database.query_row(select, [last as i64], |row| row.get(0)).unwrap()
}

/// Jobs with keys are booked and given back until it is told to stop; the last revision that was acknowledged.
async fn client(address: &str, number: u64, stop: &AtomicBool, acknowledged: &AtomicU64) -> u64 {
    let server = fluxion_client::v1::Server::connect(address, Options::default()).await.unwrap();
    let graph = server.graph("default");
    let mut done = 0;
    while !stop.load(Ordering::SeqCst) {
        let request = MatchRequest::of(JOBSPEC).with_job_key(format!("{number}-{done}"));
        let matched = graph.match_jobspec(request).await.unwrap();
        acknowledged.fetch_max(matched.revision, Ordering::SeqCst);
        let cancelled = graph.cancel(matched.job_id).await.unwrap();
        acknowledged.fetch_max(cancelled.revision, Ordering::SeqCst);
        done += 1;
    }
    done
}

/// Backs up while clients match; how much was acknowledged before and after.
fn backed_up_under_load(server: &Server, target: &Path) -> (u64, u64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    let wait_for = |revision: u64| {
        while acknowledged.load(Ordering::SeqCst) < revision {
            std::thread::yield_now();
        }
    };
    std::thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (runtime, stop, acknowledged) = (&runtime, &stop, &acknowledged);
            let address = &server.address;
            scope.spawn(move || runtime.block_on(client(address, number, stop, acknowledged)));
        }
        wait_for(500);
        let before = acknowledged.load(Ordering::SeqCst);
        let told = text(server, &format!("backup {} {}", server.address, target.display()));
        assert!(told.contains("default") && told.contains("good"), "{told}");
        let after = acknowledged.load(Ordering::SeqCst);
        wait_for(after + 100);
        stop.store(true, Ordering::SeqCst);
        (before, after)
    })
}

#[test]
fn a_backup_under_load_holds_all_that_was_acknowledged_before_and_no_more_than_happened() {
    let folder = tempfile::tempdir().unwrap();
    let (data, target) = (folder.path().join("data"), folder.path().join("backup"));
    let server = kept_with(&data, &["--snapshot-every-records", "200"]);
    text(&server, "init cluster.json --policy low");
    let (before, after) = backed_up_under_load(&server, &target);
    drop(server);
    let told = checked(&target)["graphs"][0].clone();
    let revision = told["revision"].as_u64().unwrap();
    assert!(before <= revision && revision <= after + 2 * CLIENTS, "{before} {revision} {after}");
    // each frame has the hash of the one before: equal at the end is equal all along
    let last = told["last_record"].as_u64().unwrap();
    assert_eq!(frame_hash(&data, last), frame_hash(&target, last));
    let server = kept(&target);
    assert_eq!(document(&server, "stats")["revision"], revision);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let jobs: Vec<Job> = runtime.block_on(async {
        let server = fluxion_client::v1::Server::connect(&server.address, Options::default());
        let graph = server.await.unwrap().graph("default");
        graph.past_jobs(HistoryRange::default(), &[]).await.unwrap()
    });
    let booked = jobs.len() as u64;
    let ended = jobs.iter().filter(|job| job.state() == JobState::Canceled).count() as u64;
    assert_eq!(booked + ended + 1, revision, "every revision is a booking or its end");
    text(&server, "match jobspec.yaml");
}

/// What a backup is made of may begin late.
#[test]
fn a_backup_of_a_server_that_has_thrown_away_its_beginning_is_good() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = kept_with(&data, &["--snapshot-every-records", "5", "--history", "0s"]);
    text(&server, "init cluster.json --policy low");
    let address = &server.address;
    for _ in 0..20 {
        text(&server, "match jobspec.yaml");
        let jobs = document(&server, "jobs --state allocated");
        text(&server, &format!("cancel {}", jobs["jobs"][0]["job_id"]));
    }
    text(&server, "match jobspec.yaml");
    // old history goes soon after a snapshot was written, and not while a backup is made
    let (target, told) = (1..)
        .map(|number| {
            // so that another snapshot comes if the last one had to leave old history alone
            text(&server, "status /tiny0/rack0/node0 --set up");
            let target = folder.path().join(format!("backup{number}"));
            text(&server, &format!("backup --server {address} {}", target.display()));
            let told = checked(&target)["graphs"][0].clone();
            (target, told)
        })
        .find(|(_, told)| told["first_record"].as_u64() > Some(1))
        .unwrap();
    let fingerprint = told["fingerprint"].clone();
    drop(server);
    assert_eq!(checked(&data)["graphs"][0]["fingerprint"], fingerprint);
    let server = kept(&target);
    assert_eq!(document(&server, "stats")["allocated"], 1);
}

#[test]
fn what_cannot_be_backed_up_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("backup");
    let to = target.display();
    let server = Server::start();
    let address = &server.address;
    let told = fails(&server, &format!("backup {address} {to}"), 1);
    assert!(told.contains("in memory only: start it with --data-dir"), "{told}");
    let told = fails(&server, &format!("backup http://127.0.0.1:1 {to} --wait 1"), 75);
    assert!(told.contains("127.0.0.1:1"), "{told}");
    let told = fails(&server, &format!("backup nowhere {to}"), 78);
    assert!(
        told.contains("there is no such directory, and it is no address of a server"),
        "{told}"
    );
    let told = fails(&server, &format!("backup https://{address} {to}"), 2);
    assert!(told.contains("https"), "{told}");
    let told = fails(&server, &format!("backup --server {address} cluster.json {to}"), 2);
    assert!(told.contains("not both"), "{told}");
    let folder = folder.path().display();
    std::fs::write(Path::new(&folder.to_string()).join("file"), "").unwrap();
    let told = fails(&server, &format!("backup {address} {folder}"), 1);
    assert!(told.contains("is not empty"), "{told}");
}
