//! Loads a graph, matches a jobspec and cancels the job, over gRPC. From the root of the repository, with a
//! server on port 4242:
//!
//! ```sh
//! cargo run --profile trial --locked -p fluxion-client --example walkthrough
//! ```

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use fluxion_client::{FluxionClient, MatchOperation, Options};

#[derive(Debug, Parser)]
struct Arguments {
    /// Name or address of the server.
    #[arg(long, default_value = "localhost")]
    host: String,
    /// Port of the server.
    #[arg(long, default_value_t = 4242)]
    port: u16,
    /// Match policy.
    #[arg(long, default_value = "lonode")]
    policy: String,
    /// Graph in JSON Graph Format.
    #[arg(long, default_value = "examples/cluster.json")]
    graph: PathBuf,
    /// Jobspec.
    #[arg(long, default_value = "examples/jobspec.yaml")]
    jobspec: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    walk(&Arguments::parse(), &mut io::stdout()).await
}

async fn walk(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<()> {
    let [graph, jobspec] = [&arguments.graph, &arguments.jobspec].map(|path| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    });
    let (graph, jobspec) = (graph?, jobspec?);
    let target = format!("{}:{}", arguments.host, arguments.port);
    let client = FluxionClient::connect(&target, Options::default()).await?;

    let loaded = client.init(graph, &arguments.policy).await?;
    writeln!(out, "Init cluster status: {}", loaded.status().as_str_name())?;

    let matched = client.match_jobspec(jobspec, MatchOperation::Allocate).await?;
    writeln!(out, "Match status: {}", matched.status().as_str_name())?;
    write!(out, "Allocation: {}", matched.allocation)?;
    writeln!(out, "Overhead: {:.6}", matched.overhead)?;
    writeln!(out, "Reserved: {}", matched.reserved)?;
    writeln!(out, "Jobid: {}", matched.jobid)?;
    writeln!(out, "At: {}", matched.at)?;

    let cancelled = client.cancel(matched.jobid).await?;
    writeln!(out, "Cancel status: {}", cancelled.status().as_str_name())?;
    Ok(())
}

#[cfg(test)]
#[path = "../tests/in_process/mod.rs"]
mod in_process;

#[cfg(test)]
mod tests {
    use super::*;

    /// The arguments of a run from the root of the repository.
    fn arguments(target: &str, more: &[&str]) -> Arguments {
        let (host, port) = target.rsplit_once(':').unwrap();
        let named = ["walkthrough", "--host", host, "--port", port];
        let mut arguments = Arguments::parse_from(named.into_iter().chain(more.iter().copied()));
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        arguments.graph = root.join(&arguments.graph);
        arguments.jobspec = root.join(&arguments.jobspec);
        arguments
    }

    #[test]
    fn the_texts_of_the_published_example() {
        in_process::with_server(async |target| {
            let mut out = Vec::new();
            walk(&arguments(target, &[]), &mut out).await?;
            let text = String::from_utf8(out)?;
            let of_each_run =
                |line: &&str| !line.starts_with("Allocation: ") && !line.starts_with("Overhead: ");
            let lines: Vec<_> = text.lines().filter(of_each_run).collect();
            insta::assert_snapshot!(lines.join("\n"), @"
            Init cluster status: INIT_SUCCESS
            Match status: MATCH_SUCCESS
            Reserved: false
            Jobid: 1
            At: 0
            Cancel status: CANCEL_SUCCESS
            ");
            assert!(text.contains(r#"Allocation: {"graph": {"nodes": [{"id": "8""#), "{text}");
            anyhow::Ok(())
        });
    }

    #[test]
    fn a_failure_says_what_is_wrong() {
        in_process::with_server(async |target| {
            let unknown = arguments(target, &["--policy", "best"]);
            let error = walk(&unknown, &mut Vec::new()).await.unwrap_err().to_string();
            assert!(error.starts_with("Init: policy: unknown match policy `best`"), "{error}");
            let missing = arguments(target, &["--graph", "nowhere.json"]);
            let error = walk(&missing, &mut Vec::new()).await.unwrap_err().to_string();
            assert!(error.contains("cannot read") && error.contains("nowhere.json"), "{error}");
            anyhow::Ok(())
        });
    }
}
