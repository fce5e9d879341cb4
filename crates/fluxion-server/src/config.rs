//! What the service can be told before it starts.

use std::time::Duration;

use fluxion_context::{Context, LoadError, LoadFormat, MatchFormat, Options};

use crate::ByteSize;

/// How the service behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The match policy of an Init that names none.
    pub policy: String,
    /// How allocations are printed.
    pub match_format: MatchFormat,
    /// Pruning filters, `HL:LL[,HL:LL...]`; empty for none.
    pub prune_filters: String,
    /// How large requests may be.
    pub limits: Limits,
    /// How long calls in flight may go on after the service was told to stop.
    pub grace: Duration,
}

/// How large requests may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A message that carries a graph.
    pub graph: ByteSize,
    /// Any other message.
    pub message: ByteSize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { graph: ByteSize(1 << 30), message: ByteSize(16 << 20) }
    }
}

impl Default for Config {
    /// The defaults of the published service, but for the larger messages.
    fn default() -> Self {
        let Options { policy, prune_filters, .. } = Options::default();
        Self {
            policy,
            match_format: MatchFormat::JgfFull,
            prune_filters,
            limits: Limits::default(),
            grace: Duration::from_secs(10),
        }
    }
}

/// The smallest graph, to try options on.
const PROBE: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "paths": {"containment": "/cluster0"}}},
    {"id": "1", "metadata": {"type": "node", "paths": {"containment": "/cluster0/node1"}}}],
    "edges": [{"source": "0", "target": "1"}]}}"#;

impl Config {
    /// Whether the engine accepts the policy and the filters: a mistake shall stop the start, not each Init.
    pub fn check(&self) -> Result<(), LoadError> {
        Context::load(PROBE, &self.options("")).map(drop)
    }

    /// The options of an Init that asks for `policy`.
    pub(crate) fn options(&self, policy: &str) -> Options {
        let policy = if policy.is_empty() { &self.policy } else { policy };
        Options {
            load_format: LoadFormat::Jgf,
            policy: policy.to_owned(),
            match_format: self.match_format,
            prune_filters: self.prune_filters.clone(),
            ..Options::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_of_an_init_wins_over_the_default() {
        let config = Config { policy: "low".to_owned(), ..Config::default() };
        assert_eq!(config.options("").policy, "low");
        assert_eq!(config.options("high").policy, "high");
        assert_eq!(config.options("high").load_format, LoadFormat::Jgf);
        assert_eq!(config.options("high").match_format, MatchFormat::JgfFull);
    }

    #[test]
    fn mistakes_are_found_before_the_start() {
        let config = |policy: &str, filters: &str| Config {
            policy: policy.to_owned(),
            prune_filters: filters.to_owned(),
            ..Config::default()
        };
        assert_eq!(Config::default().check(), Ok(()));
        assert_eq!(config("lonode", "").check(), Ok(()));
        assert!(config("nonsense", "ALL:core").check().is_err());
        assert!(config("first", "core").check().is_err());
    }
}
