//! `fork`: a copy of a graph on which something can be tried.

use std::time::Duration;

use clap::Args;
use fluxion_client::v1::GraphInfo;
use fluxion_store::journal::Time;

use super::answer::Answer;
use super::graphs::graph_json;
use super::options::Connection;
use super::{offers, texts};
use crate::moment;

/// What to copy, and for how long.
#[derive(Debug, Args)]
pub(crate) struct ForkArgs {
    /// Name of the graph.
    #[arg(add = offers::graphs())]
    graph: String,

    /// Name of the copy; the server makes one if it is left out.
    name: Option<String>,

    /// How long it stays: seconds, or with a unit, `90s`, `10m` or `2h`; at most a day.
    #[arg(long = "for", value_name = "TIME", default_value = "10m", value_parser = lifetime)]
    lifetime: Duration,

    #[command(flatten)]
    pub(super) connection: Connection,
}

fn lifetime(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) => (number, text.chars().last()),
        None => (text, None),
    };
    let seconds = match unit {
        Some('h') => 3600,
        Some('m') => 60,
        _ => 1,
    };
    let number: Option<u64> = number.parse().ok().filter(|number| *number > 0);
    let lifetime = number.and_then(|number| number.checked_mul(seconds)).map(Duration::from_secs);
    lifetime.ok_or_else(|| "expected a time such as `90s`, `10m` or `2h`".to_owned())
}

pub(super) async fn fork(own: &ForkArgs) -> anyhow::Result<Answer> {
    let origin = own.connection.connect().await?.graph(&own.graph);
    let name = own.name.as_deref().unwrap_or_default();
    let info = origin.fork(name, Some(own.lifetime)).await?.describe().await?;
    let text = format!("graph {}: {}\n", info.name, told(&info));
    Ok(Answer::new(text, graph_json(&info)))
}

/// Of what a graph is a fork.
fn told(info: &GraphInfo) -> String {
    let (vertices, jobs) = (texts::vertices(info.vertices), texts::live_jobs(info.live_jobs));
    let Some(fork) = &info.fork else { return vertices };
    let until = u64::try_from(fork.until).unwrap_or_default().saturating_mul(1_000_000_000);
    format!(
        "{vertices} and {jobs} of graph {} at revision {}, until {}",
        fork.origin,
        fork.revision,
        moment::shown(Time(until))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, seconds: Option<u64>) {
        assert_eq!(lifetime(text).ok(), seconds.map(Duration::from_secs), "{text}");
    }

    #[test]
    fn a_lifetime_has_a_unit_or_is_in_seconds() {
        check("90", Some(90));
        check("90s", Some(90));
        check("10m", Some(600));
        check("2h", Some(7200));
        check("0", None);
        check("m", None);
        check("1.5h", None);
        check("-1", None);
        check("1d", None);
    }
}
