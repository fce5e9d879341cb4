//! Writers: a [`Selection`](fluxion_graph::Selection) as text, in the match formats of
//! `docs/semantics/formats.md`.
//!
//! Every writer streams into one buffer and starts from nothing, so no result can depend on an earlier one.
//! What is selected, and in which order, is decided elsewhere; nothing here looks at bookings or the clock.
//! [`write_graph`] writes a whole graph instead, for tools that draw or analyse it.

#[cfg(test)]
mod agreement;
mod dot;
mod error;
mod graph_file;
mod graphml;
mod idset;
mod jgf;
mod jgf_graph;
mod json;
mod listing;
mod printed;
mod rlite;
mod rv1;
mod simple;
#[cfg(test)]
mod testing;

pub use error::WriteError;
pub use graph_file::{GraphFormat, write_graph};
pub use printed::{Aggregates, Labels, Printed};

/// How a selection is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One line per vertex, leaves first (`docs/semantics/formats.md`, simple and pretty_simple).
    Simple,
    /// One line per vertex, root first (`docs/semantics/formats.md`, simple and pretty_simple).
    PrettySimple,
    /// JSON Graph Format without defaults (`docs/semantics/formats.md`, jgf).
    Jgf,
    /// [`Format::Jgf`] without what lies below exclusive vertices (`docs/semantics/formats.md`,
    /// jgf_shorthand).
    JgfShorthand,
    /// JSON Graph Format with every field, as the published service documents it
    /// (`docs/semantics/formats.md`, jgf_full).
    JgfFull,
    /// Ranks with their cores and gpus (`docs/semantics/formats.md`, rlite).
    Rlite,
    /// R version 1 with the selection as `scheduling` graph (`docs/semantics/formats.md`, R version 1).
    Rv1,
    /// R version 1 alone (`docs/semantics/formats.md`, R version 1).
    Rv1Nosched,
    /// R version 1 with a shorthand `scheduling` graph (`docs/semantics/formats.md`, R version 1).
    Rv1Shorthand,
}

/// Appends the text that a match, an update or the command `find` prints: lines, or one line of JSON with
/// its newline. An empty selection gives no text. O(printed bytes), besides sorting.
///
/// # Errors
/// [`WriteError`]; `out` is then unchanged.
pub fn write(format: Format, printed: &Printed<'_>, out: &mut String) -> Result<(), WriteError> {
    if printed.selection.vertices.is_empty() {
        return Ok(());
    }
    let start = out.len();
    let written = push(format, printed, out).and_then(|()| printed.check(out));
    if written.is_err() {
        out.truncate(start);
        return written;
    }
    if out.len() > start && !out.ends_with('\n') {
        out.push('\n');
    }
    Ok(())
}

fn push(format: Format, printed: &Printed<'_>, out: &mut String) -> Result<(), WriteError> {
    match format {
        Format::Simple => simple::push(printed, simple::Order::LeavesFirst, out),
        Format::PrettySimple => simple::push(printed, simple::Order::RootFirst, out),
        Format::Jgf => jgf::push(printed, jgf::Profile::Compact, out),
        Format::JgfShorthand => jgf::push(printed, jgf::Profile::Shorthand, out),
        Format::JgfFull => jgf::push(printed, jgf::Profile::Full, out),
        Format::Rlite => rlite::push(printed, out),
        Format::Rv1 => rv1::push(printed, Some(jgf::Profile::Compact), out),
        Format::Rv1Nosched => rv1::push(printed, None, out),
        Format::Rv1Shorthand => rv1::push(printed, Some(jgf::Profile::Shorthand), out),
    }
}

/// Appends the JSON value that the programming interface answers to a find: without blanks and newline; the
/// line formats as one JSON string. An empty selection gives no text (`docs/semantics/formats.md`, JSON
/// text).
///
/// # Errors
/// [`WriteError`]; `out` is then unchanged.
pub fn write_value(
    format: Format,
    printed: &Printed<'_>,
    out: &mut String,
) -> Result<(), WriteError> {
    let mut text = String::new();
    write(format, printed, &mut text)?;
    match format {
        Format::Simple | Format::PrettySimple if !text.is_empty() => json::push_string(&text, out),
        _ => json::push_without_blanks(&text, out),
    }
    Ok(())
}
