//! Random sessions with a store against a model that keeps nothing but a list of vertices and a list of jobs.
//!
//! After each command all records of the context must agree (`Context::check`), its job table and its graph
//! must be those of the model, and a command that fails must leave everything as it was. A replica that was made of the
//! graph as it was loaded, and has heard of nothing but the commits, must be the same store. What a match chooses
//! is predicted by the literal matcher of the engine's tests, fed with the model's jobs.
//!
//! `STATEFUL_SESSIONS` says how many sessions of up to 50 commands are run; a failure names the seed of its
//! session, which `STATEFUL_FIRST` with `STATEFUL_SESSIONS=1` runs again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod answers;
mod commands;
mod documents;
mod finds;
mod jobs;
mod keys;
mod machine;
#[path = "../../../fluxion-engine/tests/literal/model/mod.rs"]
#[allow(dead_code, reason = "shared with the tests of the engine")]
mod model;
mod onlooker;
#[path = "../../../fluxion-engine/tests/literal/print.rs"]
#[allow(dead_code, reason = "shared with the tests of the engine")]
mod print;
mod regressions;
#[path = "../../../fluxion-engine/tests/literal/requests.rs"]
mod requests;
#[path = "../../../fluxion-engine/tests/literal/served.rs"]
mod served;
mod session;
mod support;
mod updates;
#[path = "../../../fluxion-engine/tests/literal/worlds.rs"]
#[allow(dead_code, reason = "shared with the tests of the engine")]
mod worlds;

use commands::{Commands, commands};
use model::Rules;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// How many sessions run unless `STATEFUL_SESSIONS` says otherwise.
const USUAL: u64 = 64;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Half of the sessions: those whose seed leaves a remainder when halved.
fn run(rules: Rules, remainder: u64) {
    let first = number("STATEFUL_FIRST").unwrap_or(0);
    let sessions = first..first + number("STATEFUL_SESSIONS").unwrap_or(USUAL);
    for seed in sessions.filter(|seed| seed % 2 == remainder) {
        let mut runner = TestRunner::new(Config {
            cases: 1,
            rng_seed: RngSeed::Fixed(seed),
            failure_persistence: None,
            max_shrink_iters: 2_000,
            ..Config::default()
        });
        let session = |commands: Commands| session::run(&commands).map_err(TestCaseError::fail);
        if let Err(error) = runner.run(&commands(rules), session) {
            panic!("run again with STATEFUL_FIRST={seed} STATEFUL_SESSIONS=1\n{error}");
        }
    }
}

#[test]
fn simple_sessions() {
    run(Rules::Simple, 0);
}

#[test]
fn flexible_sessions() {
    run(Rules::Flexible, 1);
}
