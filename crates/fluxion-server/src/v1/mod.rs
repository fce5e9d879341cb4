//! The full service, `fluxion.v1`: graphs by name, jobs and resources. One file per service, and per idea that they
//! share. Must not know sockets; what the calls mean is in `proto/fluxion/v1`.

mod backup;
mod calendar;
mod create;
mod describe;
mod events;
mod explain;
mod explained_refusal;
mod explanation;
mod export;
mod failure;
mod fork;
mod graphs;
mod history_scans;
mod identity;
mod in_order;
mod insight;
mod job_history;
mod jobs;
mod lengths;
mod maintenance;
mod match_many;
mod matching;
mod names;
mod options;
mod repeats;
mod resource_sets;
mod resources;
mod retime;
mod statuses;
mod targets;
mod times;
mod watch;
mod watch_state;
mod window_failure;
mod window_requests;
mod windows;

pub(crate) use calendar::Calendars;
pub(crate) use failure::refused;
pub(crate) use graphs::Graphs;
pub(crate) use insight::Insight;
pub(crate) use jobs::Jobs;
pub(crate) use maintenance::Maintenance;
pub(crate) use repeats::Repeats;
pub(crate) use resources::Resources;
