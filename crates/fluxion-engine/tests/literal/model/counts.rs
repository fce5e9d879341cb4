//! Choosing a count (`docs/semantics/jobspec.md`, Counts) and the least that a request needs
//! (`docs/semantics/jobspec.md`, Demand).

use std::collections::{BTreeMap, BTreeSet};

use fluxion_jobspec::{Count, Element, Operator};

use super::Rules;

/// How many of `available` units a count takes; 0 if it cannot be met.
pub(crate) fn take(count: Count, available: u64) -> u64 {
    let (min, max, operand) =
        (u64::from(count.min), u64::from(count.max), u64::from(count.operand));
    if min > max || min > available {
        return 0;
    }
    let most = max.min(available);
    if count.operator == Operator::Add {
        return most - (most - min) % operand;
    }
    let mut value = min;
    loop {
        let next = match count.operator {
            Operator::Multiply => value.checked_mul(operand),
            _ => value.checked_pow(count.operand),
        };
        match next {
            Some(next) if next <= most && next > value => value = next,
            _ => return value,
        }
    }
}

/// The most that a count could ever take.
pub(crate) fn effective_maximum(count: Count) -> u64 {
    take(count, u64::from(u32::MAX))
}

pub(crate) type Demand = BTreeMap<String, u64>;

/// The units of each tracked type that a list needs at least.
pub(crate) fn demand(list: &[Element], tracked: &BTreeSet<String>, rules: Rules) -> Demand {
    let is_alternative =
        |e: &&Element| rules == Rules::Flexible && (e.ty == "slot" || e.ty == "xor_slot");
    let mut sum = Demand::new();
    for element in list.iter().filter(|e| !is_alternative(e)) {
        let min = u64::from(element.count.min);
        if tracked.contains(&element.ty) {
            *sum.entry(element.ty.clone()).or_default() += min;
        }
        for (ty, n) in demand(&element.with, tracked, rules) {
            *sum.entry(ty).or_default() += min * n;
        }
    }
    for (ty, n) in least(list.iter().filter(is_alternative), tracked) {
        *sum.entry(ty).or_default() += n;
    }
    sum
}

/// Per type the minimum over alternatives; what one of them does not need counts as 0.
fn least<'a>(
    alternatives: impl Iterator<Item = &'a Element>,
    tracked: &BTreeSet<String>,
) -> Demand {
    let demands: Vec<Demand> = alternatives
        .map(|slot| {
            let one = demand(&slot.with, tracked, Rules::Flexible);
            one.into_iter().map(|(ty, n)| (ty, n * u64::from(slot.count.min))).collect()
        })
        .collect();
    let least_of = |ty: &String| demands.iter().map(|d| d.get(ty).copied().unwrap_or(0)).min();
    tracked.iter().filter_map(|ty| Some((ty.clone(), least_of(ty)?))).collect()
}
