//! What must hold for all formats of one selection together, whatever the graph.

use std::collections::BTreeSet;

use fluxion_graph::{Selection, VertexId, VertexSpec};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::testing::{ALL_FORMATS, Machine, demo, job_a, job_b};
use super::{Format, WriteError};

#[test]
fn nothing_selected_is_no_text_in_any_format() {
    let machine = demo();
    for format in ALL_FORMATS {
        assert_eq!(machine.write(format, &Selection::default()), Ok(String::new()), "{format:?}");
        assert_eq!(machine.value(format, &Selection::default()), Ok(String::new()), "{format:?}");
    }
}

#[test]
fn values_have_no_blanks_between_tokens() {
    let machine = demo();
    assert_eq!(
        machine.value(Format::Rlite, &job_a(&machine)).unwrap(),
        r#"[{"rank":"0","children":{"core":"0","gpu":"0"}}]"#
    );
    assert_eq!(
        machine.value(Format::Simple, &machine.found(&["/demo0"])).unwrap(),
        r#""      ---demo0[1:x]\n""#
    );
}

#[test]
fn a_find_has_no_shorthand() {
    let machine = demo();
    let hits: Vec<VertexId> = job_b(&machine).vertices.iter().map(|picked| picked.vertex).collect();
    let hits: Vec<String> = hits
        .iter()
        .map(|v| machine.graph.path_text(machine.graph.vertex(*v).path.unwrap()))
        .collect();
    let found = machine.found(&hits.iter().map(String::as_str).collect::<Vec<_>>());
    for (short, long) in [(Format::JgfShorthand, Format::Jgf), (Format::Rv1Shorthand, Format::Rv1)]
    {
        assert_eq!(machine.write(short, &found), machine.write(long, &found));
    }
}

/// One vertex of a random graph.
#[derive(Clone, Debug)]
struct Sample {
    /// Picks the parent among the earlier vertices.
    parent: prop::sample::Index,
    ty: &'static str,
    basename: Option<String>,
    name: Option<String>,
    unit: String,
    id: i64,
    rank: i32,
    size: u32,
    exclusive: bool,
    property: Option<(String, String)>,
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]{0,2}[0-9]{0,2}", "\\PC{0,3}", "[\"\\\\\u{1}\u{1f}\n\t\u{8}é]{1,3}"]
}

fn sample() -> impl Strategy<Value = Sample> {
    const TYPES: [&str; 8] =
        ["node", "storage_node", "core", "core", "core", "gpu", "socket", "\"w\\\n"];
    let identity = (any::<prop::sample::Index>(), prop::sample::select(&TYPES[..]), 0..6i64);
    let names = (prop::option::of(text()), prop::option::of(text()), text());
    let rest = (0..4i32, 0..3u32, any::<bool>(), prop::option::of((text(), text())));
    (identity, names, rest).prop_map(
        |((parent, ty, id), (basename, name, unit), (rank, size, exclusive, property))| Sample {
            parent,
            ty,
            basename,
            name,
            unit,
            id,
            rank,
            size,
            exclusive,
            property,
        },
    )
}

/// A random graph with the selection of its exclusive vertices, and each vertex's parent.
fn build(samples: &[Sample]) -> (Machine, Selection, Vec<Option<usize>>) {
    let mut machine = Machine::new();
    let (mut paths, mut parents): (Vec<String>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (number, sample) in samples.iter().enumerate() {
        let parent = (number > 0).then(|| sample.parent.index(number));
        let above = parent.map_or("", |parent| &paths[parent]);
        let path = format!("{above}/{number}\"{}", sample.ty);
        let vertex = machine.add(
            &path,
            VertexSpec {
                basename: sample.basename.as_deref(),
                name: sample.name.as_deref(),
                unit: &sample.unit,
                rank: sample.rank,
                size: sample.size,
                ..VertexSpec::new(sample.ty, sample.id, number as i64)
            },
        );
        if let Some((key, value)) = &sample.property {
            machine.graph.set_property(vertex, key, value);
        }
        paths.push(path);
        parents.push(parent);
    }
    let exclusive = samples.iter().zip(&paths).filter(|(sample, _)| sample.exclusive);
    let exclusive: Vec<&str> = exclusive.map(|(_, path)| path.as_str()).collect();
    let selection = machine.allocation(&exclusive);
    (machine, selection, parents)
}

/// Puts the members back that the compact form leaves out.
fn expand(compact: &Value) -> Value {
    let mut graph = compact.clone();
    for node in graph["graph"]["nodes"].as_array_mut().unwrap() {
        let uniq_id: i64 = node["id"].as_str().unwrap().parse().unwrap();
        let members = node["metadata"].as_object_mut().unwrap();
        let ty = members["type"].clone();
        let basename = members.entry("basename").or_insert(ty).as_str().unwrap().to_owned();
        let name = format!("{basename}{}", members["id"]);
        members.entry("name").or_insert(json!(name));
        members.entry("unit").or_insert(json!(""));
        members.entry("size").or_insert(json!(1));
        members.entry("exclusive").or_insert(json!(false));
        members.insert("uniq_id".to_owned(), json!(uniq_id));
    }
    for edge in graph["graph"]["edges"].as_array_mut().unwrap() {
        edge["metadata"] = json!({"name": {"containment": "contains"}});
    }
    graph
}

/// Leaves out what the shorthand leaves out, given the plain form.
fn abbreviate(plain: &Value, selection: &Selection) -> Value {
    let keep = |values: &Value, below: Vec<bool>| -> Vec<Value> {
        let values = values.as_array().unwrap().iter().zip(below);
        values.filter(|(_, below)| !below).map(|(value, _)| value.clone()).collect()
    };
    let graph = &plain["graph"];
    let below = selection.vertices.iter().map(|v| v.below_exclusive).collect();
    let nodes = keep(&graph["nodes"], below);
    let below = selection.edges.iter().map(|e| e.below_exclusive).collect();
    let edges = keep(&graph["edges"], below);
    let complete = nodes.len() == selection.vertices.len();
    let mut short = json!({"graph": {"nodes": nodes, "edges": edges}});
    if !complete {
        short["writer"] = json!("fluxion:jgf_shorthand");
    }
    short
}

/// Rank, type and id of everything that R_lite should list.
fn held(
    samples: &[Sample],
    parents: &[Option<usize>],
    selection: &Selection,
) -> BTreeSet<(i64, String, i64)> {
    let mut held = BTreeSet::new();
    for picked in &selection.vertices {
        let at = picked.vertex.index();
        let sample = &samples[at];
        let mut ancestors = std::iter::successors(parents[at], |&above| parents[above]);
        let node = ancestors.find(|&above| samples[above].ty.ends_with("node"));
        if let (Some(node), "core" | "gpu") = (node, sample.ty) {
            held.insert((i64::from(samples[node].rank), sample.ty.to_owned(), sample.id));
        }
    }
    held
}

fn numbers(idset: &Value) -> Vec<i64> {
    let runs = idset.as_str().unwrap().split(',').flat_map(|run| {
        let (first, last) = run.split_once('-').unwrap_or((run, run));
        first.parse::<i64>().unwrap()..=last.parse().unwrap()
    });
    runs.collect()
}

fn listed(rlite: &Value) -> BTreeSet<(i64, String, i64)> {
    let mut listed = BTreeSet::new();
    for element in rlite.as_array().unwrap() {
        for rank in numbers(&element["rank"]) {
            for (ty, ids) in element["children"].as_object().unwrap() {
                listed.extend(numbers(ids).into_iter().map(|id| (rank, ty.clone(), id)));
            }
        }
    }
    listed
}

proptest! {
    #[test]
    fn formats_agree(samples in prop::collection::vec(sample(), 1..14)) {
        let (machine, selection, parents) = build(&samples);
        prop_assume!(!selection.vertices.is_empty());
        let parsed = |format| -> Value {
            let text = machine.write(format, &selection).unwrap();
            let value = serde_json::from_str(&text).unwrap();
            assert_eq!(text.find('\n'), Some(text.len() - 1), "one line");
            let answer: Value = serde_json::from_str(&machine.value(format, &selection).unwrap()).unwrap();
            assert_eq!(answer, value);
            value
        };
        let plain = parsed(Format::Jgf);
        let short = parsed(Format::JgfShorthand);
        prop_assert_eq!(expand(&plain), parsed(Format::JgfFull));
        prop_assert_eq!(&short, &abbreviate(&plain, &selection));

        let held = held(&samples, &parents, &selection);
        if held.is_empty() {
            prop_assert_eq!(machine.write(Format::Rlite, &selection), Err(WriteError::NoCoreOrGpu));
            prop_assert_eq!(machine.write(Format::Rv1, &selection), Ok(String::new()));
            return Ok(());
        }
        let rlite = parsed(Format::Rlite);
        prop_assert_eq!(listed(&rlite), held);
        let mut resources = parsed(Format::Rv1Nosched);
        prop_assert_eq!(&resources["execution"]["R_lite"], &rlite);
        resources["scheduling"] = plain;
        prop_assert_eq!(&parsed(Format::Rv1), &resources);
        resources["scheduling"] = short;
        prop_assert_eq!(&parsed(Format::Rv1Shorthand), &resources);
    }
}
