//! The variants of a request with `xor_slot`: one of them is to be placed.

use fluxion_jobspec::Element;

/// The most variants that a request with `xor_slot` may expand to (`docs/semantics/jobspec.md`,
/// Alternatives).
const MOST_VARIANTS: usize = 1000;

/// The most elements of all variants together, and of the lists that they are made from.
pub(super) const MOST_ELEMENTS: usize = 100_000;

/// More variants than [`MOST_VARIANTS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyVariants;

/// The variants of a request under the flexible traverser, in the order in which they are tried.
pub(crate) fn variants(resources: &[Element]) -> Result<Vec<Vec<Element>>, TooManyVariants> {
    let mut required = Combinations { lists: vec![Vec::new()], size: 0 };
    let mut options: Vec<Element> = Vec::new();
    for element in resources {
        let below =
            if element.with.is_empty() { vec![Vec::new()] } else { variants(&element.with)? };
        let alternatives = below.into_iter().map(|with| Element { with, ..as_slot(element) });
        if element.ty == "xor_slot" {
            options.extend(alternatives);
        } else {
            required.cross(alternatives.collect())?;
        }
        if options.len() > MOST_VARIANTS {
            return Err(TooManyVariants);
        }
    }
    if !options.is_empty() {
        required.cross(options)?;
    }
    Ok(required.lists)
}

/// Lists that begin alike.
struct Combinations {
    lists: Vec<Vec<Element>>,
    /// How many elements they have, those below included.
    size: usize,
}

impl Combinations {
    /// Goes on with each of the next elements.
    fn cross(&mut self, next: Vec<Element>) -> Result<(), TooManyVariants> {
        let count = self.lists.len().saturating_mul(next.len());
        let added = self.lists.len().saturating_mul(size(&next));
        self.size = self.size.saturating_mul(next.len()).saturating_add(added);
        if count > MOST_VARIANTS || self.size > MOST_ELEMENTS {
            return Err(TooManyVariants);
        }
        if let [only] = &*next {
            self.lists.iter_mut().for_each(|list| list.push(only.clone()));
            return Ok(());
        }
        let longer = |list: &Vec<Element>, element: &Element| {
            let mut longer = list.clone();
            longer.push(element.clone());
            longer
        };
        self.lists =
            self.lists.iter().flat_map(|l| next.iter().map(move |e| longer(l, e))).collect();
        Ok(())
    }
}

/// How many elements there are, those below included; recursion ends with the depth of a jobspec.
pub(super) fn size(list: &[Element]) -> usize {
    list.iter().map(|element| 1 + size(&element.with)).sum()
}

/// An element without what lies below it; an alternative is a slot.
fn as_slot(element: &Element) -> Element {
    let ty = if element.ty == "xor_slot" { "slot" } else { &element.ty };
    Element {
        ty: ty.to_owned(),
        count: element.count,
        exclusivity: element.exclusivity,
        label: element.label.clone(),
        with: Vec::new(),
    }
}
