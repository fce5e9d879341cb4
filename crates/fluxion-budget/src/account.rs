//! Memory that calls draw from one account.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Whoever knows how much memory there is.
pub trait Account: fmt::Debug + Send + Sync {
    /// Takes so many bytes.
    ///
    /// # Errors
    /// [`Exhausted`]; nothing is taken.
    fn take(&self, bytes: u64) -> Result<(), Exhausted>;

    /// Gives so many bytes back.
    fn give_back(&self, bytes: u64);
}

/// There is not so much memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{asked} bytes more do not fit into the memory: {counted} of {limit} are taken")]
pub struct Exhausted {
    /// All that may be taken.
    pub limit: u64,
    /// What was taken then.
    pub counted: u64,
    /// What was asked for.
    pub asked: u64,
}

/// Texts are drawn for in pieces of this size.
const STEP: u64 = 64 << 10;

/// What was drawn from an account, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Drawn {
    account: Arc<dyn Account>,
    bytes: AtomicU64,
    /// The bytes of a text for which enough was taken.
    text: AtomicU64,
    refusal: OnceLock<Exhausted>,
}

impl From<Arc<dyn Account>> for Drawn {
    fn from(account: Arc<dyn Account>) -> Self {
        Self {
            account,
            bytes: AtomicU64::new(0),
            text: AtomicU64::new(0),
            refusal: OnceLock::new(),
        }
    }
}

impl Drawn {
    pub(crate) fn take(&self, bytes: u64) -> Result<(), Exhausted> {
        if let Some(refusal) = self.refusal() {
            return Err(refusal);
        }
        self.account.take(bytes).map_err(|refusal| *self.refusal.get_or_init(|| refusal))?;
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }

    #[inline]
    pub(crate) fn take_text(&self, bytes: u64) -> Result<(), Exhausted> {
        let paid = self.text.load(Ordering::Relaxed);
        if bytes <= paid {
            return Ok(());
        }
        self.take(2 * (bytes + STEP - paid))?;
        self.text.store(bytes + STEP, Ordering::Relaxed);
        Ok(())
    }

    pub(crate) fn give_back(&self) {
        self.text.store(0, Ordering::Relaxed);
        self.account.give_back(self.bytes.swap(0, Ordering::Relaxed));
    }

    pub(crate) fn taken(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn refusal(&self) -> Option<Exhausted> {
        self.refusal.get().copied()
    }
}

impl Drop for Drawn {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budget;

    /// A hundred bytes.
    #[derive(Debug, Default)]
    struct Hundred(AtomicU64);

    impl Account for Hundred {
        fn take(&self, bytes: u64) -> Result<(), Exhausted> {
            let counted = self.0.load(Ordering::Relaxed);
            if counted + bytes > 100 {
                return Err(Exhausted { limit: 100, counted, asked: bytes });
            }
            self.give_back(bytes.wrapping_neg());
            Ok(())
        }

        fn give_back(&self, bytes: u64) {
            self.0.fetch_sub(bytes, Ordering::Relaxed);
        }
    }

    #[test]
    fn what_is_taken_is_given_back_with_the_last_clone() {
        let account = Arc::new(Hundred::default());
        let budget = Budget::default().with_account(Arc::<Hundred>::clone(&account));
        let clone = budget.clone();
        assert_eq!((budget.take(60), clone.taken()), (Ok(()), 60));
        drop(budget);
        assert_eq!(account.0.load(Ordering::Relaxed), 60);
        clone.give_back();
        assert_eq!((clone.taken(), clone.take(100)), (0, Ok(())));
        drop(clone);
        assert_eq!(account.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn after_a_refusal_nothing_is_taken_any_more() {
        let account = Arc::new(Hundred::default());
        let budget = Budget::default().with_account(account);
        assert_eq!((budget.take(60), budget.exhausted()), (Ok(()), None));
        let refusal = Exhausted { limit: 100, counted: 60, asked: 41 };
        assert_eq!((budget.take(41), budget.exhausted()), (Err(refusal), Some(refusal)));
        assert_eq!(budget.take(1), Err(refusal));
        assert_eq!(Budget::UNLIMITED.take(u64::MAX), Ok(()));
    }
}
