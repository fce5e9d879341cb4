//! The commands `match` and `multi-match`.

#![expect(clippy::disallowed_methods, reason = "how long a match takes is printed")]

use std::fmt::Write;
use std::io;
use std::time::{Duration, Instant};

use fluxion_context::{MatchError, MatchErrorKind, Matched, Outcome};
use fluxion_engine::{JobId, MatchOperation};

use super::args::Timing;
use super::files;
use super::session::{JobDetails, NOW, Session};

/// The line around a block of results.
pub(crate) const BAR: &str = "INFO: =============================\n";

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
    let jobspec = String::from_utf8_lossy(&bytes);
    let start = Instant::now();
    let result = session.context.match_jobspec(operation, &jobspec, NOW);
    let elapsed = start.elapsed();
    if let Err(error) = &result {
        complain(session, error, file)?;
    }
    if operation == MatchOperation::Satisfiability {
        print_verdict(session, &result, elapsed)?;
    } else {
        match &result {
            Ok(matched) => print_match(session, matched, elapsed)?,
            Err(error) => {
                let time = time_of_search(error, elapsed);
                print_failure(session, error.job, error.kind, time)?;
            }
        }
    }
    let Ok(matched) = result else {
        return Ok(Fate::Failure);
    };
    if operation.books() {
        let details = JobDetails { file: file.to_owned(), overhead: elapsed };
        session.details.insert(matched.job, details);
    }
    Ok(Fate::Success)
}

/// The reference's message, and a line that says more if there is more to say.
fn complain(session: &mut Session, error: &MatchError, file: &str) -> io::Result<()> {
    if !error.message.is_empty() {
        session.channels.error(&format!("match_allocate: ERROR: {}", error.message))?;
    }
    match error.position {
        Some(at) => {
            let (line, column) = (at.line, at.column);
            session.channels.error(&format!("{file}:{line}:{column}: {}", error.detail))
        }
        None if error.message.contains(&error.detail) => Ok(()),
        None => session.channels.error(&format!("{file}: {}", error.detail)),
    }
}

pub(crate) fn print_match(
    session: &mut Session,
    matched: &Matched,
    elapsed: Duration,
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
        session.channels.stdout(&(elapse_line(elapsed) + VISIT_LINES))?;
    }
    session.channels.result(BAR)
}

pub(crate) fn print_failure(
    session: &mut Session,
    job: JobId,
    kind: MatchErrorKind,
    elapsed: Duration,
) -> io::Result<()> {
    let mut block = format!("{BAR}INFO: No matching resources found\n");
    if kind == MatchErrorKind::Unsatisfiable {
        block.push_str("INFO: Unsatisfiable request\n");
    }
    let _ = writeln!(block, "INFO: JOBID={job}");
    if session.timing == Timing::Shown {
        block.push_str(&elapse_line(elapsed));
        session.channels.result(&block)?;
        session.channels.stdout(VISIT_LINES)?;
        block.clear();
    }
    session.channels.result(&(block + BAR))
}

/// An error other than "unsatisfiable" leaves "Satisfiable request", as scripts know it; standard error has the
/// error (chapter 03, section 1).
fn print_verdict(
    session: &mut Session,
    result: &Result<Matched, MatchError>,
    elapsed: Duration,
) -> io::Result<()> {
    let (verdict, time) = match result {
        Ok(_) => ("Satisfiable", elapsed),
        Err(error) if error.kind == MatchErrorKind::Unsatisfiable => ("Unsatisfiable", elapsed),
        Err(error) => ("Satisfiable", time_of_search(error, elapsed)),
    };
    session.channels.result(&format!("{BAR}INFO: {verdict} request\n{BAR}"))?;
    if session.timing == Timing::Shown {
        session.channels.stdout(&(elapse_line(time) + VISIT_LINES))?;
    }
    Ok(())
}

/// No time is counted for a job that was given up before any search.
fn time_of_search(error: &MatchError, elapsed: Duration) -> Duration {
    match error.kind {
        MatchErrorKind::Jobspec | MatchErrorKind::Invalid => Duration::ZERO,
        _ => elapsed,
    }
}

fn elapse_line(elapsed: Duration) -> String {
    format!("INFO: ELAPSE={:.6}\n", elapsed.as_secs_f64())
}

/// The engine does not walk the graph vertex by vertex, so there is nothing to count.
const VISIT_LINES: &str = "INFO: PREORDER VISIT COUNT=0\nINFO: POSTORDER VISIT COUNT=0\n";
