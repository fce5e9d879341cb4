//! What is wrong with a text: the first fault ends a load, and all of them are listed for whoever wants to mend the
//! text. Both go the same way through a reader.

use super::Position;

/// What becomes of a fault.
#[derive(Debug)]
pub(super) enum Faults<E> {
    /// It ends the reading.
    First,
    /// It is remembered, and the reader goes on where that makes sense.
    All(Vec<E>),
}

impl<E> Faults<E> {
    /// Takes note of a fault.
    ///
    /// # Errors
    /// The fault, if it ends the reading.
    pub(super) fn note(&mut self, fault: E) -> Result<(), E> {
        match self {
            Self::First => Err(fault),
            Self::All(found) => {
                found.push(fault);
                Ok(())
            }
        }
    }

    /// What came of a part of the text; nothing if it is faulty and the reading goes on.
    ///
    /// # Errors
    /// As [`Faults::note`].
    pub(super) fn keep<T>(&mut self, result: Result<T, E>) -> Result<Option<T>, E> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(fault) => self.note(fault).map(|()| None),
        }
    }

    /// Whether there is a fault so far.
    pub(super) fn any(&self) -> bool {
        matches!(self, Self::All(found) if !found.is_empty())
    }

    /// All faults of a text, in the order in which the reader met them.
    pub(super) fn all<T>(read: impl FnOnce(&mut Self) -> Result<T, E>) -> Vec<E> {
        let mut faults = Self::All(Vec::new());
        let last = read(&mut faults).err();
        let mut found = match faults {
            Self::First => Vec::new(),
            Self::All(found) => found,
        };
        found.extend(last);
        found
    }
}

/// Positions in a text, each in O(log lines) once the first is known.
#[derive(Debug)]
pub(super) struct Places<'t> {
    text: &'t str,
    /// Where the lines begin; none until it matters.
    lines: Vec<usize>,
}

impl<'t> Places<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, lines: Vec::new() }
    }

    /// The position of `part`, which must be a slice of the text.
    pub(super) fn of_part(&mut self, part: &str) -> Position {
        self.at((part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize))
    }

    /// The position of a byte.
    pub(super) fn at(&mut self, offset: usize) -> Position {
        if self.lines.is_empty() {
            self.lines.push(0);
            self.lines.extend(self.text.match_indices('\n').map(|(at, _)| at + 1));
        }
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = line.checked_sub(1).and_then(|at| self.lines.get(at)).copied().unwrap_or(0);
        Position { line, column: offset - start + 1 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_fault_ends_a_load_and_all_are_listed() {
        let read = |faults: &mut Faults<u8>| {
            faults.note(1)?;
            faults.keep(Ok::<u8, u8>(0))?;
            faults.keep(Err::<u8, u8>(2))?;
            Err::<(), u8>(3)
        };
        assert_eq!(read(&mut Faults::First), Err(1));
        assert_eq!(Faults::all(read), [1, 2, 3]);
    }

    proptest! {
        #[test]
        fn places_are_positions(text in "[a\né]{0,20}", at in 0..30_usize) {
            let part = text.get(at..).unwrap_or("");
            let part = if part.is_empty() { &text[..] } else { part };
            prop_assert_eq!(Places::of(&text).of_part(part), Position::of(&text, part));
        }
    }
}
