//! The JSON Graph Format in its three profiles (`docs/semantics/formats.md`).

use fluxion_graph::{CONTAINMENT, PickedEdge, PickedVertex, VertexId};

use super::error::WriteError;
use super::json::{push_integer, push_string, push_string_with};
use super::printed::Printed;

/// How much of a selection is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    /// Every vertex, without members that have their default.
    Compact,
    /// As `Compact`, but nothing below an exclusive vertex.
    Shorthand,
    /// Every vertex with every member.
    Full,
}

/// Appends the graph object, without a newline.
pub(super) fn push(
    printed: &Printed<'_>,
    profile: Profile,
    out: &mut String,
) -> Result<(), WriteError> {
    let mut writer = Writer { printed: *printed, profile, out };
    writer.push_graph()
}

struct Writer<'a, 'o> {
    printed: Printed<'a>,
    profile: Profile,
    out: &'o mut String,
}

impl Writer<'_, '_> {
    fn push_graph(&mut self) -> Result<(), WriteError> {
        let selection = self.printed.selection;
        let shorthand = self.profile == Profile::Shorthand;
        self.out.push_str("{\"graph\": {\"nodes\": [");
        let vertices = selection.vertices.iter().filter(|v| !(shorthand && v.below_exclusive));
        let mut left_out = selection.vertices.len() + selection.edges.len();
        for (number, vertex) in vertices.enumerate() {
            self.separate(number);
            self.push_vertex(vertex)?;
            left_out -= 1;
        }
        self.out.push_str("], \"edges\": [");
        let edges = selection.edges.iter().filter(|e| !(shorthand && e.below_exclusive));
        for (number, edge) in edges.enumerate() {
            self.separate(number);
            self.push_edge(edge);
            self.printed.check(self.out)?;
            left_out -= 1;
        }
        self.out.push_str("]}");
        if left_out > 0 {
            self.out.push_str(", \"writer\": \"fluxion:jgf_shorthand\"");
        }
        self.out.push('}');
        Ok(())
    }

    fn separate(&mut self, number: usize) {
        if number > 0 {
            self.out.push_str(", ");
        }
    }

    fn push_vertex(&mut self, picked: &PickedVertex) -> Result<(), WriteError> {
        self.out.push_str("{\"id\": \"");
        push_integer(self.printed.graph.vertex(picked.vertex).uniq_id, self.out);
        self.out.push_str("\", \"metadata\": {\"type\": ");
        match self.profile {
            Profile::Compact | Profile::Shorthand => self.push_compact_members(picked)?,
            Profile::Full => self.push_full_members(picked)?,
        }
        self.out.push_str("}}");
        self.printed.check(self.out)
    }

    fn push_compact_members(&mut self, picked: &PickedVertex) -> Result<(), WriteError> {
        let graph = self.printed.graph;
        let vertex = graph.vertex(picked.vertex);
        let (ty, basename) = (graph.type_name(vertex.ty), graph.basename(vertex));
        let name = graph.text(vertex.name);
        let mut buffer = itoa::Buffer::new();
        let id = buffer.format(vertex.id);
        push_string(ty, self.out);
        if basename != ty {
            self.push_text(", \"basename\": ", basename);
        }
        if name.strip_prefix(basename) != Some(id) {
            self.push_text(", \"name\": ", name);
        }
        self.out.push_str(", \"id\": ");
        self.out.push_str(id);
        self.push_number(", \"rank\": ", vertex.rank);
        self.push_properties(picked.vertex)?;
        if !graph.unit(vertex).is_empty() {
            self.push_text(", \"unit\": ", graph.unit(vertex));
        }
        if picked.exclusive {
            self.out.push_str(", \"exclusive\": true");
        }
        if picked.amount != 1 {
            self.push_number(", \"size\": ", picked.amount);
        }
        self.push_paths(picked.vertex)?;
        self.push_label(picked.vertex);
        self.push_aggregates(picked.vertex)
    }

    fn push_full_members(&mut self, picked: &PickedVertex) -> Result<(), WriteError> {
        let graph = self.printed.graph;
        let vertex = graph.vertex(picked.vertex);
        push_string(graph.type_name(vertex.ty), self.out);
        self.push_text(", \"basename\": ", graph.basename(vertex));
        self.push_text(", \"name\": ", graph.text(vertex.name));
        self.push_number(", \"id\": ", vertex.id);
        self.push_number(", \"uniq_id\": ", vertex.uniq_id);
        self.push_number(", \"rank\": ", vertex.rank);
        self.push_properties(picked.vertex)?;
        self.out.push_str(", \"exclusive\": ");
        self.out.push_str(if picked.exclusive { "true" } else { "false" });
        self.push_text(", \"unit\": ", graph.unit(vertex));
        self.push_number(", \"size\": ", picked.amount);
        self.push_paths(picked.vertex)?;
        self.push_label(picked.vertex);
        Ok(())
    }

    fn push_text(&mut self, key: &str, text: &str) {
        self.out.push_str(key);
        push_string(text, self.out);
    }

    fn push_number(&mut self, key: &str, number: impl itoa::Integer) {
        self.out.push_str(key);
        push_integer(number, self.out);
    }

    fn push_properties(&mut self, vertex: VertexId) -> Result<(), WriteError> {
        let graph = self.printed.graph;
        self.push_object("properties", graph.properties(vertex), |out, (key, value)| {
            push_string(key, out);
            out.push_str(": ");
            push_string(value, out);
        })
    }

    fn push_paths(&mut self, vertex: VertexId) -> Result<(), WriteError> {
        let graph = self.printed.graph;
        self.push_object("paths", graph.paths_of(vertex), |out, (subsystem, path)| {
            push_string(graph.subsystem_name(subsystem), out);
            out.push_str(": ");
            push_string_with(|out| graph.write_path(path, out), out);
        })
    }

    fn push_label(&mut self, vertex: VertexId) {
        if let Some(label) = self.printed.labels.and_then(|labels| labels(vertex)) {
            self.push_text(", \"ephemeral\": {\"label\": ", label);
            self.out.push('}');
        }
    }

    fn push_aggregates(&mut self, vertex: VertexId) -> Result<(), WriteError> {
        let figures = self.printed.aggregates.and_then(|aggregates| aggregates(vertex));
        let Some(mut figures) = figures else { return Ok(()) };
        let graph = self.printed.graph;
        figures.sort_by_key(|figure| graph.type_name(figure.ty));
        self.push_object("agfilter", figures, |out, figure| {
            push_string(graph.type_name(figure.ty), out);
            out.push_str(": \"used:");
            push_integer(figure.used, out);
            out.push_str(", total:");
            push_integer(figure.total, out);
            out.push('"');
        })
    }

    /// A member that is an object; nothing if it would be empty.
    fn push_object<T>(
        &mut self,
        key: &str,
        members: impl IntoIterator<Item = T>,
        push_member: impl Fn(&mut String, T),
    ) -> Result<(), WriteError> {
        let mut empty = true;
        for member in members {
            if empty {
                self.out.push_str(", \"");
                self.out.push_str(key);
                self.out.push_str("\": {");
                empty = false;
            } else {
                self.out.push_str(", ");
            }
            push_member(self.out, member);
            self.printed.check(self.out)?;
        }
        if !empty {
            self.out.push('}');
        }
        Ok(())
    }

    fn push_edge(&mut self, picked: &PickedEdge) {
        let graph = self.printed.graph;
        let Some(edge) = graph.edges().get(picked.edge.index()) else { return };
        self.out.push_str("{\"source\": \"");
        push_integer(graph.vertex(edge.source).uniq_id, self.out);
        self.out.push_str("\", \"target\": \"");
        push_integer(graph.vertex(edge.target).uniq_id, self.out);
        self.out.push('"');
        let subsystem = graph.subsystem_name(edge.subsystem);
        if self.profile == Profile::Full {
            self.out.push_str(", \"metadata\": {\"name\": {");
            push_string(subsystem, self.out);
            self.push_text(": ", graph.relation(picked.edge));
            self.out.push_str("}}");
        } else if edge.subsystem != CONTAINMENT {
            self.push_text(", \"metadata\": {\"subsystem\": ", subsystem);
            self.out.push('}');
        }
        self.out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use fluxion_graph::{AggregateFigures, SubsystemId, TypeId, VertexSpec};

    use super::super::testing::{Machine, demo, job_a, job_b};
    use super::super::{Aggregates, Format};
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(text, format!("{expected}\n"));
    }

    /// The part of the published example graph that its documented answer shows.
    fn tiny() -> Machine {
        let mut machine = Machine::new();
        let cluster = VertexSpec { basename: Some("tiny"), ..VertexSpec::new("cluster", 0, 0) };
        machine.add("/tiny0", cluster);
        machine.plain("/tiny0/rack0", "rack", 1, -1);
        machine.plain("/tiny0/rack0/node0", "node", 2, -1);
        machine.plain("/tiny0/rack0/node1", "node", 3, -1);
        machine.plain("/tiny0/rack0/node0/socket0", "socket", 4, -1);
        machine.plain("/tiny0/rack0/node0/socket0/core0", "core", 8, -1);
        machine.plain("/tiny0/rack0/node0/socket0/core1", "core", 9, -1);
        machine
    }

    #[test]
    fn the_documented_answer_of_the_published_service() {
        let machine = tiny();
        let socket = "/tiny0/rack0/node0/socket0";
        let selection = machine.allocation(&[socket, &format!("{socket}/core0")]);
        check(
            &machine.write(Format::JgfFull, &selection).unwrap(),
            concat!(
                r#"{"graph": {"nodes": ["#,
                r#"{"id": "8", "metadata": {"type": "core", "basename": "core", "name": "core0", "id": 0, "uniq_id": 8, "rank": -1, "exclusive": true, "unit": "", "size": 1, "paths": {"containment": "/tiny0/rack0/node0/socket0/core0"}}}, "#,
                r#"{"id": "4", "metadata": {"type": "socket", "basename": "socket", "name": "socket0", "id": 0, "uniq_id": 4, "rank": -1, "exclusive": true, "unit": "", "size": 1, "paths": {"containment": "/tiny0/rack0/node0/socket0"}}}, "#,
                r#"{"id": "2", "metadata": {"type": "node", "basename": "node", "name": "node0", "id": 0, "uniq_id": 2, "rank": -1, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/tiny0/rack0/node0"}}}, "#,
                r#"{"id": "1", "metadata": {"type": "rack", "basename": "rack", "name": "rack0", "id": 0, "uniq_id": 1, "rank": -1, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/tiny0/rack0"}}}, "#,
                r#"{"id": "0", "metadata": {"type": "cluster", "basename": "tiny", "name": "tiny0", "id": 0, "uniq_id": 0, "rank": -1, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/tiny0"}}}], "#,
                r#""edges": ["#,
                r#"{"source": "4", "target": "8", "metadata": {"name": {"containment": "contains"}}}, "#,
                r#"{"source": "2", "target": "4", "metadata": {"name": {"containment": "contains"}}}, "#,
                r#"{"source": "1", "target": "2", "metadata": {"name": {"containment": "contains"}}}, "#,
                r#"{"source": "0", "target": "1", "metadata": {"name": {"containment": "contains"}}}]}}"#,
            ),
        );
        check(
            &machine.write(Format::Jgf, &selection).unwrap(),
            concat!(
                r#"{"graph": {"nodes": ["#,
                r#"{"id": "8", "metadata": {"type": "core", "id": 0, "rank": -1, "exclusive": true, "paths": {"containment": "/tiny0/rack0/node0/socket0/core0"}}}, "#,
                r#"{"id": "4", "metadata": {"type": "socket", "id": 0, "rank": -1, "exclusive": true, "paths": {"containment": "/tiny0/rack0/node0/socket0"}}}, "#,
                r#"{"id": "2", "metadata": {"type": "node", "id": 0, "rank": -1, "paths": {"containment": "/tiny0/rack0/node0"}}}, "#,
                r#"{"id": "1", "metadata": {"type": "rack", "id": 0, "rank": -1, "paths": {"containment": "/tiny0/rack0"}}}, "#,
                r#"{"id": "0", "metadata": {"type": "cluster", "basename": "tiny", "id": 0, "rank": -1, "paths": {"containment": "/tiny0"}}}], "#,
                r#""edges": ["#,
                r#"{"source": "4", "target": "8"}, {"source": "2", "target": "4"}, {"source": "1", "target": "2"}, {"source": "0", "target": "1"}]}}"#,
            ),
        );
    }

    #[test]
    fn compact_graph_of_an_allocation() {
        let machine = demo();
        check(
            &machine.write(Format::Jgf, &job_a(&machine)).unwrap(),
            concat!(
                r#"{"graph": {"nodes": ["#,
                r#"{"id": "4", "metadata": {"type": "core", "id": 0, "rank": 0, "exclusive": true, "paths": {"containment": "/demo0/rack0/alpha0/socket0/core0"}}}, "#,
                r#"{"id": "6", "metadata": {"type": "gpu", "id": 0, "rank": 0, "exclusive": true, "paths": {"containment": "/demo0/rack0/alpha0/socket0/gpu0"}}}, "#,
                r#"{"id": "7", "metadata": {"type": "memory", "id": 0, "rank": 0, "exclusive": true, "size": 4, "paths": {"containment": "/demo0/rack0/alpha0/socket0/memory0"}}}, "#,
                r#"{"id": "3", "metadata": {"type": "socket", "id": 0, "rank": 0, "exclusive": true, "paths": {"containment": "/demo0/rack0/alpha0/socket0"}}}, "#,
                r#"{"id": "2", "metadata": {"type": "node", "name": "alpha0", "id": 0, "rank": 0, "properties": {"fast": "", "zone": "a"}, "paths": {"containment": "/demo0/rack0/alpha0"}}}, "#,
                r#"{"id": "1", "metadata": {"type": "rack", "id": 0, "rank": -1, "paths": {"containment": "/demo0/rack0"}}}, "#,
                r#"{"id": "0", "metadata": {"type": "cluster", "basename": "demo", "id": 0, "rank": -1, "paths": {"containment": "/demo0"}}}], "#,
                r#""edges": ["#,
                r#"{"source": "3", "target": "4"}, {"source": "3", "target": "6"}, {"source": "3", "target": "7"}, {"source": "2", "target": "3"}, {"source": "1", "target": "2"}, {"source": "0", "target": "1"}]}}"#,
            ),
        );
    }

    #[test]
    fn shorthand_leaves_out_what_lies_below_exclusive_vertices() {
        let machine = demo();
        check(
            &machine.write(Format::JgfShorthand, &job_a(&machine)).unwrap(),
            concat!(
                r#"{"graph": {"nodes": ["#,
                r#"{"id": "3", "metadata": {"type": "socket", "id": 0, "rank": 0, "exclusive": true, "paths": {"containment": "/demo0/rack0/alpha0/socket0"}}}, "#,
                r#"{"id": "2", "metadata": {"type": "node", "name": "alpha0", "id": 0, "rank": 0, "properties": {"fast": "", "zone": "a"}, "paths": {"containment": "/demo0/rack0/alpha0"}}}, "#,
                r#"{"id": "1", "metadata": {"type": "rack", "id": 0, "rank": -1, "paths": {"containment": "/demo0/rack0"}}}, "#,
                r#"{"id": "0", "metadata": {"type": "cluster", "basename": "demo", "id": 0, "rank": -1, "paths": {"containment": "/demo0"}}}], "#,
                r#""edges": ["#,
                r#"{"source": "2", "target": "3"}, {"source": "1", "target": "2"}, {"source": "0", "target": "1"}]}, "writer": "fluxion:jgf_shorthand"}"#,
            ),
        );
        check(
            &machine.write(Format::JgfShorthand, &job_b(&machine)).unwrap(),
            concat!(
                r#"{"graph": {"nodes": ["#,
                r#"{"id": "8", "metadata": {"type": "node", "name": "alpha1", "id": 1, "rank": 1, "properties": {"fast": ""}, "exclusive": true, "paths": {"containment": "/demo0/rack0/alpha1"}}}, "#,
                r#"{"id": "1", "metadata": {"type": "rack", "id": 0, "rank": -1, "paths": {"containment": "/demo0/rack0"}}}, "#,
                r#"{"id": "0", "metadata": {"type": "cluster", "basename": "demo", "id": 0, "rank": -1, "paths": {"containment": "/demo0"}}}], "#,
                r#""edges": ["#,
                r#"{"source": "1", "target": "8"}, {"source": "0", "target": "1"}]}, "writer": "fluxion:jgf_shorthand"}"#,
            ),
        );
    }

    #[test]
    fn shorthand_of_a_complete_graph_is_plain() {
        let machine = demo();
        for selection in [
            machine.allocation(&["/demo0/rack0/alpha0"]),
            machine.allocation(&["/demo0"]),
            machine.found(&["/demo0/rack0/alpha0/socket0", "/demo0/rack0/alpha0/socket0/core1"]),
        ] {
            let plain = machine.write(Format::Jgf, &selection).unwrap();
            assert_eq!(machine.write(Format::JgfShorthand, &selection).unwrap(), plain);
            assert!(!plain.contains("writer"));
        }
    }

    #[test]
    fn a_lone_root_has_no_edges() {
        let machine = demo();
        check(
            &machine.write(Format::Jgf, &machine.allocation(&["/demo0"])).unwrap(),
            r#"{"graph": {"nodes": [{"id": "0", "metadata": {"type": "cluster", "basename": "demo", "id": 0, "rank": -1, "exclusive": true, "paths": {"containment": "/demo0"}}}], "edges": []}}"#,
        );
    }

    #[test]
    fn find_shows_filter_figures_sorted_by_type() {
        let mut machine = Machine::new();
        machine.plain("/cluster0", "cluster", 0, -1);
        machine.plain("/cluster0/node0", "node", 1, 0);
        machine.plain("/cluster0/node1", "node", 4, 1);
        let selection = machine.found(&["/cluster0/node0", "/cluster0/node1"]);
        let (core, node) = (TypeId(1), TypeId(4));
        assert_eq!(
            (machine.graph.type_name(core), machine.graph.type_name(node)),
            ("core", "node")
        );
        let text = machine.write_with(Format::Jgf, &selection, |printed| {
            printed.aggregates = Some(&|vertex| {
                let figures = |ty, used, total| AggregateFigures { ty: TypeId(ty), used, total };
                let of_root = vec![figures(4, 2, 2), figures(1, 4, 4)];
                Some(if vertex.0 == 0 { of_root } else { vec![figures(1, 2, 2)] })
            });
        });
        check(
            &text.unwrap(),
            concat!(
                r#"{"graph": {"nodes": ["#,
                r#"{"id": "1", "metadata": {"type": "node", "id": 0, "rank": 0, "exclusive": true, "paths": {"containment": "/cluster0/node0"}, "agfilter": {"core": "used:2, total:2"}}}, "#,
                r#"{"id": "4", "metadata": {"type": "node", "id": 1, "rank": 1, "exclusive": true, "paths": {"containment": "/cluster0/node1"}, "agfilter": {"core": "used:2, total:2"}}}, "#,
                r#"{"id": "0", "metadata": {"type": "cluster", "id": 0, "rank": -1, "exclusive": true, "paths": {"containment": "/cluster0"}, "agfilter": {"core": "used:4, total:4", "node": "used:2, total:2"}}}], "#,
                r#""edges": ["#,
                r#"{"source": "0", "target": "1"}, {"source": "0", "target": "4"}]}}"#,
            ),
        );
    }

    #[test]
    fn a_vertex_without_filter_has_no_figures() {
        let machine = tiny();
        let selection = machine.found(&["/tiny0"]);
        let plain = machine.write(Format::Jgf, &selection);
        let cases: [Aggregates<'static>; 2] = [&|_| None, &|_| Some(vec![])];
        for aggregates in cases {
            let text = machine.write_with(Format::Jgf, &selection, |printed| {
                printed.aggregates = Some(aggregates);
            });
            assert_eq!(text, plain);
        }
    }

    #[test]
    fn the_full_form_shows_no_figures() {
        let machine = tiny();
        let text = machine.write_with(Format::JgfFull, &machine.found(&["/tiny0"]), |printed| {
            printed.aggregates =
                Some(&|_| Some(vec![AggregateFigures { ty: TypeId(1), used: 0, total: 1 }]));
        });
        assert!(!text.unwrap().contains("agfilter"));
    }

    #[test]
    fn labels_units_sizes_and_names_that_are_no_defaults() {
        let mut machine = Machine::new();
        let spec = VertexSpec {
            name: Some("left \"meter\""),
            basename: Some("meter"),
            unit: "KW",
            size: 10,
            ..VertexSpec::new("power", -1, 7)
        };
        machine.add("/left \"meter\"", spec);
        let mut selection = machine.allocation(&["/left \"meter\""]);
        let label = |printed: &mut Printed<'_>| printed.labels = Some(&|_| Some("mycore"));
        check(
            &machine.write_with(Format::Jgf, &selection, label).unwrap(),
            r#"{"graph": {"nodes": [{"id": "7", "metadata": {"type": "power", "basename": "meter", "name": "left \"meter\"", "id": -1, "rank": -1, "unit": "KW", "exclusive": true, "size": 10, "paths": {"containment": "/left \"meter\""}, "ephemeral": {"label": "mycore"}}}], "edges": []}}"#,
        );
        check(
            &machine.write_with(Format::JgfFull, &selection, label).unwrap(),
            r#"{"graph": {"nodes": [{"id": "7", "metadata": {"type": "power", "basename": "meter", "name": "left \"meter\"", "id": -1, "uniq_id": 7, "rank": -1, "exclusive": true, "unit": "KW", "size": 10, "paths": {"containment": "/left \"meter\""}, "ephemeral": {"label": "mycore"}}}], "edges": []}}"#,
        );
        selection.vertices[0].amount = 0;
        let none = machine.write(Format::Jgf, &selection).unwrap();
        assert!(none.contains(r#""exclusive": true, "size": 0, "paths""#), "{none}");
        assert!(!none.contains("ephemeral"), "{none}");
    }

    #[test]
    fn other_subsystems_are_named_at_edges_and_paths() {
        let mut machine = Machine::in_subsystem("power");
        machine.plain("/powerpanel0", "powerpanel", 1, -1);
        machine.plain("/powerpanel0/pdu3", "pdu", 72, -1);
        let node = machine.plain("/powerpanel0/pdu3/node63", "node", 3664, -1);
        machine.graph.set_path(node, CONTAINMENT, "/power0/rack3/node63");
        machine.graph.set_relation(machine.tree().edge_to(node).unwrap(), "supplies_to");
        assert_eq!(machine.graph.subsystem_name(SubsystemId(1)), "power");
        let selection = machine.allocation(&["/powerpanel0/pdu3/node63"]);
        check(
            &machine.write(Format::Jgf, &selection).unwrap(),
            concat!(
                r#"{"graph": {"nodes": [{"id": "3664", "metadata": {"type": "node", "id": 63, "rank": -1, "exclusive": true, "paths": {"containment": "/power0/rack3/node63", "power": "/powerpanel0/pdu3/node63"}}}, "#,
                r#"{"id": "72", "metadata": {"type": "pdu", "id": 3, "rank": -1, "paths": {"power": "/powerpanel0/pdu3"}}}, "#,
                r#"{"id": "1", "metadata": {"type": "powerpanel", "id": 0, "rank": -1, "paths": {"power": "/powerpanel0"}}}], "#,
                r#""edges": [{"source": "72", "target": "3664", "metadata": {"subsystem": "power"}}, {"source": "1", "target": "72", "metadata": {"subsystem": "power"}}]}}"#,
            ),
        );
        let full = machine.write(Format::JgfFull, &selection).unwrap();
        let edge =
            r#"{"source": "72", "target": "3664", "metadata": {"name": {"power": "supplies_to"}}}"#;
        assert!(full.contains(edge), "{full}");
    }
}
