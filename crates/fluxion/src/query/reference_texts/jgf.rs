//! JGF documents that cannot be read, or do not fit the graph.

use fluxion_context::{JgfError, JgfErrorKind, Position};

/// What the JGF reader says: a line, but for edges that collide; nothing of a document that names vertices and no
/// edge.
pub(super) fn jgf_error(error: &JgfError) -> String {
    text(error.kind(), error.position())
}

fn text(kind: &JgfErrorKind, position: Option<Position>) -> String {
    use JgfErrorKind as Kind;
    match kind {
        Kind::Syntax { text } => not_json(text, position),
        Kind::MissingKey(key) => {
            format!("fetch_jgf: JGF does not contain a required key ({key}).\n")
        }
        Kind::IsR => "fetch_jgf: JGF does not contain a required key (graph).\n".to_owned(),
        Kind::FreeRanks => "fetch_jgf: failed to decode ranks.\n".to_owned(),
        Kind::Hyperedges => "fetch_jgf: JGF hyperedges are not supported.\n".to_owned(),
        Kind::TooLong => format!("fetch_jgf: {kind}\n"),
        Kind::Graph(fault) => format!("{fault}\n"),
        Kind::NoEdges => String::new(),
        Kind::VertexId => "fill_fetcher: JGF vertex id key is not found in a node.\n".to_owned(),
        Kind::MissingMetadata { vertex } => {
            format!("fill_fetcher: key (metadata) is not found in an JGF node for {vertex}.\n")
        }
        Kind::MalformedMetadata { vertex, .. } => {
            format!("fill_fetcher: malformed metadata in an JGF node for {vertex}\n")
        }
        Kind::Properties { vertex } => {
            format!("fill_fetcher: key (properties) must be an object or null for {vertex}.\n")
        }
        Kind::UniqId { vertex } => format!(
            "apply_defaults: value for key (uniq_id) could not be inferred from outer 'id' field \
             {vertex}.\n"
        ),
        Kind::Size { .. } => "create_vtx: planner_new returned NULL.\n".to_owned(),
        Kind::DuplicateId { vertex } => {
            format!("add_vtx: found duplicate JGF node id for {vertex}.\n")
        }
        Kind::DuplicateAlias { vertex } => {
            format!("update_vmap: can't insert into vmap for {vertex}.\n")
        }
        Kind::DuplicateRoot { subsystem, .. } => format!(
            "add_graph_metadata: failed to add root metadata for {subsystem} subsystem. Possible \
             duplicate root.\n"
        ),
        Kind::Unconnected { name } => {
            format!("check_connected: vertex {name} is not connected to the graph.\n")
        }
        Kind::NoSuchVertex { vertex, path } => {
            format!("exist: inconsistent input vertex: nonexistent path ({path}) {vertex}.\n")
        }
        Kind::PathsDisagree { vertex, path } => {
            format!("find_vtx: inconsistent input vertex for {path} (id={vertex}).\n")
        }
        Kind::Inconsistent { vertex, differences } => {
            format!("find_vtx: inconsistent input vertex for {vertex}.\n{differences}.\n")
        }
        Kind::RepeatedId { vertex } => {
            format!("find_vtx: found duplicate JGF node id for {vertex}.\n")
        }
        Kind::MalformedEdge => "unpack_edge: encountered a malformed edge.\n".to_owned(),
        Kind::UnknownEnd { edge_source, target } => format!(
            "unpack_edge: source and/or target vertex not found{edge_source} -> {target}.\n"
        ),
        Kind::EdgeMetadata { .. } => "unpack_edge: could not unpack edge metadata.\n".to_owned(),
        Kind::NoSuchEdge { edge_source, target } => format!(
            "update_tgt_edge: JGF edge from {edge_source} to {target} not found in resource graph.\n"
        ),
        // not a line
        Kind::CollidingEdge { source_name, target_name } => format!(
            "error inserting an edge to outedge metadata map: {source_name} -> {target_name}; "
        ),
    }
}

fn not_json(fault: &str, position: Option<Position>) -> String {
    let place = position.map(|at| format!(": <string>@{}:{}.", at.line, at.column));
    format!("fetch_jgf: json_loads returned an error: {fault}{}\n", place.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: JgfErrorKind, expected: &str) {
        assert_eq!(text(&kind, Some(Position { line: 4, column: 3 })), expected);
    }

    fn v() -> String {
        "v".to_owned()
    }

    fn w() -> String {
        "w".to_owned()
    }

    #[test]
    fn documents() {
        use JgfErrorKind as Kind;
        let ident = || "expected ident".to_owned();
        let syntax = "fetch_jgf: json_loads returned an error: expected ident";
        check(Kind::Syntax { text: ident() }, &format!("{syntax}: <string>@4:3.\n"));
        assert_eq!(text(&Kind::Syntax { text: ident() }, None), format!("{syntax}\n"));
        check(
            Kind::MissingKey("graph"),
            "fetch_jgf: JGF does not contain a required key (graph).\n",
        );
        check(Kind::FreeRanks, "fetch_jgf: failed to decode ranks.\n");
        check(Kind::Hyperedges, "fetch_jgf: JGF hyperedges are not supported.\n");
        check(Kind::NoEdges, "");
    }

    #[test]
    fn vertices() {
        use JgfErrorKind as Kind;
        check(Kind::VertexId, "fill_fetcher: JGF vertex id key is not found in a node.\n");
        check(
            Kind::MissingMetadata { vertex: v() },
            "fill_fetcher: key (metadata) is not found in an JGF node for v.\n",
        );
        check(
            Kind::MalformedMetadata { vertex: v(), field: "rank", expected: "an integer" },
            "fill_fetcher: malformed metadata in an JGF node for v\n",
        );
        check(
            Kind::Properties { vertex: v() },
            "fill_fetcher: key (properties) must be an object or null for v.\n",
        );
        check(
            Kind::UniqId { vertex: v() },
            "apply_defaults: value for key (uniq_id) could not be inferred from outer 'id' field v.\n",
        );
        check(Kind::Size { vertex: v(), size: -7 }, "create_vtx: planner_new returned NULL.\n");
        check(Kind::DuplicateId { vertex: v() }, "add_vtx: found duplicate JGF node id for v.\n");
        check(Kind::DuplicateAlias { vertex: v() }, "update_vmap: can't insert into vmap for v.\n");
        check(
            Kind::DuplicateRoot { vertex: v(), subsystem: "containment".to_owned() },
            "add_graph_metadata: failed to add root metadata for containment subsystem. Possible duplicate root.\n",
        );
    }

    #[test]
    fn vertices_of_a_loaded_graph() {
        use JgfErrorKind as Kind;
        check(
            Kind::Unconnected { name: v() },
            "check_connected: vertex v is not connected to the graph.\n",
        );
        check(
            Kind::NoSuchVertex { vertex: v(), path: "/c0/v".to_owned() },
            "exist: inconsistent input vertex: nonexistent path (/c0/v) v.\n",
        );
        check(
            Kind::PathsDisagree { vertex: v(), path: "/c0/v".to_owned() },
            "find_vtx: inconsistent input vertex for /c0/v (id=v).\n",
        );
        check(
            Kind::Inconsistent { vertex: v(), differences: " size=(1, 2)".to_owned() },
            "find_vtx: inconsistent input vertex for v.\n size=(1, 2).\n",
        );
        check(Kind::RepeatedId { vertex: v() }, "find_vtx: found duplicate JGF node id for v.\n");
    }

    #[test]
    fn edges() {
        use JgfErrorKind as Kind;
        check(Kind::MalformedEdge, "unpack_edge: encountered a malformed edge.\n");
        check(
            Kind::UnknownEnd { edge_source: v(), target: w() },
            "unpack_edge: source and/or target vertex not foundv -> w.\n",
        );
        check(
            Kind::EdgeMetadata { edge_source: v(), target: w() },
            "unpack_edge: could not unpack edge metadata.\n",
        );
        check(
            Kind::NoSuchEdge { edge_source: v(), target: w() },
            "update_tgt_edge: JGF edge from v to w not found in resource graph.\n",
        );
        check(
            Kind::CollidingEdge { source_name: v(), target_name: w() },
            "error inserting an edge to outedge metadata map: v -> w; ",
        );
    }
}
