//! The tables.

/// `PRAGMA application_id`: "FLXJ".
pub(crate) const APPLICATION_ID: i64 = 0x464c_584a;

/// `PRAGMA user_version`: the format.
pub(crate) const FORMAT: i64 = 1;

/// Hashes are blobs of 16 bytes, the lowest first; other numbers are stored as signed ones of 64 bits.
pub(crate) const TABLES: &str = "
-- One row: the number of the last commit, and a hash of it with all rows of `graph` and `snapshot`.
CREATE TABLE last_commit (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL,
    next_graph INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TABLE graph (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    incarnation INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
-- One row for each graph of a group commit.
CREATE TABLE frame (
    graph INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    time INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (graph, last_seq)
) STRICT;
-- Written after its parts: without it they are nothing.
CREATE TABLE snapshot (
    graph INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    time INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    hash BLOB NOT NULL,
    fingerprint INTEGER NOT NULL,
    fingerprints INTEGER NOT NULL,
    PRIMARY KEY (graph, seq)
) STRICT;
CREATE TABLE snapshot_part (
    graph INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (graph, seq, part)
) STRICT;
INSERT INTO last_commit VALUES (1, 0, 1, zeroblob(16));
";
