//! `explain`: why a jobspec does not start now, or a job not earlier.

use clap::{ArgGroup, Args, ValueHint, value_parser};
use fluxion_client::v1::{ExplainRequest, JobCost, Preempt, Verdict, Vertices};
use fluxion_daemon::PolicyParser;

use super::answer::Answer;
use super::exit::Exit;
use super::explanation::{document, text};
use super::options::Common;
use super::texts::read;
use super::{names, offers};

/// What to explain.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("subject").required(true).args(["jobspec", "job", "job_key"]))]
pub(crate) struct ExplainArgs {
    /// Jobspec in YAML or JSON; `-` is standard input.
    #[arg(value_hint = ValueHint::FilePath)]
    jobspec: Option<String>,

    /// Number of a job: who has what it gets, until it starts.
    #[arg(long, value_parser = names::job, add = offers::jobs())]
    job: Option<u64>,

    /// Key of a job.
    #[arg(long, value_name = "KEY", add = offers::job_keys())]
    job_key: Option<String>,

    /// The present time, on the graph's time axis.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    now: i64,

    /// By this policy, or settings such as `policy=low node_centric=true`, instead of the graph's own.
    #[arg(long, default_value = "", hide_default_value = true, value_parser = PolicyParser)]
    policy: String,

    /// A reservation of the calendar that lets the job in.
    #[arg(long = "window", value_name = "NAME", add = offers::windows())]
    windows: Vec<String>,

    /// A vertex, by its path, of which it is told why it is not used.
    #[arg(long, value_name = "PATH")]
    why_not: Option<String>,

    /// How many vertices are named of each reason.
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = value_parser!(u32).range(..=16))]
    examples: u32,

    /// Try no changes of the jobspec with which it would fit now.
    #[arg(long)]
    no_hints: bool,

    /// Tell which jobs would have to go so that the jobspec fits now, the cheapest first. Nothing is taken from them.
    #[arg(long, requires = "jobspec")]
    preempt: bool,

    /// What it costs that a job goes; `never` if it stays. May be given several times.
    #[arg(long, value_name = "JOB=COST", requires = "preempt", value_parser = job_cost)]
    cost: Vec<JobCost>,

    /// What it costs that any other job goes; `never` if they all stay.
    #[arg(long, value_name = "COST", requires = "preempt", default_value = "1", value_parser = Cost::read)]
    other_cost: Cost,

    /// How many times vertices may be looked at in all, if that is less than the graph allows.
    #[arg(long, value_name = "NUMBER", value_parser = value_parser!(u64).range(1..))]
    max_visits: Option<u64>,
}

/// What it costs that a job goes; nothing if it stays.
#[derive(Clone, Copy, Debug)]
struct Cost(Option<u64>);

impl Cost {
    fn read(word: &str) -> Result<Self, String> {
        match word {
            "never" => Ok(Self(None)),
            number => number
                .parse()
                .map(|cost| Self(Some(cost)))
                .map_err(|_| "expected a number or `never`".to_owned()),
        }
    }
}

fn job_cost(word: &str) -> Result<JobCost, String> {
    let (job, cost) = word.split_once('=').ok_or("expected JOB=COST")?;
    let job_id = job.parse().map_err(|_| "expected the number of a job before `=`")?;
    Ok(JobCost { job_id, cost: Cost::read(cost)?.0 })
}

fn preempt(own: &ExplainArgs) -> Preempt {
    Preempt { costs: own.cost.clone(), default_cost: own.other_cost.0 }
}

pub(super) async fn explain(common: &Common, own: &ExplainArgs) -> anyhow::Result<Answer> {
    let request = match (&own.jobspec, own.job, &own.job_key) {
        (Some(file), ..) => of_jobspec(own, read(file)?),
        (None, Some(job), _) => ExplainRequest::of_job(job),
        (None, None, key) => ExplainRequest::of_job(key.as_deref().unwrap_or_default()),
    };
    let explained = common.graph().await?.explain(request.at(own.now)).await?;
    let exit = match explained.verdict() {
        Verdict::FitsNow => Exit::Done,
        Verdict::Never => Exit::NeverFits,
        Verdict::FitsLater | Verdict::NotForeseen | Verdict::Unspecified => Exit::NothingFits,
    };
    Ok(Answer::new(text(&explained), document(&explained)).ending(exit))
}

fn of_jobspec(own: &ExplainArgs, jobspec: String) -> ExplainRequest {
    let request = ExplainRequest::of(jobspec)
        .with_policy(&own.policy)
        .with_examples(own.examples)
        .with_windows(&own.windows)
        .with_budget_visits(own.max_visits.unwrap_or_default());
    let request = match own.preempt {
        true => request.with_preempt(preempt(own)),
        false => request,
    };
    let request = match &own.why_not {
        Some(path) => request.with_why_not(Vertices::Path(path.clone())),
        None => request,
    };
    if own.no_hints { request.without_hints() } else { request }
}
