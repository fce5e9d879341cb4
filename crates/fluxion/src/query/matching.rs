//! The commands `match` and `multi-match`.

#![expect(clippy::disallowed_methods, reason = "how long a match takes is printed")]

use std::fmt::Write;
use std::io;
use std::time::{Duration, Instant};

use fluxion_context::{MatchError, MatchErrorKind, MatchFault, Matched, Outcome, Refusal, Visits};
use fluxion_engine::{JobId, MatchOperation};

use super::files;
use super::parsed_args::Timing;
use super::reference_texts::matching::{match_error, more};
use super::session::{JobDetails, NOW, Session};

/// The line around a block of results.
pub(crate) const BAR: &str = "INFO: =============================\n";

/// What `-e` prints of a match.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Effort {
    /// How long it took.
    pub(crate) elapsed: Duration,
    /// What the search looked at.
    pub(crate) visits: Visits,
}

impl Effort {
    fn elapse_line(&self) -> String {
        format!("INFO: ELAPSE={:.6}\n", self.elapsed.as_secs_f64())
    }

    fn visit_lines(&self) -> String {
        let Visits { preorder, postorder } = self.visits;
        format!("INFO: PREORDER VISIT COUNT={preorder}\nINFO: POSTORDER VISIT COUNT={postorder}\n")
    }
}

/// How a job fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Matched.
    Success,
    /// Not matched.
    Failure,
    /// Never tried: its file cannot be read.
    Unreadable,
}

/// `match OPERATION FILE`, `multi-match OPERATION FILE FILE...`: one file after the other, up to the first that
/// fails.
pub(crate) fn match_files(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, operation, files @ ..] = words else {
        return Ok(());
    };
    let Ok(operation) = operation.parse::<MatchOperation>() else {
        return session.channels.error(&format!("ERROR: unknown subcmd {operation}"));
    };
    for file in files {
        if match_file(session, operation, file)? == Fate::Failure {
            break;
        }
    }
    Ok(())
}

fn match_file(session: &mut Session, operation: MatchOperation, file: &str) -> io::Result<Fate> {
    let Ok(bytes) = files::read(file, files::MOST_JOBSPEC) else {
        session.channels.error(&format!("ERROR: can't open {file}"))?;
        return Ok(Fate::Unreadable);
    };
    let jobspec = files::text(bytes);
    let start = Instant::now();
    let result = session.context.match_jobspec(operation, &jobspec, NOW);
    let elapsed = start.elapsed();
    let effort = Effort { elapsed, visits: session.context.visits() };
    if let Err(error) = &result {
        complain(session, error, file)?;
    }
    if operation == MatchOperation::Satisfiability {
        print_verdict(session, &result, effort)?;
    } else {
        match &result {
            Ok(matched) => print_match(session, matched, effort)?,
            Err(error) => {
                let effort = effort_of_search(error, effort);
                print_failure(session, error.job, told_kind(error), effort)?;
            }
        }
    }
    let Ok(matched) = result else {
        return Ok(Fate::Failure);
    };
    if operation.books() {
        let details = JobDetails { file: file.to_owned(), overhead: elapsed };
        session.booked(matched.job, details);
    }
    Ok(Fate::Success)
}

/// The reference's message, and a line that says more if there is more to say.
fn complain(session: &mut Session, error: &MatchError, file: &str) -> io::Result<()> {
    let message = match_error(error);
    if !message.is_empty() {
        session.channels.error(&format!("match_allocate: ERROR: {message}"))?;
    }
    more(error, file).map_or(Ok(()), |line| session.channels.error(&line))
}

pub(crate) fn print_match(
    session: &mut Session,
    matched: &Matched,
    effort: Effort,
) -> io::Result<()> {
    let resources = match matched.outcome {
        Outcome::Allocated => "ALLOCATED",
        Outcome::Reserved => "RESERVED",
        Outcome::Matched | Outcome::Satisfiable => "MATCHED",
    };
    let at = match matched.at {
        NOW => "Now".to_owned(),
        later => later.to_string(),
    };
    session.channels.result(&matched.resources)?;
    session.channels.result(&format!(
        "{BAR}INFO: JOBID={}\nINFO: RESOURCES={resources}\nINFO: SCHEDULED AT={at}\n",
        matched.job
    ))?;
    if session.timing == Timing::Shown {
        session.channels.stdout(&(effort.elapse_line() + &effort.visit_lines()))?;
    }
    session.channels.result(BAR)
}

/// What sort of failure the reference would have told.
fn told_kind(error: &MatchError) -> MatchErrorKind {
    match error.reason {
        MatchFault::Refused(Refusal::BusyForEver(_)) => MatchErrorKind::Busy,
        MatchFault::Refused(Refusal::BusyToday(_)) => MatchErrorKind::Unsatisfiable,
        _ => error.kind(),
    }
}

pub(crate) fn print_failure(
    session: &mut Session,
    job: JobId,
    kind: MatchErrorKind,
    effort: Effort,
) -> io::Result<()> {
    let mut block = format!("{BAR}INFO: No matching resources found\n");
    if kind == MatchErrorKind::Unsatisfiable {
        block.push_str("INFO: Unsatisfiable request\n");
    }
    let _ = writeln!(block, "INFO: JOBID={job}");
    if session.timing == Timing::Shown {
        block.push_str(&effort.elapse_line());
        session.channels.result(&block)?;
        session.channels.stdout(&effort.visit_lines())?;
        block.clear();
    }
    session.channels.result(&(block + BAR))
}

/// An error other than "unsatisfiable" leaves "Satisfiable request", as scripts know it; standard error has
/// the error (`docs/semantics/jobspec.md`, Errors).
fn print_verdict(
    session: &mut Session,
    result: &Result<Matched, MatchError>,
    effort: Effort,
) -> io::Result<()> {
    let (verdict, effort) = match result {
        Ok(_) => ("Satisfiable", effort),
        Err(error) if error.kind() == MatchErrorKind::Unsatisfiable => ("Unsatisfiable", effort),
        Err(error) => ("Satisfiable", effort_of_search(error, effort)),
    };
    session.channels.result(&format!("{BAR}INFO: {verdict} request\n{BAR}"))?;
    if session.timing == Timing::Shown {
        session.channels.stdout(&(effort.elapse_line() + &effort.visit_lines()))?;
    }
    Ok(())
}

/// Nothing is counted for a job that was given up before any search.
fn effort_of_search(error: &MatchError, effort: Effort) -> Effort {
    match error.kind() {
        MatchErrorKind::Jobspec | MatchErrorKind::Invalid => Effort::default(),
        _ => effort,
    }
}
