//! Reads the `resources` of a jobspec (`docs/semantics/jobspec.md`, Resources).

use super::count::count;
use super::flaws::Flaws;
use crate::count::Count;
use crate::error::JobspecError;
use crate::jobspec::{Element, Exclusivity};
use crate::limits::MAX_ELEMENTS;
use crate::notation::node::Node;

const KEYS: [&str; 7] = ["type", "count", "unit", "exclusive", "with", "label", "id"];

/// Reads a list of elements; recursion ends with the depth of the document.
pub(crate) fn resources(
    node: &Node<'_>,
    is_known_type: &dyn Fn(&str) -> bool,
) -> Result<Vec<Element>, JobspecError> {
    list(node, is_known_type, &mut 0)
}

/// `count` is how many elements were read so far.
fn list(
    node: &Node<'_>,
    is_known_type: &dyn Fn(&str) -> bool,
    count: &mut usize,
) -> Result<Vec<Element>, JobspecError> {
    let items = items(node, count)?;
    items.iter().map(|item| element(item, is_known_type, count)).collect()
}

fn items<'n, 't>(node: &'n Node<'t>, count: &mut usize) -> Result<&'n [Node<'t>], JobspecError> {
    let items = node.sequence_or(r#""resources" is not a sequence"#)?;
    *count += items.len();
    if *count > MAX_ELEMENTS {
        let message = format!("expected at most {MAX_ELEMENTS} resources");
        return Err(JobspecError::limit(message, node.at()));
    }
    Ok(items)
}

/// What is wrong with a list of elements.
pub(super) fn note_resources(
    node: &Node<'_>,
    is_known_type: &dyn Fn(&str) -> bool,
    flaws: &mut Flaws,
) {
    note_list(node, is_known_type, &mut 0, flaws);
}

fn note_list(
    node: &Node<'_>,
    is_known_type: &dyn Fn(&str) -> bool,
    count: &mut usize,
    flaws: &mut Flaws,
) {
    let items = flaws.keep(items(node, count)).unwrap_or_default();
    items.iter().for_each(|item| note_element(item, is_known_type, count, flaws));
}

/// What is wrong with an element; the parts are those of [`element`].
fn note_element(
    node: &Node<'_>,
    is_known_type: &dyn Fn(&str) -> bool,
    elements: &mut usize,
    flaws: &mut Flaws,
) {
    if flaws.keep(node.map_or(NO_MAP)).is_none() {
        return;
    }
    let ty = flaws.keep(resource_type(node, is_known_type));
    flaws.check(count_of(node));
    flaws.check(unit(node));
    flaws.check(exclusivity(node));
    if let Some(with) = node.get("with") {
        note_list(with, is_known_type, elements, flaws);
    }
    let as_written = || node.get("type").and_then(Node::scalar).unwrap_or_default();
    flaws.check(label(node, ty.unwrap_or_else(as_written)));
    flaws.check(id(node));
    flaws.extend(node.stray_keys(&KEYS).map(stray));
}

const NO_MAP: &str = "resource is not a mapping";

fn element(
    node: &Node<'_>,
    is_known_type: &dyn Fn(&str) -> bool,
    elements: &mut usize,
) -> Result<Element, JobspecError> {
    node.map_or(NO_MAP)?;
    let ty = resource_type(node, is_known_type)?;
    let count = count_of(node)?;
    unit(node)?;
    let exclusivity = exclusivity(node)?;
    let with =
        node.get("with").map_or(Ok(Vec::new()), |with| list(with, is_known_type, elements))?;
    let label = label(node, ty)?;
    id(node)?;
    if let Some(key) = node.stray_key(&KEYS) {
        return Err(stray(key));
    }
    Ok(Element { ty: ty.to_owned(), count, exclusivity, label, with })
}

fn stray(key: &Node<'_>) -> JobspecError {
    key.breaks("Unrecognized key in resource mapping")
}

fn count_of(node: &Node<'_>) -> Result<Count, JobspecError> {
    count(node.get_or("count", r#"Key "count" missing from resource"#)?)
}

fn unit(node: &Node<'_>) -> Result<(), JobspecError> {
    node.get("unit").map_or(Ok(()), |unit| unit.scalar_or(r#"Value of "unit" must be a scalar"#))
}

fn id(node: &Node<'_>) -> Result<(), JobspecError> {
    node.get("id").map_or(Ok(()), |id| id.scalar_or(r#"Value of "id" must be a scalar"#))
}

fn resource_type<'n>(
    node: &'n Node<'_>,
    is_known_type: &dyn Fn(&str) -> bool,
) -> Result<&'n str, JobspecError> {
    let ty = node.get_or("type", r#"Key "type" missing from resource"#)?;
    ty.scalar_or(r#"Value of "type" must be a scalar"#)?;
    let name = ty.scalar().filter(|name| is_known_type(name));
    name.ok_or_else(|| ty.breaks(r#"Value of "type" must be a resource type known to fluxion"#))
}

fn exclusivity(node: &Node<'_>) -> Result<Exclusivity, JobspecError> {
    let Some(node) = node.get("exclusive") else { return Ok(Exclusivity::default()) };
    node.scalar_or(r#"Value of "exclusive" must be a scalar"#)?;
    match node.scalar() {
        Some("true") => Ok(Exclusivity::Exclusive),
        Some("false") => Ok(Exclusivity::Shared),
        _ => Err(node.breaks(r#"Value of "exclusive" must be either "true" or "false""#)),
    }
}

fn label(node: &Node<'_>, ty: &str) -> Result<Option<String>, JobspecError> {
    match node.get("label") {
        None if ty == "slot" => Err(node.breaks("All slots must be labeled")),
        None => Ok(None),
        Some(label) => {
            label.scalar_or(r#"Value of "label" must be a scalar"#)?;
            crate::notation::scalar::string(label).map(|label| Some(label.to_owned()))
        }
    }
}
