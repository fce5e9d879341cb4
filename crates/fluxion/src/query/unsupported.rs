//! The commands that are known but do nothing yet: `attach` and `remove`.

use std::io;

use super::commands;
use super::session::Session;

/// Says so.
pub(crate) fn refuse(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let command = words.first().and_then(|word| commands::find(word));
    let name = command.map_or("", |command| command.name);
    session.channels.error(&format!("ERROR: not supported yet: {name}"))
}
