//! Reads the `resources` of a jobspec (`docs/semantics/jobspec.md`, Resources).

use super::count::count;
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
    let items = node.sequence_or(r#""resources" is not a sequence"#)?;
    *count += items.len();
    if *count > MAX_ELEMENTS {
        let message = format!("expected at most {MAX_ELEMENTS} resources");
        return Err(JobspecError::limit(message, node.at()));
    }
    items.iter().map(|item| element(item, is_known_type, count)).collect()
}

fn element(
    node: &Node<'_>,
    is_known_type: &dyn Fn(&str) -> bool,
    elements: &mut usize,
) -> Result<Element, JobspecError> {
    node.map_or("resource is not a mapping")?;
    let ty = resource_type(node, is_known_type)?;
    let count = count(node.get_or("count", r#"Key "count" missing from resource"#)?)?;
    if let Some(unit) = node.get("unit") {
        unit.scalar_or(r#"Value of "unit" must be a scalar"#)?;
    }
    let exclusivity = node.get("exclusive").map_or(Ok(Exclusivity::default()), exclusivity)?;
    let with =
        node.get("with").map_or(Ok(Vec::new()), |with| list(with, is_known_type, elements))?;
    let label = label(node, ty)?;
    if let Some(id) = node.get("id") {
        id.scalar_or(r#"Value of "id" must be a scalar"#)?;
    }
    if let Some(key) = node.stray_key(&KEYS) {
        return Err(key.breaks("Unrecognized key in resource mapping"));
    }
    Ok(Element { ty: ty.to_owned(), count, exclusivity, label, with })
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
