//! Forming slots at an anchor (`docs/semantics/matching.md`, Forming slots and The flexible traverser).

use std::collections::BTreeMap;

use fluxion_jobspec::Element;

use super::counts::{effective_maximum, take};
use super::policy::Place;
use super::selection::{Bag, Candidate, units};
use super::{Model, Rules};

/// The elements by which the members of alternative slots are sought: of each type the one with the largest
/// minimum, the first of equals. A slot alone lends its members as they are.
pub(crate) fn members<'a>(alternatives: &[&'a Element]) -> Vec<&'a Element> {
    if let [only] = alternatives {
        return only.with.iter().collect();
    }
    let mut union: Vec<&'a Element> = Vec::new();
    for element in alternatives.iter().flat_map(|slot| &slot.with) {
        match union.iter_mut().find(|u| u.ty == element.ty) {
            Some(known) if known.count.min < element.count.min => *known = element,
            Some(_) => {}
            None => union.push(element),
        }
    }
    union
}

/// The slots that the children of an anchor can fill.
pub(crate) fn form(
    model: &Model,
    bag: &Bag,
    alternatives: &[&Element],
    anchor: usize,
) -> Vec<Candidate> {
    let mut lists = BTreeMap::new();
    for member in alternatives.iter().flat_map(|slot| &slot.with) {
        let mut list = bag.get(&member.ty).cloned().unwrap_or_default();
        model.policy.sort(&mut list, Place::SlotMembers);
        lists.insert(member.ty.clone(), list);
    }
    let totals: Totals = lists.iter().map(|(ty, list)| (ty.clone(), units(list))).collect();
    let sequence = match alternatives {
        [only] if model.rules != Rules::Flexible => endless(only, u64::MAX),
        [only] => endless(only, effective_maximum(only.count)),
        _ => best_sequence(alternatives, &totals),
    };
    let mut slots = Vec::new();
    for slot in sequence {
        match fill(slot, &totals, &mut lists) {
            Some(members) => slots.push(as_candidate(members, anchor)),
            None => break,
        }
    }
    slots
}

type Totals = BTreeMap<String, u64>;

/// The same slot again and again; nothing if it has no members.
fn endless<'a>(slot: &'a Element, most: u64) -> Box<dyn Iterator<Item = &'a Element> + 'a> {
    let most = if slot.with.is_empty() { 0 } else { most };
    Box::new((0..most).map(move |_| slot))
}

/// Takes one slot's members from the fronts of the lists.
fn fill(
    slot: &Element,
    totals: &Totals,
    lists: &mut BTreeMap<String, Vec<Candidate>>,
) -> Option<Vec<Candidate>> {
    let mut members: Vec<Candidate> = Vec::new();
    for member in &slot.with {
        let wanted = take(member.count, totals[&member.ty]);
        let list = lists.get_mut(&member.ty)?;
        let mut taken = 0;
        while taken < wanted && !list.is_empty() {
            let candidate = list.remove(0);
            taken += candidate.units;
            members.push(candidate);
        }
        if wanted == 0 || taken < wanted {
            return None;
        }
    }
    Some(members)
}

fn as_candidate(members: Vec<Candidate>, anchor: usize) -> Candidate {
    Candidate {
        units: 1,
        score: 1 + members.iter().map(|m| m.score).sum::<i64>(),
        exclusive: true,
        vertex: None,
        parent: Some(anchor),
        chosen: members,
    }
}

/// The alternatives of the longest sequence of slots that the totals provide; of equally good ones the first
/// comes first.
fn best_sequence<'a>(
    alternatives: &[&'a Element],
    totals: &Totals,
) -> Box<dyn Iterator<Item = &'a Element> + 'a> {
    let mut best = Memory::new();
    let mut left = totals.clone();
    let mut sequence = Vec::new();
    while let (_, Some(at)) = longest(alternatives, &left, &mut best) {
        let Some(rest) = remove(alternatives[at], &left) else { break };
        sequence.push(alternatives[at]);
        left = rest;
    }
    Box::new(sequence.into_iter())
}

type Memory = BTreeMap<Totals, (u64, Option<usize>)>;

/// How many slots some totals provide at best, and which alternative comes first.
fn longest(alternatives: &[&Element], left: &Totals, known: &mut Memory) -> (u64, Option<usize>) {
    if let Some(&answer) = known.get(left) {
        return answer;
    }
    let mut best = (0, None);
    for (at, slot) in alternatives.iter().enumerate() {
        if let Some(rest) = remove(slot, left) {
            let count = 1 + longest(alternatives, &rest, known).0;
            if count > best.0 {
                best = (count, Some(at));
            }
        }
    }
    known.insert(left.clone(), best);
    best
}

/// What is left after one slot; nothing if it does not fit.
fn remove(slot: &Element, left: &Totals) -> Option<Totals> {
    let mut rest = left.clone();
    for member in &slot.with {
        let taken = take(member.count, left[&member.ty]);
        let units = rest.get_mut(&member.ty)?;
        *units = units.checked_sub(taken).filter(|_| taken > 0)?;
    }
    (!slot.with.is_empty()).then_some(rest)
}
