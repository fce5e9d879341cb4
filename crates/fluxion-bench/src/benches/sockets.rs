//! B9: one-core jobs over gRPC.

use std::sync::Arc;

use super::{Case, Settings};
use crate::load::{Pattern, Process, Traffic, Until, runtime, seen_row};
use crate::machine::Machine;
use crate::memory;
use crate::progress::Progress;
use crate::report::{Column, Row};

const CLIENTS: [usize; 2] = [1, 16];

/// Nodes and jobs.
fn sizes(settings: Settings) -> (usize, usize) {
    (settings.pick(5000, 500), settings.pick(50_000, 2000))
}

pub(super) fn title(settings: Settings) -> String {
    let (nodes, jobs) = sizes(settings);
    format!(
        "{jobs} one-core jobs on {nodes} nodes x 16 cores over gRPC; the memory is the server's"
    )
}

pub(super) fn cases() -> Vec<Case> {
    Case::list(&["1 client", "16 clients"], run)
}

fn run(case: &Case, settings: Settings, _: &mut Progress) -> anyhow::Result<Vec<Row>> {
    let (nodes, calls) = sizes(settings);
    let clients = CLIENTS.get(case.variant).copied().unwrap_or(1);
    let traffic = Traffic { clients, pattern: Pattern::Place };
    let bar = Progress::new(format!("B9 {}", case.name));
    runtime()?.block_on(async {
        let server = Process::start()?;
        server.init(Machine::flat(nodes, 16, 0)).await?;
        let until = Arc::new(Until { calls, ..Until::default() });
        let (seen, took) = traffic.run(&server, until, bar).await?;
        let row = seen_row(&seen, &case.name, took);
        Ok(vec![row.with_size(Column::Peak, memory::peak(&server.id()))])
    })
}
