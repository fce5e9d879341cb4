//! `fluxion restore`: a data directory of a backup.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::journal::copied::copy;
use crate::output::{Failure, Status};

const HELP: &str = "\
Examples:
  fluxion restore /backup/fluxion-monday /var/lib/fluxion

The backup stays as it is. The directory is made beside DIR, and proved: every hash, and that every
snapshot leads to the last state. It gets its name when all of it is on the disk: nothing half
written ever stands there.

What was acknowledged after the backup was made is gone. Graphs keep their incarnations, and
revisions and job numbers of that time are given again: start clients anew that remember any.

Exit status: 0 done, 1 the backup is damaged, or DIR is not empty, 2 wrong options, 74 a file cannot
be read or written, 75 the backup is in use, 78 it is no backup, or of a newer version.";

/// From where to where.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct RestoreArgs {
    /// What `fluxion backup` made.
    #[arg(value_name = "BACKUP", value_hint = ValueHint::DirPath)]
    backup: PathBuf,

    /// The data directory that is made; it may be there if it is empty.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: PathBuf,
}

pub(super) fn restore(arguments: &RestoreArgs) -> Result<Status, Failure> {
    copy(&arguments.backup, &arguments.directory)
}
