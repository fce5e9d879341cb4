//! A resource set in JSON Graph Format as a tree for people, root first.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use fluxion_server::legible;
use serde_json::Value;

use crate::colour::Colour;

/// A vertex of the tree.
struct Row {
    /// Branches and name.
    label: String,
    kind: String,
    amount: String,
    access: Access,
}

#[derive(Clone, Copy)]
enum Access {
    Exclusive,
    Shared,
}

/// The vertices of an allocation, one line each; a hint if there are none.
pub(crate) fn lines(allocation: &str, colour: Colour) -> anyhow::Result<Vec<String>> {
    if allocation.trim().is_empty() {
        return Ok(vec!["(the allocation is empty)".to_owned()]);
    }
    let document: Value =
        serde_json::from_str(allocation).context("the allocation cannot be read")?;
    let rows = Forest::new(&document).rows();
    let width = |text: fn(&Row) -> &str| {
        rows.iter().map(|row| text(row).chars().count()).max().unwrap_or_default()
    };
    let widths = [width(|row| &row.label), width(|row| &row.kind), width(|row| &row.amount)];
    Ok(rows.iter().map(|row| row.line(widths, colour)).collect())
}

impl Row {
    fn line(&self, [label, kind, amount]: [usize; 3], colour: Colour) -> String {
        let access = match self.access {
            Access::Exclusive => colour.good("exclusive"),
            Access::Shared => colour.faint("shared"),
        };
        let Self { label: name, kind: what, amount: size, .. } = self;
        format!("{name:<label$}  {what:<kind$}  {size:>amount$}  {access}")
    }
}

/// The vertices by id, and who is below whom.
struct Forest<'a> {
    roots: Vec<&'a str>,
    metadata: BTreeMap<&'a str, &'a Value>,
    children: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Forest<'a> {
    fn new(document: &'a Value) -> Self {
        let list = |key| document["graph"][key].as_array().map_or(&[][..], Vec::as_slice);
        let id = |value: &'a Value| value.as_str().unwrap_or_default();
        let mut children: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut below = BTreeSet::new();
        for edge in list("edges") {
            let (source, target) = (id(&edge["source"]), id(&edge["target"]));
            children.entry(source).or_default().push(target);
            below.insert(target);
        }
        let vertices = list("nodes").iter().map(|node| (id(&node["id"]), &node["metadata"]));
        let roots = vertices.clone().map(|(id, _)| id).filter(|id| !below.contains(id));
        Self { roots: roots.collect(), metadata: vertices.collect(), children }
    }

    /// Depth first with a stack of its own: a deep graph shall not overflow ours.
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut seen = BTreeSet::new();
        let mut stack: Vec<_> =
            self.roots.iter().rev().map(|&id| (id, String::new(), String::new())).collect();
        while let Some((id, branch, below)) = stack.pop() {
            if let Some(metadata) = self.metadata.get(id).filter(|_| seen.insert(id)) {
                rows.push(row(&branch, metadata));
                self.push_children(id, &below, &mut stack);
            }
        }
        rows
    }

    fn push_children(&self, id: &str, below: &str, stack: &mut Vec<(&'a str, String, String)>) {
        let children = self.children.get(id).map_or(&[][..], Vec::as_slice);
        for (i, &child) in children.iter().rev().enumerate() {
            let (branch, rest) = if i == 0 { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            stack.push((child, format!("{below}{branch}"), format!("{below}{rest}")));
        }
    }
}

/// Fields that the compact form leaves out have the values it leaves out.
fn row(branch: &str, metadata: &Value) -> Row {
    let text = |key: &str| metadata[key].as_str();
    let kind = text("type").unwrap_or_default();
    let name = text("name").map_or_else(
        || format!("{}{}", text("basename").unwrap_or(kind), metadata["id"]),
        str::to_owned,
    );
    let size = metadata["size"].as_u64().unwrap_or(1);
    let exclusive = metadata["exclusive"].as_bool().unwrap_or_default();
    Row {
        label: format!("{branch}{}", legible(&name)),
        kind: legible(kind).into_owned(),
        amount: legible(format!("{size} {}", text("unit").unwrap_or_default()).trim_end())
            .into_owned(),
        access: if exclusive { Access::Exclusive } else { Access::Shared },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOCATION: &str = r#"{"graph": {"nodes": [
        {"id": "2", "metadata": {"type": "core", "id": 7, "exclusive": true}},
        {"id": "3", "metadata": {"type": "memory", "id": 0, "size": 16, "unit": "GB"}},
        {"id": "1", "metadata": {"type": "node", "name": "host12", "id": 12}},
        {"id": "4", "metadata": {"type": "core", "id": 0, "exclusive": true}},
        {"id": "5", "metadata": {"type": "node", "id": 13, "size": 1}},
        {"id": "0", "metadata": {"type": "cluster", "basename": "mini", "id": 0}}],
        "edges": [
        {"source": "1", "target": "2"}, {"source": "1", "target": "3"}, {"source": "0", "target": "1"},
        {"source": "5", "target": "4"}, {"source": "0", "target": "5"}]}}"#;

    #[test]
    fn the_tree_is_drawn_root_first() {
        insta::assert_snapshot!(lines(ALLOCATION, Colour::Off).unwrap().join("\n"), @"
        mini0          cluster      1  shared
        ├─ host12      node         1  shared
        │  ├─ core7    core         1  exclusive
        │  └─ memory0  memory   16 GB  shared
        └─ node13      node         1  shared
           └─ core0    core         1  exclusive
        ");
    }

    #[test]
    fn colours_are_used_when_asked_for() {
        let text = lines(ALLOCATION, Colour::On).unwrap().join("\n");
        assert!(text.contains("\u{1b}[32mexclusive\u{1b}[0m"));
        assert!(text.contains("\u{1b}[2mshared\u{1b}[0m"));
    }

    #[test]
    fn names_cannot_forge_lines_or_colours() {
        let forged = r#"{"graph": {"nodes": [{"id": "0", "metadata": {"type": "node", "name": "a\n\u001b[2Jb", "id": 0}}], "edges": []}}"#;
        let [line] = lines(forged, Colour::Off).unwrap().try_into().unwrap();
        assert!(line.starts_with(r"a\n\u{1b}[2Jb  node"), "{line}");
    }

    #[test]
    fn empty_and_odd_allocations_are_survived() {
        assert_eq!(lines("\n", Colour::Off).unwrap(), ["(the allocation is empty)"]);
        assert!(lines("rack0", Colour::Off).is_err());
        assert!(lines("{}", Colour::Off).unwrap().is_empty());
        let cycle = r#"{"graph": {"nodes": [{"id": "0"}, {"id": "1"}, {"id": "2"}],
            "edges": [{"source": "0", "target": "1"}, {"source": "1", "target": "2"}, {"source": "2", "target": "1"}]}}"#;
        assert_eq!(lines(cycle, Colour::Off).unwrap().len(), 3);
    }
}
