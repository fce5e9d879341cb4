//! What the service can be told before it starts.

use std::time::Duration;

use fluxion_context::{
    Clock, Context, Expiry, LoadError, LoadFormat, MatchFormat, Options, SlotRule,
};

use crate::byte_size::ByteSize;
use crate::memory_limit::MemoryLimit;
use crate::transport::descriptors::{self, TooFewDescriptors};

/// How the service behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The match policy of an Init that names none.
    pub policy: String,
    /// How allocations are printed.
    pub match_format: MatchFormat,
    /// Pruning filters, `HL:LL[,HL:LL...]`; empty for none.
    pub prune_filters: String,
    /// Where slots stand if a graph says nothing; `published` for the three calls and `deep` for `fluxion.v1` if not even
    /// the server does.
    pub slots: Option<SlotRule>,
    /// What becomes of a graph when an Init comes.
    pub on_init: OnInit,
    /// Who says what time it is for a graph that does not say it itself.
    pub clock: Clock,
    /// What becomes of allocations there whose time is over.
    pub expiry: Expiry,
    /// How much there may be of what clients send.
    pub limits: Limits,
    /// How long clients may be silent, and the engine may be busy.
    pub timeouts: Timeouts,
    /// How long calls in flight may go on after the service was told to stop.
    pub grace: Duration,
    /// How long new clients are still taken after the service was told to stop, if anybody asks for its health: a balancer hears of it
    /// meanwhile.
    pub drain_delay: Duration,
    /// Lines of the log about calls, in a second.
    pub log_rate: u64,
}

/// What becomes of the graph that there is when an Init comes: clients send one whenever they start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnInit {
    /// It gives way, with its jobs.
    #[default]
    Replace,
    /// It stays, with its jobs, if it was loaded from the same text with the same options.
    KeepIfSame,
    /// It stays, and the Init is refused.
    Refuse,
}

/// How much there may be of what clients send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A message that carries a graph.
    pub graph: ByteSize,
    /// Any other message.
    pub message: ByteSize,
    /// Connections at once; never more than there are file descriptors, of which some are kept back.
    pub connections: Option<usize>,
    /// Memory of calls in flight: what has arrived of their requests, and answers that nobody has taken; at most a tenth
    /// of `memory`. One request that is larger than this is served nevertheless.
    pub in_flight: ByteSize,
    /// The largest message that is made whole as an answer.
    pub answer: ByteSize,
    /// Memory of the process, all told.
    pub memory: MemoryLimit,
    /// How many times a match may look at vertices, on graphs that say nothing of their own.
    pub visits: u64,
    /// Requests that may wait for one graph; beyond that only those of clients that have less than their share waiting.
    pub queue: usize,
    /// Calls that stream and are open, of all clients.
    pub streams: usize,
    /// The same of one client: a principal; where nobody says who it is an address, and on this machine a connection.
    pub streams_of_one: usize,
    /// Calls of one client in a second; 0 for any number.
    pub rate: u64,
    /// Graphs beside `default`.
    pub graphs: usize,
    /// Forks at once.
    pub forks: usize,
    /// Vertices of all graphs.
    pub vertices: u64,
    /// Live jobs of all graphs.
    pub jobs: u64,
}

/// About a second, which a job takes that has a million cores one by one; more than ten times what any match of the benches
/// looks at.
pub const DEFAULT_VISITS: u64 = 5_000_000;

/// Enough for whoever reads along, little enough for any disk.
pub const DEFAULT_LOG_RATE: u64 = 100;

/// A few seconds of the dearest common requests.
pub const DEFAULT_QUEUE: usize = 4096;

/// More than a site has watchers, workers and exports; with what a call is counted for, less than a fifth of what calls may take.
pub const DEFAULT_STREAMS: usize = 4096;

/// Seven clients that open as many as they may still leave room for others.
pub const DEFAULT_STREAMS_OF_ONE: usize = 512;

/// Each has a thread.
pub const DEFAULT_GRAPHS: usize = 256;

/// Enough for a few who try something at the same time; each has a thread, and a part of the memory.
pub const DEFAULT_FORKS: usize = 16;

/// Ten machines of the largest size that is measured; some 20 GB, so most servers reach the limit of their memory first.
pub const DEFAULT_VERTICES: u64 = 100_000_000;

/// A hundred schedulers with as many live jobs as any has; some gigabytes.
pub const DEFAULT_JOBS: u64 = 10_000_000;

/// How long clients may be silent, and the engine may be busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// From the first byte of the headers of a call, or the beginning of a connection, to the last one.
    pub headers: Duration,
    /// In the middle of a request.
    pub upload: Duration,
    /// Without any call.
    pub idle: Duration,
    /// For a call, its wait for others included; what goes on within a graph is stopped then. Loads have a limit of their
    /// own, and what streams has it for each message.
    pub call: Duration,
    /// For loading a graph, once its text is there.
    pub load: Duration,
    /// Between two questions to a silent client whether it is there.
    pub keepalive: Duration,
    /// For its answer.
    pub keepalive_answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(10),
            upload: Duration::from_secs(60),
            idle: Duration::from_secs(1800),
            call: Duration::from_secs(60),
            load: Duration::MAX,
            keepalive: Duration::from_secs(30),
            keepalive_answer: Duration::from_secs(20),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            graph: ByteSize(1 << 30),
            message: ByteSize(16 << 20),
            connections: None,
            in_flight: ByteSize(512 << 20),
            answer: ByteSize(256 << 20),
            memory: MemoryLimit::Percent(75),
            visits: DEFAULT_VISITS,
            queue: DEFAULT_QUEUE,
            streams: DEFAULT_STREAMS,
            streams_of_one: DEFAULT_STREAMS_OF_ONE,
            rate: 0,
            graphs: DEFAULT_GRAPHS,
            forks: DEFAULT_FORKS,
            vertices: DEFAULT_VERTICES,
            jobs: DEFAULT_JOBS,
        }
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
            slots: None,
            on_init: OnInit::default(),
            clock: Clock::Manual,
            expiry: Expiry::Hold,
            limits: Limits::default(),
            timeouts: Timeouts::default(),
            grace: Duration::from_secs(10),
            drain_delay: Duration::ZERO,
            log_rate: DEFAULT_LOG_RATE,
        }
    }
}

/// A setting with which the service cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The policy.
    #[error("--policy: {0}")]
    Policy(LoadError),
    /// The pruning filters.
    #[error("--prune-filters: {0}")]
    PruneFilters(LoadError),
    /// Nothing ever ends without a clock.
    #[error("--expiry release is for graphs with a clock: add --clock system")]
    Expiry,
    /// The system allows too few open files.
    #[error(transparent)]
    Descriptors(#[from] TooFewDescriptors),
}

/// The smallest graph, to try options on.
const PROBE: &str = r#"{"graph": {"nodes": [
    {"id": "0", "metadata": {"type": "cluster", "paths": {"containment": "/cluster0"}}},
    {"id": "1", "metadata": {"type": "node", "paths": {"containment": "/cluster0/node1"}}}],
    "edges": [{"source": "0", "target": "1"}]}}"#;

impl Config {
    /// Whether the engine accepts the policy and the filters, and the system lets clients connect: a mistake shall stop
    /// the start, not each Init.
    ///
    /// # Errors
    /// [`ConfigError`] names the setting.
    pub fn check(&self) -> Result<(), ConfigError> {
        descriptors::most_connections(self.limits.connections)?;
        if (self.clock, self.expiry) == (Clock::Manual, Expiry::Release) {
            return Err(ConfigError::Expiry);
        }
        let options = self.options("");
        let unfiltered = Options { prune_filters: String::new(), ..options.clone() };
        Context::load(PROBE, &unfiltered).map_err(ConfigError::Policy)?;
        Context::load(PROBE, &options).map_err(ConfigError::PruneFilters)?;
        Ok(())
    }

    /// The options of an Init that asks for `policy`.
    pub(crate) fn options(&self, policy: &str) -> Options {
        let policy = if policy.is_empty() { &self.policy } else { policy };
        Options {
            load_format: LoadFormat::Jgf,
            policy: policy.to_owned(),
            match_format: self.match_format,
            prune_filters: self.prune_filters.clone(),
            slots: self.slots.unwrap_or_default(),
            max_visits: self.limits.visits,
            clock: self.clock,
            expiry: self.expiry,
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
        assert!(matches!(config("best", "ALL:core").check(), Err(ConfigError::Policy(_))));
        assert!(matches!(config("first", "core").check(), Err(ConfigError::PruneFilters(_))));
    }
}
