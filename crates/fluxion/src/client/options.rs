//! Options that several commands have.

use std::time::Duration;

use clap::{Args, ValueEnum};
use fluxion_client::Options;
use fluxion_client::v1::{Graph, Server, Vertices};

use super::credentials::CredentialArgs;
use super::defaults::{DEFAULT_GRAPH, DEFAULT_SERVER, SERVER_VARIABLE};
use super::offers;

/// What an attempt to connect takes.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);

/// How the server is reached, and how the answer looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(super) struct Connection {
    /// Address of the server: `HOST:PORT`, `https://HOST:PORT` or `unix:PATH`.
    #[arg(
        long,
        global = true,
        value_name = "ADDRESS",
        env = SERVER_VARIABLE,
        default_value = DEFAULT_SERVER
    )]
    pub(super) server: String,

    /// Print the answer for people, or as one JSON document.
    #[arg(short, long, global = true, value_name = "FORM", default_value = "table")]
    pub(super) output: Output,

    /// How long to keep trying to reach the server.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 2)]
    pub(super) wait: u64,

    #[command(flatten)]
    credentials: CredentialArgs,
}

impl Connection {
    pub(super) async fn connect(&self) -> anyhow::Result<Server> {
        let connect_timeout = Some(Duration::from_secs(self.wait).max(SHORTEST_WAIT));
        let credentials = self.credentials.read()?;
        let options = Options { connect_timeout, credentials, ..Options::default() };
        Ok(Server::connect(&self.server, options).await?)
    }
}

/// What the commands on a graph have in common.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(super) struct Common {
    /// Which of the server's graphs to use.
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        default_value = DEFAULT_GRAPH,
        add = offers::graphs()
    )]
    pub(super) graph: String,
    #[command(flatten)]
    pub(super) connection: Connection,
}

impl Common {
    pub(super) async fn graph(&self) -> anyhow::Result<Graph> {
        Ok(self.connection.connect().await?.graph(&self.graph))
    }
}

/// For changes: under which key they may be sent again, and for which load of the graph they are meant.
#[derive(Clone, Debug, Args)]
pub(super) struct Change {
    /// Makes this safe to send again: a repeat with the same key changes nothing and gets the first answer.
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) request_key: String,

    /// Refuse this if the graph was loaded anew since it had this incarnation; `fluxion graphs` tells it.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(super) incarnation: String,
}

impl Change {
    /// The graph for this change.
    pub(super) fn of(&self, graph: &Graph) -> Graph {
        graph.with_request_key(&self.request_key).with_incarnation(&self.incarnation)
    }

    /// The graph for one of several changes: the first has the request key as it was given, then come `KEY.2` and so on.
    pub(super) fn nth_of(&self, graph: &Graph, at: usize) -> Graph {
        self.of(graph).with_request_key(nth_key(&self.request_key, at))
    }
}

fn nth_key(key: &str, at: usize) -> String {
    match (key, at) {
        ("", _) | (_, 0) => key.to_owned(),
        _ => format!("{key}.{}", at + 1),
    }
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    Table,
    Json,
}

/// Which vertices are meant.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Meant {
    /// Path of the vertices.
    #[arg(add = offers::paths())]
    path: Option<String>,

    /// Ranks of the vertices, an idset such as 0-3,7.
    #[arg(long)]
    ranks: Option<String>,
}

impl Meant {
    pub(super) fn vertices(&self) -> Vertices {
        match &self.ranks {
            Some(ranks) => Vertices::Ranks(ranks.clone()),
            None => Vertices::Path(self.path.clone().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_has_a_key_of_its_own() {
        assert_eq!([0, 1, 2].map(|at| nth_key("KEY", at)), ["KEY", "KEY.2", "KEY.3"]);
        assert_eq!([0, 1].map(|at| nth_key("", at)), ["", ""]);
    }
}
