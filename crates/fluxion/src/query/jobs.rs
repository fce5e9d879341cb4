//! The commands `cancel`, `list`, `info` and `stat`.

use std::io;
use std::time::Duration;

use fluxion_context::{CancelError, Job};
use fluxion_engine::JobId;

use super::matching::BAR;
use super::number;
use super::session::{MatchTimes, Session};

/// `cancel JOBID [stats]`
pub(crate) fn cancel(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let number = words.get(1).map_or(0, |word| number::leading_integer(word));
    let outcome = match job_id(number) {
        Some(id) => session.context.cancel(id).map_err(|CancelError::NoSuchJob(_)| ()),
        None => Err(()),
    };
    match outcome {
        Err(()) => session.channels.error(&format!("cancel: ERROR: nonexistent job {number}")),
        Ok(counts) if words.get(2) == Some(&"stats") => session.channels.result(&format!(
            "{BAR}INFO: CANCEL PREORDER COUNT=\"{}\"\nINFO: CANCEL POSTORDER COUNT=\"{}\"\n{BAR}",
            counts.preorder, counts.postorder
        )),
        Ok(_) => Ok(()),
    }
}

/// `list`
pub(crate) fn list(session: &mut Session, _words: &[&str]) -> io::Result<()> {
    let text: String = session.context.jobs().map(|job| line(session, &job)).collect();
    session.channels.stdout(&text)
}

/// `info JOBID`
pub(crate) fn info(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let number = words.get(1).map_or(0, |word| number::leading_integer(word));
    match job_id(number).and_then(|id| session.context.job(id)) {
        Some(job) => {
            let text = line(session, &job);
            session.channels.stdout(&text)
        }
        None => session.channels.error(&format!("info: ERROR: nonexistent job {number}")),
    }
}

/// `stat`
pub(crate) fn stat(session: &mut Session, _words: &[&str]) -> io::Result<()> {
    let MatchTimes { count, least, most, total } = session.matches;
    let text = format!(
        "INFO: Num. of Jobs Matched: {count}\nINFO: Min. Match Time: {}\n\
         INFO: Max. Match Time: {}\nINFO: Avg. Match Time: {}\n",
        number::general(least.unwrap_or_default().as_secs_f64()),
        number::general(most.as_secs_f64()),
        number::general(total.as_secs_f64() / count.max(1) as f64),
    );
    session.channels.stdout(&text)
}

/// The id behind a number that was typed.
pub(crate) fn job_id(number: i64) -> Option<JobId> {
    u64::try_from(number).ok().map(JobId)
}

fn line(session: &Session, job: &Job) -> String {
    let details = session.details.get(&job.id);
    let file = details.map_or("", |details| details.file.as_str());
    let overhead = details.map_or(Duration::ZERO, |details| details.overhead);
    let overhead = number::general(overhead.as_secs_f64());
    format!("INFO: {}, {}, {}, {file}, {overhead}\n", job.id, job.state.as_str(), job.at)
}
