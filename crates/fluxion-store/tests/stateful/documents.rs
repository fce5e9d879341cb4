//! The texts that a session hands to its context.

use std::collections::BTreeMap;

use fluxion_jobspec::{Constraint, Count, Element, Exclusivity, Operator};
use serde_json::{Value, json};

use crate::machine::Machine;

/// Some vertices and edges of a machine; `exclusive` ones are marked so.
pub(crate) fn jgf(
    machine: &Machine,
    vertices: &[usize],
    edges: &[(usize, usize)],
    exclusive: &[usize],
) -> String {
    let id = |v: usize| machine.thing(v).uniq_id.to_string();
    let node = |&v: &usize| {
        let thing = machine.thing(v);
        let properties: serde_json::Map<String, Value> =
            thing.properties.iter().map(|(k, v)| (k.clone(), json!(v))).collect();
        json!({"id": id(v), "metadata": {
            "type": thing.ty, "id": thing.id, "rank": thing.rank, "size": thing.size,
            "status": i32::from(!thing.up), "properties": properties,
            "exclusive": exclusive.contains(&v), "paths": {"containment": thing.path},
        }})
    };
    let edge = |&(s, t): &(usize, usize)| json!({"source": id(s), "target": id(t)});
    let nodes: Vec<Value> = vertices.iter().map(node).collect();
    let edges: Vec<Value> = edges.iter().map(edge).collect();
    json!({"graph": {"nodes": nodes, "edges": edges}}).to_string()
}

/// Nodes with those of their children that are held, as an R object.
pub(crate) fn r(machine: &Machine, nodes: &[usize], held: &[usize]) -> String {
    let mut nodes = nodes.to_vec();
    nodes.sort_by_key(|&v| machine.thing(v).rank);
    let entry = |&node: &usize| {
        let mut children: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut below: Vec<usize> = machine.children(node).filter(|v| held.contains(v)).collect();
        below.sort_by_key(|&v| machine.thing(v).id);
        for thing in below.into_iter().map(|v| machine.thing(v)) {
            children.entry(&thing.ty).or_default().push(thing.id.to_string());
        }
        let children: BTreeMap<&str, String> =
            children.into_iter().map(|(ty, ids)| (ty, ids.join(","))).collect();
        json!({"rank": machine.thing(node).rank.to_string(), "children": children})
    };
    let host = |&node: &usize| format!("node{}", machine.thing(node).id);
    let entries: Vec<Value> = nodes.iter().map(entry).collect();
    let hosts: Vec<String> = nodes.iter().map(host).collect();
    json!({"version": 1, "execution": {"R_lite": entries, "nodelist": hosts}}).to_string()
}

pub(crate) fn jobspec(
    resources: &[Element],
    duration: f64,
    constraint: Option<&Constraint>,
) -> String {
    let mut system = json!({"duration": duration});
    if let Some(constraint) = constraint {
        system["constraints"] = self::constraint(constraint);
    }
    let resources: Vec<Value> = resources.iter().map(element).collect();
    json!({"version": 9999, "tasks": [], "attributes": {"system": system}, "resources": resources})
        .to_string()
}

fn element(element: &Element) -> Value {
    let mut value = json!({"type": element.ty, "count": count(element.count)});
    if element.exclusivity != Exclusivity::Unspecified {
        value["exclusive"] = json!(element.exclusivity == Exclusivity::Exclusive);
    }
    if let Some(label) = &element.label {
        value["label"] = json!(label);
    }
    if !element.with.is_empty() {
        value["with"] = element.with.iter().map(self::element).collect();
    }
    value
}

fn count(count: Count) -> Value {
    let operator = match count.operator {
        Operator::Add => "+",
        Operator::Multiply => "*",
        Operator::Power => "^",
    };
    if count == Count::exactly(count.min) {
        return json!(count.min);
    }
    if count == Count::at_least(count.min) {
        return json!({"min": count.min});
    }
    json!({"min": count.min, "max": count.max, "operator": operator, "operand": count.operand})
}

fn constraint(constraint: &Constraint) -> Value {
    let all = |list: &[Constraint]| list.iter().map(self::constraint).collect::<Value>();
    match constraint {
        Constraint::Properties(tests) => {
            let text = |t: &fluxion_jobspec::PropertyTest| {
                format!("{}{}", if t.negated { "^" } else { "" }, t.name)
            };
            json!({"properties": tests.iter().map(text).collect::<Vec<_>>()})
        }
        Constraint::Hostlist(hosts) => {
            let mut names = Vec::new();
            hosts.for_each(|name| names.push(name.to_owned()));
            json!({"hostlist": names})
        }
        Constraint::Ranks(ranks) => {
            json!({"ranks": ranks.iter().map(|rank| rank.to_string()).collect::<Vec<_>>()})
        }
        Constraint::And(list) => json!({"and": all(list)}),
        Constraint::Or(list) => json!({"or": all(list)}),
        Constraint::Not(list) => json!({"not": all(list)}),
    }
}
