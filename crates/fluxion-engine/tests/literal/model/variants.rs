//! The expansion of `xor_slot` (`docs/semantics/jobspec.md`, Alternatives).

use fluxion_jobspec::Element;

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
