//! A directory that is in order.

use std::fs;

use serde_json::Value;

use crate::Folder;

#[test]
fn check_proves_it() {
    let folder = Folder::new();
    let before = fs::read(folder.path("data/journal.db")).unwrap();
    insta::assert_snapshot!(folder.run("check data"), @"
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        46     7       46          2  1970-01-01T00:00:00.000Z  good
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    ");
    insta::assert_snapshot!(folder.run("check data -o json"), @r#"
    {
      "flaws": [],
      "graphs": [
        {
          "dropped": false,
          "fingerprint": "a27daa7cd1f21d3a",
          "first_record": 1,
          "flaws": [],
          "frame_bytes": 3678,
          "incarnation": "0000000000000007",
          "last_record": 46,
          "last_time": "1970-01-01T00:00:00.000Z",
          "live_jobs": 7,
          "name": "g",
          "records": 46,
          "revision": 46,
          "snapshots": 2
        },
        {
          "dropped": false,
          "fingerprint": "75b8c949789aa647",
          "first_record": 1,
          "flaws": [],
          "frame_bytes": 382,
          "incarnation": "0000000000000007",
          "last_record": 1,
          "last_time": "1970-01-01T00:00:00.000Z",
          "live_jobs": 0,
          "name": "empty",
          "records": 1,
          "revision": 1,
          "snapshots": 0
        }
      ]
    }
    "#);
    insta::assert_snapshot!(folder.run("repair data"), @"
    nothing is damaged
    ");
    assert!(fs::read(folder.path("data/journal.db")).unwrap() == before);
}

#[test]
fn log_tells_what_happened() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.run("log data --until 1970-01-01T00:00:00.000000013Z"), @"
    TIME                      GRAPH    RECORD  REVISION  WHAT            JOB  ABOUT
    1970-01-01T00:00:00.000Z  g             1         1  created              7 vertices
    1970-01-01T00:00:00.000Z  empty         1         1  created              7 vertices
    1970-01-01T00:00:00.000Z  g             2         2  booked            1  allocated 0 to 60: 1 core; key job 0; request 0
    1970-01-01T00:00:00.000Z  g             3         3  booked            2  allocated 1 to 61: 1 core; request 1
    1970-01-01T00:00:00.000Z  g             4         4  cancelled         2  request 3
    1970-01-01T00:00:00.000Z  g             5         5  booked            3  allocated 4 to 64: 1 core; key job 4; request 4
    1970-01-01T00:00:00.000Z  g             6         6  property             key0=5: /c/node1
    1970-01-01T00:00:00.000Z  g             7         7  status               down: /c/node0; request 6
    1970-01-01T00:00:00.000Z  g             8         8  booked            4  reserved 60 to 120: 1 core; request 7
    1970-01-01T00:00:00.000Z  g             9         9  cancelled         3  key job 4
    1970-01-01T00:00:00.000Z  g            10        10  grown                /c/disk9; request 9
    1970-01-01T00:00:00.000Z  g            11        11  shrunk               /c/disk9; request 10
    1970-01-01T00:00:00.000Z  g            12        12  booked            5  allocated 12 to 72: 1 core; key job 12; request 12
    ");
    insta::assert_snapshot!(folder.run("log data --graph g --limit 3"), @"
    TIME                      GRAPH    RECORD  REVISION  WHAT            JOB  ABOUT
    1970-01-01T00:00:00.000Z  g            44        44  booked           20  reserved 120 to 180: 1 core; request 55
    1970-01-01T00:00:00.000Z  g            45        45  grown                /c/disk9; request 57
    1970-01-01T00:00:00.000Z  g            46        46  shrunk               /c/disk9; request 58
    ");
    insta::assert_snapshot!(folder.run("log data --graph empty"), @"
    TIME                      GRAPH    RECORD  REVISION  WHAT            JOB  ABOUT
    1970-01-01T00:00:00.000Z  empty         1         1  created              7 vertices
    ");
    insta::assert_snapshot!(folder.run("log data --job 8"), @"
    TIME                      GRAPH    RECORD  REVISION  WHAT            JOB  ABOUT
    1970-01-01T00:00:00.000Z  g            17        17  booked            8  allocated 19 to 79: 1 core; request 19
    1970-01-01T00:00:00.000Z  g            19        19  released          8  keeps nothing; request 22
    ");
    insta::assert_snapshot!(folder.run("log data --key 22 -o json"), @r#"
    {"about":"keeps nothing","graph":"g","job":8,"job_key":null,"nanoseconds":19,"principal":null,"record":19,"request_id":null,"request_keys":["22"],"revision":19,"time":"1970-01-01T00:00:00.000Z","what":"released"}
    "#);
    insta::assert_snapshot!(folder.run("log data --graph none"), @"
    error: no graph none was ever there, or it is forgotten
    exit status 1
    ");
    assert_eq!(folder.run("log data --since 7d").lines().count(), 1);
    assert!(folder.run("log data --since yesterday").contains("expected a time such as"));
}

#[test]
fn each_line_of_json_is_a_document() {
    let folder = Folder::new();
    let text = folder.run("log data -o json");
    let records: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 47);
    assert!(records.is_sorted_by_key(|record| record["nanoseconds"].as_u64().unwrap()));
}

#[test]
fn what_comes_before_the_oldest_snapshot_is_counted() {
    let folder = Folder::new();
    // the oldest snapshot is older than the frames that stay
    folder.run("compact data --history 0");
    assert!(
        folder
            .run("log data --graph g")
            .contains("booked           20  reserved 120 to 180: 1 core;")
    );
    let database = rusqlite::Connection::open(folder.path("data/journal.db")).unwrap();
    // a snapshot that cannot be read
    database.execute("UPDATE snapshot_part SET bytes = x'00'", []).unwrap();
    drop(database);
    insta::assert_snapshot!(folder.run("log data --graph g"), @"
    TIME                      GRAPH    RECORD  REVISION  WHAT            JOB  ABOUT
    1970-01-01T00:00:00.000Z  g            41        41  cancelled        18  request 51
    1970-01-01T00:00:00.000Z  g            42        42  property             key3=53: 1 vertex
    1970-01-01T00:00:00.000Z  g            43        43  status               down: 1 vertex; request 54
    1970-01-01T00:00:00.000Z  g            44        44  booked           20  reserved 120 to 180: 1 vertex; request 55
    1970-01-01T00:00:00.000Z  g            45        45  grown                /c/disk9; request 57
    1970-01-01T00:00:00.000Z  g            46        46  shrunk               1 vertex; request 58
    ");
}

#[test]
fn a_backup_is_restored_and_is_the_same() {
    let folder = Folder::new();
    let told = folder.run("check data");
    assert_eq!(folder.run("backup data backup"), told);
    fs::create_dir(folder.path("new")).unwrap();
    assert_eq!(folder.run("restore backup/ new/"), told);
    assert_eq!(folder.run("check new"), told);
    assert_eq!(folder.run("check backup"), told);
    assert_eq!(folder.files(), ["backup", "data", "new"]);
    insta::assert_snapshot!(folder.run("restore backup data"), @"
    error: data is not empty
    hint: name a directory that is new or empty
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("backup data backup"), @"
    error: backup is not empty
    hint: name a directory that is new or empty
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("restore none other"), @"
    error: none: no journal of Fluxion: it has no journal.db
    hint: expected the directory that a server was given, with its journal.db and head
    exit status 78
    ");
    insta::assert_snapshot!(folder.run("backup data data/journal.db"), @"
    error: cannot use data/journal.db: Not a directory (os error 20)
    exit status 74
    ");
    assert_eq!(folder.files(), ["backup", "data", "new"]);
}

#[test]
fn compact_keeps_the_state() {
    let folder = Folder::new();
    let state = |text: &str| {
        let document: Value = serde_json::from_str(text).unwrap();
        let graphs = document["graphs"].as_array().unwrap();
        graphs.iter().map(|graph| graph["fingerprint"].clone()).collect::<Vec<_>>()
    };
    let before = state(&folder.run("check data -o json"));
    insta::assert_snapshot!(folder.run("compact data"), @"
    2 snapshots written
    thrown away: 24 frames, 1 snapshot, 0 dropped graphs
    45056 bytes before, 36864 bytes now
    ");
    insta::assert_snapshot!(folder.run("compact data --history 0"), @"
    0 snapshots written
    thrown away: 0 frames, 0 snapshots, 0 dropped graphs
    36864 bytes before, 36864 bytes now
    ");
    assert_eq!(state(&folder.run("check data -o json")), before);
    insta::assert_snapshot!(folder.run("check data"), @"
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        46     7        6          2  1970-01-01T00:00:00.000Z  good
    empty  0000000000000007         1     0        1          1  1970-01-01T00:00:00.000Z  good
    ");
}
