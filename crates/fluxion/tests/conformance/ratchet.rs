//! The pass rate of each group, and the floor that it must not fall below.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::case::{Case, Failure};

/// How many cases of each group pass, and how many there are.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    groups: BTreeMap<String, (u32, u32)>,
}

impl Rates {
    /// Counts one case.
    pub(crate) fn count(&mut self, case: &Case, passes: bool) {
        let (passed, of) = self.groups.entry(case.group().to_owned()).or_default();
        *passed += u32::from(passes);
        *of += 1;
    }

    fn all(&self) -> (u32, u32) {
        self.groups.values().fold((0, 0), |(p, o), (passed, of)| (p + passed, o + of))
    }
}

/// Per cent, to one decimal, never more than the truth.
fn rate((passed, of): (u32, u32)) -> f64 {
    f64::from((passed * 1000).checked_div(of).unwrap_or(0)) / 10.0
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (group, &(passed, of)) in &self.groups {
            writeln!(f, "{:5.1} %  {group}: {passed} of {of}", rate((passed, of)))?;
        }
        let (passed, of) = self.all();
        write!(f, "conformance: {passed} of {of} pass ({:.1} %)", rate((passed, of)))
    }
}

/// The least pass rate of each group, in per cent.
#[derive(Debug)]
pub(crate) struct Floor {
    path: PathBuf,
    rates: BTreeMap<String, f64>,
}

impl Floor {
    /// Reads it.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let rates = serde_json::from_slice(&fs::read(path)?)?;
        Ok(Self { path: path.to_owned(), rates })
    }

    /// How many groups are below the floor. Where they are above, it is said, or becomes the floor.
    pub(crate) fn check(mut self, rates: &Rates) -> Result<usize, Failure> {
        let mut below = 0;
        let mut above = Vec::new();
        for (group, &counts) in &rates.groups {
            let floor = self.rates.entry(group.clone()).or_default();
            let reached = rate(counts);
            if reached < *floor {
                println!(
                    "conformance: {group} fell to {reached} %; the floor is {floor} %; to see more: \
                     cargo test -p fluxion --test conformance -- {group}/"
                );
                below += 1;
            } else if reached > *floor {
                above.push(group.as_str());
                *floor = reached;
            }
        }
        if std::env::var_os("CONFORMANCE").is_some_and(|value| value == "raise") {
            fs::write(&self.path, serde_json::to_string_pretty(&self.rates)? + "\n")?;
        } else if !above.is_empty() {
            println!("conformance: above the floor, `make floor` raises it: {}", above.join(", "));
        }
        Ok(below)
    }
}
