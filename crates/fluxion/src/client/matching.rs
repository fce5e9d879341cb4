//! `match`: resources for jobspecs, one after the other.

use clap::{Args, ValueHint, value_parser};
use fluxion_client::v1::{MatchOperation, MatchRequest, MatchResponse, ResourceFormat};
use fluxion_daemon::PolicyParser;
use serde_json::{Value, json};

use super::answer::Answer;
use super::exit::Usage;
use super::options::{Change, Common};
use super::several::{Next, Several, Subject};
use super::texts::{drawn, ended, read, written};
use super::{names, offers};

/// What to match, and how.
#[derive(Debug, Args)]
pub(crate) struct MatchArgs {
    /// Jobspecs in YAML or JSON; `-` is standard input.
    #[arg(required = true, value_name = "JOBSPEC", value_hint = ValueHint::FilePath)]
    jobspecs: Vec<String>,

    /// What the match is for; see below.
    #[arg(long, default_value = "allocate", value_parser = names::operation())]
    operation: MatchOperation,

    /// Use this policy, or settings such as `policy=low node_centric=true`, instead of the graph's own.
    #[arg(long, default_value = "", hide_default_value = true, value_parser = PolicyParser)]
    policy: String,

    /// The present time, on the graph's time axis.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    now: i64,

    /// How many times the search may look at vertices, if that is less than the graph allows.
    #[arg(long, value_name = "NUMBER", value_parser = value_parser!(u64).range(1..))]
    max_visits: Option<u64>,

    /// A reservation of the calendar that lets the job in: `fluxion windows` lists them.
    #[arg(long = "window", value_name = "NAME", add = offers::windows())]
    windows: Vec<String>,

    /// Take nothing but what lies in one of these windows.
    #[arg(long, requires = "windows")]
    inside: bool,

    /// A name by which the job can be found again.
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    job_key: String,

    /// Format of the resources; the graph's own if not given, which is drawn as a tree if it is JGF.
    #[arg(long, value_name = "FORMAT", value_parser = names::resource_format())]
    resource_format: Option<ResourceFormat>,

    #[command(flatten)]
    change: Change,
}

impl MatchArgs {
    /// What the match is for.
    pub(super) fn operation(&self) -> MatchOperation {
        self.operation
    }
}

pub(super) async fn match_jobspecs(common: &Common, own: &MatchArgs) -> anyhow::Result<Answer> {
    if own.jobspecs.len() > 1 && !own.job_key.is_empty() {
        return Err(Usage("--job-key names one job: expected one jobspec with it").into());
    }
    if own.jobspecs.iter().filter(|file| *file == "-").count() > 1 {
        return Err(Usage("`-` stands for one jobspec: expected it once").into());
    }
    // All are read before the first is matched: what was booked is told even if a file is missing.
    let texts: Vec<_> = own.jobspecs.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
    let graph = common.graph().await?;
    let (mut several, mut matches) = (Several::default(), Vec::new());
    for (at, (file, text)) in own.jobspecs.iter().zip(texts).enumerate() {
        let graph = own.change.nth_of(&graph, at);
        match graph.match_jobspec(request(own, text)).await {
            Ok(matched) => {
                several.text += &describe(own, file, &matched);
                matches.push(matched_json(file, &matched));
            }
            Err(error) => {
                let (error, next) = several.failed(&Subject::File(file), error);
                matches.push(json!({ "jobspec": file, "error": error }));
                if next == Next::Stop {
                    break;
                }
            }
        }
    }
    Ok(several.answer(json!({ "matches": matches })))
}

fn request(own: &MatchArgs, jobspec: String) -> MatchRequest {
    let request = MatchRequest::of(jobspec)
        .with_operation(own.operation)
        .with_windows(&own.windows)
        .with_policy(&own.policy)
        .with_max_visits(own.max_visits.unwrap_or_default())
        .at(own.now)
        .with_job_key(&own.job_key)
        .with_resource_format(own.resource_format.unwrap_or_default());
    if own.inside { request.inside_windows() } else { request }
}

fn describe(own: &MatchArgs, file: &str, matched: &MatchResponse) -> String {
    let file = if own.jobspecs.len() > 1 { format!("{file}: ") } else { String::new() };
    let job = if matched.job_id == 0 { String::new() } else { format!("job {}: ", matched.job_id) };
    let outcome = names::of_outcome(matched.outcome());
    // Who asked for a format gets it as it is.
    let resources = match (own.resource_format, &matched.resources) {
        (Some(_), Some(set)) => ended(&set.text),
        (_, set) => drawn(set.as_ref()),
    };
    format!("{file}{job}{outcome}, at {}\n{resources}", matched.at)
}

fn matched_json(file: &str, matched: &MatchResponse) -> Value {
    json!({
        "jobspec": file,
        "job_id": stated(matched.job_id),
        "outcome": names::of_outcome(matched.outcome()),
        "at": matched.at,
        "resources": written(matched.resources.as_ref()),
        "revision": matched.revision,
        "incarnation": matched.incarnation,
    })
}

/// A number of which 0 stands for none.
fn stated(number: u64) -> Option<u64> {
    Some(number).filter(|&number| number != 0)
}
