//! Lists of hosts (RFC 29): read as the specification's two chapters do, printed as chapter 07 section 9.2 says.
//!
//! Names are opaque here: nothing is resolved, sorted or made unique.

mod dialect;
mod encode;
mod error;
mod name;
mod parse;
mod range;

pub use dialect::Dialect;
pub use encode::encode;
pub use error::{HostlistError, Problem};
pub use parse::{Hostlist, parse};
