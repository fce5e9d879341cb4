//! How many connections the process can have: each takes a file descriptor, and some are kept back for everything else.

use rustix::process::{Resource, getrlimit};

/// Kept back, beside a sixteenth of all: standard streams, the port, the runtime, connections that are about to be refused.
const KEPT_BACK: u64 = 32;

/// With fewer descriptors nothing works.
const FEWEST: u64 = 64;

/// The process may open too few files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "at most {0} files may be open, and a server needs {FEWEST} or more: raise the limit, say with `ulimit -n 4096`"
)]
pub struct TooFewDescriptors(u64);

/// The most connections at once: those that are asked for, and not more than there are descriptors.
pub(crate) fn most_connections(asked: Option<usize>) -> Result<usize, TooFewDescriptors> {
    below(getrlimit(Resource::Nofile).current, asked)
}

/// `limit` is that of descriptors, `None` if there is none.
fn below(limit: Option<u64>, asked: Option<usize>) -> Result<usize, TooFewDescriptors> {
    let asked = asked.unwrap_or(usize::MAX);
    let Some(limit) = limit else { return Ok(asked) };
    if limit < FEWEST {
        return Err(TooFewDescriptors(limit));
    }
    let most = limit - KEPT_BACK - limit / 16;
    Ok(asked.min(usize::try_from(most).unwrap_or(usize::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_everything_else() {
        assert_eq!(below(Some(1024), None), Ok(928));
        assert_eq!(below(Some(1024), Some(100)), Ok(100));
        assert_eq!(below(Some(1024), Some(5000)), Ok(928));
        assert_eq!(below(Some(64), None), Ok(28));
        assert_eq!(below(None, Some(7)), Ok(7));
        assert_eq!(below(Some(6), None), Err(TooFewDescriptors(6)));
    }
}
