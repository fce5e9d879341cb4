//! Reads the `Dockerfile`, and says what is wrong with it.
//!
//! Owns the subset of the Dockerfile language that this repository uses, the patterns of `.dockerignore`, and the rules for
//! our image. It must not know how a container is built or run: the tests do that.

mod docker_ignore;
mod dockerfile;
mod lint;

pub use docker_ignore::DockerIgnore;
pub use dockerfile::{Copy, Dockerfile, Instruction, Order, ParseError, Problem, Stage};
pub use lint::{Complaint, PORT, complaints};
