//! The commands `attach` and `remove`.

use std::fs;
use std::io;

use fluxion_context::AttachError;

use super::reference_texts::elastic::{attach_error, remove_error};
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
    session.channels.error(&attach_error(error))?;
    match error.position() {
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
        Err(error) => remove_error(&error).iter().try_for_each(|line| session.channels.error(line)),
    }
}
