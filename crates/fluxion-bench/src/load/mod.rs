//! A server in a process of its own, under many clients.

mod abuse;
mod attack;
mod attackers;
mod crowd;
mod loading;
mod process;
mod serving;
mod snapshots;
mod streaming;
mod traffic;

pub use abuse::Abuse;
pub use crowd::Crowd;
pub use loading::Loading;
pub use serving::Serving;
pub use snapshots::Snapshots;
pub use streaming::Streaming;

pub(crate) use process::Process;
pub(crate) use traffic::{Pattern, Traffic, Until, seen_row};

/// A runtime for clients. One thread: the server shall have the other processors.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}
