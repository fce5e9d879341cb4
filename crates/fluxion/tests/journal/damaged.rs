//! A directory that cannot be used, or is damaged: what is wrong is named, and what can be saved is.

use std::fs;

use fluxion_store_sqlite::{SqliteLog, SqliteOptions};
use rusqlite::Connection;

use crate::Folder;

const COMMANDS: [&str; 6] = [
    "check data",
    "log data",
    "backup data target",
    "restore data target",
    "compact data",
    "repair data",
];

/// Every command ends with a status, and says the same.
#[track_caller]
fn check(folder: &Folder, expected: &str) {
    for command in COMMANDS {
        assert_eq!(folder.run(command), expected, "{command}");
    }
    assert_eq!(folder.files().iter().filter(|name| name.contains("target")).count(), 0);
}

#[test]
fn one_in_use_may_be_free_later() {
    let folder = Folder::new();
    let options = SqliteOptions::default();
    let server = SqliteLog::open(&folder.path("data"), &options).unwrap();
    check(
        &folder,
        "error: data/journal.db is in use: a server or another command has it open\n\
         hint: stop the server, or wait for the other command, and try again\nexit status 75\n",
    );
    drop(server);
    assert!(folder.run("check data").contains("good"));
}

#[test]
fn what_is_no_journal_is_refused() {
    let folder = Folder::new();
    fs::remove_dir_all(folder.path("data")).unwrap();
    let hint =
        "hint: expected the directory that a server was given, with its journal.db and head\n";
    let expected = |path: &str, found: &str| {
        format!("error: {path}: no journal of Fluxion: {found}\n{hint}exit status 78\n")
    };
    for command in COMMANDS.iter().filter(|command| !command.starts_with("backup")) {
        assert_eq!(folder.run(command), expected("data", "it has no journal.db"));
    }
    // it may also have been meant as a server
    insta::assert_snapshot!(folder.run("backup data target"), @"
    error: data: there is no such directory, and it is no address of a server
    hint: name a data directory, or a server as HOST:PORT
    exit status 78
    ");
    fs::create_dir(folder.path("data")).unwrap();
    check(&folder, &expected("data", "it has no journal.db"));
    let file = folder.path("data/journal.db");
    fs::write(&file, "a text that is longer than the header of a database".repeat(99)).unwrap();
    check(&folder, &expected("data/journal.db", "file is not a database"));
    fs::remove_file(&file).unwrap();
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    check(&folder, &expected("data/journal.db", "a database of application 0, version 0"));
    fs::remove_dir_all(folder.path("data")).unwrap();
    fs::write(folder.path("data"), "").unwrap();
    let told = folder.run("check data");
    assert!(told.contains("Not a directory") && told.ends_with("exit status 74\n"), "{told}");
}

#[test]
fn a_newer_format_is_refused() {
    let folder = Folder::new();
    let database = Connection::open(folder.path("data/journal.db")).unwrap();
    database.pragma_update(None, "user_version", 2).unwrap();
    drop(database);
    check(
        &folder,
        "error: data/journal.db: format 2, and this version knows 1\n\
         hint: use the version of fluxion that wrote it, or a later one\nexit status 78\n",
    );
}

/// A byte of a frame becomes another.
fn flip(folder: &Folder, graph: i64, frame: i64) {
    let database = Connection::open(folder.path("data/journal.db")).unwrap();
    let select =
        "SELECT last_seq, body FROM frame WHERE graph = ?1 ORDER BY last_seq LIMIT 1 OFFSET ?2";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?));
    let (last, mut body) = database.query_row(select, [graph, frame], row).unwrap();
    *body.last_mut().unwrap() ^= 1;
    let update = "UPDATE frame SET body = ?1 WHERE graph = ?2 AND last_seq = ?3";
    database.execute(update, (body, graph, last)).unwrap();
}

fn snapshots_away(folder: &Folder) {
    let database = Connection::open(folder.path("data/journal.db")).unwrap();
    database.execute_batch("UPDATE snapshot_part SET bytes = x'00'").unwrap();
}

#[test]
fn a_byte_of_a_frame_before_a_snapshot_costs_history() {
    let folder = Folder::new();
    flip(&folder, 1, 3);
    insta::assert_snapshot!(folder.run("check data"), @"
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        46     7       46          2  1970-01-01T00:00:00.000Z  damaged
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    graph g: the frame of record 4, revision 4: it was altered: its hash is another
    graph g: from the beginning: data/journal.db: graph g, after record 3, revision 3: the frame is damaged: it was altered: its hash is another
    hint: `fluxion repair data` says what can be done
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("backup data target"), @"
    error: data is damaged, nothing was copied: graph g: the frame of record 4, revision 4: it was altered: its hash is another
    hint: `fluxion check data` tells all that is wrong
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("repair data --dry-run"), @"
    graph g: the frame of record 4, revision 4: it was altered: its hash is another
      no record is lost but history: the last state is kept
      the history from record 1 to 4 is thrown away
    hint: nothing was changed: `fluxion repair data --apply` copies the files and then does it
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("repair data --apply"), @"
    graph g: the frame of record 4, revision 4: it was altered: its hash is another
      no record is lost but history: the last state is kept
      the history from record 1 to 4 is thrown away
    the files as they were are in data.before-repair
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        46     7       42          2  1970-01-01T00:00:00.000Z  good
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    ");
    assert_eq!(folder.files(), ["data", "data.before-repair"]);
    assert!(folder.run("check data").contains("good"));
    assert!(folder.run("check data.before-repair").contains("damaged"));
    flip(&folder, 1, 0);
    assert!(folder.run("repair data/ --apply").contains("are in data.before-repair-2\n"));
}

#[test]
fn a_byte_of_a_frame_without_a_snapshot_costs_records() {
    let folder = Folder::new();
    snapshots_away(&folder);
    flip(&folder, 1, 20);
    insta::assert_snapshot!(folder.run("check data"), @"
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007                       46          2  1970-01-01T00:00:00.000Z  damaged
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    graph g: the frame of records 32 to 34, revision 34: it was altered: its hash is another
    graph g: from the snapshot at record 40: data/journal.db: graph g, after record 0, revision 0: the snapshot is damaged: its hash is another
    graph g: from the snapshot at record 21: data/journal.db: graph g, after record 0, revision 0: the snapshot is damaged: its hash is another
    graph g: from the beginning: data/journal.db: graph g, after record 31, revision 31: the frame is damaged: it was altered: its hash is another
    hint: `fluxion repair data` says what can be done
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("repair data"), @"
    graph g: the frame of records 32 to 34, revision 34: it was altered: its hash is another
      15 records are lost; it ends with record 31 then
      the snapshot at record 40 is thrown away
      the snapshot at record 21 is thrown away
      lost:                           g            32  unreadable up to 34: it was altered: its hash is another
      lost: 1970-01-01T00:00:00.000Z  g            35        35  booked           16  allocated 43 to 103: 1 vertex; request 43
      lost: 1970-01-01T00:00:00.000Z  g            36        36  grown                /c/disk9; request 45
      lost: 1970-01-01T00:00:00.000Z  g            37        37  released         16  keeps nothing; request 46
      lost: 1970-01-01T00:00:00.000Z  g            38        38  shrunk               1 vertex
      lost: 1970-01-01T00:00:00.000Z  g            39        39  booked           17  allocated 48 to 108: 1 vertex; key job 48; request 48
      lost: 1970-01-01T00:00:00.000Z  g            40        40  booked           18  reserved 84 to 144: 1 vertex; request 49
      lost: 1970-01-01T00:00:00.000Z  g            41        41  cancelled        18  request 51
      lost: 1970-01-01T00:00:00.000Z  g            42        42  property             key3=53: 1 vertex
      lost: 1970-01-01T00:00:00.000Z  g            43        43  status               down: 1 vertex; request 54
      lost: 1970-01-01T00:00:00.000Z  g            44        44  booked           20  reserved 120 to 180: 1 vertex; request 55
      lost: 1970-01-01T00:00:00.000Z  g            45        45  grown                /c/disk9; request 57
      lost: 1970-01-01T00:00:00.000Z  g            46        46  shrunk               1 vertex; request 58
    hint: nothing was changed: `fluxion repair data --apply` copies the files and then does it
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("log data --graph g --since 1970-01-01T00:00:00.000000037Z"), @"
    TIME                      GRAPH    RECORD  REVISION  WHAT            JOB  ABOUT
                              g            32  unreadable up to 34: it was altered: its hash is another
    1970-01-01T00:00:00.000Z  g            37        37  released         16  keeps nothing; request 46
    1970-01-01T00:00:00.000Z  g            38        38  shrunk               1 vertex
    1970-01-01T00:00:00.000Z  g            39        39  booked           17  allocated 48 to 108: 1 vertex; key job 48; request 48
    1970-01-01T00:00:00.000Z  g            40        40  booked           18  reserved 84 to 144: 1 vertex; request 49
    1970-01-01T00:00:00.000Z  g            41        41  cancelled        18  request 51
    1970-01-01T00:00:00.000Z  g            42        42  property             key3=53: 1 vertex
    1970-01-01T00:00:00.000Z  g            43        43  status               down: 1 vertex; request 54
    1970-01-01T00:00:00.000Z  g            44        44  booked           20  reserved 120 to 180: 1 vertex; request 55
    1970-01-01T00:00:00.000Z  g            45        45  grown                /c/disk9; request 57
    1970-01-01T00:00:00.000Z  g            46        46  shrunk               1 vertex; request 58
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("compact data"), @"
    error: data/journal.db: graph g, after record 0, revision 0: the snapshot is damaged: its hash is another
    hint: `fluxion repair data` says what can be done
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("repair data --yes"), @"
    graph g: the frame of records 32 to 34, revision 34: it was altered: its hash is another
      15 records are lost; it ends with record 31 then
      the snapshot at record 40 is thrown away
      the snapshot at record 21 is thrown away
      lost:                           g            32  unreadable up to 34: it was altered: its hash is another
      lost: 1970-01-01T00:00:00.000Z  g            35        35  booked           16  allocated 43 to 103: 1 vertex; request 43
      lost: 1970-01-01T00:00:00.000Z  g            36        36  grown                /c/disk9; request 45
      lost: 1970-01-01T00:00:00.000Z  g            37        37  released         16  keeps nothing; request 46
      lost: 1970-01-01T00:00:00.000Z  g            38        38  shrunk               1 vertex
      lost: 1970-01-01T00:00:00.000Z  g            39        39  booked           17  allocated 48 to 108: 1 vertex; key job 48; request 48
      lost: 1970-01-01T00:00:00.000Z  g            40        40  booked           18  reserved 84 to 144: 1 vertex; request 49
      lost: 1970-01-01T00:00:00.000Z  g            41        41  cancelled        18  request 51
      lost: 1970-01-01T00:00:00.000Z  g            42        42  property             key3=53: 1 vertex
      lost: 1970-01-01T00:00:00.000Z  g            43        43  status               down: 1 vertex; request 54
      lost: 1970-01-01T00:00:00.000Z  g            44        44  booked           20  reserved 120 to 180: 1 vertex; request 55
      lost: 1970-01-01T00:00:00.000Z  g            45        45  grown                /c/disk9; request 57
      lost: 1970-01-01T00:00:00.000Z  g            46        46  shrunk               1 vertex; request 58
    the files as they were are in data.before-repair
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        31     6       31          0  1970-01-01T00:00:00.000Z  good
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    ");
    insta::assert_snapshot!(folder.run("check data"), @"
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        31     6       31          0  1970-01-01T00:00:00.000Z  good
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    ");
}

#[test]
fn where_nothing_is_left_the_graph_is_lost() {
    let folder = Folder::new();
    flip(&folder, 2, 0);
    insta::assert_snapshot!(folder.run("repair data"), @"
    graph empty: the frame of record 1, revision 1: it was altered: its hash is another
      no snapshot and no beginning is left: the whole graph is lost
      lost:                           empty         1  unreadable up to 1: it was altered: its hash is another
    hint: nothing was changed: `fluxion repair data --apply` copies the files and then does it
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("repair data --apply"), @"
    graph empty: the frame of record 1, revision 1: it was altered: its hash is another
      no snapshot and no beginning is left: the whole graph is lost
      lost:                           empty         1  unreadable up to 1: it was altered: its hash is another
    the files as they were are in data.before-repair
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        46     7       46          2  1970-01-01T00:00:00.000Z  good
    ");
}

#[test]
fn a_lost_end_is_told_and_accepted() {
    let folder = Folder::new();
    // the head is of a later moment than the database
    let database = fs::read(folder.path("data/journal.db")).unwrap();
    folder.run("compact data");
    fs::write(folder.path("data/journal.db"), database).unwrap();
    insta::assert_snapshot!(folder.run("check data"), @"
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        46     7       46          2  1970-01-01T00:00:00.000Z  good
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    data/journal.db: its end is lost: commits 34 to 39 were written, and are not there
    hint: `fluxion repair data` says what was lost, and what can be done
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("log data --limit 1"), @"
    TIME                      GRAPH    RECORD  REVISION  WHAT            JOB  ABOUT
    1970-01-01T00:00:00.000Z  g            46        46  shrunk               /c/disk9; request 58
    note: data/journal.db: its end is lost: commits 34 to 39 were written, and are not there
    hint: `fluxion repair data` says what was lost, and what can be done
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("backup data target"), @"
    error: data/journal.db: its end is lost: commits 34 to 39 were written, and are not there
    hint: `fluxion repair data` says what was lost, and what can be done
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("repair data"), @"
    data/journal.db: its end is lost: commits 34 to 39 were written, and are not there
      what is there is taken for all that there was
    hint: nothing was changed: `fluxion repair data --apply` copies the files and then does it
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("repair data --apply"), @"
    data/journal.db: its end is lost: commits 34 to 39 were written, and are not there
      what is there is taken for all that there was
    the files as they were are in data.before-repair
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        46     7       46          2  1970-01-01T00:00:00.000Z  good
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    ");
    insta::assert_snapshot!(folder.run("check data"), @"
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        46     7       46          2  1970-01-01T00:00:00.000Z  good
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    ");
}

#[test]
fn a_head_that_is_missing_is_made_anew() {
    let folder = Folder::new();
    fs::remove_file(folder.path("data/head")).unwrap();
    insta::assert_snapshot!(folder.run("check data"), @"
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        46     7       46          2  1970-01-01T00:00:00.000Z  good
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    data/head: altered: it is missing or empty
    hint: `fluxion repair data` says what can be done
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("repair data"), @"
    data/head: altered: it is missing or empty
      what is there is taken for all that there was
    hint: nothing was changed: `fluxion repair data --apply` copies the files and then does it
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("repair data --apply"), @"
    data/head: altered: it is missing or empty
      what is there is taken for all that there was
    the files as they were are in data.before-repair
    GRAPH  INCARNATION       REVISION  JOBS  RECORDS  SNAPSHOTS  LAST RECORD               VERDICT
    g      0000000000000007        46     7       46          2  1970-01-01T00:00:00.000Z  good
    empty  0000000000000007         1     0        1          0  1970-01-01T00:00:00.000Z  good
    ");
    assert!(folder.run("check data").contains("good"));
}

#[test]
fn tables_that_do_not_agree_need_a_backup() {
    let folder = Folder::new();
    let database = Connection::open(folder.path("data/journal.db")).unwrap();
    database.execute("UPDATE graph SET last_seq = 40 WHERE id = 1", []).unwrap();
    drop(database);
    insta::assert_snapshot!(folder.run("check data"), @"
    error: data/journal.db: altered: the list of graphs and snapshots is not what the last commit left
    hint: the database itself is damaged: `fluxion restore` makes a directory of a backup
    exit status 1
    ");
    insta::assert_snapshot!(folder.run("repair data"), @"
    error: data/journal.db: altered: the list of graphs and snapshots is not what the last commit left
    hint: the database itself is damaged: `fluxion restore` makes a directory of a backup
    exit status 1
    ");
}
