//! What has happened to a graph and is not in its ring any more: read from the journal, a piece at a time, and understood on a
//! thread that may wait.

use std::sync::Arc;

use fluxion_store::Revision;
use fluxion_store::journal::{
    Event, Frame, LogError, Record, SeekError, Sequence, before_revision_after,
};

use crate::transport::journal::GraphJournal;
use crate::transport::watch::ring::Told;

/// Bytes of frames that are read at once.
const PIECE: usize = 256 << 10;

/// A place in the journal of a graph.
#[derive(Clone, Debug)]
pub(crate) struct JournalPlace {
    journal: Arc<GraphJournal>,
    /// The last record that was read; nothing if the place was not looked for.
    at: Option<Sequence>,
}

impl JournalPlace {
    /// Nowhere yet.
    pub(crate) fn of(journal: Arc<GraphJournal>) -> Self {
        Self { journal, at: None }
    }

    /// The next events after a revision; none if there is not one, or the first of them is not kept any more.
    ///
    /// # Errors
    /// [`SeekError`].
    pub(crate) async fn after(&mut self, revision: u64) -> Result<Vec<Arc<Told>>, SeekError> {
        let (journal, at) = (Arc::clone(&self.journal), self.at);
        let (told, at) = waited(move || read(&journal, at, revision)).await?;
        self.at = at;
        Ok(told)
    }

    /// Another place is looked for when something is read next.
    pub(crate) fn leave(&mut self) {
        self.at = None;
    }

    /// The revision after which all is kept.
    ///
    /// # Errors
    /// [`SeekError`].
    pub(crate) async fn oldest(&self) -> Result<Option<u64>, SeekError> {
        let journal = Arc::clone(&self.journal);
        waited(move || {
            let frame = journal.frames(Sequence(0), 1)?.into_iter().next();
            let records = frame.map(|frame| SeekError::records(&frame)).transpose()?;
            let first = records.as_deref().and_then(<[_]>::first);
            Ok(first.and_then(|(_, record)| revision_before(record)))
        })
        .await
    }
}

/// Does something on a thread that may wait.
async fn waited<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SeekError> + Send + 'static,
) -> Result<T, SeekError> {
    let ended = |_| SeekError::Log(LogError::Poisoned("the server ends".to_owned()));
    tokio::task::spawn_blocking(work).await.map_err(ended)?
}

fn read(
    journal: &GraphJournal,
    at: Option<Sequence>,
    revision: u64,
) -> Result<(Vec<Arc<Told>>, Option<Sequence>), SeekError> {
    let mut frames = |after, bytes| journal.frames(after, bytes);
    let found = match at {
        Some(at) => Some(at),
        None => before_revision_after(&mut frames, journal.last_written(), Revision(revision))?,
    };
    let Some(mut at) = found else { return Ok((Vec::new(), None)) };
    loop {
        let piece = frames(at, PIECE)?;
        let Some(last) = piece.last() else { return Ok((Vec::new(), Some(at))) };
        at = last.last;
        let told = events(&piece, revision)?;
        match told.first() {
            // records that make no revision
            None => {}
            Some(first) if first.revision == revision + 1 => return Ok((told, Some(at))),
            Some(_) => return Ok((Vec::new(), None)),
        }
    }
}

/// The events of frames after a revision.
fn events(frames: &[Frame], revision: u64) -> Result<Vec<Arc<Told>>, SeekError> {
    let mut found = Vec::new();
    for frame in frames {
        let records = SeekError::records(frame)?;
        let told = records.iter().filter_map(|(_, record)| Told::recorded(record));
        found.extend(told.filter(|told| told.revision > revision).map(Arc::new));
    }
    Ok(found)
}

/// The revision of a graph before a record was made, or after it was created.
fn revision_before(record: &Record) -> Option<u64> {
    match &record.event {
        Event::Created { store, .. } => Some(store.revision().0),
        Event::Committed(settled) => {
            let commit = settled.commit();
            Some(commit.revision.0 - u64::from(commit.change.action.is_some()))
        }
        Event::Dropped { .. } => None,
    }
}
