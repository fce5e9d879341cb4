//! The numbers of jobs, counted for each name of a graph over all its lives: a number that an earlier graph of the name has
//! given is never given again, so that a late cancel cannot mean somebody else's job.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many names are remembered without a graph.
const MOST_NAMES: usize = 4096;

/// The next number under one name. Clones share it; whoever gives a number holds it, so that two lives of a graph, of
/// which one is being replaced, do not give the same.
#[derive(Clone, Debug)]
pub(crate) struct Numbers(Arc<Mutex<u64>>);

impl Numbers {
    fn from(least: u64) -> Self {
        Self(Arc::new(Mutex::new(least)))
    }

    /// The next number, for as long as one is given.
    pub(crate) fn lock(&self) -> MutexGuard<'_, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.0) > 1
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
