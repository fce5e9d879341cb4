//! A graph as columns of numbers, and back. Numbers of vertices and edges stay what they are. This is the one file that
//! knows the tables of a graph; the form of each column is told in `journal.proto`.

use std::borrow::Cow;

use bytes::Bytes;
use fluxion_context::{
    Edge, EdgeId, GraphParts, PathId, PathPart, Status, StemId, SubsystemId, Symbol, TypeId,
    Vertex, VertexId,
};

use crate::journal::column::{column, put_column};
use crate::journal::error::DecodeError;
use crate::journal::runs;
use crate::journal::varint::{Reader, put};
use crate::journal::wire;

fn number(value: i64) -> Option<u32> {
    u32::try_from(value).ok()
}

fn symbols(bytes: &[u8]) -> Result<Vec<Symbol>, DecodeError> {
    column(bytes, |value| number(value).map(Symbol))
}

fn vertices(bytes: &[u8]) -> Result<Vec<VertexId>, DecodeError> {
    column(bytes, |value| number(value).map(VertexId))
}

fn paths(bytes: &[u8]) -> Result<Vec<PathId>, DecodeError> {
    column(bytes, |value| number(value).map(PathId::from_index))
}

fn subsystems(bytes: &[u8]) -> Result<Vec<SubsystemId>, DecodeError> {
    column(bytes, |value| u8::try_from(value).ok().map(SubsystemId))
}

/// A number with 0 for none.
fn maybe<T>(value: i64, of: impl Fn(u32) -> T) -> Option<Option<T>> {
    match value {
        0 => Some(None),
        value => number(value - 1).map(|number| Some(of(number))),
    }
}

/// Rows of columns that must be equally long.
fn zip<A, B>(a: Vec<A>, b: Vec<B>) -> Result<impl Iterator<Item = (A, B)>, DecodeError> {
    if a.len() != b.len() {
        return Err(DecodeError::Malformed("columns of one table that differ in length"));
    }
    Ok(a.into_iter().zip(b))
}

fn path_number(path: Option<PathId>) -> i64 {
    path.map_or(0, |path| path.index() as i64 + 1)
}

/// The columns of a graph. O(graph).
pub(super) fn put_graph(parts: &GraphParts<'_>) -> wire::Graph {
    let GraphParts { vertices, edges, .. } = parts;
    let of_vertices = |value: fn(&Vertex) -> i64| put_column(vertices.iter().map(value));
    let of_edges = |value: fn(&Edge) -> i64| put_column(edges.iter().map(value));
    let symbols = |symbols: &mut dyn Iterator<Item = Symbol>| {
        put_column(symbols.map(|symbol| i64::from(symbol.0)))
    };
    let root = |root: Option<VertexId>| root.map_or(0, |vertex| i64::from(vertex.0) + 1);
    let absent: Vec<u64> = parts
        .absent
        .iter()
        .flat_map(|&(first, length)| (first..first.saturating_add(length)).map(u64::from))
        .collect();
    wire::Graph {
        texts: put_texts(&parts.texts),
        absent_runs: runs::put_numbers(&absent).into(),
        lean: parts.lean,
        path_parents: put_column(parts.paths.iter().map(|path| path_number(path.parent))),
        path_components: symbols(&mut parts.paths.iter().map(|path| path.component)),
        types: symbols(&mut parts.types.iter().copied()),
        subsystems: symbols(&mut parts.subsystems.iter().map(|&(name, _)| name)),
        roots: put_column(parts.subsystems.iter().map(|&(_, vertex)| root(vertex))),
        stem_names: symbols(&mut parts.stems.iter().map(|&(name, _)| name)),
        stem_units: symbols(&mut parts.stems.iter().map(|&(_, unit)| unit)),
        ids: of_vertices(|vertex| vertex.id),
        uniq_ids: of_vertices(|vertex| vertex.uniq_id),
        names: of_vertices(|vertex| vertex.name.0.into()),
        stems: of_vertices(|vertex| vertex.stem.0.into()),
        vertex_paths: of_vertices(|vertex| path_number(vertex.path)),
        ranks: of_vertices(|vertex| vertex.rank.into()),
        sizes: of_vertices(|vertex| vertex.size.into()),
        vertex_types: of_vertices(|vertex| vertex.ty.0.into()),
        statuses: of_vertices(|vertex| (vertex.status == Status::Down).into()),
        sources: of_edges(|edge| edge.source.0.into()),
        targets: of_edges(|edge| edge.target.0.into()),
        edge_subsystems: of_edges(|edge| edge.subsystem.0.into()),
        relation_edges: put_column(parts.relations.iter().map(|(edge, _)| edge.0.into())),
        relation_names: symbols(&mut parts.relations.iter().map(|&(_, name)| name)),
        listed_paths: put_column(parts.listed.iter().map(|(path, _)| path.index() as i64)),
        listed_vertices: put_column(parts.listed.iter().map(|(_, vertex)| vertex.0.into())),
        other_vertices: put_column(parts.other_paths.iter().map(|(v, ..)| v.0.into())),
        other_subsystems: put_column(parts.other_paths.iter().map(|(_, s, _)| s.0.into())),
        other_paths: put_column(parts.other_paths.iter().map(|(_, _, p)| p.index() as i64)),
        property_vertices: put_column(parts.properties.iter().map(|(v, ..)| v.0.into())),
        property_keys: symbols(&mut parts.properties.iter().map(|&(_, key, _)| key)),
        property_values: symbols(&mut parts.properties.iter().map(|&(_, _, value)| value)),
    }
}

/// The parts of a graph. O(graph).
pub(super) fn graph(columns: &wire::Graph) -> Result<GraphParts<'_>, DecodeError> {
    let parents = column(&columns.path_parents, |v| maybe(v, PathId::from_index))?;
    let components = zip(parents, symbols(&columns.path_components)?)?;
    let roots = column(&columns.roots, |value| maybe(value, VertexId))?;
    let properties = zip(symbols(&columns.property_keys)?, symbols(&columns.property_values)?)?;
    let properties = zip(vertices(&columns.property_vertices)?, properties.collect())?;
    let places = zip(subsystems(&columns.other_subsystems)?, paths(&columns.other_paths)?)?;
    let places = zip(vertices(&columns.other_vertices)?, places.collect())?;
    let edge = |value| number(value).map(EdgeId);
    let relations = column(&columns.relation_edges, edge)?;
    Ok(GraphParts {
        texts: texts(&columns.texts)?,
        paths: components.map(|(parent, component)| PathPart { parent, component }).collect(),
        types: symbols(&columns.types)?,
        subsystems: zip(symbols(&columns.subsystems)?, roots)?.collect(),
        stems: zip(symbols(&columns.stem_names)?, symbols(&columns.stem_units)?)?.collect(),
        vertices: Cow::Owned(vertex_table(columns)?),
        absent: absent(&columns.absent_runs)?,
        edges: Cow::Owned(edge_table(columns)?),
        relations: zip(relations, symbols(&columns.relation_names)?)?.collect(),
        listed: zip(paths(&columns.listed_paths)?, vertices(&columns.listed_vertices)?)?.collect(),
        other_paths: places.map(|(vertex, (subsystem, path))| (vertex, subsystem, path)).collect(),
        properties: properties.map(|(vertex, (key, value))| (vertex, key, value)).collect(),
        lean: columns.lean,
    })
}

/// Numbers under which there is no vertex, as runs.
fn absent(bytes: &[u8]) -> Result<Vec<(u32, u32)>, DecodeError> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for absent in runs::numbers(bytes)? {
        let absent = u32::try_from(absent);
        let number = absent.map_err(|_| DecodeError::Malformed("a number of a vertex"))?;
        match runs.last_mut() {
            Some((first, length)) if first.checked_add(*length) == Some(number) => *length += 1,
            _ => runs.push((number, 1)),
        }
    }
    Ok(runs)
}

fn vertex_table(columns: &wire::Graph) -> Result<Vec<Vertex>, DecodeError> {
    let blank = |(id, uniq_id)| Vertex {
        id,
        uniq_id,
        name: Symbol(0),
        stem: StemId(0),
        path: None,
        rank: -1,
        size: 1,
        ty: TypeId(0),
        status: Status::Up,
    };
    let ids = zip(column(&columns.ids, Some)?, column(&columns.uniq_ids, Some)?)?;
    let mut table: Vec<Vertex> = ids.map(blank).collect();
    fill(&mut table, symbols(&columns.names)?, |vertex, name| vertex.name = name)?;
    let stems = column(&columns.stems, |value| number(value).map(StemId))?;
    fill(&mut table, stems, |vertex, stem| vertex.stem = stem)?;
    let paths = column(&columns.vertex_paths, |value| maybe(value, PathId::from_index))?;
    fill(&mut table, paths, |vertex, path| vertex.path = path)?;
    let ranks = column(&columns.ranks, |value| i32::try_from(value).ok())?;
    fill(&mut table, ranks, |vertex, rank| vertex.rank = rank)?;
    fill(&mut table, column(&columns.sizes, number)?, |vertex, size| vertex.size = size)?;
    let types = column(&columns.vertex_types, |value| u16::try_from(value).ok().map(TypeId))?;
    fill(&mut table, types, |vertex, ty| vertex.ty = ty)?;
    let status = |value| match value {
        0 => Some(Status::Up),
        1 => Some(Status::Down),
        _ => None,
    };
    fill(&mut table, column(&columns.statuses, status)?, |vertex, status| vertex.status = status)?;
    Ok(table)
}

fn edge_table(columns: &wire::Graph) -> Result<Vec<Edge>, DecodeError> {
    let ends = zip(vertices(&columns.sources)?, vertices(&columns.targets)?)?;
    let rows = zip(ends.collect(), subsystems(&columns.edge_subsystems)?)?;
    Ok(rows.map(|((source, target), subsystem)| Edge { source, target, subsystem }).collect())
}

fn fill<T>(
    table: &mut [Vertex],
    values: Vec<T>,
    set: impl Fn(&mut Vertex, T),
) -> Result<(), DecodeError> {
    if table.len() != values.len() {
        return Err(DecodeError::Malformed("columns of one table that differ in length"));
    }
    table.iter_mut().zip(values).for_each(|(vertex, value)| set(vertex, value));
    Ok(())
}

fn put_texts(texts: &[Cow<'_, str>]) -> Bytes {
    let (mut out, mut last) = (Vec::new(), &b""[..]);
    for text in texts {
        let text = text.as_bytes();
        let same = last.iter().zip(text).take_while(|(a, b)| a == b).count();
        put(&mut out, same as u64);
        put(&mut out, (text.len() - same) as u64);
        out.extend_from_slice(&text[same..]);
        last = text;
    }
    out.into()
}

fn texts(bytes: &[u8]) -> Result<Vec<Cow<'static, str>>, DecodeError> {
    let (mut reader, mut last, mut texts) = (Reader(bytes), Vec::new(), Vec::new());
    let mut total = 0usize;
    while !reader.is_empty() {
        let same = usize::try_from(reader.varint()?).unwrap_or(usize::MAX);
        if same > last.len() {
            return Err(DecodeError::Malformed("a text that repeats too much"));
        }
        last.truncate(same);
        let length = usize::try_from(reader.varint()?).unwrap_or(usize::MAX);
        last.extend_from_slice(reader.take(length)?);
        total += last.len();
        if total > u32::MAX as usize {
            return Err(DecodeError::Malformed("too much text"));
        }
        let text = std::str::from_utf8(&last).map_err(|_| DecodeError::Malformed("no UTF-8"))?;
        texts.push(Cow::Owned(text.to_owned()));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn columns_come_back(values in prop::collection::vec(any::<i64>(), 0..20), words in prop::collection::vec("[aä]{0,5}", 0..9)) {
            prop_assert_eq!(column(&put_column(values.iter().copied()), Some).unwrap(), values);
            let words: Vec<Cow<'_, str>> = words.into_iter().map(Cow::Owned).collect();
            prop_assert_eq!(texts(&put_texts(&words)).unwrap(), words);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = (texts(&bytes), column(&bytes, number));
        }
    }
}
