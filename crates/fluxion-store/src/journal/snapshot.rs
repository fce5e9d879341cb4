//! All that there is of a graph at a moment, as it is written down, and back.

use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use fluxion_context::{Clock, Context, EngineParts, Expiry, JobId, JobRecord, Options, TimeWindow};
use prost::Message as _;
use xxhash_rust::xxh3::Xxh3;

use crate::created_by::CreatedBy;
use crate::graph_time::GraphTime;
use crate::journal::answers::{Refusals, kept, put_answer, put_request, request};
use crate::journal::changes::{self, carried, put_carried};
use crate::journal::column::{column, put_column};
use crate::journal::error::DecodeError;
use crate::journal::graph_columns::{graph, put_graph};
use crate::journal::runs;
use crate::journal::varint::{pack, unpack};
use crate::journal::windows::{put_window, window};
use crate::journal::wire;
use crate::load_source::LoadSource;
use crate::revision::{Incarnation, Revision};
use crate::store::Store;

/// The format of snapshots.
const FORMAT: u8 = 1;

/// What stands behind the format: the message as it is, or packed.
const PLAIN: u8 = 0;
const PACKED: u8 = 1;

impl Store {
    /// The store as bytes. O(graph + what the jobs hold): to be called on a clone, on a thread that nobody waits for.
    pub fn snapshot(&self, refusals: &dyn Refusals) -> Vec<u8> {
        let message = put_store(self, refusals).encode_to_vec();
        let (form, bytes) = match pack(&message) {
            Some(packed) => (PACKED, packed),
            None => (PLAIN, message),
        };
        let mut out = Vec::with_capacity(bytes.len() + 2);
        out.extend([FORMAT, form]);
        out.extend(bytes);
        out
    }

    /// The store of [`Store::snapshot`]. O(graph + what the jobs hold).
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn restore(bytes: &[u8]) -> Result<Self, DecodeError> {
        let [format, form, bytes @ ..] = bytes else {
            return Err(DecodeError::Malformed("a snapshot that ends too early"));
        };
        if *format != FORMAT {
            let (found, known) = (u32::from(*format), u32::from(FORMAT));
            return Err(DecodeError::Newer { found, known });
        }
        let message = match *form {
            PLAIN => Bytes::copy_from_slice(bytes),
            PACKED => unpack(bytes)?.into(),
            _ => return Err(DecodeError::Malformed("a snapshot in no form that there is")),
        };
        store(wire::Snapshot::decode(message)?)
    }
}

pub(super) fn put_store(store: &Store, refusals: &dyn Refusals) -> wire::Snapshot {
    let (graph, engine) = store.context().parts();
    let key = |(job, key): (JobId, &str)| wire::JobKey { job: job.0, key: key.to_owned() };
    wire::Snapshot {
        incarnation: store.incarnation().0,
        revision: store.revision().0,
        options: Some(put_options(store.options())),
        graph: Some(put_graph(&graph)),
        down_runs: runs::put_vertices(&engine.down).into(),
        jobs: engine.jobs.iter().map(|(job, record)| put_job(*job, record)).collect(),
        cancelled: put_column(engine.cancelled.iter().map(|job| job.0 as i64)),
        next_job: engine.next.0,
        weight_runs: runs::put_weights(&engine.weights).into(),
        carried: put_carried(&engine.carried),
        job_keys: store.job_keys.iter().map(key).collect(),
        answers: store.request_keys.iter().map(|kept| put_answer(kept, refusals)).collect(),
        carried_answers: store.request_keys.uncommitted().len() as u64,
        source: store
            .source
            .map_or(Bytes::new(), |LoadSource(hash)| hash.to_le_bytes().to_vec().into()),
        created_by: store.created_by.as_deref().map(put_created_by),
        graph_time: store.time.committed(),
        windows: engine.windows.iter().map(|window| put_window(window)).collect(),
    }
}

/// What a graph is loaded from. O(length of the text).
pub fn source_of(text: &str, options: &Options) -> LoadSource {
    let options = put_options(options).encode_to_vec();
    let mut hasher = Xxh3::new();
    hasher.update(&(options.len() as u64).to_le_bytes());
    hasher.update(&options);
    hasher.update(text.as_bytes());
    LoadSource(hasher.digest128())
}

fn source(bytes: &[u8]) -> Result<Option<LoadSource>, DecodeError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let bytes = bytes.try_into().map_err(|_| DecodeError::Malformed("what it was loaded from"))?;
    Ok(Some(LoadSource(u128::from_le_bytes(bytes))))
}

pub(super) fn put_created_by(created_by: &CreatedBy) -> wire::CreatedBy {
    let CreatedBy { request, options, vertices, edges } = created_by;
    let (request, options) = (Some(put_request(request)), Some(put_options(options)));
    wire::CreatedBy { request, options, vertices: *vertices, edges: *edges }
}

pub(super) fn created_by(told: wire::CreatedBy) -> Result<Arc<CreatedBy>, DecodeError> {
    let missing = DecodeError::Malformed("a part that is missing");
    let request = request(told.request.ok_or(missing.clone())?);
    let options = options(told.options.ok_or(missing)?)?;
    let wire::CreatedBy { vertices, edges, .. } = told;
    Ok(Arc::new(CreatedBy { request, options, vertices, edges }))
}

fn put_job(job: JobId, record: &JobRecord) -> wire::Job {
    wire::Job {
        job: job.0,
        start: record.window.start,
        end: record.window.end,
        state: changes::put_state(record.state).into(),
        hold: changes::put_hold(record.hold).into(),
        grant_runs: runs::put_grants(&record.grants).into(),
    }
}

fn put_options(options: &Options) -> wire::Options {
    wire::Options {
        load_format: options.load_format.as_str().to_owned(),
        allowlist: options.allowlist.clone(),
        subsystems: options.subsystems.clone(),
        policy: options.policy.clone(),
        traverser: options.traverser.clone(),
        slots: options.slots.as_str().to_owned(),
        match_format: options.match_format.as_str().to_owned(),
        prune_filters: options.prune_filters.clone(),
        max_visits: options.max_visits,
        clock: unless_usual(options.clock, Clock::Manual, options.clock.as_str()),
        expiry: unless_usual(options.expiry, Expiry::Hold, options.expiry.as_str()),
    }
}

/// Empty for what every graph had before there was a choice.
fn unless_usual<T: PartialEq>(value: T, usual: T, name: &str) -> String {
    if value == usual { String::new() } else { name.to_owned() }
}

fn or_usual<T: FromStr>(name: &str, usual: T, what: &'static str) -> Result<T, DecodeError> {
    match name {
        "" => Ok(usual),
        name => name.parse().map_err(|_| DecodeError::UnknownKind(what)),
    }
}

pub(super) fn store(mut snapshot: wire::Snapshot) -> Result<Store, DecodeError> {
    let missing = DecodeError::Malformed("a part that is missing");
    let options = options(snapshot.options.take().ok_or(missing.clone())?)?;
    let columns = snapshot.graph.take().ok_or(missing)?;
    let cancelled = column(&snapshot.cancelled, |number| Some(JobId(number as u64)))?;
    let engine = EngineParts {
        down: runs::vertices(&snapshot.down_runs)?,
        jobs: snapshot.jobs.into_iter().map(job).collect::<Result<_, _>>()?,
        cancelled,
        next: JobId(snapshot.next_job),
        weights: runs::weights(&snapshot.weight_runs)?,
        windows: snapshot.windows.into_iter().map(window).collect::<Result<_, _>>()?,
        carried: carried(snapshot.carried)?,
    };
    let context = Context::resume(&graph(&columns)?, engine, &options)?;
    let mut store = Store::new(context, options, Incarnation(snapshot.incarnation));
    store.revision = Revision(snapshot.revision);
    store.time = GraphTime::at(snapshot.graph_time);
    store.source = source(&snapshot.source)?;
    store.created_by = snapshot.created_by.map(created_by).transpose()?;
    for wire::JobKey { job, key } in snapshot.job_keys {
        store.job_keys.assign(JobId(job), &key);
    }
    let answers = snapshot.answers.len() as u64;
    let committed = answers.saturating_sub(snapshot.carried_answers);
    for (number, answer) in (0..).zip(snapshot.answers) {
        if number == committed {
            store.request_keys.commit();
        }
        store.request_keys.remember(kept(answer)?);
    }
    if committed == answers {
        store.request_keys.commit();
    }
    Ok(store)
}

fn job(job: wire::Job) -> Result<(JobId, JobRecord), DecodeError> {
    let record = JobRecord {
        state: changes::state(job.state())?,
        window: TimeWindow { start: job.start, end: job.end },
        grants: runs::grants(&job.grant_runs)?.into(),
        hold: changes::hold(job.hold())?,
    };
    Ok((JobId(job.job), record))
}

fn options(options: wire::Options) -> Result<Options, DecodeError> {
    let unknown = DecodeError::UnknownKind;
    Ok(Options {
        load_format: options.load_format.parse().map_err(|_| unknown("a load format"))?,
        allowlist: options.allowlist,
        subsystems: options.subsystems,
        policy: options.policy,
        traverser: options.traverser,
        slots: options.slots.parse().map_err(|_| unknown("a rule for slots"))?,
        match_format: options.match_format.parse().map_err(|_| unknown("a match format"))?,
        prune_filters: options.prune_filters,
        max_visits: options.max_visits,
        clock: or_usual(&options.clock, Clock::Manual, "a clock")?,
        expiry: or_usual(
            &options.expiry,
            Expiry::Hold,
            "what becomes of a job whose time is over",
        )?,
    })
}
