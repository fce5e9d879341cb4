//! Lists of hosts (RFC 29): read in two dialects, printed in one; see `docs/semantics/formats.md`, Hostlists.
//!
//! Names are opaque here: nothing is resolved, sorted or made unique.

mod dialect;
mod encode;
mod error;
mod hosts;
mod name;
mod parse;
mod range;

pub use dialect::Dialect;
pub use encode::encode;
pub use error::{HostlistError, Problem};
pub use hosts::Hosts;
pub use parse::{Hostlist, parse};
