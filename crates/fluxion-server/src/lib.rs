//! The gRPC services over a scheduling context.
//!
//! Owns the protobuf types, the sockets and the threads: it turns calls into operations of a
//! [`fluxion_context::Context`], one after the other, and failures into gRPC statuses. It must not know how
//! matching works, what a graph looks like, or what a command line is.
//!
//! [`Server::bind`] opens the port, [`Server::run`] serves until told to stop and then drains.

mod booking;
mod byte_size;
mod config;
mod fluxion_service;
mod graph_thread;
mod health;
#[cfg(test)]
mod leaving;
mod listen;
mod message_limit;
mod operation;
pub mod proto;
mod registry;
mod server;
mod status;
#[cfg(test)]
mod test_graph;
mod v1;

pub use byte_size::{ByteSize, InvalidByteSize};
pub use config::{Config, ConfigError, Limits};
pub use listen::{InvalidPort, Listen, ListenError, Port};
pub use server::{Drained, ServeError, Server};
