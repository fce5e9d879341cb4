//! A part of a bench, and what all parts are told.

use crate::progress::Progress;
use crate::report::Row;

/// How much is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// The published sizes.
    #[default]
    Full,
    /// Smaller machines and fewer jobs, to see that all is well.
    Short,
}

/// What all benches are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How much is measured.
    pub size: Size,
    /// Begins all random sequences.
    pub seed: u64,
}

impl Settings {
    /// The first if all is measured.
    pub(crate) const fn pick(self, full: usize, short: usize) -> usize {
        match self.size {
            Size::Full => full,
            Size::Short => short,
        }
    }
}

/// A part of a bench that runs in a process of its own.
#[derive(Debug)]
pub struct Case {
    /// What is measured.
    pub name: String,
    /// Which of the variants of `run`.
    run: fn(&Case, Settings, &mut Progress) -> anyhow::Result<Vec<Row>>,
    pub(super) variant: usize,
}

impl Case {
    pub(super) fn list(
        names: &[&str],
        run: fn(&Case, Settings, &mut Progress) -> anyhow::Result<Vec<Row>>,
    ) -> Vec<Self> {
        let named = |(variant, name): (usize, &&str)| Self { name: (*name).into(), run, variant };
        names.iter().enumerate().map(named).collect()
    }

    /// Measures.
    ///
    /// # Errors
    /// What ought to work did not: this is a defect, of the bench or of what it measures.
    pub(crate) fn measure(&self, settings: Settings, label: &str) -> anyhow::Result<Vec<Row>> {
        (self.run)(self, settings, &mut Progress::new(format!("{label} {}", self.name)))
    }
}
