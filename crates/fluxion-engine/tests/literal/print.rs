//! Prints graphs, requests and answers compactly, in the notation.

use fluxion_engine::Decision;
use fluxion_graph::{Graph, Status};
use fluxion_jobspec::{Count, Element, Exclusivity, Operator};

use crate::model::Answer;
use crate::support::graph::Item;

pub(crate) fn item(item: &Item) -> String {
    let mut text = format!("{}{}", item.ty, item.id);
    if let Some(uniq_id) = item.uniq_id {
        text += &format!("#{uniq_id}");
    }
    if item.size != 1 {
        text += &format!(":{}", item.size);
    }
    if item.status == Status::Down {
        text.push('!');
    }
    for (key, value) in &item.properties {
        text += &if value.is_empty() { format!("[{key}]") } else { format!("[{key}={value}]") };
    }
    if !item.children.is_empty() {
        let children: Vec<String> = item.children.iter().map(self::item).collect();
        text += &format!("({})", children.join(" "));
    }
    text
}

pub(crate) fn list(list: &[Element]) -> String {
    let elements: Vec<String> = list.iter().map(element).collect();
    if let [only] = elements.as_slice() {
        only.clone()
    } else {
        format!("({})", elements.join(", "))
    }
}

fn element(element: &Element) -> String {
    let exclusivity = match element.exclusivity {
        Exclusivity::Unspecified => "",
        Exclusivity::Exclusive => "!",
        Exclusivity::Shared => "!false",
    };
    let below =
        if element.with.is_empty() { String::new() } else { format!("→{}", list(&element.with)) };
    format!("{}[{}]{exclusivity}{below}", element.ty, count(element.count))
}

fn count(count: Count) -> String {
    let Count { min, max, operator, operand } = count;
    if count == Count::exactly(min) {
        return min.to_string();
    }
    if count == Count::at_least(min) {
        return format!("{min}..");
    }
    let operator = match operator {
        Operator::Add => '+',
        Operator::Multiply => '*',
        Operator::Power => '^',
    };
    format!("{min}..{max} {operator}{operand}")
}

/// One line per vertex and edge, in the order of emission.
pub(crate) fn answer(graph: &Graph, answer: &Answer) -> String {
    let mut text = format!("{} to {}\n", answer.window.start, answer.window.end);
    for v in &answer.emission.vertices {
        text += &vertex(graph, v.vertex, v.amount, v.depth, v.exclusive, v.below_exclusive);
    }
    for e in &answer.emission.edges {
        text += &format!("edge {}{}\n", e.edge, if e.below_exclusive { " below x" } else { "" });
    }
    text
}

/// The same of an engine's decision.
pub(crate) fn decision(graph: &Graph, decision: &Decision) -> String {
    let mut text = format!("{} to {}\n", decision.window.start, decision.window.end);
    for v in &decision.selection.vertices {
        let amount = u64::from(v.amount);
        text += &vertex(graph, v.vertex.index(), amount, v.depth, v.exclusive, v.below_exclusive);
    }
    for e in &decision.selection.edges {
        text += &format!("edge {}{}\n", e.edge.0, if e.below_exclusive { " below x" } else { "" });
    }
    text
}

fn vertex(
    graph: &Graph,
    vertex: usize,
    amount: u64,
    depth: u32,
    exclusive: bool,
    below_exclusive: bool,
) -> String {
    let name = graph.text(graph.vertices()[vertex].name);
    let dashes = "---".repeat(depth as usize);
    let mode = if exclusive { 'x' } else { 's' };
    let below = if below_exclusive { " below x" } else { "" };
    format!("{dashes}{name}[{amount}:{mode}] vertex {vertex}{below}\n")
}
