//! The published three-call service, `fluxion.FluxionService`: its calls, the words of its requests, its statuses.

mod keys;
mod operation;
mod status;
mod three_calls;

pub(crate) use status::refused;
pub(crate) use three_calls::ThreeCalls;
