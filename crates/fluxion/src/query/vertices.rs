//! The commands about vertices: `find`, `set-status`, `get-status`, `set-property`, `get-property`.

use std::fmt::Write;
use std::io;

use fluxion_context::{Extent, StatusTarget};
use fluxion_graph::{Status, VertexId};

use super::matching::BAR;
use super::reference_texts::finding::{find_error, more};
use super::session::{NOW, Session};

/// `find CRITERIA...`
pub(crate) fn find(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, criteria @ ..] = words else {
        return Ok(());
    };
    if criteria.is_empty() {
        return session.channels.error("ERROR: malformed command: ");
    }
    let criteria = criteria.join(" ");
    match session.context.find(&criteria, NOW) {
        Ok(found) => {
            session.channels.result(&found)?;
            session.channels.result(&format!("{BAR}INFO: EXPRESSION=\"{criteria}\"\n{BAR}"))
        }
        Err(error) => {
            session.channels.error(&find_error(&error))?;
            more(&error).map_or(Ok(()), |line| session.channels.error(&line))
        }
    }
}

/// `set-status PATH|RANKS up|down`. The reference knows paths only, which start with a slash; anything else that is
/// no set of ranks of this graph is answered as a path that is not there.
pub(crate) fn set_status(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, place, status] = words else {
        return Ok(());
    };
    let known = [Status::Up, Status::Down].into_iter().find(|known| known.as_str() == *status);
    let is_path = !session.context.graph().vertices_at(place).is_empty();
    let target = if is_path { StatusTarget::Path(place) } else { StatusTarget::Ranks(place) };
    // an unknown path is told before an unknown status
    let status = match known {
        None if is_path => return session.channels.error("ERROR: unrecognized status"),
        None => return session.channels.result(&could_not_find(place)),
        Some(status) => status,
    };
    match session.context.mark(target, Extent::Vertex, status) {
        Ok(_) => Ok(()),
        Err(_) => session.channels.result(&could_not_find(place)),
    }
}

/// `get-status PATH`
pub(crate) fn get_status(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, path] = words else {
        return Ok(());
    };
    let statuses = session.context.status(path);
    let lines = statuses.iter().map(|status| format!("{path} is {}\n", status.as_str()));
    let text = if statuses.is_empty() { could_not_find(path) } else { lines.collect() };
    session.channels.result(&text)
}

/// `set-property PATH KEY=VALUE`
pub(crate) fn set_property(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, path, property] = words else {
        return Ok(());
    };
    let Some((key, value)) =
        property.split_once('=').filter(|(k, v)| !k.is_empty() && !v.is_empty())
    else {
        return session.channels.result(
            "Incorrect input format. \nPlease use `set-property <resource> PROPERTY=VALUE`.\n",
        );
    };
    match session.context.set_property(path, key, value) {
        0 => session.channels.result(&format!("Couldn't find path {path} in resource graph.\n")),
        _ => Ok(()),
    }
}

/// `get-property PATH`
pub(crate) fn get_property(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, path] = words else {
        return Ok(());
    };
    let vertices = session.context.graph().vertices_at(path);
    let properties = vertices.iter().map(|&vertex| properties_of(session, path, vertex));
    let text = if vertices.is_empty() { could_not_find(path) } else { properties.collect() };
    session.channels.result(&text)
}

fn properties_of(session: &Session, path: &str, vertex: VertexId) -> String {
    let graph = session.context.graph();
    let mut text = String::new();
    for (key, value) in graph.properties(vertex) {
        let _ = writeln!(text, "{key}={value}");
    }
    if text.is_empty() {
        let uniq_id = graph.vertex(vertex).uniq_id;
        text = format!("No properties were found for {path} (vtx's uniq_id={uniq_id}).\n");
    }
    text
}

fn could_not_find(path: &str) -> String {
    format!("Could not find path {path} in resource graph.\n")
}
