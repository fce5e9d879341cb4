//! The example of the published service: its documented answer, byte for byte
//! (`docs/semantics/compatibility.md`, The published service).

use fluxion_context::MatchFormat;
use fluxion_server::Config;
use serde_json::{Value, json};

use crate::fixture::{TestServer, start};

const JOBSPEC: &str = "version: 1
resources:
  - {type: cluster, count: 1, with: [
    {type: rack, count: 1, with: [
      {type: node, count: 1, with: [
        {type: slot, count: 1, label: default, with: [
          {type: socket, count: 1, with: [
            {type: core, count: 1}]}]}]}]}]}
tasks: [{command: [app], slot: default, count: {per_slot: 1}}]
attributes: {system: {duration: 3600}}
";

/// One vertex in the full form.
fn vertex(kind: &str, basename: &str, id: usize, uniq_id: usize, parent: &str) -> Value {
    let name = format!("{basename}{id}");
    let path = format!("{parent}/{name}");
    let (unit, size) = if kind == "memory" { ("GB", 2) } else { ("", 1) };
    json!({"id": uniq_id.to_string(), "metadata": {"type": kind, "basename": basename, "name": name,
        "id": id, "uniq_id": uniq_id, "rank": -1, "exclusive": false, "unit": unit, "size": size,
        "paths": {"containment": path}}})
}

#[derive(Default)]
struct Builder {
    vertices: Vec<Value>,
    edges: Vec<Value>,
}

impl Builder {
    /// Adds a vertex, its edge from the parent and the one back; gives its number and its path.
    fn add(&mut self, kind: &str, basename: &str, id: usize, parent: Option<&Parent>) -> Parent {
        let uniq_id = self.vertices.len();
        let above = parent.map_or("", |p| p.path.as_str());
        self.vertices.push(vertex(kind, basename, id, uniq_id, above));
        if let Some(parent) = parent {
            for (source, target, relation) in
                [(parent.uniq_id, uniq_id, "contains"), (uniq_id, parent.uniq_id, "in")]
            {
                self.edges.push(json!({"source": source.to_string(), "target": target.to_string(),
                    "metadata": {"name": {"containment": relation}}}));
            }
        }
        Parent { uniq_id, path: format!("{above}/{basename}{id}") }
    }

    fn add_each(&mut self, sockets: &[Parent], kind: &str, count: usize) {
        for (s, socket) in sockets.iter().enumerate() {
            for i in 0..count {
                self.add(kind, kind, s % 2 * count + i, Some(socket));
            }
        }
    }
}

struct Parent {
    uniq_id: usize,
    path: String,
}

fn published_graph() -> String {
    let mut graph = Builder::default();
    let cluster = graph.add("cluster", "tiny", 0, None);
    let rack = graph.add("rack", "rack", 0, Some(&cluster));
    let nodes = [0, 1].map(|i| graph.add("node", "node", i, Some(&rack)));
    let sockets = [(0, 0), (0, 1), (1, 0), (1, 1)]
        .map(|(n, i)| graph.add("socket", "socket", i, Some(&nodes[n])));
    for (kind, count) in [("core", 18), ("gpu", 1), ("memory", 4)] {
        graph.add_each(&sockets, kind, count);
    }
    assert_eq!((graph.vertices.len(), graph.edges.len()), (100, 198));
    json!({"graph": {"nodes": graph.vertices, "edges": graph.edges}}).to_string()
}

#[tokio::test]
async fn the_documented_answer() {
    let (_server, mut client) = start().await;
    client.init("lonode", &published_graph()).await.unwrap();
    let answer = client.allocate(JOBSPEC).await.unwrap();
    insta::assert_snapshot!(answer.allocation.replace("}, {\"", "},\n{\""), @r#"
    {"graph": {"nodes": [{"id": "8", "metadata": {"type": "core", "basename": "core", "name": "core0", "id": 0, "uniq_id": 8, "rank": -1, "exclusive": true, "unit": "", "size": 1, "paths": {"containment": "/tiny0/rack0/node0/socket0/core0"}}},
    {"id": "4", "metadata": {"type": "socket", "basename": "socket", "name": "socket0", "id": 0, "uniq_id": 4, "rank": -1, "exclusive": true, "unit": "", "size": 1, "paths": {"containment": "/tiny0/rack0/node0/socket0"}}},
    {"id": "2", "metadata": {"type": "node", "basename": "node", "name": "node0", "id": 0, "uniq_id": 2, "rank": -1, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/tiny0/rack0/node0"}}},
    {"id": "1", "metadata": {"type": "rack", "basename": "rack", "name": "rack0", "id": 0, "uniq_id": 1, "rank": -1, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/tiny0/rack0"}}},
    {"id": "0", "metadata": {"type": "cluster", "basename": "tiny", "name": "tiny0", "id": 0, "uniq_id": 0, "rank": -1, "exclusive": false, "unit": "", "size": 1, "paths": {"containment": "/tiny0"}}}], "edges": [{"source": "4", "target": "8", "metadata": {"name": {"containment": "contains"}}},
    {"source": "2", "target": "4", "metadata": {"name": {"containment": "contains"}}},
    {"source": "1", "target": "2", "metadata": {"name": {"containment": "contains"}}},
    {"source": "0", "target": "1", "metadata": {"name": {"containment": "contains"}}}]}}
    "#);
}

#[tokio::test]
async fn another_match_format() {
    let config = Config { match_format: MatchFormat::Jgf, ..Config::default() };
    let server = TestServer::start(config).await;
    let mut client = server.client().await;
    client.init("lonode", &published_graph()).await.unwrap();
    let answer = client.allocate(JOBSPEC).await.unwrap();
    insta::assert_snapshot!(answer.allocation.replace("}, {\"", "},\n{\""), @r#"
    {"graph": {"nodes": [{"id": "8", "metadata": {"type": "core", "id": 0, "rank": -1, "exclusive": true, "paths": {"containment": "/tiny0/rack0/node0/socket0/core0"}}},
    {"id": "4", "metadata": {"type": "socket", "id": 0, "rank": -1, "exclusive": true, "paths": {"containment": "/tiny0/rack0/node0/socket0"}}},
    {"id": "2", "metadata": {"type": "node", "id": 0, "rank": -1, "paths": {"containment": "/tiny0/rack0/node0"}}},
    {"id": "1", "metadata": {"type": "rack", "id": 0, "rank": -1, "paths": {"containment": "/tiny0/rack0"}}},
    {"id": "0", "metadata": {"type": "cluster", "basename": "tiny", "id": 0, "rank": -1, "paths": {"containment": "/tiny0"}}}], "edges": [{"source": "4", "target": "8"},
    {"source": "2", "target": "4"},
    {"source": "1", "target": "2"},
    {"source": "0", "target": "1"}]}}
    "#);
}
