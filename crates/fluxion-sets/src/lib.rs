//! Compressed lists of numbers and hosts.
//!
//! Idsets (RFC 22) and hostlists (RFC 29), as the specification reads and prints them (chapter 02 section 3,
//! chapter 03 sections 7.4 and 7.5, chapter 07 section 9). This crate knows nothing of graphs.

pub mod hostlist;
mod idset;
mod idset_text;

pub use hostlist::{Hostlist, HostlistError};
pub use idset::Idset;
pub use idset_text::IdsetError;
