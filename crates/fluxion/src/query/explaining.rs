//! The command `explain`, which the reference does not have.

use std::io;

use fluxion_context::{Budget, ExplainError, ExplainWanted, JobCosts, JobId, StatusTarget};

use super::files;
use super::session::{NOW, Session};

/// What a job costs unless it is said.
const COST: u64 = 1;

/// What is asked beside why.
#[derive(Default)]
struct Asked<'w> {
    why_not: Option<StatusTarget<'w>>,
    preempt: Option<JobCosts>,
}

/// `explain JOBSPEC [PATH] [preempt [JOB=COST ...]]`: what was found in a few sentences.
pub(crate) fn explain(session: &mut Session, words: &[&str]) -> io::Result<()> {
    let [_, file, rest @ ..] = words else {
        return Ok(());
    };
    let Some(Asked { why_not, preempt }) = asked(rest) else {
        return session
            .channels
            .error("ERROR: malformed command: expected `explain jobspec /path/to/vertex preempt jobid=cost ...`");
    };
    let Ok(bytes) = files::read(file, files::MOST_JOBSPEC) else {
        return session.channels.error(&format!("ERROR: can't open {file}"));
    };
    let jobspec = files::text(bytes);
    let preempt = preempt.as_ref();
    let wanted = ExplainWanted { why_not, preempt, ..ExplainWanted::default() };
    match session.context.explain(&jobspec, NOW, &wanted, &Budget::UNLIMITED) {
        Ok(why) => session.channels.result(&format!("INFO: {}\n", why.sentence)),
        Err(error) => session.channels.error(&format!("ERROR: {}", told(&error, file))),
    }
}

/// The words behind the jobspec; none if they cannot be read.
fn asked<'w>(words: &[&'w str]) -> Option<Asked<'w>> {
    let (words, preempt) = match words.iter().position(|word| *word == "preempt") {
        Some(at) => (&words[..at], Some(costs(&words[at + 1..])?)),
        None => (words, None),
    };
    let why_not = match words {
        [] => None,
        [path] => Some(StatusTarget::Path(path)),
        _ => return None,
    };
    Some(Asked { why_not, preempt })
}

fn costs(words: &[&str]) -> Option<JobCosts> {
    let cost = |word: &&str| {
        let (job, cost) = word.split_once('=')?;
        Some((JobId(job.parse().ok()?), Some(cost.parse().ok()?)))
    };
    let listed = words.iter().map(cost).collect::<Option<_>>()?;
    Some(JobCosts { listed, others: Some(COST) })
}

/// With the place in the file, if the fault has one.
fn told(error: &ExplainError, file: &str) -> String {
    let place = match error {
        ExplainError::Request(error) => error.position(),
        _ => None,
    };
    match place {
        Some(place) => format!("{file}: {place}: {error}"),
        None => error.to_string(),
    }
}
