//! The admin port: probes, metrics, the log level and the settings, over HTTP/1.1. Beyond loopback it tells probes and metrics alone, unless an admin's token is shown.
//! It waits for no graph and no disk. Must not know what the calls of a service say, nor how anything is logged.
//!
//! | file | about |
//! |---|---|
//! | `port` | connections, and their limits |
//! | `pages` | what is asked for, by whom, and the answer |
//! | `probes` | whether the server lives, is ready, and has started |
//! | `metrics` | all that is counted |
//! | `units` | units and jobs of a graph, as they were when it last had time for it |
//! | `observed` | what all of them look at |

mod metrics;
mod observed;
mod pages;
mod port;
mod probes;
mod units;

pub(crate) use observed::Observed;
pub use pages::AdminHooks;
pub use port::AdminPort;
pub(crate) use units::KnownUnits;
