//! Random sessions: a machine, how it is served, and what is done to it. Everything that a command is about is
//! a number, counted modulo what there is when its turn comes.

use std::fmt;

use fluxion_context::MatchOperation;
use fluxion_jobspec::{Constraint, Element};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::model::Rules;
use crate::print;
use crate::requests::{constraint, resources};
use crate::served::{FILTERS, POLICIES};
use crate::support::graph::Item;
use crate::worlds::{SHAPES, Shape, world};

/// The most commands of a session.
const MOST: usize = 50;

/// A resource set that is put back.
#[derive(Clone, Debug)]
pub(crate) struct Update {
    pub(crate) what: What,
    pub(crate) shorthand: bool,
    /// The number, if it is not that of a job of the table.
    pub(crate) job: u64,
    pub(crate) of_table: Option<usize>,
    pub(crate) start: i64,
    pub(crate) duration: i64,
}

/// What a resource set consists of.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// Vertices with those above them.
    Vertices(Vec<usize>),
    /// Children of nodes right below the root, as ranks with their children; where vertices are shared, none.
    Children(Vec<(usize, usize)>),
    /// What an earlier match printed.
    Printed(usize),
    /// No resource set at all.
    Nonsense(usize),
}

/// What a job gives back.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// All on ranks, each counted among those there are and one more.
    Ranks(Vec<usize>),
    /// Some of what it holds or passes through, maybe something twice.
    Vertices(Vec<usize>),
    /// Some vertex that it holds with all it holds below.
    Whole(usize),
}

/// What a find asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    Allocated,
    Reserved,
    Down,
    JobAllocated,
    JobReserved,
    JobTag,
    Property,
    Aggregates,
    Nonsense,
}

/// What happens in one step.
#[derive(Clone)]
pub(crate) enum Command {
    Match(MatchOperation, Vec<Element>, f64, Option<Constraint>),
    Cancel(usize),
    Update(Update),
    Release(usize, Part),
    /// Subtrees below a vertex.
    Attach(usize, Vec<Item>),
    /// A subtree like one that is there, beside it.
    AttachLike(usize),
    /// Something that cannot be attached, or changes nothing.
    AttachInVain(usize),
    Remove(usize),
    RemoveRanks(Vec<usize>),
    SetStatus(usize, bool),
    SetProperty(usize, &'static str, u32),
    Find(Question, usize),
    Wait(i64),
}

/// A session.
#[derive(Clone)]
pub(crate) struct Commands {
    pub(crate) root: Item,
    pub(crate) shuffle: u64,
    /// More edges, from nodes to leaves.
    pub(crate) shared: Vec<(usize, usize)>,
    pub(crate) policy: &'static str,
    pub(crate) rules: Rules,
    pub(crate) filters: &'static str,
    pub(crate) commands: Vec<Command>,
}

pub(crate) fn commands(rules: Rules) -> impl Strategy<Value = Commands> {
    select(&SHAPES[..]).prop_flat_map(move |shape| on(shape, rules))
}

fn on(shape: Shape, rules: Rules) -> impl Strategy<Value = Commands> {
    let shuffle = prop_oneof![2 => Just(0), 1 => any::<u64>()];
    let edges = vec((any::<usize>(), any::<usize>()), 1..4);
    let shared = prop_oneof![9 => Just(Vec::new()), 1 => edges];
    let filters = prop_oneof![Just(FILTERS[0]), select(&FILTERS[..])];
    // each of them can be left out when a failure is made small
    let steps = vec(option::weighted(0.999, command(shape, rules)), MOST);
    (world(shape), shuffle, shared, select(&POLICIES[..]), filters, steps).prop_map(
        move |(root, shuffle, shared, policy, filters, commands)| Commands {
            filters: if shared.is_empty() { filters } else { FILTERS[0] },
            root,
            shuffle,
            shared,
            policy,
            rules,
            commands: commands.into_iter().flatten().collect(),
        },
    )
}

fn command(shape: Shape, rules: Rules) -> impl Strategy<Value = Command> {
    let at = any::<usize>;
    let key = select(&["a", "b", "c", "perf_class"][..]);
    let question = select(
        &[
            Question::Allocated,
            Question::Reserved,
            Question::Down,
            Question::JobAllocated,
            Question::JobReserved,
            Question::JobTag,
            Question::Property,
            Question::Aggregates,
            Question::Nonsense,
        ][..],
    );
    prop_oneof![
        22 => matching(shape, rules),
        8 => at().prop_map(Command::Cancel),
        5 => update().prop_map(Command::Update),
        6 => (at(), part()).prop_map(|(job, part)| Command::Release(job, part)),
        3 => (at(), subtrees()).prop_map(|(parent, items)| Command::Attach(parent, items)),
        2 => at().prop_map(Command::AttachLike),
        1 => at().prop_map(Command::AttachInVain),
        2 => at().prop_map(Command::Remove),
        1 => vec(at(), 0..3).prop_map(Command::RemoveRanks),
        3 => (at(), any::<bool>()).prop_map(|(at, up)| Command::SetStatus(at, up)),
        2 => (at(), key, 0..4_u32).prop_map(|(at, key, value)| Command::SetProperty(at, key, value)),
        4 => (question, at()).prop_map(|(question, at)| Command::Find(question, at)),
        3 => (1..40_i64).prop_map(Command::Wait),
    ]
}

fn matching(shape: Shape, rules: Rules) -> impl Strategy<Value = Command> {
    let operation = prop_oneof![
        4 => Just(MatchOperation::Allocate),
        5 => Just(MatchOperation::AllocateOrElseReserve),
        3 => select(&MatchOperation::ALL[..]),
    ];
    let duration = prop_oneof![
        36 => (1..40_u32).prop_map(f64::from),
        4 => Just(0.0),
        4 => Just(1.5),
        1 => select(&[-1.0, 3_153_600_000.0, 4e9][..]),
    ];
    (operation, resources(shape, rules), duration, constraint())
        .prop_map(|(operation, list, duration, c)| Command::Match(operation, list, duration, c))
}

fn update() -> impl Strategy<Value = Update> {
    let what = prop_oneof![
        6 => vec(any::<usize>(), 1..4).prop_map(What::Vertices),
        3 => vec((any::<usize>(), any::<usize>()), 1..5).prop_map(What::Children),
        4 => any::<usize>().prop_map(What::Printed),
        1 => any::<usize>().prop_map(What::Nonsense),
    ];
    let start = prop_oneof![4 => Just(0_i64), 3 => 0..60_i64, 1 => select(&[-1, i64::MAX - 5][..])];
    let duration = prop_oneof![9 => 1..60_i64, 1 => select(&[0, -1, i64::MAX][..])];
    let of_table = prop_oneof![6 => Just(None), 1 => any::<usize>().prop_map(Some)];
    let job = prop_oneof![9 => 0..40_u64, 1 => Just(u64::MAX)];
    (what, any::<bool>(), job, of_table, start, duration).prop_map(
        |(what, shorthand, job, of_table, start, duration)| Update {
            what,
            shorthand,
            job,
            of_table,
            start,
            duration,
        },
    )
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        3 => vec(any::<usize>(), 0..3).prop_map(Part::Ranks),
        2 => vec(any::<usize>(), 1..4).prop_map(Part::Vertices),
        2 => any::<usize>().prop_map(Part::Whole),
    ]
}

/// What is attached: nodes with cores, or leaves.
fn subtrees() -> impl Strategy<Value = Vec<Item>> {
    let leaf = (select(&["core", "gpu", "memory"][..]), 1..4_u32, 0..4_i64)
        .prop_map(|(ty, size, id)| item(ty, id, if ty == "memory" { size } else { 1 }, Vec::new()));
    let node =
        (vec(leaf.clone(), 0..4), 0..9_i64).prop_map(|(below, id)| item("node", id, 1, below));
    prop_oneof![3 => vec(node, 1..3), 2 => vec(leaf, 1..3)]
}

fn item(ty: &str, id: i64, size: u32, children: Vec<Item>) -> Item {
    Item {
        ty: ty.to_owned(),
        id,
        uniq_id: None,
        size,
        status: fluxion_graph::Status::Up,
        properties: Vec::new(),
        children,
    }
}

impl fmt::Debug for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shuffle, shared, policy, rules, filters, .. } = self;
        writeln!(f, "\nmachine    {}", print::item(&self.root))?;
        writeln!(f, "served     {policy} | {rules:?} | {filters} | shuffle {shuffle}")?;
        writeln!(f, "shared     {shared:?}")?;
        let mut numbered = self.commands.iter().enumerate();
        numbered.try_for_each(|(n, command)| writeln!(f, "command {n:2} {command:?}"))
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Match(operation, list, duration, constraint) => {
                write!(f, "{operation} {} for {duration} s on {constraint:?}", print::list(list))
            }
            Self::Cancel(job) => write!(f, "cancel {job}"),
            Self::Update(update) => write!(f, "{update:?}"),
            Self::Release(job, part) => write!(f, "release {part:?} of {job}"),
            Self::Attach(parent, items) => {
                let items: Vec<String> = items.iter().map(print::item).collect();
                write!(f, "attach {} below {parent}", items.join(" "))
            }
            Self::AttachLike(at) => write!(f, "attach one like {at}"),
            Self::AttachInVain(at) => write!(f, "attach in vain {at}"),
            Self::Remove(at) => write!(f, "remove {at}"),
            Self::RemoveRanks(ranks) => write!(f, "remove ranks {ranks:?}"),
            Self::SetStatus(at, up) => write!(f, "set {at} up: {up}"),
            Self::SetProperty(at, key, value) => write!(f, "set {key} of {at} to {value}"),
            Self::Find(question, at) => write!(f, "find {question:?} of {at}"),
            Self::Wait(seconds) => write!(f, "wait {seconds}"),
        }
    }
}
