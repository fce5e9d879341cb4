//! The command `explain`, which the reference does not have.

use std::io;

use fluxion_context::{Budget, ExplainError, ExplainWanted, StatusTarget};

use super::files;
use super::session::{NOW, Session};

/// `explain JOBSPEC [PATH]`: what was found in a few sentences, and the counts below it.
pub(crate) fn explain(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, file, vertex @ ..] = words else {
        return Ok(());
    };
    let Ok(bytes) = files::read(file, files::MOST_JOBSPEC) else {
        return session.channels.error(&format!("ERROR: can't open {file}"));
    };
    let jobspec = files::text(bytes);
    let why_not = vertex.first().map(|path| StatusTarget::Path(path));
    let wanted = ExplainWanted { why_not, ..ExplainWanted::default() };
    match session.context.explain(&jobspec, NOW, &wanted, &Budget::UNLIMITED) {
        Ok(why) => session.channels.result(&format!("INFO: {}\n", why.sentence)),
        Err(error) => session.channels.error(&format!("ERROR: {}", told(&error, file))),
    }
}

/// With the place in the file, if the fault has one.
fn told(error: &ExplainError, file: &str) -> String {
    let place = match error {
        ExplainError::Request(error) => error.position(),
        _ => None,
    };
    match place {
        Some(place) => format!("{file}: {place}: {error}"),
        None => error.to_string(),
    }
}
