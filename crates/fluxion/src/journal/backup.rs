//! `fluxion backup`: a copy of all that a server keeps while it goes on with its work, or of a data directory that no server
//! uses. A server has its directory to itself: what it keeps, it is asked for.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueHint};
use fluxion_client::v1::{Error, Server};
use fluxion_client::{Code, Options};

use crate::client::CredentialArgs;
use crate::journal::copied::{Aside, check_empty, copy};
use crate::journal::received::Receiver;
use crate::output::{Failure, Status};

const HELP: &str = "\
Examples:
  fluxion backup localhost:4242 /backup/fluxion-monday
  fluxion backup /var/lib/fluxion /backup/fluxion-monday

A server goes on with its work meanwhile: the backup is of one moment after the command began, and
holds all that was answered before. A directory must be one that no server uses.

The copy is a data directory of its own. It is made beside TARGET, and proved: every hash, and that
every snapshot leads to the last state. It gets its name when all of it is on the disk: a TARGET
that is there is good.

Exit status: 0 done, 1 something is damaged, the server refuses, or TARGET is not empty, 2 wrong
options, 74 a file cannot be read or written, 75 a server uses the directory, or cannot be reached,
78 SOURCE is no data directory and no server, or of a newer version.";

/// From where to where.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct BackupArgs {
    /// A server, as HOST:PORT, http://HOST:PORT or https://HOST:PORT, or a data directory that no server uses; left out with --server.
    #[arg(value_name = "SOURCE", value_hint = ValueHint::AnyPath)]
    source: PathBuf,

    /// A directory that is made; it may be there if it is empty.
    #[arg(
        value_name = "TARGET",
        value_hint = ValueHint::DirPath,
        required_unless_present = "server"
    )]
    target: Option<PathBuf>,

    /// Address of the server, instead of SOURCE.
    #[arg(long, value_name = "HOST:PORT")]
    server: Option<String>,

    /// How long to keep trying to reach the server.
    #[arg(long, value_name = "SECONDS", default_value_t = 2)]
    wait: u64,

    #[command(flatten)]
    credentials: CredentialArgs,
}

/// What is copied.
#[derive(Debug, PartialEq, Eq)]
enum Source {
    Directory(PathBuf),
    Server(String),
}

impl Source {
    /// A directory if there is one, or it looks like one; a server if it can be its address.
    fn of(word: &Path) -> Result<Self, Failure> {
        let text = word.to_string_lossy();
        if word.exists() {
            return Ok(Self::Directory(word.to_owned()));
        }
        let has_scheme = text.starts_with("http://") || text.starts_with("https://");
        if has_scheme || (!text.contains('/') && has_port(&text)) {
            return Ok(Self::Server(text.into_owned()));
        }
        let message =
            format!("{text}: there is no such directory, and it is no address of a server");
        let hint = "name a data directory, or a server as HOST:PORT".to_owned();
        Err(Failure::new(message).status(Status::Configuration).hint(hint))
    }
}

fn has_port(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok())
}

pub(super) fn backup(arguments: &BackupArgs) -> Result<Status, Failure> {
    let BackupArgs { source, target, server, .. } = arguments;
    let (source, target) = match (server, target) {
        (Some(server), None) => (Source::Server(server.clone()), source),
        (Some(_), Some(_)) => {
            return Err(Failure::usage("expected --server TARGET or SOURCE TARGET, and not both"));
        }
        (None, Some(target)) => (Source::of(source)?, target),
        (None, None) => return Err(Failure::usage("expected a TARGET")),
    };
    match source {
        Source::Directory(directory) => copy(&directory, target),
        Source::Server(server) => of_server(&server, arguments, target),
    }
}

fn of_server(server: &str, arguments: &BackupArgs, target: &Path) -> Result<Status, Failure> {
    check_empty(target)?;
    let credentials = arguments.credentials.read();
    let credentials = credentials.map_err(|error| Failure::usage(format!("{error:#}")))?;
    let runtime = tokio::runtime::Runtime::new();
    let runtime =
        runtime.map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    let limit = Duration::from_secs(arguments.wait.max(1));
    let options = Options { connect_timeout: Some(limit), credentials, ..Options::default() };
    let mut backup =
        runtime.block_on(async { Server::connect(server, options).await?.backup().await });
    let backup = backup.as_mut().map_err(|error| not_begun(error))?;
    let aside = Aside::make(target)?;
    runtime.block_on(Receiver::new(&aside.path)?.receive(backup))?;
    aside.sync()?;
    let damaged = |flaw: &str| {
        let message = format!("what {server} keeps is damaged, nothing was copied: {flaw}");
        let hint = "stop the server, and let `fluxion check` look at its data directory";
        Failure::new(message).hint(hint.to_owned())
    };
    aside.finish(target, &damaged)
}

fn not_begun(error: &Error) -> Failure {
    let failure = Failure::new(error);
    match (error, error.code()) {
        (
            Error::Connection(
                fluxion_client::Error::InvalidTarget { .. }
                | fluxion_client::Error::Credentials { .. }
                | fluxion_client::Error::ClearTextToken { .. },
            ),
            _,
        ) => Failure::usage(error),
        (Error::Connection(_), _) | (_, Some(Code::Unavailable)) => {
            failure.status(Status::TryAgain)
        }
        (_, Some(Code::Unimplemented)) => failure
            .hint("the server is of an older version: stop it, and name its directory".to_owned()),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Option<Source>) {
        assert_eq!(Source::of(Path::new(word)).ok(), expected, "{word}");
    }

    #[test]
    fn a_server_is_told_from_a_directory() {
        let server = |address: &str| Some(Source::Server(address.to_owned()));
        check("localhost:4242", server("localhost:4242"));
        check("[::1]:4242", server("[::1]:4242"));
        check("http://10.0.0.7:80", server("http://10.0.0.7:80"));
        // the client refuses it, and says why
        check("https://10.0.0.7:80", server("https://10.0.0.7:80"));
        check(".", Some(Source::Directory(".".into())));
        for neither in ["localhost", "data", "/var/lib/none", "a/b:1", "host:port"] {
            check(neither, None);
        }
    }
}
