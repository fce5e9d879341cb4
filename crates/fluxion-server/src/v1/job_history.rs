//! ListJobs with a history: jobs as the journal tells of them, together with what the graph still knows. What is read of the
//! journal is read and understood on threads of its own, never on that of the graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use fluxion_context::{Job as Known, JobId, JobState};
use fluxion_store::Incarnation;
use fluxion_store::journal::{
    GraphEntry, LogError, PastJob, SeekError, Sequence, Time, TimeRange, bookings,
};
use tonic::Status;

use crate::access::caller::Caller;
use crate::proto::fluxion::v1::{HistoryRange, Job, JobState as State, ListJobsResponse};
use crate::transport::journal::Journal;
use crate::transport::registry::Registry;
use crate::transport::seen::Seen;
use crate::transport::turns::Cost;
use crate::v1::history_scans::{Scan, Scans, end_of};
use crate::v1::targets::{Named, graph_name};
use crate::v1::{failure, names};

/// The latest second that a time may name.
const LATEST: f64 = 1e10;

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) states: Vec<State>,
    pub(crate) size: usize,
    pub(crate) range: TimeRange,
    pub(crate) token: Option<Token>,
    pub(crate) incarnation: Option<Incarnation>,
}

/// Where a page ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Of which load of the graph.
    graph: u64,
    /// The last record that is looked at.
    end: u64,
    /// The last job that was told.
    after: Option<u64>,
    /// What was read of the journal, if that is still kept.
    scan: u64,
}

impl Token {
    pub(crate) fn read(text: &str) -> Result<Option<Self>, Status> {
        if text.is_empty() {
            return Ok(None);
        }
        let numbers: Option<Vec<u64>> = text.split('.').map(|part| part.parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[graph, end, after, scan]) => {
                let after = Some(after).filter(|&after| after > 0);
                Ok(Some(Self { graph, end, after, scan }))
            }
            _ => Err(failure::no_token(text)),
        }
    }

    fn text(self) -> String {
        let Self { graph, end, after, scan } = self;
        format!("{graph}.{end}.{}.{scan}", after.unwrap_or(0))
    }
}

/// The range of a request.
pub(crate) fn range(range: &HistoryRange) -> Result<TimeRange, Status> {
    let time = |field: &str, seconds: f64| match (0.0..=LATEST).contains(&seconds) {
        true => Ok(Time((seconds * 1e9) as u64)),
        false => {
            let what = format!("{seconds}: expected seconds since 1970, 0 to {LATEST:e}");
            Err(failure::invalid(field, what))
        }
    };
    let since = range.since.map(|seconds| time("history.since", seconds)).transpose()?;
    let until = range.until.map(|seconds| time("history.until", seconds)).transpose()?;
    let (since, until) = (since.unwrap_or_default(), until.unwrap_or(Time(u64::MAX)));
    Ok(TimeRange { since, until })
}

/// The graph whose history is asked for.
struct Past {
    journal: Journal,
    entry: GraphEntry,
    /// Nothing if it is another load than the one that is served.
    served: Option<Named>,
}

/// A page of the history of a graph.
pub(crate) async fn list(
    registry: &Arc<Registry>,
    scans: &Scans,
    name: &str,
    caller: &Caller,
    question: Question,
) -> Result<ListJobsResponse, Status> {
    let past = Past::find(registry, name, caller, question.incarnation).await?;
    let scan = past.scanned(registry, scans, &question).await?;
    let mut next = Token {
        graph: scan.graph.0,
        end: scan.end.0,
        after: question.token.and_then(|token| token.after),
        scan: 0,
    };
    let mut jobs = Vec::new();
    let mut is_last = false;
    if scan.is_whole() {
        let found = page(&scan, &question.states, next.after, question.size);
        is_last = found.is_last;
        next.after = found.jobs.last().map(|(job, _)| job.0).or(next.after);
        jobs = past.told(found.jobs, scan.end, &question.states).await?;
    }
    let next_page_token = match is_last {
        true => String::new(),
        false => Token { scan: scans.keep(scan), ..next }.text(),
    };
    let revision = past.revision().await?;
    let incarnation = past.entry.incarnation.to_string();
    Ok(ListJobsResponse { jobs, next_page_token, revision, incarnation })
}

/// The next jobs of a history.
struct NextJobs {
    jobs: Vec<(JobId, PastJob)>,
    is_last: bool,
}

/// Jobs that may be in one of these states: of those that have not ended within the range the graph knows more.
fn page(scan: &Scan, states: &[State], after: Option<u64>, size: usize) -> NextJobs {
    let may_be_ended = states.is_empty() || states.contains(&State::Canceled);
    let jobs = scan.history.after(after.map(JobId));
    let mut jobs = jobs.filter(|(_, past)| past.ended.is_none() || may_be_ended);
    let found = jobs.by_ref().take(size).map(|(job, past)| (job, past.clone())).collect();
    NextJobs { jobs: found, is_last: jobs.next().is_none() }
}

impl Past {
    async fn find(
        registry: &Arc<Registry>,
        name: &str,
        caller: &Caller,
        meant: Option<Incarnation>,
    ) -> Result<Self, Status> {
        let name = graph_name(name);
        caller.check_graph(name)?;
        let served = Named::find(registry, name, caller).ok();
        let present = served.as_ref().map(|graph| graph.thread.incarnation());
        let Some(meant) = meant.or(present) else { return Err(failure::no_graph(name)) };
        let Some(journal) = registry.journal().cloned() else {
            return Err(failure::memory_only(name));
        };
        let entries = journal.entries().await.map_err(|error| failure::unread(&error.into()))?;
        let is_meant = |entry: &GraphEntry| entry.name == name && entry.incarnation == meant;
        let entry = entries.into_iter().rev().find(is_meant);
        let entry = entry.ok_or_else(|| failure::another(name, meant, present))?;
        let served = served.filter(|_| present == Some(meant));
        Ok(Self { journal, entry, served })
    }

    /// What there is of the records of the range, read on by one call's worth.
    async fn scanned(
        &self,
        registry: &Arc<Registry>,
        scans: &Scans,
        question: &Question,
    ) -> Result<Scan, Status> {
        let (range, token, graph) = (question.range, question.token, self.entry.id);
        if token.is_some_and(|token| token.graph != graph.0) {
            return Err(failure::no_token(&token.map(Token::text).unwrap_or_default()));
        }
        let mut kept = token.and_then(|t| scans.take(t.scan, graph, range, Sequence(t.end)));
        if let Some(whole) = kept.take_if(|scan| scan.is_whole()) {
            return Ok(whole);
        }
        let turn = Arc::clone(&scans.turns).acquire_owned().await;
        let (scans, memory) = (scans.clone(), Arc::clone(registry.memory()));
        let last = token.map_or(self.entry.last, |token| Sequence(token.end));
        self.reading(move |read| {
            let _turn = turn;
            let mut scan = match kept {
                Some(scan) => scan,
                None => {
                    let end = match token {
                        Some(_) => Ok(last),
                        None => end_of(read, last, range.until),
                    };
                    scans.begin(graph, range, end.map_err(|error| failure::unread(&error))?)
                }
            };
            scan.read_on(read, &memory)?;
            Ok(scan)
        })
        .await
    }

    /// Reads frames of the graph on a thread that may wait.
    async fn reading<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut fluxion_store::journal::ReadFrames<'_>) -> Result<T, Status>
        + Send
        + 'static,
    ) -> Result<T, Status> {
        let (journal, graph) = (self.journal.clone(), self.entry.id);
        let working = tokio::task::spawn_blocking(move || {
            work(&mut |after, most_bytes| journal.frames(graph, after, most_bytes))
        });
        let closed = |_| failure::unread(&SeekError::Log(LogError::Poisoned(String::new())));
        working.await.map_err(closed)?
    }

    /// Jobs with what the graph knows of them, and what was recorded when they were booked, if that was before.
    async fn told(
        &self,
        found: Vec<(JobId, PastJob)>,
        end: Sequence,
        states: &[State],
    ) -> Result<Vec<Job>, Status> {
        let known = self.known(found.iter().map(|(job, _)| *job).collect()).await?;
        let before = found.iter().filter(|(_, past)| past.booked.is_none());
        let before: Vec<JobId> = before.map(|(job, _)| *job).collect();
        let mut booked = BTreeMap::new();
        if !before.is_empty() {
            let looked_up = self.reading(move |read| {
                bookings(read, end, before).map_err(|error| failure::unread(&error))
            });
            booked = looked_up.await?;
        }
        let jobs = found.into_iter().map(|(job, mut past)| {
            if let Some(record) = booked.get(&job) {
                past.enter_booking(record);
            }
            tell(job, &past, known.get(&job))
        });
        let is_meant = |job: &Job| states.is_empty() || states.contains(&job.state());
        Ok(jobs.filter(is_meant).collect())
    }

    /// What the graph knows of jobs, with their keys.
    async fn known(&self, jobs: Vec<JobId>) -> Result<BTreeMap<JobId, (Known, String)>, Status> {
        let Some(graph) = &self.served else { return Ok(BTreeMap::new()) };
        let look = move |seen: Seen<'_>| {
            let store = seen.store;
            let known = jobs.iter().filter_map(|&job| {
                let key = store.job_key(job).to_owned();
                store.context().job(job).map(|known| (job, (known, key)))
            });
            Ok(known.collect())
        };
        graph.read(Cost::Dear, look).await
    }

    async fn revision(&self) -> Result<u64, Status> {
        match &self.served {
            None => Ok(0),
            Some(graph) => graph.read(Cost::Cheap, |seen| Ok(seen.store.revision().0)).await,
        }
    }
}

fn tell(job: JobId, past: &PastJob, known: Option<&(Known, String)>) -> Job {
    let (known, known_key) = known.map(|(known, key)| (known, key.as_str())).unzip();
    let state = match (past.ended, known) {
        (None, Some(known)) => known.state,
        // what the graph has forgotten has ended, and so has all of a graph that is gone
        _ => past.end_state.unwrap_or(JobState::Canceled),
    };
    let own = past.window.map(|window| (window.start, past.new_end.unwrap_or(window.end)));
    let (start, end) = own.or(known.map(|known| (known.at, known.end))).unwrap_or_default();
    let key = if past.key.is_empty() { known_key.unwrap_or_default() } else { &past.key };
    Job {
        job_id: job.0,
        job_key: key.to_owned(),
        state: names::state(state).into(),
        start,
        end,
        booked_at: past.booked.map(seconds),
        ended_at: past.ended.map(seconds),
        ..Job::default()
    }
}

fn seconds(time: Time) -> f64 {
    time.0 as f64 / 1e9
}
