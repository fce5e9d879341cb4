//! Opening a directory: everything is compared before anything is written. What does not fit is refused.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fluxion_store::journal::{
    ChainHash, GraphEntry, GraphId, Life, LogError, Sequence, SnapshotHead, Time,
};
use fluxion_store::{Incarnation, Revision};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Row};

use crate::commits::Catalog;
use crate::faults::fault;
use crate::head::{self, Head, HeadFile};
use crate::log::{SqliteLog, Statement, hash, number};
use crate::schema::{APPLICATION_ID, FORMAT, TABLES};

/// The name of the database.
pub(crate) const DATABASE: &str = "journal.db";

/// When a commit is durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// When it was synced: it survives the loss of power.
    #[default]
    Fsync,
    /// When somebody calls [`Log::sync`](fluxion_store::journal::Log::sync): it survives the end of the process at once, and
    /// the loss of power after that.
    Interval,
    /// When the system feels like it: it survives the end of the process alone.
    None,
}

/// What is done if the database ends before what the head file says was written last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LostTail {
    /// It is refused.
    #[default]
    Refuse,
    /// It is served as it is; what was lost is told. What [`Durability`] other than `Fsync` may bring after the loss of power.
    Accept,
}

/// How a directory is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct SqliteOptions {
    /// When a commit is durable.
    pub durability: Durability,
    /// What is done about a lost end.
    pub lost_tail: LostTail,
    /// How large the database may become, in bytes; beyond that it is full. Counted in pages of 4 KiB.
    pub most_bytes: Option<u64>,
}

/// A directory that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The log.
    pub log: SqliteLog,
    /// How many of the last commits were lost and are not served; 0 unless [`LostTail::Accept`].
    pub lost_commits: u64,
}

/// A directory that was opened to be looked at.
#[derive(Debug)]
pub struct Inspected {
    /// The log, which writes nothing.
    pub log: SqliteLog,
    /// Why nobody would serve it, though it can be read: its end is lost, or the head file does not say.
    pub refusal: Option<LogError>,
}

/// What is in a database that was just opened.
enum Content {
    Nothing,
    Journal,
}

impl SqliteLog {
    /// Opens the journal of a directory, which is made if there is none. From then on no other process can.
    ///
    /// # Errors
    /// [`LogError`]: in use, read-only, foreign, newer, full, altered, or its end is lost.
    pub fn open(directory: &Path, options: &SqliteOptions) -> Result<Opened, LogError> {
        let told = |error: std::io::Error| head::fault(directory, &error);
        fs::create_dir_all(directory).map_err(told)?;
        let path = directory.join(DATABASE);
        let connection = connect(&path, options)?;
        keep_wal(&connection, has_wal(&path)).map_err(|error| fault(&path, &error))?;
        let content = content(&connection, &path)?;
        let (mut head, noted) = HeadFile::open(directory)?;
        let failed = |error: rusqlite::Error| fault(&path, &error);
        if let Content::Nothing = content {
            if let Some(Head { commit, .. }) = noted.filter(|head| head.commit > 0) {
                return Err(LogError::LostTail { path, expected: commit, found: 0 });
            }
            make_tables(&connection).map_err(failed)?;
        }
        check_tables(&connection, &path)?;
        let catalog = catalog(&connection, &path)?;
        let lost_commits = lost(&catalog, noted, options, &path)?;
        head.begin(catalog.head())?;
        if options.durability != Durability::None {
            head.sync()?;
            File::open(directory).and_then(|file| file.sync_all()).map_err(told)?;
        }
        keep_wal(&connection, false).map_err(failed)?;
        let log = Self { connection, path, head: Some(head), catalog, poison: None };
        Ok(Opened { log, lost_commits })
    }

    /// As [`SqliteLog::open`], but makes nothing that is not there.
    ///
    /// # Errors
    /// [`LogError`]; also [`LogError::Foreign`] if there is no journal.
    pub fn open_existing(directory: &Path, options: &SqliteOptions) -> Result<Opened, LogError> {
        check_exists(directory)?;
        Self::open(directory, options)
    }

    /// Opens a directory to look at what is there; nothing in it changes. Until it is closed no other process can open it.
    ///
    /// # Errors
    /// [`LogError`]: in use, read-only, foreign, newer, altered. A lost end and a damaged head file are told beside the log.
    pub fn inspect(directory: &Path) -> Result<Inspected, LogError> {
        check_exists(directory)?;
        let path = directory.join(DATABASE);
        let connection = connect(&path, &SqliteOptions::default())?;
        keep_wal(&connection, has_wal(&path)).map_err(|error| fault(&path, &error))?;
        let Content::Journal = content(&connection, &path)? else {
            return Err(LogError::Foreign { path, found: "it is empty".to_owned() });
        };
        check_tables(&connection, &path)?;
        let catalog = catalog(&connection, &path)?;
        let options = SqliteOptions::default();
        let noted = head::read(directory);
        let refusal = noted.and_then(|noted| lost(&catalog, noted, &options, &path)).err();
        let log = Self { connection, path, head: None, catalog, poison: None };
        Ok(Inspected { log, refusal })
    }
}

fn check_exists(directory: &Path) -> Result<(), LogError> {
    let path = directory.join(DATABASE);
    match fs::metadata(&path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let (path, found) = (directory.to_owned(), format!("it has no {DATABASE}"));
            Err(LogError::Foreign { path, found })
        }
        Err(error) => Err(head::fault(&path, &error)),
    }
}

/// Whether there is something in a write-ahead log. What is refused or looked at stays as it is, that included.
fn has_wal(path: &Path) -> bool {
    let mut wal = path.to_owned().into_os_string();
    wal.push("-wal");
    fs::metadata(wal).is_ok_and(|file| file.len() > 0)
}

/// Whether the write-ahead log stays when the connection is closed.
fn keep_wal(connection: &Connection, keep: bool) -> Statement<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep).map(drop)
}

fn connect(path: &Path, options: &SqliteOptions) -> Result<Connection, LogError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let settle = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::ZERO)?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        let synchronous = match options.durability {
            Durability::Fsync => "FULL",
            Durability::Interval => "NORMAL",
            Durability::None => "OFF",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        if let Some(bytes) = options.most_bytes {
            let pages = i64::try_from(bytes / 4096).unwrap_or(i64::MAX);
            connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        }
        Ok(connection)
    };
    settle().map_err(|error: rusqlite::Error| fault(path, &error))
}

/// Whether the database is ours. Nothing is written before that is known, and nobody else writes after.
fn content(connection: &Connection, path: &Path) -> Result<Content, LogError> {
    let failed = |error: rusqlite::Error| fault(path, &error);
    let ask = |question: &str| connection.query_row(question, [], |row| row.get::<_, i64>(0));
    let application = ask("PRAGMA application_id").map_err(failed)?;
    let format = ask("PRAGMA user_version").map_err(failed)?;
    let tables = ask("SELECT count(*) FROM sqlite_schema").map_err(failed)?;
    let content = match (application, format, tables) {
        (0, 0, 0) => Content::Nothing,
        (APPLICATION_ID, FORMAT, _) => Content::Journal,
        (APPLICATION_ID, FORMAT.., _) => {
            return Err(LogError::Newer { path: path.to_owned(), found: format, known: FORMAT });
        }
        _ => {
            let found = format!("a database of application {application}, version {format}");
            return Err(LogError::Foreign { path: path.to_owned(), found });
        }
    };
    let mode = "PRAGMA journal_mode = WAL";
    let mode: String = connection.query_row(mode, [], |row| row.get(0)).map_err(failed)?;
    // whoever comes second waits for nothing
    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT").map_err(failed)?;
    if mode == "wal" {
        return Ok(content);
    }
    let reason = format!("the write-ahead log cannot be used: the mode is {mode}");
    Err(LogError::Failed { path: path.to_owned(), reason })
}

fn make_tables(connection: &Connection) -> Statement<()> {
    let pragmas =
        format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT};");
    connection.execute_batch(&format!("BEGIN IMMEDIATE; {TABLES} {pragmas} COMMIT;"))
}

fn tables(connection: &Connection) -> Statement<Vec<(String, String, Option<String>)>> {
    let select = "SELECT type, name, sql FROM sqlite_schema ORDER BY name";
    let mut statement = connection.prepare(select)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

/// Whether the tables are those that were made.
fn check_tables(connection: &Connection, path: &Path) -> Result<(), LogError> {
    let expected = || {
        let memory = Connection::open_in_memory()?;
        memory.execute_batch(TABLES)?;
        tables(&memory)
    };
    let failed = |error: rusqlite::Error| fault(path, &error);
    if tables(connection).map_err(failed)? == expected().map_err(failed)? {
        return Ok(());
    }
    Err(altered(path, "the tables are others than those that were made"))
}

fn altered(path: &Path, what: &str) -> LogError {
    LogError::Altered { path: path.to_owned(), what: what.to_owned() }
}

/// What the tables say of graphs and snapshots, compared with the hash beside it.
fn catalog(connection: &Connection, path: &Path) -> Result<Catalog, LogError> {
    let read = || {
        let last = connection.query_row(
            "SELECT number, next_graph, hash FROM last_commit",
            [],
            |row| Ok((number(row, 0)?, number(row, 1)?, hash(row, 2)?)),
        )?;
        let (commit, next_graph, noted) = last;
        let mut catalog = Catalog { commit, next_graph, ..Catalog::default() };
        let mut graphs = connection.prepare("SELECT * FROM graph")?;
        for entry in graphs.query_map([], entry)? {
            catalog.enter(entry?);
        }
        let mut snapshots = connection.prepare("SELECT * FROM snapshot")?;
        for head in snapshots.query_map([], snapshot)? {
            catalog.enter_snapshot(head?);
        }
        Ok((catalog, noted))
    };
    let (catalog, noted) = read().map_err(|error: rusqlite::Error| fault(path, &error))?;
    let is_new = catalog.commit == 0 && noted == 0 && catalog.graphs.is_empty();
    if is_new || catalog.head().hash == noted {
        return Ok(catalog);
    }
    Err(altered(path, "the list of graphs and snapshots is not what the last commit left"))
}

fn entry(row: &Row<'_>) -> Statement<GraphEntry> {
    Ok(GraphEntry {
        id: GraphId(number(row, 0)?),
        name: row.get(1)?,
        incarnation: Incarnation(number(row, 2)?),
        life: if row.get(3)? { Life::Dropped } else { Life::Served },
        last: Sequence(number(row, 4)?),
        hash: ChainHash(hash(row, 5)?),
    })
}

fn snapshot(row: &Row<'_>) -> Statement<SnapshotHead> {
    Ok(SnapshotHead {
        graph: GraphId(number(row, 0)?),
        sequence: Sequence(number(row, 1)?),
        revision: Revision(number(row, 2)?),
        time: Time(number(row, 3)?),
        parts: row.get(4)?,
        hash: hash(row, 5)?,
        fingerprint: number(row, 6)?,
        fingerprints: row.get(7)?,
    })
}

/// How many commits the database lacks that the head file knows of.
fn lost(
    catalog: &Catalog,
    noted: Option<Head>,
    options: &SqliteOptions,
    path: &Path,
) -> Result<u64, LogError> {
    let (found, path) = (catalog.commit, PathBuf::from(path));
    let Some(Head { commit: expected, hash }) = noted else {
        return match found {
            0 => Ok(0),
            _ => Err(altered(&path.with_file_name(head::NAME), "it is missing or empty")),
        };
    };
    if expected > found {
        return match options.lost_tail {
            LostTail::Refuse => Err(LogError::LostTail { path, expected, found }),
            LostTail::Accept => Ok(expected - found),
        };
    }
    if expected == found && found > 0 && hash != catalog.head().hash {
        return Err(altered(&path, "the last commit is not the one that was written"));
    }
    Ok(0)
}
