//! Readers: text becomes a [`Graph`](fluxion_graph::Graph).
//!
//! | room | about |
//! |---|---|
//! | [`jgf`], [`grug`], [`rv1`], [`hwloc`] | the formats |
//! | `json`, `strings`, `plain_json`, `elements`, `xml` | the notations, which know no format |
//! | `hostname`, `position`, `faults`, [`limits`] | what the formats share |
//!
//! Each format has one error type, a function `load` that ends with the first error, and a function `faults` that
//! lists all of them. The errors name the offending place and value. The readers know nothing of bookings, policies
//! or time, and no input makes them panic, hang or take memory without bound ([`limits`]).

mod elements;
mod faults;
mod hostname;
mod json;
mod plain_json;
mod position;
mod strings;
mod xml;

#[cfg(test)]
mod listing;

pub mod grug;
pub mod hwloc;
pub mod jgf;
pub mod limits;
pub mod rv1;

pub use position::Position;
