//! A plan as JSON Graph Format, one vertex or edge a line. The vertices are walked twice, for themselves and for
//! the edges to them, so that a large machine need not be kept.

use std::fmt::{self, Write};
use std::ops::Range;

use super::hosts::Host;
use super::plan::MachinePlan;

/// One vertex on the way through a plan.
struct Walked<'w> {
    /// Its number in depth-first order.
    id: usize,
    /// That of the vertex above.
    above: Option<usize>,
    ty: &'w str,
    basename: &'w str,
    name: &'w str,
    number: i64,
    rank: i64,
    size: u32,
    unit: &'w str,
    path: &'w str,
}

type Visit<'v> = dyn FnMut(&Walked<'_>) -> fmt::Result + 'v;

/// Writes the racks of a range, or all nodes if there are no racks, with what is above them.
pub(super) fn write(plan: &MachinePlan, racks: Range<usize>, out: &mut dyn Write) -> fmt::Result {
    let (properties, down) = (properties_by_rank(plan), down_by_rank(plan));
    out.write_str("{\"graph\": {\"nodes\": [\n")?;
    let mut separator = "";
    walk(plan, racks.clone(), &mut |vertex| {
        out.write_str(std::mem::replace(&mut separator, ",\n"))?;
        let rank = usize::try_from(vertex.rank).ok().filter(|_| vertex.ty == "node");
        let more = |of: &Vec<String>| rank.and_then(|rank| of.get(rank)).cloned();
        write_vertex(
            vertex,
            &more(&down).unwrap_or_default(),
            &more(&properties).unwrap_or_default(),
            out,
        )
    })?;
    out.write_str("],\n\"edges\": [\n")?;
    separator = "";
    walk(plan, racks, &mut |vertex| match vertex.above {
        Some(above) => {
            out.write_str(std::mem::replace(&mut separator, ",\n"))?;
            write!(
                out,
                "{{\"source\": \"{above}\", \"target\": \"{}\", \
                 \"metadata\": {{\"subsystem\": \"containment\"}}}}",
                vertex.id
            )
        }
        None => Ok(()),
    })?;
    out.write_str("]}}\n")
}

fn write_vertex(
    vertex: &Walked<'_>,
    down: &str,
    properties: &str,
    out: &mut dyn Write,
) -> fmt::Result {
    let Walked { id, ty, basename, name, number, rank, size, unit, path, .. } = vertex;
    write!(
        out,
        "{{\"id\": \"{id}\", \"metadata\": {{\"type\": \"{ty}\", \"basename\": \"{basename}\", \
         \"name\": \"{name}\", \"id\": {number}, \"uniq_id\": {id}, \"rank\": {rank}{down}{properties}, \
         \"exclusive\": false, \"unit\": {}, \"size\": {size}, \
         \"paths\": {{\"containment\": \"{path}\"}}}}}}",
        quoted(unit)
    )
}

/// A text of JSON.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What each node says of its properties.
fn properties_by_rank(plan: &MachinePlan) -> Vec<String> {
    let mut by_rank = Vec::new();
    if plan.properties.is_empty() {
        return by_rank;
    }
    by_rank.resize(plan.nodes, String::new());
    for property in &plan.properties {
        let member = format!("{}: {}", quoted(&property.name), quoted(&property.value));
        for &rank in property.nodes.iter().filter(|rank| **rank < plan.nodes) {
            let text = &mut by_rank[rank];
            text.push_str(if text.is_empty() { ", \"properties\": {" } else { ", " });
            text.push_str(&member);
        }
    }
    by_rank.iter_mut().filter(|text| !text.is_empty()).for_each(|text| text.push('}'));
    by_rank
}

fn down_by_rank(plan: &MachinePlan) -> Vec<String> {
    let mut by_rank = Vec::new();
    for &rank in plan.down.iter().filter(|rank| **rank < plan.nodes) {
        by_rank.resize(plan.nodes, String::new());
        ", \"status\": 1".clone_into(&mut by_rank[rank]);
    }
    by_rank
}

fn walk(plan: &MachinePlan, racks: Range<usize>, visit: &mut Visit<'_>) -> fmt::Result {
    visit(&plain((0, None), ("cluster", 0), -1, "/cluster0", "cluster0"))?;
    let per_rack = plan.nodes_per_rack();
    for rack in racks {
        let above = 1 + rack * (1 + per_rack * plan.node_vertices());
        let (parent, path, first) = match plan.racks {
            0 => (0, "/cluster0".to_owned(), 1),
            _ => (above, format!("/cluster0/rack{rack}"), above + 1),
        };
        if plan.racks > 0 {
            let name = format!("rack{rack}");
            visit(&plain((parent, Some(0)), ("rack", rack), -1, &path, &name))?;
        }
        for at in 0..per_rack {
            let id = first + at * plan.node_vertices();
            walk_node(plan, (parent, &path), id, rack * per_rack + at, visit)?;
        }
    }
    Ok(())
}

fn walk_node(
    plan: &MachinePlan,
    (parent, above): (usize, &str),
    id: usize,
    rank: usize,
    visit: &mut Visit<'_>,
) -> fmt::Result {
    let name = plan.hosts.name(rank);
    let host = Host::of(&name);
    let path = format!("{above}/{name}");
    let rank = i64::try_from(rank).unwrap_or(i64::MAX);
    visit(&Walked {
        basename: host.basename,
        name: host.name,
        number: host.id,
        ..plain((id, Some(parent)), ("node", 0), rank, &path, "")
    })?;
    if plan.sockets == 0 {
        return walk_parts(plan, (id, &path), (0, 1), rank, visit);
    }
    let per_socket = plan.node_vertices().saturating_sub(1) / plan.sockets;
    for socket in 0..plan.sockets {
        let own = id + 1 + socket * per_socket;
        let name = format!("socket{socket}");
        let path = format!("{path}/{name}");
        visit(&plain((own, Some(id)), ("socket", socket), rank, &path, &name))?;
        walk_parts(plan, (own, &path), (socket, plan.sockets), rank, visit)?;
    }
    Ok(())
}

/// The cores, gpus and memory of one socket of so many, or of a node.
fn walk_parts(
    plan: &MachinePlan,
    (parent, above): (usize, &str),
    (socket, sockets): (usize, usize),
    rank: i64,
    visit: &mut Visit<'_>,
) -> fmt::Result {
    let mut id = parent;
    let memory = (plan.memory.size, plan.memory.unit.as_str());
    for (ty, count, (size, unit)) in [
        ("core", plan.cores, (1, "")),
        ("gpu", plan.gpus, (1, "")),
        ("memory", plan.memory.pools, memory),
    ] {
        let count = count / sockets;
        for number in socket * count..(socket + 1) * count {
            id += 1;
            let name = format!("{ty}{number}");
            let path = format!("{above}/{name}");
            let vertex = plain((id, Some(parent)), (ty, number), rank, &path, &name);
            visit(&Walked { size, unit, ..vertex })?;
        }
    }
    Ok(())
}

/// A vertex of one unit whose name is its type and its number.
fn plain<'w>(
    (id, above): (usize, Option<usize>),
    (ty, number): (&'w str, usize),
    rank: i64,
    path: &'w str,
    name: &'w str,
) -> Walked<'w> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    Walked { id, above, ty, basename: ty, name, number, rank, size: 1, unit: "", path }
}
