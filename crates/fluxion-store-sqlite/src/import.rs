//! Writing what another log has: graphs whose frames may begin late, as what came before was thrown away there.

use fluxion_store::journal::{Frame, GraphEntry, LogError, Sequence};

use crate::log::{SqliteLog, create, insert, update};

impl SqliteLog {
    /// Enters a graph as another log lists it. Its frames and snapshots are still to come; whether they do is for the caller
    /// to see ([`examine`](fluxion_store::journal::examine)).
    ///
    /// # Errors
    /// [`LogError`]; [`LogError::Misplaced`] if it is there already.
    pub fn import_graph(&mut self, entry: &GraphEntry) -> Result<(), LogError> {
        self.check_poison()?;
        if let Some(known) = self.catalog.entry(entry.id) {
            let (graph, expected, found) = (entry.id, known.last, Sequence(0));
            return Err(LogError::Misplaced { graph, expected, found });
        }
        self.transact(|transaction, catalog| {
            create(transaction, entry)?;
            update(transaction, entry)?;
            catalog.enter(entry.clone());
            catalog.next_graph = catalog.next_graph.max(entry.id.0.saturating_add(1));
            Ok(())
        })
    }

    /// Writes frames of graphs that were entered, as they are.
    ///
    /// # Errors
    /// [`LogError`]; [`LogError::Misplaced`] if one is of another graph, or does not belong to it.
    pub fn import_frames(&mut self, frames: &[Frame]) -> Result<(), LogError> {
        self.check_poison()?;
        for frame in frames {
            let (graph, found) = (frame.graph, frame.last);
            let known = self.catalog.entry(graph);
            let expected = known.map_or(Sequence(0), |entry| entry.last);
            let is_of_it = known.is_some_and(|entry| entry.incarnation == frame.incarnation);
            if !is_of_it || found > expected || found < frame.first {
                return Err(LogError::Misplaced { graph, expected, found });
            }
        }
        self.transact(|transaction, _| {
            frames.iter().try_for_each(|frame| insert(transaction, frame))
        })
    }
}
