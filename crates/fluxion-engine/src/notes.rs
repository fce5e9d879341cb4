//! What a search says besides yes or no: the contradictions in a request that it came across. It must not know how
//! they are worded for scripts; a search that meets none keeps nothing.

use std::fmt;

/// A contradiction in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note<'a> {
    /// Siblings ask for the same resource type.
    SameType {
        /// The type.
        ty: &'a str,
    },
    /// A vertex is to be shared, and what was asked for above it is not.
    SharedBelowExclusive {
        /// The label of what was to be shared; may be empty.
        label: &'a str,
        /// The name of the vertex.
        vertex: &'a str,
    },
    /// The request holds nothing: nothing in it is exclusive.
    HoldsNothing,
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameType { ty } => write!(f, "siblings ask for the same resource type `{ty}`"),
            Self::SharedBelowExclusive { vertex, .. } => {
                write!(f, "{vertex} cannot be shared: something above it is asked for exclusively")
            }
            Self::HoldsNothing => f.write_str(
                "nothing in it is exclusive, so that it would hold nothing: add `exclusive: true` to a resource, or a slot \
                 around it",
            ),
        }
    }
}

/// What a search came across, in the order in which it did; mostly nothing. Displays as the first note and the number
/// of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(Option<Box<Log>>);

/// The names stand one behind the other in one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Log {
    entries: Vec<Entry>,
    names: String,
}

/// How many bytes of the names belong to a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    SameType { ty: usize },
    SharedBelowExclusive { label: usize, vertex: usize },
    HoldsNothing,
}

impl Notes {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The notes, first to last.
    pub fn iter(&self) -> impl Iterator<Item = Note<'_>> {
        let log = self.0.as_deref();
        let mut names = log.map_or("", |log| &log.names);
        let mut next = move |bytes: usize| {
            let (name, rest) = names.split_at_checked(bytes)?;
            names = rest;
            Some(name)
        };
        let entries = log.map_or(&[][..], |log| &log.entries);
        entries.iter().filter_map(move |entry| match *entry {
            Entry::SameType { ty } => Some(Note::SameType { ty: next(ty)? }),
            Entry::SharedBelowExclusive { label, vertex } => {
                Some(Note::SharedBelowExclusive { label: next(label)?, vertex: next(vertex)? })
            }
            Entry::HoldsNothing => Some(Note::HoldsNothing),
        })
    }

    pub(crate) fn push(&mut self, note: Note<'_>) {
        let Log { entries, names } = &mut **self.0.get_or_insert_default();
        match note {
            Note::SameType { ty } => {
                names.push_str(ty);
                entries.push(Entry::SameType { ty: ty.len() });
            }
            Note::SharedBelowExclusive { label, vertex } => {
                names.push_str(label);
                names.push_str(vertex);
                let (label, vertex) = (label.len(), vertex.len());
                entries.push(Entry::SharedBelowExclusive { label, vertex });
            }
            Note::HoldsNothing => entries.push(Entry::HoldsNothing),
        }
    }

    /// Adds a note unless it stands there already. O(notes).
    pub(crate) fn push_once(&mut self, note: Note<'_>) {
        if !self.iter().any(|known| known == note) {
            self.push(note);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0 = None;
    }
}

impl fmt::Display for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut notes = self.iter();
        let Some(first) = notes.next() else { return Ok(()) };
        first.fmt(f)?;
        match notes.count() {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_come_back_as_they_went_in() {
        let same = Note::SameType { ty: "core" };
        let shared = |label, vertex| Note::SharedBelowExclusive { label, vertex };
        let given = [
            shared("", "node0"),
            same,
            Note::HoldsNothing,
            shared("s", "é\n"),
            shared("", "node0"),
        ];
        let mut notes = Notes::default();
        assert_eq!((notes.is_empty(), notes.to_string()), (true, String::new()));
        given.iter().for_each(|&note| notes.push(note));
        notes.push_once(same);
        assert_eq!(notes.iter().collect::<Vec<_>>(), given);
        let first = "node0 cannot be shared: something above it is asked for exclusively";
        assert_eq!(notes.to_string(), format!("{first} (and 4 more)"));
        notes.clear();
        assert!(notes.is_empty());
    }

    #[test]
    fn siblings_are_told_once() {
        let mut notes = Notes::default();
        for ty in ["core", "gpu", "core"] {
            notes.push_once(Note::SameType { ty });
        }
        let text = "siblings ask for the same resource type `core` (and 1 more)";
        assert_eq!(notes.to_string(), text);
    }
}
