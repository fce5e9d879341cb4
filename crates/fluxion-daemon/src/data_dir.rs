//! Where the graphs are kept: the options, the start line, and the exit statuses of what does not fit.

use std::fmt;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use fluxion_server::{ByteSize, JournalFault, JournalOptions, ServeError, Synced};
use fluxion_store::journal::{Log, LogError};
use fluxion_store_sqlite::{Durability, LostTail, SqliteLog, SqliteOptions};

use crate::modelled_disk::ModelledDisk;

/// Reading or writing failed, or something is damaged (`EX_IOERR`).
const DAMAGED: u8 = 74;
/// Another server has it (`EX_TEMPFAIL`).
const IN_USE: u8 = 75;
/// It is something else, or of a newer version (`EX_CONFIG`).
const FOREIGN: u8 = 78;

/// Where the graphs are kept.
#[derive(Debug, Args)]
pub(crate) struct DataDirArgs {
    /// Directory in which graphs and jobs are kept, made if there is none: after a restart, however the server ended, all is there that
    /// was ever answered. Without it they are in memory only.
    #[arg(long, env = "FLUXION_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// When an answer is given: once it is on the disk, or earlier. `interval` and `none` survive the end of the process, not
    /// the loss of power.
    #[arg(long, env = "FLUXION_DURABILITY", value_name = "WHEN", default_value = "fsync")]
    durability: When,

    /// How often is synced with `--durability interval`.
    #[arg(long, env = "FLUXION_SYNC_INTERVAL", value_name = "MILLISECONDS", default_value = "100")]
    sync_interval: NonZeroU64,

    /// A snapshot is made of a graph after so many changes: the next start then reads only what came after it.
    #[arg(
        long,
        env = "FLUXION_SNAPSHOT_EVERY_RECORDS",
        value_name = "NUMBER",
        default_value = "100000"
    )]
    snapshot_every_records: NonZeroU64,

    /// Or after changes that take so much.
    #[arg(
        long,
        env = "FLUXION_SNAPSHOT_EVERY_BYTES",
        value_name = "SIZE",
        default_value = "64MiB"
    )]
    snapshot_every_bytes: ByteSize,

    /// How long changes are kept that no start needs any more: `7d`, `12h`, `30m` or `90s`.
    #[arg(long, env = "FLUXION_HISTORY", value_name = "TIME", default_value = "7d")]
    history: Span,

    /// Microseconds that each commit takes longer: a disk to measure with.
    #[arg(long, hide = true, value_name = "MICROSECONDS")]
    sync_time: Option<u64>,

    /// How large the database may become: a disk that is soon full, to test with.
    #[arg(long, hide = true, value_name = "SIZE")]
    disk_size: Option<ByteSize>,
}

/// A time as people write it.
#[derive(Clone, Copy, Debug)]
struct Span(Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}`: expected a number with d, h, m or s");
        let unit = text.chars().next_back().ok_or_else(wrong)?;
        let seconds: u64 = match unit {
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return Err(wrong()),
        };
        let number = text.strip_suffix(unit).and_then(|number| number.parse::<u64>().ok());
        let all = number.and_then(|number| number.checked_mul(seconds)).ok_or_else(wrong)?;
        Ok(Self(Duration::from_secs(all)))
    }
}

/// When what was done is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    /// Before it is answered.
    Fsync,
    /// A while later.
    Interval,
    /// When the system feels like it.
    None,
}

impl fmt::Display for DataDirArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(directory) = &self.data_dir else {
            return f.write_str("memory only: graphs and jobs are lost when the server ends (--data-dir keeps them)");
        };
        let directory = directory.display();
        match self.durability {
            When::Fsync => write!(f, "kept in {directory}, synced before each answer"),
            When::Interval => {
                write!(f, "kept in {directory}, synced every {} ms", self.sync_interval)
            }
            When::None => write!(f, "kept in {directory}, never synced"),
        }
    }
}

/// The directory is something else.
#[derive(Debug, thiserror::Error)]
#[error("--data-dir: {} is no directory", .0.display())]
struct NoDirectory(PathBuf);

impl DataDirArgs {
    /// Opens the journal, if there is to be one.
    pub(crate) fn open(&self) -> anyhow::Result<Option<(Box<dyn Log>, JournalOptions)>> {
        let Some(directory) = &self.data_dir else { return Ok(None) };
        if directory.exists() && !directory.is_dir() {
            return Err(NoDirectory(directory.clone()).into());
        }
        let opened = SqliteLog::open(directory, &self.sqlite())?;
        if opened.lost_commits > 0 {
            let commits = opened.lost_commits;
            tracing::warn!(
                commits,
                "the last commits are lost: the machine lost power before they were synced"
            );
        }
        let log: Box<dyn Log> = match self.sync_time.map(Duration::from_micros) {
            Some(sync) => Box::new(ModelledDisk { log: Box::new(opened.log), sync }),
            None => Box::new(opened.log),
        };
        Ok(Some((log, self.options())))
    }

    fn sqlite(&self) -> SqliteOptions {
        let (durability, lost_tail) = match self.durability {
            When::Fsync => (Durability::Fsync, LostTail::Refuse),
            When::Interval => (Durability::Interval, LostTail::Accept),
            When::None => (Durability::None, LostTail::Accept),
        };
        SqliteOptions { durability, lost_tail, most_bytes: self.disk_size.map(|size| size.0) }
    }

    fn options(&self) -> JournalOptions {
        let interval = Duration::from_millis(self.sync_interval.get());
        let sync_every = (self.durability == When::Interval).then_some(interval);
        let synced = match self.durability {
            When::Fsync => Synced::First,
            When::Interval => Synced::Later,
            When::None => Synced::Never,
        };
        JournalOptions {
            synced,
            sync_every,
            snapshot_records: self.snapshot_every_records.get(),
            snapshot_bytes: self.snapshot_every_bytes.0,
            history: self.history.0,
        }
    }

    /// An error with the command that helps.
    pub(crate) fn with_help(&self, error: anyhow::Error) -> anyhow::Error {
        let Some(directory) = self.data_dir.as_deref().map(Path::display) else { return error };
        match help(&error) {
            Some(Help::Check) => error.context(format!(
                "what is kept does not fit; `fluxion check {directory}` tells more, `fluxion repair {directory}` what can be saved"
            )),
            Some(Help::Space) => error.context("make room, and start again: nothing that was answered is lost"),
            None => error,
        }
    }
}

enum Help {
    Check,
    Space,
}

fn help(error: &anyhow::Error) -> Option<Help> {
    if let Some(ServeError::Journal(JournalFault::Recovery(_))) = error.downcast_ref() {
        return Some(Help::Check);
    }
    match log_error(error)? {
        LogError::LostTail { .. } | LogError::Altered { .. } | LogError::Misplaced { .. } => {
            Some(Help::Check)
        }
        LogError::Full(_) => Some(Help::Space),
        _ => None,
    }
}

fn log_error(error: &anyhow::Error) -> Option<&LogError> {
    match error.downcast_ref() {
        Some(ServeError::Journal(JournalFault::Log(error))) => Some(error),
        _ => error.downcast_ref(),
    }
}

/// The exit status of what is wrong with the directory; nothing if it is something else that is wrong.
pub(crate) fn status_of(error: &anyhow::Error) -> Option<u8> {
    if error.is::<NoDirectory>() {
        return Some(FOREIGN);
    }
    if let Some(ServeError::Journal(JournalFault::Recovery(_))) = error.downcast_ref() {
        return Some(DAMAGED);
    }
    Some(match log_error(error)? {
        LogError::InUse(_) => IN_USE,
        LogError::Foreign { .. } | LogError::Newer { .. } => FOREIGN,
        _ => DAMAGED,
    })
}
