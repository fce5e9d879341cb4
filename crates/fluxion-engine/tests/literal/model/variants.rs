//! The expansion of `xor_slot` (`docs/semantics/jobspec.md`, Alternatives).

use fluxion_jobspec::Element;

use super::counts::effective_maximum;

/// All requests that a request with alternatives stands for, in the order in which they are tried.
pub(crate) fn variants(list: &[Element]) -> Vec<Vec<Element>> {
    let mut combinations: Vec<Vec<Element>> = vec![Vec::new()];
    let mut options: Vec<Element> = Vec::new();
    for element in list {
        let ty = if element.ty == "xor_slot" { "slot" } else { &element.ty }.to_owned();
        let versions = variants(&element.with).into_iter().map(|with| Element {
            ty: ty.clone(),
            with,
            ..element.clone()
        });
        if element.ty == "xor_slot" {
            options.extend(versions);
        } else {
            let versions: Vec<Element> = versions.collect();
            combinations = product(&combinations, &versions);
        }
    }
    if options.is_empty() { combinations } else { product(&combinations, &options) }
}

/// Every list followed by every element; the elements vary fastest.
fn product(lists: &[Vec<Element>], elements: &[Element]) -> Vec<Vec<Element>> {
    let with =
        |list: &Vec<Element>, e: &Element| [list.as_slice(), std::slice::from_ref(e)].concat();
    lists
        .iter()
        .flat_map(|list| elements.iter().map(|e| with(list, e)).collect::<Vec<_>>())
        .collect()
}

/// Every variant in every other order of its alternatives, in the order in which they are tried; if all together have
/// more than 120 orders, each in the one with the largest counts last (`docs/semantics/matching.md`, The flexible
/// traverser).
pub(crate) fn other_orders(variants: &[Vec<Element>]) -> Vec<Vec<Element>> {
    if !all_orders_are_tried(variants) {
        return variants.iter().map(|v| by_count(v)).collect();
    }
    let all: Vec<Vec<Vec<Element>>> = variants.iter().map(|v| orders(v)).collect();
    all.iter().flat_map(|orders| orders[1..].to_vec()).collect()
}

pub(crate) fn all_orders_are_tried(variants: &[Vec<Element>]) -> bool {
    variants.iter().map(|v| number_of_orders(v)).sum::<u64>() <= 120
}

fn are_alternatives(list: &[Element]) -> bool {
    list.iter().all(|e| e.ty == "slot")
}

/// Equal alternatives counted as if they were different.
fn number_of_orders(list: &[Element]) -> u64 {
    let own = if are_alternatives(list) { (1..=list.len() as u64).product() } else { 1 };
    list.iter().map(|e| number_of_orders(&e.with)).fold(own, u64::saturating_mul)
}

fn by_count(list: &[Element]) -> Vec<Element> {
    let below = |e: &Element| Element { with: by_count(&e.with), ..e.clone() };
    let mut sorted: Vec<Element> = list.iter().map(below).collect();
    if are_alternatives(list) {
        sorted.sort_by_key(|e| effective_maximum(e.count));
    }
    sorted
}

fn orders(list: &[Element]) -> Vec<Vec<Element>> {
    let permuted = if are_alternatives(list) { permutations(list) } else { vec![list.to_vec()] };
    let mut all = Vec::new();
    for list in permuted {
        let mut lists = vec![Vec::new()];
        for element in list {
            let below = orders(&element.with).into_iter();
            let versions: Vec<Element> =
                below.map(|with| Element { with, ..element.clone() }).collect();
            lists = product(&lists, &versions);
        }
        all.extend(lists);
    }
    all
}

fn permutations(list: &[Element]) -> Vec<Vec<Element>> {
    if list.is_empty() {
        return vec![Vec::new()];
    }
    let mut all: Vec<Vec<Element>> = Vec::new();
    for at in 0..list.len() {
        let mut rest = list.to_vec();
        let first = rest.remove(at);
        for rest in permutations(&rest) {
            let permuted = [vec![first.clone()], rest].concat();
            if !all.contains(&permuted) {
                all.push(permuted);
            }
        }
    }
    all
}
