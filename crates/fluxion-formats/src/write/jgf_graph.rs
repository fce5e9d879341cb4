//! A whole graph in the JSON Graph Format of version 1 with every member (`docs/semantics/formats.md`,
//! jgf_full), and what a reader needs beyond that: the status of each vertex, the subsystem of each edge. One
//! vertex or edge per line.
//!
//! The reader makes the same graph of it, but for what the format cannot say: units are read and dropped
//! (`docs/semantics/readers.md`, Loading JGF), vertices of one path and rank are one, and a path that a
//! vertex had before is gone.

use std::fmt::{self, Write};

use fluxion_graph::{Edge, EdgeId, Graph, Status, VertexId};

use super::json::{push_integer, push_string, push_string_with};
use super::listing::Listing;

pub(super) fn write(listing: &Listing<'_>, out: &mut dyn Write) -> fmt::Result {
    let mut line = String::new();
    out.write_str("{\"graph\": {\"nodes\": [")?;
    for (number, vertex) in listing.vertices() {
        begin(number, &mut line);
        push_vertex(listing, (number, vertex), &mut line);
        out.write_str(&line)?;
    }
    out.write_str("], \"edges\": [")?;
    for (number, (id, edge, ends)) in listing.edges().enumerate() {
        begin(number, &mut line);
        push_edge(listing.graph, (id, edge, ends), &mut line);
        out.write_str(&line)?;
    }
    out.write_str("]}}\n")
}

fn begin(number: usize, line: &mut String) {
    line.clear();
    line.push_str(if number > 0 { ",\n" } else { "\n" });
}

fn push_vertex(listing: &Listing<'_>, (number, id): (usize, VertexId), line: &mut String) {
    let graph = listing.graph;
    let vertex = graph.vertex(id);
    line.push_str("{\"id\": \"");
    push_integer(number, line);
    push_text("\", \"metadata\": {\"type\": ", graph.type_name(vertex.ty), line);
    push_text(", \"basename\": ", graph.basename(vertex), line);
    push_text(", \"name\": ", graph.text(vertex.name), line);
    push_number(", \"id\": ", vertex.id, line);
    push_number(", \"uniq_id\": ", vertex.uniq_id, line);
    push_number(", \"rank\": ", vertex.rank, line);
    line.push_str(", \"status\": ");
    line.push_str(match (listing.status)(id) {
        Status::Up => "0",
        Status::Down => "1",
    });
    push_properties(graph, id, line);
    line.push_str(", \"exclusive\": false");
    push_text(", \"unit\": ", graph.unit(vertex), line);
    push_number(", \"size\": ", vertex.size, line);
    push_paths(graph, id, line);
    line.push_str("}}");
}

fn push_properties(graph: &Graph, vertex: VertexId, line: &mut String) {
    let mut before = ", \"properties\": {";
    for (key, value) in graph.properties(vertex) {
        push_text(before, key, line);
        push_text(": ", value, line);
        before = ", ";
    }
    if before == ", " {
        line.push('}');
    }
}

/// The reader demands the object even if it is empty.
fn push_paths(graph: &Graph, vertex: VertexId, line: &mut String) {
    line.push_str(", \"paths\": {");
    for (number, (subsystem, path)) in graph.paths_of(vertex).enumerate() {
        push_text(if number > 0 { ", " } else { "" }, graph.subsystem_name(subsystem), line);
        line.push_str(": ");
        push_string_with(|line| graph.write_path(path, line), line);
    }
    line.push('}');
}

fn push_edge(
    graph: &Graph,
    (id, edge, [source, target]): (EdgeId, &Edge, [usize; 2]),
    line: &mut String,
) {
    let subsystem = graph.subsystem_name(edge.subsystem);
    push_number("{\"source\": \"", source, line);
    push_number("\", \"target\": \"", target, line);
    push_text("\", \"metadata\": {\"subsystem\": ", subsystem, line);
    push_text(", \"name\": {", subsystem, line);
    push_text(": ", graph.relation(id), line);
    line.push_str("}}}");
}

fn push_text(before: &str, text: &str, line: &mut String) {
    line.push_str(before);
    push_string(text, line);
}

fn push_number(before: &str, number: impl itoa::Integer, line: &mut String) {
    line.push_str(before);
    push_integer(number, line);
}
