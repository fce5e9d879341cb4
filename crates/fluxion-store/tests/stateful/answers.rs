//! What a context prints, read back.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::machine::Machine;

/// A vertex as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) vertex: usize,
    pub(crate) amount: u64,
    pub(crate) exclusive: bool,
}

/// A resource set as it is printed, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Printed {
    pub(crate) vertices: Vec<Shown>,
    pub(crate) edges: Vec<(usize, usize)>,
}

/// The resource set of a text; an empty text is an empty one.
pub(crate) fn read(machine: &Machine, text: &str) -> Result<Printed, String> {
    if text.is_empty() {
        return Ok(Printed::default());
    }
    let value: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let vertex = |id: &Value| {
        let number = id.as_str().and_then(|id| id.parse().ok());
        number.and_then(|id| machine.numbered(id)).ok_or(format!("unknown vertex {id}"))
    };
    let list = |key: &str| value["graph"][key].as_array().cloned().unwrap_or_default();
    let mut printed = Printed::default();
    for node in list("nodes") {
        printed.vertices.push(Shown {
            vertex: vertex(&node["id"])?,
            amount: node["metadata"]["size"].as_u64().unwrap_or(1),
            exclusive: node["metadata"]["exclusive"].as_bool().unwrap_or(false),
        });
    }
    for edge in list("edges") {
        printed.edges.push((vertex(&edge["source"])?, vertex(&edge["target"])?));
    }
    Ok(printed)
}

/// The aggregates of a text, by vertex and type.
pub(crate) fn aggregates(
    machine: &Machine,
    text: &str,
) -> BTreeMap<usize, BTreeMap<String, String>> {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let nodes = value["graph"]["nodes"].as_array().cloned().unwrap_or_default();
    let figures = |node: &Value| {
        let id = node["id"].as_str()?.parse().ok()?;
        let figures = node["metadata"]["agfilter"].as_object()?.iter();
        let figures =
            figures.map(|(ty, text)| (ty.clone(), text.as_str().unwrap_or("").to_owned()));
        Some((machine.numbered(id)?, figures.collect()))
    };
    nodes.iter().filter_map(figures).collect()
}

/// Vertices, each with whether it is marked as exclusive, and edges.
type Named = (Vec<(usize, bool)>, Vec<(usize, usize)>);

/// The vertices of the machine that a text names, marked or not, and the edges between them; nothing if the
/// text does not fit the machine.
pub(crate) fn named(machine: &Machine, text: &str) -> Option<Named> {
    let value: Value = serde_json::from_str(text).ok()?;
    let (mut vertices, mut ids) = (Vec::new(), BTreeMap::new());
    for node in value["graph"]["nodes"].as_array()? {
        let metadata = &node["metadata"];
        let vertex = machine.at(metadata["paths"]["containment"].as_str()?)?;
        let thing = machine.thing(vertex);
        let alike = metadata["type"] == *thing.ty
            && metadata["id"] == thing.id
            && metadata["rank"] == thing.rank
            && metadata["size"].as_u64().unwrap_or(1) == u64::from(thing.size);
        if !alike {
            return None;
        }
        vertices.push((vertex, metadata["exclusive"].as_bool().unwrap_or(false)));
        ids.insert(node["id"].as_str()?.to_owned(), vertex);
    }
    let mut edges = Vec::new();
    for edge in value["graph"]["edges"].as_array()? {
        let end = |key: &str| ids.get(edge[key].as_str()?).copied();
        edges.push((end("source")?, end("target")?));
    }
    edges.iter().all(|edge| machine.edges.contains(edge)).then_some((vertices, edges))
}
