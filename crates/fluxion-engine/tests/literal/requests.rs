//! Random requests: elements down the levels of a shape, some left out, slots at any level, moldable counts,
//! siblings, and constraints.

use fluxion_jobspec::{Constraint, Count, Element, Exclusivity, Operator, PropertyTest};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::model::Rules;
use crate::worlds::Shape;

/// The resources of a request.
pub(crate) fn resources(shape: Shape, rules: Rules) -> BoxedStrategy<Vec<Element>> {
    let one = chain(shape, rules).boxed();
    prop_oneof![
        8 => one.clone(),
        1 => (one.clone(), one.clone()).prop_map(|(a, b)| [a, b].concat()),
        1 => vec(one, 2..4).prop_map(|lists| lists.concat()),
    ]
    .boxed()
}

/// One line from a level to the leaves.
#[derive(Clone, Debug)]
struct Chain {
    levels: Vec<&'static str>,
    /// Before which levels a slot stands; the last is before the leaves.
    slots: Vec<usize>,
    /// The type of the alternatives, and what they are.
    alternatives: Option<(&'static str, Vec<Other>)>,
    counts: Vec<Count>,
    exclusivities: Vec<Exclusivity>,
    label: Option<String>,
    leaves: Vec<Element>,
}

/// An alternative to a slot of a chain.
#[derive(Clone, Debug)]
struct Other {
    count: Count,
    leaves: Vec<Element>,
    /// Whether the levels of the chain lie above the leaves.
    is_deep: bool,
}

fn chain(shape: Shape, rules: Rules) -> impl Strategy<Value = Vec<Element>> {
    let all: Vec<&str> = std::iter::once("cluster").chain(shape.iter().copied()).collect();
    let depth = all.len();
    let levels = prop_oneof![
        6 => (1..=depth).prop_map(|from| (from, usize::MAX)),
        1 => (0..=depth).prop_map(|from| (from, usize::MAX)),
        1 => (0..=depth, 0..=depth),
    ]
    .prop_map(move |(from, without)| {
        let kept = (from..all.len()).filter(|&at| at != without);
        kept.map(|at| all[at]).collect::<Vec<_>>()
    });
    let slots = prop_oneof![1 => Just(vec![]), 8 => vec(0..=depth, 1), 1 => vec(0..=depth, 2)];
    let often = if rules == Rules::Flexible { 0.5 } else { 0.07 };
    let other = (count(), leaves(rules), prop_oneof![3 => Just(false), 1 => Just(true)])
        .prop_map(|(count, leaves, is_deep)| Other { count, leaves, is_deep })
        .boxed();
    let others = prop_oneof![3 => vec(other.clone(), 1..2), 1 => vec(other, 2..4)];
    let alternatives = option::weighted(often, (slot_type(rules), others));
    let labels = option::weighted(0.1, Just("name".to_owned()));
    (levels, slots, alternatives, vec(count(), 8), vec(exclusivity(), 8), labels, leaves(rules))
        .prop_map(|(levels, slots, alternatives, counts, exclusivities, label, leaves)| {
            let chain = Chain { levels, slots, alternatives, counts, exclusivities, label, leaves };
            chain.list(0)
        })
}

fn slot_type(rules: Rules) -> impl Strategy<Value = &'static str> {
    if rules == Rules::Flexible {
        prop_oneof![2 => Just("slot"), 1 => Just("xor_slot")].boxed()
    } else {
        prop_oneof![9 => Just("slot"), 1 => Just("xor_slot")].boxed()
    }
}

impl Chain {
    fn list(&self, at: usize) -> Vec<Element> {
        let slot = self.slots.iter().any(|&s| s.min(self.levels.len()) == at);
        let inner = self.without_slot(at);
        if !slot {
            return inner;
        }
        let Some((ty, others)) = &self.alternatives else {
            return vec![element("slot", self.counts[7], inner)];
        };
        let other = |other: &Other| element(ty, other.count, self.below_other(at, other));
        std::iter::once(element(ty, self.counts[7], inner))
            .chain(others.iter().map(other))
            .collect()
    }

    fn below_other(&self, at: usize, other: &Other) -> Vec<Element> {
        let leaves = other.leaves.clone();
        if !other.is_deep {
            return leaves;
        }
        Self { leaves, alternatives: None, ..self.clone() }.without_slot(at)
    }

    fn without_slot(&self, at: usize) -> Vec<Element> {
        let Some(ty) = self.levels.get(at) else { return self.leaves.clone() };
        vec![Element {
            exclusivity: self.exclusivities[at],
            label: self.label.clone(),
            ..element(ty, self.counts[at], self.list(at + 1))
        }]
    }
}

fn element(ty: &str, count: Count, with: Vec<Element>) -> Element {
    let label = ty.ends_with("slot").then(|| "default".to_owned());
    Element { ty: ty.to_owned(), count, exclusivity: Exclusivity::Unspecified, label, with }
}

fn leaves(rules: Rules) -> impl Strategy<Value = Vec<Element>> {
    let ty =
        prop_oneof![12 => Just("core"), 3 => Just("gpu"), 3 => Just("memory"), 1 => Just("ssd")];
    let leaf = (ty, count(), exclusivity())
        .prop_map(|(ty, count, exclusivity)| Element { exclusivity, ..element(ty, count, vec![]) })
        .boxed();
    let one_of_each = |mut list: Vec<Element>| {
        list.sort_by(|a, b| a.ty.cmp(&b.ty));
        list.dedup_by(|a, b| a.ty == b.ty);
        list
    };
    prop_oneof![
        10 => vec(leaf.clone(), 1..2),
        5 => vec(leaf.clone(), 1..4).prop_map(one_of_each),
        1 => vec(leaf.clone(), 2..4).prop_map(one_of_each).prop_map(|list| list.into_iter().rev().collect()),
        1 => vec(leaf, if rules != Rules::Flexible { 2..4 } else { 0..1 }),
    ]
}

fn count() -> impl Strategy<Value = Count> {
    let operator = prop_oneof![3 => Just(Operator::Add), 1 => Just(Operator::Multiply), 1 => Just(Operator::Power)];
    let moldable = (1..4_u32, 0..6_u32, operator, 2..4_u32, any::<bool>()).prop_map(
        |(min, more, operator, operand, by_one)| {
            let min = if operator == Operator::Power { min.max(2) } else { min };
            let operand = if operator == Operator::Add && by_one { 1 } else { operand };
            Count { min, max: min + more, operator, operand }
        },
    );
    prop_oneof![
        60 => Just(Count::exactly(1)),
        12 => (2..4_u32).prop_map(Count::exactly),
        2 => (4..8_u32).prop_map(Count::exactly),
        1 => select(&[20, 64, 65, 100][..]).prop_map(Count::exactly),
        12 => moldable,
        4 => (1..3_u32).prop_map(Count::at_least),
        1 => Just(Count::exactly(0)),
    ]
}

fn exclusivity() -> impl Strategy<Value = Exclusivity> {
    prop_oneof![
        60 => Just(Exclusivity::Unspecified),
        7 => Just(Exclusivity::Exclusive),
        1 => Just(Exclusivity::Shared),
    ]
}

/// A constraint, or none.
pub(crate) fn constraint() -> impl Strategy<Value = Option<Constraint>> {
    let test = (prop_oneof![Just("a"), Just("b"), Just("c")], any::<bool>())
        .prop_map(|(name, negated)| PropertyTest { name: name.to_owned(), negated });
    let hosts = vec((0..4).prop_map(|n| format!("node{n}")), 0..3);
    let simple = prop_oneof![
        4 => vec(test, 0..3).prop_map(Constraint::Properties),
        2 => hosts.prop_map(|hosts| Constraint::Hostlist(hosts.iter().map(String::as_str).collect())),
        2 => vec(0..5_u32, 0..4).prop_map(|ranks| Constraint::Ranks(ranks.into_iter().collect())),
    ];
    let any = simple.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Constraint::And),
            vec(inner.clone(), 0..3).prop_map(Constraint::Or),
            vec(inner, 0..3).prop_map(Constraint::Not),
        ]
    });
    // what comes again and again is served from indices of its own
    let property = PropertyTest { name: "a".to_owned(), negated: false };
    let usual = [
        Constraint::Properties(vec![property]),
        Constraint::Hostlist(["node1"].into_iter().collect()),
        Constraint::Ranks([0, 2, 3].into_iter().collect()),
    ];
    let usual = select(usual.to_vec());
    prop_oneof![13 => Just(None), 2 => any.prop_map(Some), 5 => usual.prop_map(Some)]
}
