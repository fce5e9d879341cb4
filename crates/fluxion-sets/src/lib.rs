//! Compressed lists of numbers and hosts.
//!
//! Idsets (RFC 22) and hostlists (RFC 29), read and printed as `docs/semantics/formats.md`, Idsets and
//! Hostlists, says. This crate knows nothing of graphs.

pub mod hostlist;
mod idset;
mod idset_text;

pub use hostlist::{Hostlist, HostlistError};
pub use idset::Idset;
pub use idset_text::IdsetError;
