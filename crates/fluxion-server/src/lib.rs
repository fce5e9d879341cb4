//! The gRPC services over graphs.
//!
//! Owns the protobuf types, the sockets and the threads: it turns calls into requests to a
//! [`fluxion_store::Store`], one after the other, and refusals into gRPC statuses. It must not know how
//! matching works, what a graph looks like, or what a command line is.
//!
//! [`Server::bind`] opens the port, [`Server::run`] serves until told to stop and then drains.

mod access;
mod admin;
mod asked_service;
mod byte_size;
mod codec;
mod config;
mod file_stamp;
mod health;
mod journal_options;
mod keeping;
#[cfg(test)]
#[path = "../tests/leaving/mod.rs"]
mod leaving;
mod legible;
mod live;
mod measures;
mod memory_limit;
mod message;
pub mod proto;
mod published;
mod reflection;
mod refusals;
mod security;
mod server;
#[cfg(test)]
mod test_graph;
mod tls;
mod transport;
mod v1;

pub use access::access_file::{AuthFileError, read as read_auth_file};
pub use admin::{AdminHooks, AdminPort};
pub use byte_size::{ByteSize, InvalidByteSize};
pub use config::{
    Config, ConfigError, DEFAULT_FORKS, DEFAULT_GRAPHS, DEFAULT_JOBS, DEFAULT_LOG_RATE,
    DEFAULT_QUEUE, DEFAULT_STREAMS, DEFAULT_STREAMS_OF_ONE, DEFAULT_VERTICES, DEFAULT_VISITS,
    Limits, OnInit, Timeouts,
};
pub use journal_options::{JournalOptions, Synced};
pub use keeping::ServeError;
pub use legible::legible;
pub use live::LiveSettings;
pub use memory_limit::{InvalidMemoryLimit, MemoryLimit};
pub use security::{Security, SecurityError, SecurityOptions};
pub use server::{Drained, Server};
pub use tls::options::{AuthorityError, ClientAuthority, ClientCertificates, TlsError, TlsOptions};
pub use transport::descriptors::TooFewDescriptors;
pub use transport::journal::JournalFault;
pub use transport::listen::{
    InvalidListenAddress, InvalidPort, Listen, ListenAddress, ListenError, Port,
};
pub use transport::wall_clock::WallClock;
