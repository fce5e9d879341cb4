//! `fluxion backup`: a copy of a data directory that no server uses. A server has its directory to itself; what copies one
//! that is served asks the server.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::journal::copied::copy;
use crate::output::{Failure, Status};

const HELP: &str = "\
Examples:
  fluxion backup /var/lib/fluxion /backup/fluxion-monday

The copy is a data directory of its own. It is made beside TARGET, and proved: every hash, and that
every snapshot leads to the last state. It gets its name when all of it is on the disk: a TARGET
that is there is good.

Exit status: 0 done, 1 the directory is damaged, or TARGET is not empty, 2 wrong options, 74 a file
cannot be read or written, 75 a server uses the directory, 78 it is no data directory, or of a newer
version.";

/// From where to where.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct BackupArgs {
    /// A data directory that no server uses.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: PathBuf,

    /// A directory that is made; it may be there if it is empty.
    #[arg(value_name = "TARGET", value_hint = ValueHint::DirPath)]
    target: PathBuf,
}

pub(super) fn backup(arguments: &BackupArgs) -> Result<Status, Failure> {
    copy(&arguments.directory, &arguments.target)
}
