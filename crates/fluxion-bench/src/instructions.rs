//! Instructions of the workloads, counted by callgrind, beside committed figures. Unlike seconds they are the same on
//! a busy machine.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context as _, bail, ensure};

use crate::progress::Progress;
use crate::workloads::{Asked, COUNTED, GROWTH, Grown, Workload};

/// How far a count may be from the committed one, in per cent.
const SLACK: f64 = 5.0;

/// As [`SLACK`], where another compiler made the program.
const SLACK_OF_ANOTHER_COMPILER: f64 = 10.0;

/// Counts by workload, and the compiler that they hold for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instructions {
    /// What `rustc --version` prints.
    pub compiler: String,
    /// Instructions of each workload.
    pub counts: BTreeMap<String, u64>,
}

const HEAD: &str = "# Instructions of the workloads of `fluxion bench`, counted by callgrind. `make perf-check` compares,\n\
    # `make perf-update` writes this file.\n";

impl fmt::Display for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}{}", self.compiler)?;
        self.counts.iter().try_for_each(|(name, count)| writeln!(f, "{name} {count}"))
    }
}

impl FromStr for Instructions {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let compiler = lines.next().context("expected the version of the compiler")?.to_owned();
        let count = |line: &str| {
            let (name, count) = line.split_once(' ').context("expected a name and a number")?;
            Ok((name.to_owned(), count.trim().parse().with_context(|| format!("`{line}`"))?))
        };
        Ok(Self { compiler, counts: lines.map(count).collect::<anyhow::Result<_>>()? })
    }
}

/// What a comparison says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// For people: a line per workload.
    pub text: String,
    /// Whether nothing is slower, and the same workloads were counted.
    pub is_good: bool,
}

/// Compares.
pub fn check(committed: &Instructions, counted: &Instructions) -> Verdict {
    let mut verdict = Verdict { text: String::new(), is_good: true };
    let slack = if committed.compiler == counted.compiler {
        SLACK
    } else {
        verdict.text = format!(
            "the figures are those of {}, this is {}: {SLACK_OF_ANOTHER_COMPILER} % slack instead of {SLACK} %\n",
            committed.compiler, counted.compiler
        );
        SLACK_OF_ANOTHER_COMPILER
    };
    for (name, &count) in &counted.counts {
        let before = committed.counts.get(name).copied();
        let (change, remark, is_good) = compare(before, count, slack);
        verdict.is_good &= is_good;
        // Writing to a string cannot fail.
        let _ = writeln!(
            verdict.text,
            "{}",
            format!("{name:16} {count:>14} {change:>8}  {remark}").trim_end()
        );
    }
    for name in committed.counts.keys().filter(|name| !counted.counts.contains_key(*name)) {
        verdict.is_good = false;
        let _ = writeln!(verdict.text, "{name:16} was not counted: make perf-update");
    }
    verdict
}

fn compare(before: Option<u64>, count: u64, slack: f64) -> (String, &'static str, bool) {
    let Some(before) = before else {
        return (String::new(), "has no committed figure: make perf-update", false);
    };
    let change = (count as f64 / before.max(1) as f64 - 1.0) * 100.0;
    let (remark, is_good) = match change {
        change if change > slack => ("SLOWER", false),
        change if change < -slack => ("faster: make perf-update", true),
        _ => ("", true),
    };
    (format!("{change:+.1} %"), remark, is_good)
}

/// Counts all workloads, each of which `program bench workload NAME` runs.
///
/// # Errors
/// There is no valgrind or no compiler, or a workload failed.
pub fn count_all(program: &Path) -> anyhow::Result<Instructions> {
    let version = Command::new("rustc").arg("--version").output().context("cannot run rustc")?;
    let compiler = String::from_utf8(version.stdout)?.trim().to_owned();
    let mut progress = Progress::new("instructions");
    let mut counts = BTreeMap::new();
    for (at, workload) in Workload::ALL.iter().enumerate() {
        progress.step(at, Workload::ALL.len());
        counts.insert(workload.name.to_owned(), count(program, workload.name)?);
    }
    Ok(Instructions { compiler, counts })
}

/// How much more a request may cost on a machine that is sixteen times as large.
const MOST_GROWTH: f64 = 1.3;

/// Counts requests on a machine of so many nodes and on one that is sixteen times as large, by these policies.
///
/// # Errors
/// As [`count_all`].
pub fn count_growth(
    program: &Path,
    nodes: usize,
    policies: &[&'static str],
) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict { text: String::new(), is_good: true };
    let mut progress = Progress::new("growth");
    let all = policies.iter().flat_map(|&policy| Asked::ALL.map(|asked| (policy, asked)));
    for (at, (policy, asked)) in all.enumerate() {
        progress.step(at, policies.len() * Asked::ALL.len());
        let grown = |nodes: usize| Grown { asked, policy, nodes }.to_string();
        let (small, large) = (grown(nodes), grown(nodes * GROWTH));
        let (less, more) = (count(program, &small)?, count(program, &large)?);
        let growth = more as f64 / less.max(1) as f64;
        let remark = if growth > MOST_GROWTH { "GROWS" } else { "" };
        verdict.is_good &= growth <= MOST_GROWTH;
        let line = format!("{small:28} {less:>12} {large:>28} {more:>12} {growth:>6.2}  {remark}");
        // Writing to a string cannot fail.
        let _ = writeln!(verdict.text, "{}", line.trim_end());
    }
    Ok(verdict)
}

fn count(program: &Path, name: &str) -> anyhow::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(program)
        .args(["bench", "workload", name])
        .output()
        .context(
            "cannot run valgrind, which counts instructions: install the package `valgrind`",
        )?;
    let log = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{name}: {log}");
    }
    let count = collected(&log).with_context(|| format!("{name}: callgrind printed no count"))?;
    ensure!(count > 0, "{name}: `{COUNTED}` was not found: are there symbols in the program?");
    Ok(count)
}

fn collected(log: &str) -> Option<u64> {
    let line = log.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn figures(compiler: &str, counts: &[(&str, u64)]) -> Instructions {
        let counts = counts.iter().map(|&(name, count)| (name.to_owned(), count)).collect();
        Instructions { compiler: compiler.to_owned(), counts }
    }

    #[test]
    fn figures_can_be_read_again() {
        let some = figures("rustc 1.95.0 (5980 2026-04-14)", &[("churn", 12), ("load-rv1", 34)]);
        assert_eq!(some.to_string().parse::<Instructions>().unwrap(), some);
        assert!("rustc\nchurn x".parse::<Instructions>().is_err());
        assert!("".parse::<Instructions>().is_err());
    }

    #[test]
    fn slower_is_bad() {
        let committed =
            figures("a", &[("gone", 1), ("less", 1000), ("more", 1000), ("same", 1000)]);
        let counted = figures("a", &[("less", 900), ("more", 1060), ("new", 5), ("same", 1049)]);
        let verdict = check(&committed, &counted);
        assert!(!verdict.is_good);
        assert_snapshot!(verdict.text, @r##"
        less                        900  -10.0 %  faster: make perf-update
        more                       1060   +6.0 %  SLOWER
        new                           5           has no committed figure: make perf-update
        same                       1049   +4.9 %
        gone             was not counted: make perf-update
        "##);
    }

    #[test]
    fn another_compiler_has_more_slack() {
        let verdict = check(&figures("a", &[("more", 1000)]), &figures("b", &[("more", 1090)]));
        assert!(verdict.is_good);
        assert_snapshot!(verdict.text, @r##"
        the figures are those of a, this is b: 10 % slack instead of 5 %
        more                       1090   +9.0 %
        "##);
        assert!(check(&figures("a", &[("more", 1000)]), &figures("a", &[("more", 950)])).is_good);
    }

    #[test]
    fn the_count_is_read_from_the_log() {
        let log = "==1== Events    : Ir\n==1== Collected : 1234\n==1==\n";
        assert_eq!(collected(log), Some(1234));
        assert_eq!(collected(""), None);
    }
}
