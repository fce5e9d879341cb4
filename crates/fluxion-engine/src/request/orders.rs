//! The orders of alternatives (`docs/semantics/matching.md`, The flexible traverser): what does not fit in the order in
//! which it is written is tried in the others, so that order never decides whether a request fits.

use fluxion_jobspec::{Element, Exclusivity};

use super::variants::{MOST_ELEMENTS, size};
use super::{List, Request, RequestElement};
use crate::policy::Policy;
use crate::site::Site;

/// The most orders of a request that are tried, those of all its variants together.
const MOST_ORDERS: usize = 120;

/// The orders of all variants but the written ones; where they are too many, one in which the largest counts come last.
pub(crate) fn other_orders(variants: &[Vec<Element>]) -> Vec<Vec<Element>> {
    let bounded = |most: usize, figure: fn(&[Element]) -> usize| {
        let sum = variants.iter().fold(0usize, |sum, v| sum.saturating_add(figure(v)));
        sum <= most
    };
    if bounded(MOST_ORDERS, count) && bounded(MOST_ELEMENTS, |v| count(v).saturating_mul(size(v))) {
        variants.iter().flat_map(|variant| orders(variant).into_iter().skip(1)).collect()
    } else {
        variants.iter().map(|variant| by_count(variant)).collect()
    }
}

/// Whether the elements of a list are alternatives for one another.
fn are_alternatives(list: &[Element]) -> bool {
    list.len() > 1 && list.iter().all(|element| element.ty == "slot")
}

/// How many orders a list has, at most.
fn count(list: &[Element]) -> usize {
    let own = if are_alternatives(list) { list.len() } else { 1 };
    let own = (1..=own).fold(1, usize::saturating_mul);
    list.iter().fold(own, |product, element| product.saturating_mul(count(&element.with)))
}

/// All orders of a list and of the lists below it, the written one first; the lowest lists vary fastest.
fn orders(list: &[Element]) -> Vec<Vec<Element>> {
    let written: Vec<&Element> = list.iter().collect();
    let permuted = if are_alternatives(list) { permutations(&written) } else { vec![written] };
    permuted.iter().flat_map(|list| orders_below(list)).collect()
}

/// All orders of the lists below the elements of a list.
fn orders_below(list: &[&Element]) -> Vec<Vec<Element>> {
    list.iter().fold(vec![Vec::new()], |lists, element| {
        let versions = orders(&element.with);
        let version = |with: &Vec<Element>| Element { with: with.clone(), ..(*element).clone() };
        let longer = |list: &Vec<Element>| {
            let list = list.clone();
            let version = &version;
            versions
                .iter()
                .map(move |with| list.iter().cloned().chain([version(with)]).collect())
                .collect::<Vec<_>>()
        };
        lists.iter().flat_map(longer).collect()
    })
}

/// All sequences of some elements; of equal ones the first stands for all.
fn permutations<'a>(elements: &[&'a Element]) -> Vec<Vec<&'a Element>> {
    if elements.is_empty() {
        return vec![Vec::new()];
    }
    let begun_with = |at: usize| {
        let mut rest = elements.to_vec();
        let first = rest.remove(at);
        permutations(&rest).into_iter().map(move |rest| [vec![first], rest].concat())
    };
    let is_new = |&at: &usize| !elements[..at].contains(&elements[at]);
    (0..elements.len()).filter(is_new).flat_map(begun_with).collect()
}

fn by_count(list: &[Element]) -> Vec<Element> {
    let mut sorted: Vec<Element> = list
        .iter()
        .map(|element| Element { with: by_count(&element.with), ..element.clone() })
        .collect();
    if are_alternatives(list) {
        sorted.sort_by_key(|element| element.count.effective_max());
    }
    sorted
}

impl Request {
    /// False only if the request fits in every order of its alternatives or in none.
    pub(crate) fn order_shows(&self, site: &Site, policy: Policy) -> bool {
        let lists = self.elements.iter().map(|element| &element.with).chain([&self.top]);
        lists.into_iter().any(|list| self.order_of_list_shows(list, site, policy))
    }

    fn order_of_list_shows(&self, list: &List, site: &Site, policy: Policy) -> bool {
        let slots = &self.elements[list.clone()];
        if slots.len() < 2 || !slots.iter().all(|element| element.is_slot) {
            return false;
        }
        // the last one's count says when enough is gathered
        let even = !policy.stops_early() || slots.iter().all(|slot| slot.most == slots[0].most);
        !even || slots.iter().any(|slot| self.has_odd_member(slot, slots, site))
    }

    /// Whether a member may leave part of a vertex unused, or how its children are looked at depends on other slots.
    fn has_odd_member(&self, slot: &RequestElement, slots: &[RequestElement], site: &Site) -> bool {
        let members = |slot: &RequestElement| &self.elements[slot.with.clone()];
        let plain = |e: &RequestElement| {
            e.with.is_empty() && e.exclusivity == Exclusivity::Unspecified && !e.conflicts
        };
        members(slot).iter().any(|member| {
            let fixed = member.most == u64::from(member.count.min);
            let single = member.ty.is_none_or(|ty| site.layout.sizes(ty) == (1, 1));
            let among = |other: &&RequestElement| members(other).iter().any(|m| m.ty == member.ty);
            let alone = || slots.iter().filter(among).count() < 2;
            !fixed || !single || !(plain(member) || alone() && !member.conflicts)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fluxion_jobspec::Count;

    fn slot(n: u32, with: Vec<Element>) -> Element {
        let label = Some(String::new());
        let ty = "slot".to_owned();
        let exclusivity = Exclusivity::Unspecified;
        Element { ty, count: Count::exactly(n), exclusivity, label, with }
    }

    fn counts(list: &[Element]) -> Vec<u32> {
        list.iter().flat_map(|e| [vec![e.count.min], counts(&e.with)].concat()).collect()
    }

    #[track_caller]
    fn check(list: &[Element], expected: &[&[u32]]) {
        let others = other_orders(&[list.to_vec()]);
        assert_eq!(others.iter().map(|list| counts(list)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_order_but_the_written_one() {
        let plain = |n: u32| slot(n, Vec::new());
        check(&[plain(1)], &[]);
        check(&[plain(1), plain(2)], &[&[2, 1]]);
        check(&[plain(1), plain(1), plain(2)], &[&[1, 2, 1], &[2, 1, 1]]);
        let inner = slot(9, vec![plain(1), plain(2)]);
        check(&[inner, plain(3)], &[&[9, 2, 1, 3], &[3, 9, 1, 2], &[3, 9, 2, 1]]);
    }

    #[test]
    fn too_many_orders_are_one() {
        let list: Vec<Element> = (1..8).rev().map(|n| slot(n, Vec::new())).collect();
        check(&list, &[&[1, 2, 3, 4, 5, 6, 7]]);
    }
}
