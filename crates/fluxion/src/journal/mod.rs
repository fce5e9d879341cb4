//! `fluxion check`, `log`, `backup`, `restore`, `compact` and `repair`: what an operator does with a data directory, most of
//! it while no server uses it.
//!
//! Owns how what is kept looks to people and to scripts. What is kept, and whether it is in order, is the business of
//! `fluxion-store`; where it is kept, of `fluxion-store-sqlite`. A server has its directory to itself: a backup of one
//! that is served is what the server sends.
//!
//! | file | idea |
//! |---|---|
//! | `check`, `log`, `backup`, `restore`, `compact`, `repair` | the commands |
//! | `directory` | looking at a directory and at all that it keeps |
//! | `copied` | a copy that is proved before it is there |
//! | `received` | what a server sends of its journal, in a directory |
//! | `chronicler`, `history` | records as lines; those of several graphs by their time |
//! | `faults` | what goes wrong, as a sentence with a hint and an exit status |
//! | `progress`, `form` | how far something is; lines or a document |

mod backup;
mod check;
mod chronicler;
mod compact;
mod copied;
mod directory;
mod faults;
mod form;
mod history;
mod log;
mod progress;
mod received;
mod repair;
mod restore;

use std::process::ExitCode;

use clap::Subcommand;

use crate::output::ended;

/// The commands on a data directory.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// Prove that a data directory is in order.
    Check(check::CheckArgs),
    /// Show what happened to the graphs of a data directory.
    Log(log::LogArgs),
    /// Copy what a server keeps, or a data directory, and prove the copy.
    Backup(backup::BackupArgs),
    /// Make a data directory of a backup, and prove it.
    Restore(restore::RestoreArgs),
    /// Write new snapshots, and throw away old history.
    Compact(compact::CompactArgs),
    /// Say what has to be thrown away of a damaged data directory, or do it.
    Repair(repair::RepairArgs),
}

/// Carries out a command.
pub(crate) fn run(command: JournalCommand) -> ExitCode {
    ended(match command {
        JournalCommand::Check(arguments) => check::check(&arguments),
        JournalCommand::Log(arguments) => log::log(&arguments),
        JournalCommand::Backup(arguments) => backup::backup(&arguments),
        JournalCommand::Restore(arguments) => restore::restore(&arguments),
        JournalCommand::Compact(arguments) => compact::compact(&arguments),
        JournalCommand::Repair(arguments) => repair::repair(&arguments),
    })
}
