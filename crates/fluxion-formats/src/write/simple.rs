//! The line formats `simple` and `pretty_simple` (`docs/semantics/formats.md`, simple and pretty_simple).

use fluxion_graph::{Graph, PickedVertex};

use super::error::WriteError;
use super::json::push_integer;
use super::printed::Printed;

/// Which end of the selection is printed first; each order has its words for exclusivity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    LeavesFirst,
    RootFirst,
}

/// Appends one line per vertex.
pub(super) fn push(
    printed: &Printed<'_>,
    order: Order,
    out: &mut String,
) -> Result<(), WriteError> {
    let graph = printed.graph;
    let mut vertices = printed.selection.vertices.iter();
    let mut push_next = |vertex: &PickedVertex, modes| {
        push_line(graph, vertex, modes, out);
        printed.check(out)
    };
    match order {
        Order::LeavesFirst => vertices.try_for_each(|v| push_next(v, ["s", "x"])),
        Order::RootFirst => vertices.rev().try_for_each(|v| push_next(v, ["shared", "exclusive"])),
    }
}

fn push_line(graph: &Graph, picked: &PickedVertex, modes: [&str; 2], out: &mut String) {
    out.push_str("      ");
    for _ in 0..picked.depth {
        out.push_str("---");
    }
    out.push_str(graph.text(graph.vertex(picked.vertex).name));
    out.push('[');
    push_integer(picked.amount, out);
    out.push(':');
    out.push_str(if picked.exclusive { modes[1] } else { modes[0] });
    out.push_str("]\n");
}

#[cfg(test)]
mod tests {
    use fluxion_graph::Selection;

    use super::super::Format;
    use super::super::testing::{Machine, demo, job_a, job_b};

    #[track_caller]
    fn check(format: Format, selection: &Selection, expected: &[&str]) {
        let text = demo().write(format, selection).unwrap();
        assert_eq!(text, expected.iter().map(|line| format!("      {line}\n")).collect::<String>());
    }

    #[test]
    fn leaves_first() {
        check(
            Format::Simple,
            &job_a(&demo()),
            &[
                "---------------core0[1:x]",
                "---------------gpu0[1:x]",
                "---------------memory0[4:x]",
                "------------socket0[1:x]",
                "---------alpha0[1:s]",
                "------rack0[1:s]",
                "---demo0[1:s]",
            ],
        );
        check(
            Format::Simple,
            &job_b(&demo()),
            &[
                "---------------core0[1:x]",
                "---------------core1[1:x]",
                "---------------gpu0[1:x]",
                "---------------memory0[4:x]",
                "------------socket0[1:x]",
                "---------alpha1[1:x]",
                "------rack0[1:s]",
                "---demo0[1:s]",
            ],
        );
    }

    #[test]
    fn root_first() {
        check(
            Format::PrettySimple,
            &job_b(&demo()),
            &[
                "---demo0[1:shared]",
                "------rack0[1:shared]",
                "---------alpha1[1:exclusive]",
                "------------socket0[1:exclusive]",
                "---------------memory0[4:exclusive]",
                "---------------gpu0[1:exclusive]",
                "---------------core1[1:exclusive]",
                "---------------core0[1:exclusive]",
            ],
        );
    }

    #[test]
    fn a_bare_node_comes_without_its_cores() {
        let node = demo().allocation(&["/demo0/rack0/alpha0"]);
        let lines = ["---------alpha0[1:x]", "------rack0[1:s]", "---demo0[1:s]"];
        check(Format::Simple, &node, &lines);
    }

    #[test]
    fn names_are_printed_raw() {
        let mut machine = Machine::new();
        machine.plain("/a\"b\tä0", "cluster", 0, -1);
        let text = machine.write(Format::Simple, &machine.allocation(&["/a\"b\tä0"]));
        assert_eq!(text.unwrap(), "      ---a\"b\tä0[1:x]\n");
    }
}
