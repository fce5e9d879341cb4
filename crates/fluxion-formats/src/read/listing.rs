//! A graph as text, for tests: one line per vertex and edge, with everything that was loaded.

use std::fmt::Write;

use fluxion_graph::{Edge, EdgeId, Graph, Status, SubsystemId, VertexId};

fn vertex_line(graph: &Graph, id: VertexId) -> String {
    let v = graph.vertex(id);
    let (ty, name, stem) = (graph.type_name(v.ty), graph.text(v.name), graph.basename(v));
    let mut line = format!("{} {ty} {name} ({stem}, {}) rank {}", v.uniq_id, v.id, v.rank);
    if v.size != 1 || !graph.unit(v).is_empty() {
        let _ = write!(line, " size {}{}", v.size, graph.unit(v));
    }
    if v.status == Status::Down {
        line.push_str(" down");
    }
    for (subsystem, path) in graph.paths_of(id) {
        let root = if graph.root(subsystem) == Some(id) { " root" } else { "" };
        let path = graph.path_text(path);
        let _ = write!(line, " {}={path}{root}", graph.subsystem_name(subsystem));
    }
    for (key, value) in graph.properties(id) {
        let _ = write!(line, " {key}:{value}");
    }
    line
}

fn edge_line(graph: &Graph, (id, edge): (EdgeId, &Edge)) -> String {
    let uniq_id = |v: VertexId| graph.vertex(v).uniq_id;
    let mut line = format!("{}>{}", uniq_id(edge.source), uniq_id(edge.target));
    if edge.subsystem != SubsystemId(0) {
        let _ = write!(line, " {}", graph.subsystem_name(edge.subsystem));
    }
    let relation = graph.relation(id);
    if relation != "contains" {
        let _ = write!(line, " ({relation})");
    }
    line
}

/// All vertices, then all edges on one line.
pub(super) fn listing(graph: &Graph) -> String {
    let mut lines: Vec<String> = graph.vertex_ids().map(|v| vertex_line(graph, v)).collect();
    let edges: Vec<String> = graph.numbered_edges().map(|edge| edge_line(graph, edge)).collect();
    if !edges.is_empty() {
        lines.push(edges.join(", "));
    }
    lines.join("\n")
}
