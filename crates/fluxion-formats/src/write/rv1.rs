//! R version 1 (RFC 20; `docs/semantics/formats.md`, R version 1).

use std::collections::BTreeMap;

use fluxion_sets::hostlist;
use rustc_hash::FxHashMap;

use super::error::WriteError;
use super::json::{push_integer, push_string, push_string_with};
use super::printed::Printed;
use super::rlite::Resources;
use super::{idset, jgf};

/// Appends the object, without a newline and with a graph in the given profile; nothing if no node holds
/// cores or gpus.
///
/// # Errors
/// [`WriteError`]; nothing is appended then.
pub(super) fn push(
    printed: &Printed<'_>,
    scheduling: Option<jgf::Profile>,
    out: &mut String,
) -> Result<(), WriteError> {
    let mut resources = Resources::collect(printed)?;
    if resources.is_empty() {
        return Ok(());
    }
    out.push_str("{\"version\": 1, \"execution\": ");
    push_execution(printed, &mut resources, out);
    printed.check(out)?;
    if let Some(profile) = scheduling {
        out.push_str(", \"scheduling\": ");
        jgf::push(printed, profile, out)?;
        if let Some(queue) = printed.queue.filter(|queue| !queue.is_empty()) {
            out.push_str(", \"attributes\": {\"system\": {\"scheduler\": {\"queue\": ");
            push_string(queue, out);
            out.push_str("}}}");
        }
    }
    out.push('}');
    Ok(())
}

fn push_execution(printed: &Printed<'_>, resources: &mut Resources, out: &mut String) {
    out.push_str("{\"R_lite\": ");
    resources.push_groups(out);
    out.push_str(", \"nodelist\": [");
    push_nodelist(printed, resources, out);
    out.push(']');
    push_properties(printed, resources, out);
    out.push_str(", \"starttime\": ");
    push_integer(printed.window.start, out);
    out.push_str(", \"expiration\": ");
    push_integer(printed.window.end, out);
    out.push('}');
}

/// By rank; nodes of one rank stay in emission order.
fn push_nodelist(printed: &Printed<'_>, resources: &mut Resources, out: &mut String) {
    let graph = printed.graph;
    resources.nodes.sort_by_key(|&(rank, _)| rank);
    let names = resources.nodes.iter().map(|&(_, node)| graph.text(graph.vertex(node).name));
    push_string(&hostlist::encode(names), out);
}

fn push_properties(printed: &Printed<'_>, resources: &Resources, out: &mut String) {
    let mut ranks_of: FxHashMap<(&str, &str), Vec<u64>> = FxHashMap::default();
    for &(rank, node) in &resources.nodes {
        for property in printed.graph.properties(node) {
            ranks_of.entry(property).or_default().push(rank);
        }
    }
    if ranks_of.is_empty() {
        return;
    }
    out.push_str(", \"properties\": ");
    let mut separator = '{';
    for (name, mut ranks) in by_printed_name(ranks_of) {
        out.push(separator);
        if separator == ',' {
            out.push(' ');
        }
        separator = ',';
        push_string(&name, out);
        out.push_str(": ");
        push_string_with(|out| idset::push(&mut ranks, out), out);
    }
    out.push('}');
}

/// Properties that are printed alike (`a` of value `1`, and `a=1`) become one.
fn by_printed_name(ranks_of: FxHashMap<(&str, &str), Vec<u64>>) -> BTreeMap<String, Vec<u64>> {
    let mut named: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for ((key, value), ranks) in ranks_of {
        let separator = if value.is_empty() { "" } else { "=" };
        named.entry([key, separator, value].concat()).or_default().extend(ranks);
    }
    named
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::testing::{Machine, demo, job_a, job_b};

    #[test]
    fn the_worked_example() {
        let machine = demo();
        for (selection, end, expected) in [
            (
                job_a(&machine),
                60,
                r#"{"version": 1, "execution": {"R_lite": [{"rank": "0", "children": {"core": "0", "gpu": "0"}}], "nodelist": ["alpha0"], "properties": {"fast": "0", "zone=a": "0"}, "starttime": 0, "expiration": 60}}"#,
            ),
            (
                job_b(&machine),
                3600,
                r#"{"version": 1, "execution": {"R_lite": [{"rank": "1", "children": {"core": "0-1", "gpu": "0"}}], "nodelist": ["alpha1"], "properties": {"fast": "1"}, "starttime": 0, "expiration": 3600}}"#,
            ),
        ] {
            let write = |format| {
                machine.write_with(format, &selection, |printed| printed.window.end = end).unwrap()
            };
            assert_eq!(write(Format::Rv1Nosched), format!("{expected}\n"));
            for (format, graph) in
                [(Format::Rv1, Format::Jgf), (Format::Rv1Shorthand, Format::JgfShorthand)]
            {
                let execution = expected.strip_suffix('}').unwrap();
                let graph = write(graph);
                let expected = format!("{execution}, \"scheduling\": {}}}\n", graph.trim_end());
                assert_eq!(write(format), expected);
            }
        }
    }

    #[test]
    fn shorthand_still_lists_all_cores() {
        let machine = demo();
        let text = machine
            .write_with(Format::Rv1Shorthand, &job_b(&machine), |p| p.window.end = 3600)
            .unwrap();
        assert_eq!(
            text.trim_end(),
            concat!(
                r#"{"version": 1, "execution": {"R_lite": [{"rank": "1", "children": {"core": "0-1", "gpu": "0"}}], "nodelist": ["alpha1"], "properties": {"fast": "1"}, "starttime": 0, "expiration": 3600}, "scheduling": {"graph": {"nodes": ["#,
                r#"{"id": "8", "metadata": {"type": "node", "name": "alpha1", "id": 1, "rank": 1, "properties": {"fast": ""}, "exclusive": true, "paths": {"containment": "/demo0/rack0/alpha1"}}}, "#,
                r#"{"id": "1", "metadata": {"type": "rack", "id": 0, "rank": -1, "paths": {"containment": "/demo0/rack0"}}}, "#,
                r#"{"id": "0", "metadata": {"type": "cluster", "basename": "demo", "id": 0, "rank": -1, "paths": {"containment": "/demo0"}}}], "#,
                r#""edges": ["#,
                r#"{"source": "1", "target": "8"}, {"source": "0", "target": "1"}]}, "writer": "fluxion:jgf_shorthand"}}"#,
            ),
        );
    }

    #[test]
    fn the_queue_goes_with_the_graph() {
        let machine = demo();
        let with_queue = |format, queue| {
            machine.write_with(format, &job_a(&machine), |p| p.queue = Some(queue)).unwrap()
        };
        for format in [Format::Rv1, Format::Rv1Shorthand] {
            let plain = machine.write(format, &job_a(&machine)).unwrap();
            let end = ", \"attributes\": {\"system\": {\"scheduler\": {\"queue\": \"batch\"}}}}\n";
            let start = plain.strip_suffix("}\n").unwrap();
            assert_eq!(with_queue(format, "batch"), format!("{start}{end}"));
            assert_eq!(with_queue(format, ""), plain);
        }
        let plain = machine.write(Format::Rv1Nosched, &job_a(&machine));
        assert_eq!(Ok(with_queue(Format::Rv1Nosched, "batch")), plain);
    }

    #[test]
    fn a_node_without_cores_prints_nothing() {
        let machine = demo();
        let node = machine.allocation(&["/demo0/rack0/alpha0"]);
        for format in [Format::Rv1, Format::Rv1Nosched, Format::Rv1Shorthand] {
            assert_eq!(machine.write(format, &node), Ok(String::new()));
        }
    }

    #[test]
    fn nodes_go_by_rank_and_properties_by_printed_name() {
        let mut machine = Machine::new();
        machine.plain("/c0", "cluster", 0, -1);
        let mut cores = Vec::new();
        for (rank, name, key, value) in [
            (5, "b0", "a", "1"),
            (5, "a0", "b", ""),
            (1, "d0", "a", ""),
            (5, "c0", "\"q\"", "1"),
            (2, "c1", "a=1", ""),
        ] {
            let id = machine.plain(&format!("/c0/{name}"), "node", 0, rank);
            machine.graph.set_property(id, key, value);
            cores.push(format!("/c0/{name}/core{rank}"));
            machine.plain(&format!("/c0/{name}/core{rank}"), "core", 0, rank);
        }
        let cores: Vec<&str> = cores.iter().map(String::as_str).collect();
        let mut selection = machine.allocation(&cores);
        selection.vertices[..4].rotate_left(2);
        let text = machine.write(Format::Rv1Nosched, &selection).unwrap();
        assert_eq!(
            text,
            concat!(
                r#"{"version": 1, "execution": {"R_lite": [{"rank": "1", "children": {"core": "1"}}, "#,
                r#"{"rank": "2", "children": {"core": "2"}}, {"rank": "5", "children": {"core": "5"}}], "#,
                r#""nodelist": ["d0,c1,a0,b0,c0"], "#,
                r#""properties": {"\"q\"=1": "5", "a": "1", "a=1": "2,5", "b": "5"}, "#,
                r#""starttime": 0, "expiration": 60}}"#,
                "\n",
            ),
        );
    }
}
