//! One process per case, so that the memory of a case is its own.

use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::memory::{self, SELF};
use crate::progress::Progress;
use crate::{Bench, Column, Report, Row, Settings};

/// Runs all cases of a bench, each in the process that `child` gives for its number. That process prints what
/// [`run_here`] returns.
///
/// # Errors
/// A case failed, or its process could not be started.
pub fn run_apart(
    bench: Bench,
    settings: Settings,
    child: &dyn Fn(usize) -> anyhow::Result<Command>,
) -> anyhow::Result<Report> {
    let cases = bench.cases();
    let mut report =
        Report { bench: bench.name().into(), title: bench.title(settings), rows: Vec::new() };
    let mut progress = Progress::new(bench.name());
    for (at, case) in cases.iter().enumerate() {
        progress.step(at, cases.len());
        let output = child(at)?.stderr(Stdio::inherit()).output().context("cannot start")?;
        if !output.status.success() {
            bail!("{}, {}: {}", bench.name(), case.name, output.status);
        }
        let rows: Vec<Row> = serde_json::from_slice(&output.stdout)?;
        report.rows.extend(rows);
    }
    Ok(report)
}

/// Runs one case in this process; its rows as JSON, with the memory of the process.
///
/// # Errors
/// The case failed, or there is no such case.
pub fn run_here(bench: Bench, case: usize, settings: Settings) -> anyhow::Result<String> {
    let cases = bench.cases();
    let case = cases.get(case).context("there is no such case")?;
    let mut rows = case.measure(settings, bench.name())?;
    let peak = memory::peak(SELF);
    for row in rows.iter_mut().filter(|row| !row.figures.contains_key(&Column::Peak)) {
        row.figures.extend(peak.map(|bytes| (Column::Peak, bytes as f64)));
    }
    Ok(serde_json::to_string(&rows)?)
}
