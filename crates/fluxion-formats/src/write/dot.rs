//! A graph for Graphviz: the name of each vertex, the subsystem of each edge (`docs/semantics/formats.md`,
//! Graph files).

use std::fmt::{self, Write};

use super::listing::Listing;

pub(super) fn write(listing: &Listing<'_>, out: &mut dyn Write) -> fmt::Result {
    let graph = listing.graph;
    out.write_str("digraph G {\n")?;
    for (number, vertex) in listing.vertices() {
        let name = graph.text(graph.vertex(vertex).name);
        writeln!(out, "{number}[label=\"{}\"];", Escaped(name))?;
    }
    for (_, edge, [source, target]) in listing.edges() {
        let subsystem = graph.subsystem_name(edge.subsystem);
        writeln!(out, "{source}->{target} [label=\"{}\"];", Escaped(subsystem))?;
    }
    out.write_str("}\n")
}

/// Text between double quotes that is shown as it is: in labels a backslash starts an escape.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ch in self.0.chars() {
            match ch {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\0' => f.write_char(char::REPLACEMENT_CHARACTER)?,
                _ => f.write_char(ch)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use fluxion_graph::{CONTAINMENT, Graph, VertexId, VertexSpec};
    use insta::assert_snapshot;

    use super::super::testing::{Machine, demo};
    use super::super::{GraphFormat, write_graph};
    use super::Escaped;

    fn dot(graph: &Graph) -> String {
        let mut out = String::new();
        write_graph(GraphFormat::Dot, graph, &|v| graph.vertex(v).status, &mut out).unwrap();
        out
    }

    #[test]
    fn names_and_subsystems() {
        let mut machine = Machine::new();
        machine.plain("/demo0", "cluster", 0, -1);
        let rack = machine.plain("/demo0/rack0", "rack", 1, -1);
        let power = machine.graph.add_subsystem("power").unwrap();
        machine.graph.add_edge(rack, VertexId(0), power).unwrap();
        assert_snapshot!(dot(&machine.graph), @r#"
        digraph G {
        0[label="demo0"];
        1[label="rack0"];
        0->1 [label="containment"];
        1->0 [label="power"];
        }
        "#);
    }

    #[test]
    fn removed_vertices_leave_no_gap() {
        let mut machine = demo();
        let gone = [machine.at("/demo0/rack0/alpha0")];
        let all = machine.graph.with_descendants(&gone, CONTAINMENT);
        machine.graph.remove_vertices(&all.into_iter().collect::<Vec<_>>());
        assert_snapshot!(dot(&machine.graph), @r#"
        digraph G {
        0[label="demo0"];
        1[label="rack0"];
        2[label="alpha1"];
        3[label="socket0"];
        4[label="core0"];
        5[label="core1"];
        6[label="gpu0"];
        7[label="memory0"];
        0->1 [label="containment"];
        1->2 [label="containment"];
        2->3 [label="containment"];
        3->4 [label="containment"];
        3->5 [label="containment"];
        3->6 [label="containment"];
        3->7 [label="containment"];
        }
        "#);
    }

    #[test]
    fn an_empty_graph() {
        assert_eq!(dot(&Graph::new()), "digraph G {\n}\n");
    }

    #[test]
    fn text_is_shown_as_it_is() {
        let mut graph = Graph::new();
        graph
            .add_vertex(&VertexSpec { name: Some("a\"]; \\N"), ..VertexSpec::new("x", 0, 0) })
            .unwrap();
        assert_eq!(dot(&graph), "digraph G {\n0[label=\"a\\\"]; \\\\N\"];\n}\n");
        for (text, expected) in [
            ("core0", "core0"),
            ("\"", r#"\""#),
            ("\\", r"\\"),
            (r"\N\G", r"\\N\\G"),
            ("a\nb\r", r"a\nb\r"),
            ("\0é<&", "\u{fffd}é<&"),
        ] {
            assert_eq!(Escaped(text).to_string(), expected, "{text:?}");
        }
    }
}
