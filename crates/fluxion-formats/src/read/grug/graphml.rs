//! From GraphML to a recipe (`docs/semantics/readers.md`, GRUG).

use std::collections::BTreeSet;

use roxmltree::{Document, Node};
use rustc_hash::FxHashMap;

use super::error::{GrugError, GrugErrorKind};
use super::field::{self, Fields};
use super::recipe::{Recipe, RecipeEdge, RecipeVertex};
use crate::read::Position;
use crate::read::faults::Faults;
use crate::read::limits::MAX_RECIPE_TEXT;
use crate::read::xml;

const CLASSES: [&str; 8] =
    ["graph", "node", "edge", "hyperedge", "port", "endpoint", "all", "graphml"];

/// What a text says.
#[derive(Default)]
pub(super) struct Read {
    pub(super) recipe: Recipe,
    /// Where the vertices and edges begin that are not as the text says, because it is faulty.
    pub(super) faulty: BTreeSet<usize>,
}

/// Reads a recipe; one without vertices if there is no `graph`, or if the keys are faulty.
///
/// # Errors
/// Anything wrong with the XML, the structure or a value.
pub(super) fn read(text: &str, faults: &mut Faults<GrugError>) -> Result<Read, GrugError> {
    if text.len() > MAX_RECIPE_TEXT {
        return Err(GrugError::new(GrugErrorKind::TooLong, None));
    }
    let document = parse(text)?;
    let root = document.root_element();
    let mut reader = Reader { text, faults, faulty: BTreeSet::new() };
    if root.tag_name().name() != "graphml" {
        return Err(reader.error(&root, GrugErrorKind::Root(root.tag_name().name().to_owned())));
    }
    let keys = reader.keys(&root)?;
    let are_keys_sound = !reader.faults.any();
    let recipe = match children(&root, "graph").next() {
        Some(graph) => reader.recipe(&graph, &keys)?,
        None => Recipe::default(),
    };
    let recipe = if are_keys_sound { recipe } else { Recipe::default() };
    Ok(Read { recipe, faulty: reader.faulty })
}

fn parse(text: &str) -> Result<Document<'_>, GrugError> {
    xml::parse(text).or_else(|error| {
        // What follows the root element does not matter.
        xml::parse(&text[..error.offset])
            .map_err(|_| GrugError::new(GrugErrorKind::Xml(error.message), Some(error.position)))
    })
}

fn children<'a, 'i: 'a>(
    of: &Node<'a, 'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    of.children().filter(move |c| c.is_element() && c.tag_name().name() == name)
}

/// The text directly within an element, without surrounding white space.
fn value(of: &Node<'_, '_>) -> String {
    let parts = of.children().filter(Node::is_text).filter_map(|part| part.text());
    parts.collect::<String>().trim().to_owned()
}

/// The declared keys by id, and what they give to vertices and edges without a value.
#[derive(Default)]
struct Keys<'a> {
    by_id: FxHashMap<&'a str, Key<'a>>,
    vertex: RecipeVertex,
    edge: RecipeEdge,
}

/// A declared key: the name of the field and its declared type.
#[derive(Clone, Copy)]
struct Key<'a> {
    name: &'a str,
    declared: &'a str,
}

struct Reader<'a, 'f> {
    text: &'a str,
    faults: &'f mut Faults<GrugError>,
    faulty: BTreeSet<usize>,
}

impl Reader<'_, '_> {
    fn error(&self, at: &Node<'_, '_>, kind: GrugErrorKind) -> GrugError {
        GrugError::new(kind, Some(Position::at(self.text, at.range().start)))
    }

    fn attribute<'a>(
        &self,
        of: &Node<'a, '_>,
        element: &'static str,
        attribute: &'static str,
    ) -> Result<&'a str, GrugError> {
        of.attribute(attribute).ok_or_else(|| {
            self.error(of, GrugErrorKind::Attribute { element, attribute, expected: "present" })
        })
    }

    fn keys<'a>(&mut self, root: &Node<'a, '_>) -> Result<Keys<'a>, GrugError> {
        let mut keys = Keys::default();
        for key in children(root, "key") {
            let done = self.key(&key, &mut keys);
            self.faults.keep(done)?;
        }
        Ok(keys)
    }

    fn key<'a>(&self, key: &Node<'a, '_>, keys: &mut Keys<'a>) -> Result<(), GrugError> {
        let id = self.attribute(key, "key", "id")?;
        let class = self.attribute(key, "key", "for")?;
        if !CLASSES.contains(&class) {
            let kind = GrugErrorKind::Attribute {
                element: "key",
                attribute: "for",
                expected: "a GraphML class such as node or edge",
            };
            return Err(self.error(key, kind));
        }
        let name = key.attribute("attr.name").unwrap_or_default();
        let declared = key.attribute("attr.type").unwrap_or_default();
        keys.by_id.insert(id, Key { name, declared });
        let Some(default) = children(key, "default").next() else { return Ok(()) };
        keys.set_default(class, name, declared, &value(&default))
            .map_err(|kind| self.error(&default, kind))
    }

    fn recipe(&mut self, graph: &Node<'_, '_>, keys: &Keys<'_>) -> Result<Recipe, GrugError> {
        let direction = self.attribute(graph, "graph", "edgedefault")?;
        if let Some(data) = children(graph, "data").next() {
            let kind = GrugErrorKind::UnknownField("graph data".to_owned());
            let fault = self.error(&data, kind);
            self.faults.note(fault)?;
        }
        let mut recipe = Recipe::default();
        let mut by_id = FxHashMap::default();
        for node in children(graph, "node") {
            let id = self.attribute(&node, "node", "id");
            let Some(id) = self.faults.keep(id)? else { continue };
            let at = vertex_of(&mut recipe, &mut by_id, keys, id, node.range().start);
            self.set_data(&node, keys, &mut recipe.vertices[at])?;
        }
        for edge in children(graph, "edge") {
            let ends = self.ends(&edge, direction);
            let Some((source, target)) = self.faults.keep(ends)? else { continue };
            let offset = edge.range().start;
            let mut end = |id| vertex_of(&mut recipe, &mut by_id, keys, id, offset);
            let (source, target) = (end(source), end(target));
            let mut new = RecipeEdge { source, target, offset, ..keys.edge.clone() };
            self.set_data(&edge, keys, &mut new)?;
            recipe.vertices[source].out.push(recipe.edges.len());
            recipe.edges.push(new);
        }
        Ok(recipe)
    }

    /// The ids of the source and the target of an edge.
    fn ends<'a>(
        &self,
        edge: &Node<'a, '_>,
        direction: &str,
    ) -> Result<(&'a str, &'a str), GrugError> {
        if direction != "directed" || edge.attribute("directed") == Some("false") {
            let kind = GrugErrorKind::Attribute {
                element: "edge",
                attribute: "directed",
                expected: "true, as edgedefault=\"directed\" of the graph says",
            };
            return Err(self.error(edge, kind));
        }
        let source = self.attribute(edge, "edge", "source")?;
        Ok((source, self.attribute(edge, "edge", "target")?))
    }

    fn set_data(
        &mut self,
        of: &Node<'_, '_>,
        keys: &Keys<'_>,
        fields: &mut impl Fields,
    ) -> Result<(), GrugError> {
        for data in children(of, "data") {
            let set = self.set_field(&data, keys, fields);
            if self.faults.keep(set)?.is_none() {
                self.faulty.insert(of.range().start);
            }
        }
        Ok(())
    }

    fn set_field(
        &self,
        data: &Node<'_, '_>,
        keys: &Keys<'_>,
        fields: &mut impl Fields,
    ) -> Result<(), GrugError> {
        let id = self.attribute(data, "data", "key")?;
        let result = match keys.by_id.get(id) {
            Some(key) => field::set(fields, key.name, key.declared, &value(data)),
            None => Err(GrugErrorKind::UnknownField(id.to_owned())),
        };
        result.map_err(|kind| self.error(data, kind))
    }
}

impl Keys<'_> {
    fn set_default(
        &mut self,
        class: &str,
        name: &str,
        declared: &str,
        value: &str,
    ) -> Result<(), GrugErrorKind> {
        match class {
            "node" => field::set(&mut self.vertex, name, declared, value),
            "edge" => field::set(&mut self.edge, name, declared, value),
            _ if field::is_field(name) => Ok(()),
            _ => Err(GrugErrorKind::UnknownField(name.to_owned())),
        }
    }
}

/// The vertex of an id, which is new if it was not mentioned before.
fn vertex_of<'a>(
    recipe: &mut Recipe,
    by_id: &mut FxHashMap<&'a str, usize>,
    keys: &Keys<'_>,
    id: &'a str,
    offset: usize,
) -> usize {
    *by_id.entry(id).or_insert_with(|| {
        recipe.vertices.push(RecipeVertex { offset, ..keys.vertex.clone() });
        recipe.vertices.len() - 1
    })
}
