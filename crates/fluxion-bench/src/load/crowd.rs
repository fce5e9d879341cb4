//! A crowd at one server: many clients that go about their work, streams on which nothing is asked, uploads that stand still, and
//! one client that floods the graph of all. How long do the first wait, and how much memory does the server take?

use std::time::Duration;

use fluxion_client::{FluxionClient, MatchOperation};
use tokio::task::JoinSet;
use tokio::time::{Instant, Interval, interval_at};

use super::Process;
use super::attack::Attack;
use super::attackers::{Attackers, Target};
use crate::jobspecs::Job;
use crate::machine::Machine;
use crate::measure::{self, Samples};
use crate::memory;
use crate::progress::Progress;
use crate::report::{Column, Report, Row};

/// How it is called.
pub(super) const CROWD: &str = "crowd";

/// What the server may take: an eighth of it is for connections, and with half as much 341 would be too many.
const MEMORY: &str = "1GiB";

/// The same in bytes.
const MEMORY_BYTES: u64 = 1 << 30;

/// How long 99 of 100 calls of a full crowd may take.
const SOON: Duration = Duration::from_millis(50);

/// Who is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// Clients that match and cancel.
    pub clients: usize,
    /// Calls that they make in a second, all together.
    pub rate: usize,
    /// For so many seconds.
    pub seconds: usize,
    /// Streams on which nothing is asked, each on a connection of its own.
    pub streams: usize,
    /// Uploads that stand still, each on a connection of its own.
    pub uploads: usize,
    /// Calls that one client has on their way at any time.
    pub flood: usize,
    /// Nodes of the machine, with 64 cores and 4 gpus each.
    pub nodes: usize,
}

impl Crowd {
    /// What the row of a full crowd in a report says against the server, if there is one.
    pub fn complaint(report: &Report) -> Option<String> {
        report.rows.iter().filter(|row| row.what.starts_with(CROWD)).find_map(complaint)
    }

    /// Starts a server and measures it.
    pub(super) async fn measure(self) -> anyhow::Result<Row> {
        let server = Process::start_with(&["--max-memory", MEMORY])?;
        server.init(Machine::flat(self.nodes, 64, 4)).await?;
        let mut clients = Vec::new();
        for _ in 0..self.clients {
            clients.push(server.connect().await?);
        }
        let attackers = Attackers::begin(&[
            (self.streams, Target::new(&server, Attack::Idle, 1)),
            (self.uploads, Target::new(&server, Attack::Unfinished, 1)),
            (1, Target::new(&server, Attack::Flood, self.flood)),
        ])?;
        let (worked, took) = measure::time_async(self.work(clients)).await;
        attackers.tell();
        let (samples, errors) = worked?;
        let peak = memory::peak(&server.id());
        drop(server);
        attackers.wait();
        let Self { clients, streams, uploads, .. } = self;
        let what = format!(
            "{CROWD}: {clients} at work, {streams} idle streams, {uploads} stuck uploads, one floods"
        );
        let row = samples.timed_row(what, took).with(Column::Errors, errors as f64);
        Ok(row.with_size(Column::Peak, peak))
    }

    /// The samples of all calls, and how many failed.
    async fn work(self, connected: Vec<FluxionClient>) -> anyhow::Result<(Samples, usize)> {
        // each turn is a match and a cancel
        let pause =
            Duration::from_secs(2) * u32::try_from(self.clients)? / u32::try_from(self.rate)?;
        let turns = self.seconds * self.rate / (2 * self.clients);
        let (mut clients, begin) = (JoinSet::new(), Instant::now());
        for (number, client) in connected.into_iter().enumerate() {
            // they do not all call at the same moment
            let own = pause * u32::try_from(number)? / u32::try_from(self.clients)?;
            clients.spawn(take_turns(client, interval_at(begin + own, pause), turns));
        }
        let (mut all, mut errors, mut progress) = (Samples::default(), 0, Progress::new(CROWD));
        for done in 1..=self.clients {
            if let Some(one) = clients.join_next().await {
                let (samples, failed) = one?;
                all.join(samples);
                errors += failed;
            }
            progress.step(done, self.clients);
        }
        Ok((all, errors))
    }
}

/// At each tick a match, and a cancel of what it got; the samples of both, and how many failed.
async fn take_turns(client: FluxionClient, mut ticks: Interval, turns: usize) -> (Samples, usize) {
    let (mut samples, mut errors, jobspec) = (Samples::default(), 0, Job::units(1, 0).json());
    for _ in 0..turns {
        ticks.tick().await;
        let call = client.match_jobspec(jobspec.as_str(), MatchOperation::Allocate);
        let (answer, took) = measure::time_async(call).await;
        samples.add(took);
        let Ok(matched) = answer else {
            errors += 1;
            continue;
        };
        let (answer, took) = measure::time_async(client.cancel(matched.jobid)).await;
        samples.add(took);
        errors += usize::from(answer.is_err());
    }
    (samples, errors)
}

/// What a row of a full crowd says against the server: nothing, if all had their answers soon enough within its memory.
fn complaint(row: &Row) -> Option<String> {
    let figure = |column| row.figures.get(&column).copied().unwrap_or_default();
    let (errors, wait) = (figure(Column::Errors), figure(Column::Percentile99));
    let peak = figure(Column::Peak);
    if errors > 0.0 {
        return Some(format!("{errors} calls failed"));
    }
    if wait > SOON.as_secs_f64() {
        return Some(format!("p99 is {:.1} ms, above {} ms", wait * 1000.0, SOON.as_millis()));
    }
    (peak > MEMORY_BYTES as f64).then(|| format!("the server took {peak} bytes, above {MEMORY}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(errors: f64, wait: f64, peak: f64, expected: Option<&str>) {
        let row = Row::new(CROWD).with(Column::Errors, errors);
        let row = row.with(Column::Percentile99, wait).with(Column::Peak, peak);
        assert_eq!(complaint(&row).as_deref(), expected);
    }

    #[test]
    fn what_is_wrong_is_told() {
        check(0.0, 0.05, MEMORY_BYTES as f64, None);
        check(2.0, 0.001, 1.0, Some("2 calls failed"));
        check(0.0, 0.0515, 1.0, Some("p99 is 51.5 ms, above 50 ms"));
        check(0.0, 0.001, 1_073_741_825.0, Some("the server took 1073741825 bytes, above 1GiB"));
    }
}
