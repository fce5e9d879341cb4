//! The smallest graph and the job that fills it, for unit tests.

/// A cluster of one node.
pub(crate) const GRAPH: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "id": 0, "paths": {"containment": "/cluster0"}}},
    {"id": "1", "metadata": {"type": "node", "id": 0, "paths": {"containment": "/cluster0/node0"}}}],
    "edges": [{"source": "0", "target": "1"}]}}"#;

/// A job that takes a node for a minute.
pub(crate) const JOBSPEC: &str = r#"{"version": 1, "attributes": {"system": {"duration": 60}},
    "resources": [{"type": "slot", "count": 1, "label": "a", "with": [{"type": "node", "count": 1}]}],
    "tasks": [{"command": ["app"], "slot": "a", "count": {"per_slot": 1}}]}"#;
