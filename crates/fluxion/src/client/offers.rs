//! What a shell completes that only the server knows: graphs, jobs, keys and paths. If the server is not there, or takes
//! longer than somebody at a keyboard waits, nothing is offered.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::time::Duration;

use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use fluxion_client::Options;
use fluxion_client::v1::{Error, ExportFormat, Graph, JobState, Server};
use serde_json::Value;

use super::credentials::CredentialArgs;
use super::defaults::{DEFAULT_GRAPH, DEFAULT_SERVER, SERVER_VARIABLE};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_millis(500);

/// Names of graphs.
pub(super) fn graphs() -> ArgValueCompleter {
    ArgValueCompleter::new(|start: &OsStr| offered(start, graph_names))
}

/// Numbers of jobs that hold something.
pub(super) fn jobs() -> ArgValueCompleter {
    ArgValueCompleter::new(|start: &OsStr| offered(start, job_numbers))
}

/// Keys of jobs that hold something.
pub(super) fn job_keys() -> ArgValueCompleter {
    ArgValueCompleter::new(|start: &OsStr| offered(start, live_keys))
}

/// Names of windows.
pub(super) fn windows() -> ArgValueCompleter {
    ArgValueCompleter::new(|start: &OsStr| offered(start, window_names))
}

/// Paths of vertices, one level at a time.
pub(super) fn paths() -> ArgValueCompleter {
    ArgValueCompleter::new(|start: &OsStr| {
        let typed = start.to_string_lossy().into_owned();
        offered(start, async |server| next_level(&server, &typed).await)
    })
}

type Words = Result<Vec<String>, Error>;

fn offered(start: &OsStr, ask: impl AsyncFnOnce(Server) -> Words) -> Vec<CompletionCandidate> {
    let words = answered(ask).unwrap_or_default().into_iter();
    let fitting = words.filter(|word| start.to_str().is_some_and(|start| word.starts_with(start)));
    fitting.map(CompletionCandidate::new).collect()
}

/// What the server says; nothing if it does not say it in time.
fn answered(ask: impl AsyncFnOnce(Server) -> Words) -> Option<Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let told = runtime.block_on(async {
        let credentials = CredentialArgs::of_variables().read().unwrap_or_default();
        let connect_timeout = Some(PATIENCE);
        let options = Options { connect_timeout, credentials, ..Options::default() };
        let asked = async { ask(Server::connect(&server(), options).await?).await };
        tokio::time::timeout(PATIENCE, asked).await
    });
    // a name that is still being resolved shall not hold up the shell
    runtime.shutdown_background();
    told.ok()?.ok()
}

async fn graph_names(server: Server) -> Words {
    Ok(server.graphs().await?.into_iter().map(|graph| graph.name).collect())
}

async fn job_numbers(server: Server) -> Words {
    let jobs = graph(&server).jobs(&[JobState::Allocated, JobState::Reserved]).await?;
    Ok(jobs.iter().map(|job| job.job_id.to_string()).collect())
}

async fn live_keys(server: Server) -> Words {
    let jobs = graph(&server).jobs(&[JobState::Allocated, JobState::Reserved]).await?;
    Ok(jobs.into_iter().map(|job| job.job_key).filter(|key| !key.is_empty()).collect())
}

async fn window_names(server: Server) -> Words {
    Ok(graph(&server).windows(0).await?.into_iter().map(|window| window.name).collect())
}

async fn next_level(server: &Server, start: &str) -> Words {
    let export = graph(server).export(ExportFormat::Jgf).await?;
    let document: Value = serde_json::from_slice(&export.text).unwrap_or_default();
    let vertices = document["graph"]["nodes"].as_array().into_iter().flatten();
    let paths = vertices.filter_map(|vertex| vertex["metadata"]["paths"].as_object());
    let paths = paths.flat_map(|paths| paths.values()).filter_map(Value::as_str);
    Ok(paths
        .filter_map(|path| first_level(path, start))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect())
}

/// The shortest path on the way to `path` that begins with what was typed.
fn first_level(path: &str, start: &str) -> Option<String> {
    let rest = path.strip_prefix(start)?;
    // the slash before the first name is no end of one
    let skipped = usize::from(start.is_empty());
    let end = rest.get(skipped..)?.find('/').map_or(path.len(), |at| start.len() + skipped + at);
    path.get(..end).map(str::to_owned)
}

/// The graph that the command line names so far.
fn graph(server: &Server) -> Graph {
    server.graph(typed("--graph").unwrap_or_else(|| DEFAULT_GRAPH.to_owned()))
}

/// The address of the server, as the command will find it.
fn server() -> String {
    let set = || std::env::var(SERVER_VARIABLE).ok();
    typed("--server").or_else(set).unwrap_or_else(|| DEFAULT_SERVER.to_owned())
}

/// The value of an option among the words that are being completed.
fn typed(option: &str) -> Option<String> {
    let words: Vec<String> = std::env::args().collect();
    value_of(option, &words)
}

fn value_of(option: &str, words: &[String]) -> Option<String> {
    let joined = |word: &String| Some(word.strip_prefix(option)?.strip_prefix('=')?.to_owned());
    let apart = || {
        let at = words.iter().position(|word| word == option)?;
        words.get(at + 1).cloned()
    };
    words.iter().find_map(joined).or_else(apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_offered_level_by_level() {
        let check = |start: &str, expected: Option<&str>| {
            assert_eq!(first_level("/tiny0/rack0/node1", start).as_deref(), expected, "{start}");
        };
        check("", Some("/tiny0"));
        check("/", Some("/tiny0"));
        check("/tiny0", Some("/tiny0"));
        check("/tiny0/", Some("/tiny0/rack0"));
        check("/tiny0/r", Some("/tiny0/rack0"));
        check("/tiny0/rack0/n", Some("/tiny0/rack0/node1"));
        check("/tiny0/rack0/node1", Some("/tiny0/rack0/node1"));
        check("/tiny1", None);
    }

    #[test]
    fn options_are_found_among_the_words() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let check = |line: &str, expected: Option<&str>| {
            assert_eq!(value_of("--graph", &words(line)).as_deref(), expected, "{line}");
        };
        check("fluxion jobs --graph a", Some("a"));
        check("fluxion jobs --graph=b", Some("b"));
        check("fluxion jobs --graph", None);
        check("fluxion jobs", None);
    }
}
