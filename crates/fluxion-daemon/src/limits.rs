//! How much there may be of what clients send, ask for and keep, as options.

use clap::Args;
use fluxion_server::{
    ByteSize, DEFAULT_FORKS, DEFAULT_GRAPHS, DEFAULT_JOBS, DEFAULT_QUEUE, DEFAULT_STREAMS,
    DEFAULT_STREAMS_OF_ONE, DEFAULT_VERTICES, DEFAULT_VISITS, Limits, MemoryLimit,
};

/// All limits but those on time.
#[derive(Clone, Debug, Args)]
pub(crate) struct LimitArgs {
    /// Largest graph: an Init, the text of a CreateGraph, a Grow.
    #[arg(long, env = "FLUXION_MAX_GRAPH_SIZE", value_name = "SIZE", default_value = "1GiB")]
    max_graph_size: ByteSize,

    /// Largest message of any other call.
    #[arg(long, env = "FLUXION_MAX_MESSAGE_SIZE", value_name = "SIZE", default_value = "16MiB")]
    max_message_size: ByteSize,

    /// Largest message that is made whole as an answer; exports come in pieces.
    #[arg(long, env = "FLUXION_MAX_ANSWER_SIZE", value_name = "SIZE", default_value = "256MiB")]
    max_answer_size: ByteSize,

    /// Memory of the process: graphs with their jobs, texts that are loaded, calls and connections. Bytes, or a part of
    /// what the machine, or the control group of the process, has.
    #[arg(long, env = "FLUXION_MAX_MEMORY", value_name = "SIZE", default_value = "75%")]
    max_memory: MemoryLimit,

    /// Memory of calls in flight, at most a tenth of --max-memory: what has arrived of requests, and answers that nobody has taken yet. When it is used up,
    /// the calls go that have not moved longest.
    #[arg(long, env = "FLUXION_MAX_IN_FLIGHT", value_name = "SIZE", default_value = "512MiB")]
    max_in_flight: ByteSize,

    /// Connections at once: fewer than files may be open (`ulimit -n`) in any case. When there are more, the one goes that
    /// has been idle longest.
    #[arg(long, env = "FLUXION_MAX_CONNECTIONS", value_name = "NUMBER")]
    max_connections: Option<usize>,

    /// How many times the search for one match may look at vertices, unless a graph says otherwise; 0 for no limit. What is found
    /// counts as well. The default takes about a second at most.
    #[arg(long, env = "FLUXION_MAX_VISITS", value_name = "NUMBER", default_value_t = DEFAULT_VISITS)]
    max_visits: u64,

    /// How many requests may wait for one graph. Beyond that they are refused, but for clients that have less than their share
    /// waiting, which is one at least.
    #[arg(long, env = "FLUXION_MAX_QUEUE", value_name = "NUMBER", default_value_t = DEFAULT_QUEUE)]
    max_queue: usize,

    /// Calls that stream and are open at once: MatchMany, watches, exports, backups, graphs that are created; 0 for any number.
    #[arg(long, env = "FLUXION_MAX_STREAMS", value_name = "NUMBER", default_value_t = DEFAULT_STREAMS)]
    max_streams: usize,

    /// The same of one principal; where nobody says who it is, of one address, or on this machine of one connection; 0 for any
    /// number.
    #[arg(long, env = "FLUXION_MAX_STREAMS_PER_PRINCIPAL", value_name = "NUMBER", default_value_t = DEFAULT_STREAMS_OF_ONE)]
    max_streams_per_principal: usize,

    /// Calls that one principal (or address, or connection, as above) may make in a second, a second's worth of them at once; what
    /// comes beyond is refused, and a MatchMany is read more slowly. 0 for any number.
    #[arg(long, env = "FLUXION_MAX_RATE", value_name = "NUMBER", default_value_t = 0)]
    max_rate: u64,

    /// Graphs beside `default`; 0 for any number. Each has a thread.
    #[arg(long, env = "FLUXION_MAX_GRAPHS", value_name = "NUMBER", default_value_t = DEFAULT_GRAPHS)]
    max_graphs: usize,

    /// Forks of graphs at once, which count as graphs as well; 0 for any number.
    #[arg(long, env = "FLUXION_MAX_FORKS", value_name = "NUMBER", default_value_t = DEFAULT_FORKS)]
    max_forks: usize,

    /// Vertices of all graphs; 0 for any number. The memory has a limit of its own.
    #[arg(long, env = "FLUXION_MAX_VERTICES", value_name = "NUMBER", default_value_t = DEFAULT_VERTICES)]
    max_vertices: u64,

    /// Live jobs of all graphs, reservations included; 0 for any number.
    #[arg(long, env = "FLUXION_MAX_JOBS", value_name = "NUMBER", default_value_t = DEFAULT_JOBS)]
    max_jobs: u64,
}

impl LimitArgs {
    /// What they mean.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            graph: self.max_graph_size,
            message: self.max_message_size,
            connections: self.max_connections,
            in_flight: self.max_in_flight,
            answer: self.max_answer_size,
            memory: self.max_memory,
            queue: self.max_queue,
            visits: most(self.max_visits),
            streams: count(self.max_streams),
            streams_of_one: count(self.max_streams_per_principal),
            rate: self.max_rate,
            graphs: count(self.max_graphs),
            forks: count(self.max_forks),
            vertices: most(self.max_vertices),
            jobs: most(self.max_jobs),
        }
    }
}

/// Any number, if it is 0.
fn most(number: u64) -> u64 {
    if number == 0 { u64::MAX } else { number }
}

/// The same of what is counted one by one.
fn count(number: usize) -> usize {
    if number == 0 { usize::MAX } else { number }
}
