//! Finding a place in the frames of a graph without reading all of them: where a time begins, and where a job was booked.
//! A frame is read for each halving. Must not know where frames come from.

use std::collections::BTreeMap;

use fluxion_context::{Action, JobId};

use crate::journal::frame::{Frame, FrameError, Sequence};
use crate::journal::log::LogError;
use crate::journal::record::{Event, Record, Time};
use crate::revision::Revision;

/// Reads the frames of a graph that have records after one, until they have so many bytes or more, as
/// [`Log::read_frames`](crate::journal::Log::read_frames) does.
pub type ReadFrames<'a> = dyn FnMut(Sequence, usize) -> Result<Vec<Frame>, LogError> + 'a;

/// Why a place was not found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SeekError {
    /// A frame could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A frame is not what was written.
    #[error("the frame of records {first} to {last} is damaged: {error}")]
    Frame {
        /// Its first record.
        first: Sequence,
        /// Its last one.
        last: Sequence,
        /// What is wrong with it.
        error: FrameError,
    },
}

impl SeekError {
    /// The records of a frame.
    ///
    /// # Errors
    /// [`SeekError::Frame`].
    pub fn records(frame: &Frame) -> Result<Vec<(Sequence, Record)>, Self> {
        let (first, last) = (frame.first, frame.last);
        frame.records().map_err(|error| Self::Frame { first, last, error })
    }
}

/// The first frame with records after `after` and not beyond `last` that `is_there` says yes to, if all those after it are
/// of the same kind. Reads O(log records) frames.
fn first_frame(
    read: &mut ReadFrames<'_>,
    after: Sequence,
    last: Sequence,
    is_there: &dyn Fn(&Frame) -> Result<bool, SeekError>,
) -> Result<Option<Frame>, SeekError> {
    // frames up to `low` are not there; those beyond `high` are, or there are none
    let (mut low, mut high, mut found) = (after.0, last.0, None);
    while low < high {
        let middle = low + (high - low) / 2;
        match read(Sequence(middle), 1)?.into_iter().next() {
            None => high = middle,
            Some(frame) if is_there(&frame)? => {
                high = middle.min(frame.first.0.saturating_sub(1));
                found = Some(frame);
            }
            Some(frame) => low = frame.last.0.max(middle + 1),
        }
    }
    Ok(found)
}

/// The records of a graph, which ends with `last`, that come before a time: all of a later time come after the one that is
/// told, as far as the clock of the server never went back. Reads O(log records) frames.
///
/// # Errors
/// [`SeekError::Log`].
pub fn last_before(
    read: &mut ReadFrames<'_>,
    last: Sequence,
    time: Time,
) -> Result<Sequence, SeekError> {
    let found = first_frame(read, Sequence(0), last, &|frame| Ok(frame.time >= time))?;
    Ok(found.map_or(last, |frame| Sequence(frame.first.0.saturating_sub(1))))
}

/// The last record before the first frame with a later revision than some: what came after that revision comes after the record
/// that is told, and so may some of what came before. Nothing if all that is kept, up to `last`, is older. Reads O(log records) frames.
///
/// # Errors
/// [`SeekError::Log`].
pub fn before_revision_after(
    read: &mut ReadFrames<'_>,
    last: Sequence,
    revision: Revision,
) -> Result<Option<Sequence>, SeekError> {
    // a frame that holds nothing but the end of a graph has no revision, and is the last one
    let is_later = |frame: &Frame| Ok(frame.revision > revision || frame.revision.0 == 0);
    let found = first_frame(read, Sequence(0), last, &is_later)?;
    Ok(found.map(|frame| Sequence(frame.first.0.saturating_sub(1))))
}

/// The records by which jobs were booked, as far as they are kept. Job numbers ascend with the records, but for those that an
/// update names: what was booked under a number that had been passed already is not found. Reads O(jobs · log records) frames.
///
/// # Errors
/// [`SeekError`].
pub fn bookings(
    read: &mut ReadFrames<'_>,
    last: Sequence,
    jobs: impl IntoIterator<Item = JobId>,
) -> Result<BTreeMap<JobId, Record>, SeekError> {
    let mut found = BTreeMap::new();
    // of the frame that was read last
    let mut near: BTreeMap<JobId, Record> = BTreeMap::new();
    let mut after = Sequence(0);
    let jobs: std::collections::BTreeSet<JobId> = jobs.into_iter().collect();
    for job in jobs {
        if !near.contains_key(&job)
            && let Some(frame) = frame_of(read, after, last, job)?
        {
            after = Sequence(frame.first.0.saturating_sub(1));
            near = booked(SeekError::records(&frame)?);
        }
        found.extend(near.remove(&job).map(|record| (job, record)));
    }
    Ok(found)
}

/// The frame after which numbers have passed that of a job. It is looked for near by first: jobs that are listed together were
/// often booked together.
fn frame_of(
    read: &mut ReadFrames<'_>,
    after: Sequence,
    last: Sequence,
    job: JobId,
) -> Result<Option<Frame>, SeekError> {
    let has_passed = |frame: &Frame| Ok(next_job(frame)? > job);
    let (mut low, mut step) = (after.0, 256);
    while low + step < last.0 {
        match read(Sequence(low + step), 1)?.into_iter().next() {
            Some(frame) if !has_passed(&frame)? => {
                low = frame.last.0;
                step *= 4;
            }
            // numbers pass that of the job within this frame, or before it
            Some(frame) => return first_frame(read, Sequence(low), frame.last, &has_passed),
            None => break,
        }
    }
    first_frame(read, Sequence(low), last, &has_passed)
}

/// The number that the next job gets after a frame.
fn next_job(frame: &Frame) -> Result<JobId, SeekError> {
    let records = SeekError::records(frame)?;
    Ok(match records.last().map(|(_, record)| &record.event) {
        Some(Event::Created { store, .. }) => store.context().next_job(),
        Some(Event::Committed(settled)) => settled.next_job(),
        // no job of the graph has a later number
        Some(Event::Dropped { .. }) | None => JobId(u64::MAX),
    })
}

fn booked(records: Vec<(Sequence, Record)>) -> BTreeMap<JobId, Record> {
    let booking = |(_, record): (Sequence, Record)| {
        let Event::Committed(settled) = &record.event else { return None };
        match settled.commit().change.action {
            Some(Action::Book { job, .. }) => Some((job, record)),
            _ => None,
        }
    };
    records.into_iter().filter_map(booking).collect()
}
