//! The numbers of jobs, counted for each name of a graph over all its lives: a number that an earlier graph of the name has
//! given is never given again, so that a late cancel cannot mean somebody else's job.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many names are remembered without a graph.
const MOST_NAMES: usize = 4096;

/// The next number under one name. Clones share it: two lives of a graph, of which one is being replaced, do not give the
/// same, and neither waits for the other.
#[derive(Clone, Debug)]
pub(crate) struct Numbers(Arc<Mutex<u64>>);

impl Numbers {
    /// The next number, unless somebody takes it.
    pub(crate) fn peek(&self) -> u64 {
        *self.lock()
    }

    /// No number below this one is given any more.
    pub(crate) fn raise(&self, least: u64) {
        let mut next = self.lock();
        *next = least.max(*next);
    }

    fn from(least: u64) -> Self {
        Self(Arc::new(Mutex::new(least)))
    }

    /// Takes the next number. It counts as given until it is settled what was given.
    pub(crate) fn take(&self) -> Taken<'_> {
        let mut next = self.lock();
        let number = *next;
        *next = number.saturating_add(1);
        Taken { numbers: self, number }
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

/// A number that nobody else is given meanwhile.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    numbers: &'a Numbers,
    number: u64,
}

impl Taken<'_> {
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Says which number the graph would give next. If that is the one that was taken, it goes back, unless somebody was
    /// given a later one.
    pub(crate) fn settle(self, after: u64) {
        let mut next = self.numbers.lock();
        let is_last = *next == self.number.saturating_add(1);
        *next = if is_last { after } else { after.max(*next) };
    }
}

/// The numbers of all names.
#[derive(Debug)]
pub(crate) struct NumbersByName {
    names: BTreeMap<String, Numbers>,
    /// The first number of a name that is not known: beyond all numbers of those that were forgotten.
    first: u64,
}

impl Default for NumbersByName {
    fn default() -> Self {
        Self { names: BTreeMap::new(), first: 1 }
    }
}

impl NumbersByName {
    /// The numbers of a name. O(log names), now and then O(names).
    pub(crate) fn of(&mut self, name: &str) -> Numbers {
        if let Some(numbers) = self.names.get(name) {
            return numbers.clone();
        }
        if self.names.len() >= MOST_NAMES {
            self.forget_idle();
        }
        let numbers = Numbers::from(self.first);
        self.names.insert(name.to_owned(), numbers.clone());
        numbers
    }

    fn forget_idle(&mut self) {
        let first = &mut self.first;
        self.names.retain(|_, numbers| {
            if !numbers.is_in_use() {
                *first = (*first).max(*numbers.lock());
                return false;
            }
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_was_not_given_goes_back_and_nobody_waits() {
        let numbers = NumbersByName::default().of("g");
        let unused = numbers.take();
        assert_eq!(unused.number(), 1);
        unused.settle(1);
        let (old, new) = (numbers.take(), numbers.take());
        assert_eq!((old.number(), new.number()), (1, 2));
        old.settle(1);
        new.settle(3);
        let named = numbers.take();
        assert_eq!(named.number(), 3);
        named.settle(70);
        assert_eq!(numbers.take().number(), 70);
    }

    #[test]
    fn numbers_of_names_that_were_forgotten_are_not_given_again() {
        let mut names = NumbersByName::default();
        let kept = names.of("kept");
        *kept.lock() = 5;
        *names.of("old").lock() = 70;
        for name in 0..MOST_NAMES {
            names.of(&name.to_string());
        }
        assert!(names.names.len() < MOST_NAMES);
        assert_eq!((*names.of("kept").lock(), *names.of("old").lock()), (5, 70));
        assert_eq!(*names.of("new").lock(), 70);
    }
}
