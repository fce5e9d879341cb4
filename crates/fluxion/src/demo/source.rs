//! The texts of the demonstration: examples that are built in, or files.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// A text and where it came from.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) text: String,
}

macro_rules! example {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../../", $name)))
    };
}

const GRAPH: (&str, &str) = example!("examples/cluster.json");
const JOBSPEC: (&str, &str) = example!("examples/jobspec.yaml");

impl Source {
    /// The graph of a file, or that of the examples.
    pub(super) fn graph(path: Option<&Path>) -> anyhow::Result<Self> {
        Self::of(path, GRAPH)
    }

    /// The jobspec of a file, or that of the examples.
    pub(super) fn jobspec(path: Option<&Path>) -> anyhow::Result<Self> {
        Self::of(path, JOBSPEC)
    }

    fn of(path: Option<&Path>, example: (&str, &str)) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Ok(Self { name: example.0.to_owned(), text: example.1.to_owned() });
        };
        let name = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        Ok(Self { name, text })
    }
}
