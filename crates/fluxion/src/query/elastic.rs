//! The commands `attach` and `remove`.

use std::fs;
use std::io;

use fluxion_context::{AttachError, RemoveError};

use super::session::Session;

/// `attach FILE`
pub(crate) fn attach(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, file] = words else {
        return Ok(());
    };
    let Ok(bytes) = fs::read(file) else {
        return session.channels.error(&format!("ERROR: can't open {file}"));
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            session.channels.error("ERROR: can't attach JGF subgraph ")?;
            let what = format!("{file} is not UTF-8: {}", error.utf8_error());
            return session.channels.error(&what);
        }
    };
    match session.context.attach(&text) {
        Ok(()) => Ok(()),
        Err(error) => complain_of_attach(session, file, &error),
    }
}

/// The reference's message, and a line that says where if that is known.
fn complain_of_attach(session: &mut Session, file: &str, error: &AttachError) -> io::Result<()> {
    session.channels.error("ERROR: can't attach JGF subgraph ")?;
    session.channels.error(&format!(
        "ERROR: add_subgraph: ERROR: add subgraph error: {}\nadd_subgraph: ERROR: {}\n",
        error.kind.strerror(),
        error.message,
    ))?;
    match error.position {
        Some(at) => session.channels.error(&format!("{file}:{}:{}: {error}", at.line, at.column)),
        None => session.channels.error(&format!("{file}: {error}")),
    }
}

/// `remove PATH true`, `remove RANKS false`
pub(crate) fn remove(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, target, is_path] = words else {
        return Ok(());
    };
    let removed = match *is_path {
        "true" => session.context.remove_path(target),
        "false" => session.context.remove_ranks(target),
        _ => return session.channels.error("ERROR: invalid path boolean input "),
    };
    match removed {
        Ok(()) => Ok(()),
        Err(error) => complain_of_remove(session, &error),
    }
}

fn complain_of_remove(session: &mut Session, error: &RemoveError) -> io::Result<()> {
    let strerror = match error {
        RemoveError::Ranks(_) => return session.channels.error("ERROR: failed to decode ranks."),
        RemoveError::Rank(rank) => {
            session.channels.error("ERROR: can't partial cancel subgraph ")?;
            let text = format!("ERROR: remove: {rank} not found in by_rank map.");
            return session.channels.error(&text);
        }
        RemoveError::Path(_) => "No such file or directory",
        _ => "Invalid argument",
    };
    session.channels.error("ERROR: can't remove subgraph ")?;
    session.channels.error(&format!(
        "ERROR: remove_subgraph: ERROR: remove_subgraph error: {strerror}\n\
         remove_subgraph: ERROR: traverser returned error: {error}\n"
    ))
}
