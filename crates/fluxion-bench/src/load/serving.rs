//! One-core matches and cancels from many clients: how many in a second, and does the memory stay flat?

use std::sync::Arc;

use super::{Pattern, Process, Traffic, Until, runtime, seen_row};
use crate::machine::Machine;
use crate::progress::Progress;
use crate::report::{Column, Report, Row};

/// How much traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serving {
    /// Clients, each with a connection.
    pub clients: usize,
    /// Calls in all: each match is followed by a cancel.
    pub calls: usize,
    /// Nodes of the machine, with 64 cores and 4 gpus each.
    pub nodes: usize,
    /// Options of the server.
    pub options: Vec<String>,
}

impl Serving {
    /// Starts a server and measures it.
    ///
    /// # Errors
    /// The server did not start, did not load the machine or cannot be reached.
    pub fn run(self) -> anyhow::Result<Report> {
        runtime()?.block_on(self.measure())
    }

    async fn measure(self) -> anyhow::Result<Report> {
        let Self { clients, calls, nodes, options } = self;
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let server = Process::start_with(&options)?;
        server.init(Machine::flat(nodes, 64, 4)).await?;
        let start = server.resident();
        let traffic = Traffic { clients, pattern: Pattern::PlaceAndRelease };
        let until = Arc::new(Until { calls, ..Until::default() });
        let (seen, took) = traffic.run(&server, until, Progress::new("serve")).await?;
        let mut rows = vec![
            seen_row(&seen, "all calls", took),
            seen.matches.timed_row("match", took),
            seen.cancels.timed_row("cancel", took),
            Row::new("the server before").with_size(Column::Resident, start),
        ];
        rows.extend(seen.memory.iter().map(|(calls, bytes)| {
            Row::new(format!("after {calls} calls")).with_size(Column::Resident, *bytes)
        }));
        let title =
            format!("{clients} clients, one-core match and cancel on {nodes} nodes, over gRPC");
        Ok(Report { bench: "serve".to_owned(), title, rows })
    }
}
