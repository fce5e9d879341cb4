//! The engine against a slow matcher that is written down from the rules of `docs/semantics` as literally as
//! possible, on random graphs with random requests, jobs, cancels, status changes and passing time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod agreement;
mod explaining;
mod finding;
mod model;
mod preempting;
mod print;
mod regressions;
mod requests;
mod scenarios;
mod served;
mod sibling_order;
mod slot_rules;
#[path = "../support/mod.rs"]
mod support;
mod windows;
mod worlds;

use model::Rules;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use scenarios::{Scenario, scenario, shared_scenario, wide_scenario};

fn check(scenario: &Scenario) -> Result<(), TestCaseError> {
    agreement::run(scenario).map_err(TestCaseError::fail)
}

/// How many cases a test of small machines runs, unless `PROPTEST_CASES` says otherwise.
const USUAL: u32 = 800;

/// That many cases, or in proportion to what `PROPTEST_CASES` asks for.
fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    ProptestConfig {
        cases: asked.map_or(usual, |asked: u32| (asked.saturating_mul(usual) / USUAL).max(1)),
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(USUAL))]

    #[test]
    fn simple_requests(scenario in scenario(Rules::Simple)) {
        check(&scenario)?;
    }

    #[test]
    fn flexible_requests(scenario in scenario(Rules::Flexible)) {
        check(&scenario)?;
    }

    #[test]
    fn deep_requests(scenario in scenario(Rules::Deep)) {
        check(&scenario)?;
    }

    #[test]
    fn deep_requests_with_shared_leaves(scenario in shared_scenario(Rules::Deep)) {
        check(&scenario)?;
    }

    #[test]
    fn simple_requests_with_shared_leaves(scenario in shared_scenario(Rules::Simple)) {
        check(&scenario)?;
    }

    #[test]
    fn flexible_requests_with_shared_leaves(scenario in shared_scenario(Rules::Flexible)) {
        check(&scenario)?;
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn simple_requests_on_wide_machines(scenario in wide_scenario(Rules::Simple)) {
        check(&scenario)?;
    }

    #[test]
    fn deep_requests_on_wide_machines(scenario in wide_scenario(Rules::Deep)) {
        check(&scenario)?;
    }

    #[test]
    fn flexible_requests_on_wide_machines(scenario in wide_scenario(Rules::Flexible)) {
        check(&scenario)?;
    }
}
