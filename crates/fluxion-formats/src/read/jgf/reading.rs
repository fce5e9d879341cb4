//! The careful way through a document: part by part, with what is wrong and where. A faulty vertex is mended for the
//! sake of what follows, so that each fault is met, and no fault that is only the consequence of another.

use std::borrow::Cow;

use rustc_hash::FxHashSet;
use serde_json::value::RawValue;

use super::edge_entry::EdgeEntry;
use super::error::{JgfError, JgfErrorKind};
use super::excerpt::excerpt;
use super::loader::Loader;
use super::outline::{Outline, RawVertex, read_part};
use super::vertex_entry::VertexEntry;
use super::warning::JgfWarning;
use crate::read::faults::{Faults, Places};
use crate::read::json::{Field, ValueKind};

type Result<T> = std::result::Result<T, JgfError>;

/// A load that looks at every fault.
pub(super) struct Reading<'f, 'g, 'a> {
    text: &'a str,
    loader: Loader<'g, 'a>,
    faults: &'f mut Faults<JgfError>,
    places: Places<'a>,
    /// The ids of vertices that could not be made.
    missing: FxHashSet<Cow<'a, str>>,
    /// The entries of the edges that were added.
    added: Vec<&'a RawValue>,
    /// Whether all vertices have the `uniq_id` of the document.
    has_all_ids: bool,
}

impl<'f, 'g, 'a> Reading<'f, 'g, 'a> {
    pub(super) fn of(
        text: &'a str,
        loader: Loader<'g, 'a>,
        faults: &'f mut Faults<JgfError>,
    ) -> Self {
        Self {
            text,
            loader,
            faults,
            places: Places::of(text),
            missing: FxHashSet::default(),
            added: Vec::new(),
            has_all_ids: true,
        }
    }

    fn note(&mut self, kind: JgfErrorKind, raw: &RawValue) -> Result<()> {
        let place = self.places.of_part(raw.get());
        self.faults.note(JgfError::new(kind, Some(place)))
    }

    pub(super) fn add_vertices(&mut self, outline: &Outline<'a>) -> Result<()> {
        let mut entry = VertexEntry::default();
        for vertex in &outline.nodes {
            let read = read_part(self.text, vertex.1, &mut entry);
            match self.faults.keep(read)? {
                Some(kind) => self.add_vertex(kind, vertex, &mut entry, outline)?,
                None => self.has_all_ids = false,
            }
        }
        Ok(())
    }

    fn add_vertex(
        &mut self,
        kind: ValueKind,
        (key, raw): &RawVertex<'a>,
        entry: &mut VertexEntry<'a>,
        outline: &Outline<'a>,
    ) -> Result<()> {
        let fault = match (kind, key) {
            (ValueKind::Object, key) => {
                if let Some(key) = key {
                    entry.id = Field::Text(key.clone());
                }
                return self.add_object(raw, entry, outline);
            }
            (_, None) => JgfErrorKind::VertexId,
            (_, Some(key)) => JgfErrorKind::MissingMetadata { vertex: excerpt(key) },
        };
        self.missing.extend(key.clone());
        self.note(fault, raw)
    }

    fn add_object(
        &mut self,
        raw: &RawValue,
        entry: &mut VertexEntry<'a>,
        outline: &Outline<'a>,
    ) -> Result<()> {
        while let Err(fault) = self.loader.add_vertex(entry, outline.dialect) {
            let is_mended = entry.mend(&fault);
            self.has_all_ids &= !matches!(
                fault,
                JgfErrorKind::UniqId { .. }
                    | JgfErrorKind::MalformedMetadata { field: "uniq_id", .. }
            );
            let is_repeated = matches!(
                fault,
                JgfErrorKind::DuplicateId { .. } | JgfErrorKind::DuplicateAlias { .. }
            );
            self.note(fault, raw)?;
            if !is_mended {
                if let (Field::Text(id), false) = (&entry.id, is_repeated) {
                    self.missing.insert(id.clone());
                }
                return Ok(());
            }
        }
        Ok(())
    }

    pub(super) fn add_edges(&mut self, outline: &Outline<'a>) -> Result<()> {
        let mut entry = EdgeEntry::default();
        for raw in &outline.edges {
            let read = read_part(self.text, raw, &mut entry);
            let Some(kind) = self.faults.keep(read)? else { continue };
            let before = self.loader.edge_count();
            match self.loader.add_edge(kind, &entry, outline.dialect) {
                Ok(()) if self.loader.edge_count() > before => self.added.push(raw),
                Ok(()) => {}
                Err(fault) => self.note_edge(fault, raw, &entry)?,
            }
        }
        Ok(())
    }

    fn note_edge(
        &mut self,
        fault: JgfErrorKind,
        raw: &RawValue,
        entry: &EdgeEntry<'a>,
    ) -> Result<()> {
        if let Faults::First = self.faults {
            // A collision among the edges before this one would have been met first.
            self.loader.check_collision().map_err(|kind| JgfError::new(kind, None))?;
        }
        let is_missing = |id: &str| self.missing.contains(id);
        match (&fault, entry.ends()) {
            (JgfErrorKind::UnknownEnd { .. }, Ok((source, target)))
                if is_missing(source) || is_missing(target) =>
            {
                Ok(())
            }
            _ => self.note(fault, raw),
        }
    }

    /// The graph; that of a faulty document is worth nothing.
    pub(super) fn finish(mut self) -> Result<Option<JgfWarning>> {
        if let Faults::All(_) = self.faults {
            let collisions = if self.has_all_ids { self.loader.collisions() } else { Vec::new() };
            for (at, kind) in collisions {
                if let Some(raw) = self.added.get(at) {
                    self.note(kind, raw)?;
                }
            }
            return Ok(self.loader.unchecked());
        }
        self.loader.finish().map_err(|kind| JgfError::new(kind, None))
    }
}
