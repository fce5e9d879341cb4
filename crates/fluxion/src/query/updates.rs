//! The commands `update` and `partial-cancel`.

#![expect(clippy::disallowed_methods, reason = "how long an update takes is printed")]

use std::io;
use std::time::Instant;

use fluxion_context::{
    JobId, JobState, MatchErrorKind, ReleaseFormat, UpdateError, UpdateFormat, UpdateTime, Visits,
};

use super::files;
use super::jobs::job_id;
use super::matching::{BAR, Effort, print_failure, print_match};
use super::number::leading_integer;
use super::reference_texts::partial_cancel::partial_cancel_error;
use super::reference_texts::updating::update_error;
use super::session::{JobDetails, Session};

/// `update allocate|reserve READER FILE JOBID START DURATION`; the first word makes no difference.
pub(crate) fn update(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let &[_, operation, reader, file, job, start, duration] = words else {
        return Ok(());
    };
    if !matches!(operation, "allocate" | "reserve") {
        return session.channels.error(&format!("ERROR: unknown subcmd {operation}"));
    }
    let Ok(format) = reader.parse::<UpdateFormat>() else {
        return session.channels.error(&format!("ERROR: unsupported reader {reader}"));
    };
    let Ok(bytes) = files::read(file, files::MOST_GRAPH) else {
        return session.channels.error(&format!("ERROR: can't open {file}"));
    };
    let Some(job) = job_id(leading_integer(job)) else {
        return session.channels.error(&format!("ERROR: invalid Jobid {job}"));
    };
    let text = files::text(bytes);
    let time =
        UpdateTime { start: leading_integer(start), duration: leading_integer(duration), now: 0 };
    let begin = Instant::now();
    let result = session.context.update(format, &text, job, time);
    let elapsed = begin.elapsed();
    let effort = Effort { elapsed, visits: Visits::default() };
    match result {
        Ok(matched) => {
            let details = JobDetails { file: file.to_owned(), overhead: elapsed };
            session.booked(job, details);
            print_match(session, &matched, effort)
        }
        Err(error @ (UpdateError::LiveJob(_) | UpdateError::Time(_))) => {
            session.channels.error(&format!("ERROR: {}", update_error(&error)))
        }
        Err(error) => {
            session.channels.error("ERROR: traverser run () returned error ")?;
            session.channels.error(&format!("ERROR: {}", update_error(&error)))?;
            print_failure(session, job, MatchErrorKind::Busy, effort)
        }
    }
}

/// The word by which `partial-cancel` gives back a part of a reservation too. Without it the answer is that of the
/// reference, which cannot.
const RESERVATION: &str = "reservation";

const REFUSED: &str = "ERROR: reservations not currently supported by partial cancel";

/// `partial-cancel JOBID jgf|rv1exec FILE [stats|reservation]`
pub(crate) fn partial_cancel(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let &[_, number, reader, file, ref rest @ ..] = words else {
        return Ok(());
    };
    let Ok(format) = reader.parse::<ReleaseFormat>() else {
        return session.channels.error(&format!("ERROR: unsupported reader {reader}"));
    };
    let Ok(bytes) = files::read(file, files::MOST_GRAPH) else {
        return session.channels.error(&format!("ERROR: can't open {file}"));
    };
    let number = leading_integer(number);
    let Some(job) = job_id(number) else {
        return session.channels.error(&format!("ERROR: nonexistent job {number}"));
    };
    if rest != [RESERVATION] && state_of(session, job) == Some(JobState::Reserved) {
        session.channels.error(REFUSED)?;
        return session.channels.hint(&format!("add the word `{RESERVATION}` if that is meant"));
    }
    let text = files::text(bytes);
    match session.context.partial_cancel(format, &text, job) {
        Ok(_) => {}
        Err(error) => {
            let Some(message) = partial_cancel_error(&error) else {
                return session.channels.error(&format!("ERROR: nonexistent job {job}"));
            };
            session.channels.stdout(&message)?;
            let line = format!("ERROR: error encountered while removing job {job}");
            session.channels.error(&line)?;
            session.channels.hint(&error.to_string())?;
        }
    }
    if rest == ["stats"] {
        session.channels.result(&format!(
            "{BAR}INFO: PARTIAL CANCEL PREORDER COUNT=\"0\"\n\
             INFO: PARTIAL CANCEL POSTORDER COUNT=\"0\"\n{BAR}"
        ))?;
    }
    Ok(())
}

fn state_of(session: &Session, job: JobId) -> Option<JobState> {
    session.context.job(job).map(|job| job.state)
}
