//! How a graph is served, as clients say it and are told it.

use fluxion_context::{Clock, Expiry, Options, Policy, SlotRule};
use tonic::Status;

use crate::config::Config;
use crate::proto::fluxion::v1::GraphOptions;
use crate::v1::lengths::{check_list, check_words};
use crate::v1::{failure, names};

/// The options of a request; what it leaves open takes the default of the server.
pub(crate) fn read(config: &Config, asked: GraphOptions) -> Result<Options, Status> {
    let format = names::load_format("header.options.format", asked.format)?;
    let printed = names::match_format("header.options.resource_format", asked.resource_format)?;
    if let Some(kind) = asked.allowlist.iter().find(|kind| kind.contains(',')) {
        let what = format!("`{kind}` is not a type: expected one type per element");
        return Err(failure::invalid("header.options.allowlist", what));
    }
    check_words("header.options.policy", &asked.policy)?;
    check_words("header.options.traverser", &asked.traverser)?;
    check_words("header.options.subsystems", &asked.subsystems)?;
    check_list("header.options.prune_filters", &asked.prune_filters)?;
    let slots = names::slot_rule("header.options.slots", asked.slots)?;
    let allowlist = asked.allowlist.join(",");
    check_list("header.options.allowlist", &allowlist)?;
    let mut options = Options { load_format: format, ..config.options(&asked.policy) };
    let fill = |option: &mut String, asked: String| {
        if !asked.is_empty() {
            *option = asked;
        }
    };
    fill(&mut options.traverser, asked.traverser);
    fill(&mut options.prune_filters, asked.prune_filters);
    fill(&mut options.subsystems, asked.subsystems);
    let flexible = options.traverser == "flexible";
    let usual = if flexible { SlotRule::Published } else { SlotRule::Deep };
    options.slots = slots.or(config.slots.filter(|_| !flexible)).unwrap_or(usual);
    if asked.max_visits > 0 {
        options.max_visits = asked.max_visits;
    }
    options.match_format = printed.unwrap_or(options.match_format);
    options.allowlist = allowlist;
    (options.clock, options.expiry) = timing(&options, (asked.clock, asked.expiry))?;
    Ok(options)
}

/// Who says what time it is, and what becomes of jobs whose time is over. What the server does by default with its clock is
/// nothing to a graph without one.
fn timing(usual: &Options, (clock, expiry): (i32, i32)) -> Result<(Clock, Expiry), Status> {
    let clock = names::clock("header.options.clock", clock)?.unwrap_or(usual.clock);
    let asked = names::expiry("header.options.expiry", expiry)?;
    match (clock, asked) {
        (Clock::Manual, Some(Expiry::Release)) => Err(failure::invalid(
            "header.options.expiry",
            "expected HOLD: only with the clock SYSTEM is the time of a job ever over".to_owned(),
        )),
        (Clock::Manual, _) => Ok((clock, Expiry::Hold)),
        (Clock::System, asked) => Ok((clock, asked.unwrap_or(usual.expiry))),
    }
}

/// The options as clients are told them, all filled in.
pub(crate) fn tell(options: &Options) -> GraphOptions {
    let types = options.allowlist.split(',').filter(|kind| !kind.is_empty());
    GraphOptions {
        format: names::graph_format(options.load_format).into(),
        policy: options.policy.clone(),
        traverser: options.traverser.clone(),
        prune_filters: options.prune_filters.clone(),
        subsystems: options.subsystems.clone(),
        resource_format: names::resource_format(options.match_format).into(),
        allowlist: types.map(str::to_owned).collect(),
        slots: names::of_slot_rule(options.slots).into(),
        max_visits: options.max_visits,
        clock: names::of_clock(options.clock).into(),
        expiry: names::of_expiry(options.expiry).into(),
    }
}

/// The policy that a match asks for, if it is not that of the graph in the same words.
pub(crate) fn policy(options: &Options, asked: &str) -> Result<Option<Policy>, Status> {
    if asked.is_empty() || asked == options.policy {
        return Ok(None);
    }
    let policy = asked.parse::<Policy>();
    policy.map(Some).map_err(|error| failure::invalid("policy", error.to_string()))
}
