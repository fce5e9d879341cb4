//! Does the directory, as far as it was made, say what the vertices say?

use std::collections::BTreeMap;

use fluxion_graph::{Symbol, VertexId};

use super::compare::{Checked, same};
use crate::site::Site;

/// Vertices by what they are called, in the order in which they were put in.
type Lists<K> = BTreeMap<K, Vec<VertexId>>;

pub(super) fn check(site: &Site) -> Checked {
    check_nodes(site)?;
    check_names(site)?;
    check_holders(site)
}

fn lists<K: Ord>(all: impl Iterator<Item = (K, VertexId)>) -> Lists<K> {
    let mut lists = Lists::new();
    all.for_each(|(key, vertex)| lists.entry(key).or_default().push(vertex));
    lists
}

fn check_nodes(site: &Site) -> Checked {
    let Some(nodes) = site.directory.nodes.get() else { return Ok(()) };
    let pool = |v: VertexId| site.graph.vertex(v);
    let is_tested =
        |v: &VertexId| ["node", "storage_node"].contains(&site.graph.type_name(pool(*v).ty));
    let all: Vec<VertexId> = site.tree.order().iter().copied().filter(is_tested).collect();
    same(None, "the nodes", &all, &nodes.all)?;
    let mut ascending = all;
    ascending.sort_unstable();
    for (name, expected) in lists(ascending.iter().map(|&v| (pool(v).name, v))) {
        same(None, "the nodes of a name", expected, nodes.named(&[name]))?;
    }
    let ranks = ascending.iter().filter_map(|&v| Some((u32::try_from(pool(v).rank).ok()?, v)));
    for (rank, expected) in lists(ranks) {
        same(None, "the nodes of a rank", expected, nodes.ranked(rank).collect())?;
    }
    Ok(())
}

fn check_names(site: &Site) -> Checked {
    let Some(names) = site.directory.names.get() else { return Ok(()) };
    for (name, expected) in lists(site.graph.vertex_ids().map(|v| (site.graph.vertex(v).name, v))) {
        same(None, "the vertices of a name", expected, names.of_name(name).collect())?;
    }
    Ok(())
}

fn check_holders(site: &Site) -> Checked {
    let Some(holders) = site.directory.holders.get() else { return Ok(()) };
    let keys = |&v: &VertexId| site.graph.properties(v).map(move |(key, _)| (key, v));
    let expected = lists(site.tree.order().iter().flat_map(keys));
    let text = |(key, list): (Symbol, &[VertexId])| (site.graph.text(key), list.to_vec());
    same(None, "the holders of properties", expected, holders.lists().map(text).collect())
}
