//! Compressed lists of numbers and hosts.
//!
//! Idsets (RFC 22) and hostlists (RFC 29), as the specification reads and prints them (chapter 02 section 3,
//! chapter 07 section 9). This crate knows nothing of graphs.

mod idset;

pub use idset::Idset;
