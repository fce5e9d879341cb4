//! Random sequences of what can happen to an engine, and how they are printed.

use std::fmt;

use fluxion_engine::{Admission, MatchOperation};
use fluxion_jobspec::Jobspec;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::model::Rules;
use crate::print;
use crate::requests::{constraint, resources};
use crate::served::{FILTERS, POLICIES};
use crate::support::graph::Item;
use crate::windows::Setting;
use crate::worlds::{SHAPES, Shape, wide_world, world};

/// What happens in one step.
#[derive(Clone)]
pub(crate) enum Step {
    /// Asks for the same, so many times.
    Match(usize, MatchOperation, Jobspec),
    /// Cancels one of the live jobs, counted modulo their number.
    Cancel(usize),
    /// Flips the status of a vertex, counted modulo their number.
    Flip(usize),
    /// Gives a vertex a performance class.
    Classify(usize, u32),
    /// Time moves on.
    Wait(i64),
    /// Sets a window.
    SetWindow(Setting),
    /// Ends the window of a name, if there is one.
    EndWindow(&'static str),
    /// Requests bring this from now on.
    Admit(Admission),
}

/// A graph, how it is served, and what happens.
#[derive(Clone)]
pub(crate) struct Scenario {
    pub(crate) root: Item,
    pub(crate) shuffle: u64,
    /// More edges, from nodes to leaves that are not tracked below the cluster, counted modulo their numbers.
    pub(crate) shared: Vec<(usize, usize)>,
    pub(crate) policy: &'static str,
    pub(crate) rules: Rules,
    pub(crate) filters: &'static str,
    pub(crate) start: i64,
    pub(crate) steps: Vec<Step>,
}

/// On a small machine of any shape.
pub(crate) fn scenario(rules: Rules) -> impl Strategy<Value = Scenario> {
    select(&SHAPES[..]).prop_flat_map(move |shape| on(world(shape), shape, rules))
}

/// On a small machine with leaves that several nodes share.
pub(crate) fn shared_scenario(rules: Rules) -> impl Strategy<Value = Scenario> {
    let shape = select(&SHAPES[..2]);
    let shared = vec((any::<usize>(), any::<usize>()), 1..4);
    let scenario = shape.prop_flat_map(move |shape| on(world(shape), shape, rules));
    (scenario, shared).prop_map(|(scenario, shared)| Scenario {
        filters: FILTERS[0],
        shared,
        ..scenario
    })
}

/// On a machine of many nodes.
pub(crate) fn wide_scenario(rules: Rules) -> impl Strategy<Value = Scenario> {
    on(wide_world(), SHAPES[0], rules)
}

fn on(
    world: impl Strategy<Value = Item>,
    shape: Shape,
    rules: Rules,
) -> impl Strategy<Value = Scenario> {
    let shuffle = prop_oneof![2 => Just(0), 1 => any::<u64>()];
    let filters = prop_oneof![Just(FILTERS[0]), select(&FILTERS[..])];
    let late = (-60..3_i64).prop_map(|t| 3_153_600_000 + t);
    let start = prop_oneof![60 => Just(0), 1 => -3..30_i64, 1 => late];
    let steps = vec(step(shape, rules), 1..12);
    (world, shuffle, select(&POLICIES[..]), filters, start, steps).prop_map(
        move |(root, shuffle, policy, filters, start, steps)| Scenario {
            root,
            shuffle,
            shared: Vec::new(),
            policy,
            rules,
            filters,
            start,
            steps,
        },
    )
}

fn step(shape: Shape, rules: Rules) -> impl Strategy<Value = Step> {
    prop_oneof![
        16 => matching(shape, rules),
        3 => any::<usize>().prop_map(Step::Cancel),
        2 => any::<usize>().prop_map(Step::Flip),
        1 => (any::<usize>(), 0..4_u32).prop_map(|(at, class)| Step::Classify(at, class)),
        2 => (1..40_i64).prop_map(Step::Wait),
    ]
}

/// Requests that might be made of machines of any shape.
pub(crate) fn jobspecs(rules: Rules) -> impl Strategy<Value = Vec<Jobspec>> {
    let one = select(&SHAPES[..]).prop_flat_map(move |shape| jobspec(shape, rules));
    vec(one, 1..4)
}

fn matching(shape: Shape, rules: Rules) -> impl Strategy<Value = Step> {
    let operation = prop_oneof![
        4 => Just(MatchOperation::Allocate),
        5 => Just(MatchOperation::AllocateOrElseReserve),
        3 => select(&MatchOperation::ALL[..]),
    ];
    let times = prop_oneof![3 => Just(1), 1 => 2..6_usize];
    (times, operation, jobspec(shape, rules))
        .prop_map(|(times, operation, jobspec)| Step::Match(times, operation, jobspec))
}

fn jobspec(shape: Shape, rules: Rules) -> impl Strategy<Value = Jobspec> {
    let duration = prop_oneof![
        36 => (1..40_u32).prop_map(f64::from),
        4 => Just(0.0),
        4 => Just(1.5),
        1 => select(&[-1.0, f64::NAN, 3_153_600_000.0, 4e9][..]),
    ];
    (resources(shape, rules), duration, constraint()).prop_map(
        |(resources, duration, constraint)| Jobspec {
            resources,
            duration,
            queue: None,
            constraint,
        },
    )
}

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shuffle, shared, policy, rules, filters, start, .. } = self;
        writeln!(f, "\ngraph    {}", print::item(&self.root))?;
        writeln!(f, "served   {policy} | {rules:?} | {filters} | shuffle {shuffle} | now {start}")?;
        if !shared.is_empty() {
            writeln!(f, "shared   {shared:?}")?;
        }
        self.steps.iter().enumerate().try_for_each(|(n, step)| writeln!(f, "step {n:2}  {step:?}"))
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Match(times, operation, jobspec) => {
                let Jobspec { resources, duration, .. } = jobspec;
                write!(f, "{times} × {operation} {} for {duration} s", print::list(resources))?;
                jobspec.constraint.as_ref().map_or(Ok(()), |c| write!(f, " on {c:?}"))
            }
            Self::Cancel(at) => write!(f, "cancel {at}"),
            Self::Flip(at) => write!(f, "flip status of {at}"),
            Self::Classify(at, class) => write!(f, "perf_class of {at} = {class}"),
            Self::Wait(seconds) => write!(f, "wait {seconds}"),
            Self::SetWindow(setting) => write!(f, "set {setting:?}"),
            Self::EndWindow(name) => write!(f, "end {name}"),
            Self::Admit(admission) => write!(f, "as {admission:?}"),
        }
    }
}
