//! From XML to the tree of objects: step N1, and the conversions of hwloc 1.x (step N2) by `legacy`.

use roxmltree::{Document, Node};

use super::bitmap::HwlocBitmap;
use super::error::ReadError;
use super::error::{HwlocErrorKind, MAX_NESTING};
use super::kind::{ObjectClass, ObjectKind};
use super::legacy;
use super::object_entry::{ObjectEntry, Standing, Version};
use super::topology::{Object, ObjectId, Topology};
use crate::read::faults::Faults;

/// Reads a topology.
///
/// # Errors
/// Anything wrong with the structure, a value, or an object where it stands.
pub(super) fn read<'a>(
    document: &'a Document<'_>,
    faults: &mut Faults<ReadError>,
) -> Result<Topology<'a>, ReadError> {
    let element = document.root_element();
    let version = version(element).map_err(|kind| (kind, Some(element.range().start)))?;
    let Some(root) = element.first_element_child().filter(|child| name(child) == "object") else {
        return Err((HwlocErrorKind::NoObject, Some(element.range().start)));
    };
    let topology = Topology {
        objects: Vec::new(),
        root: ObjectId(0),
        allowed_processors: HwlocBitmap::all(),
        allowed_nodes: HwlocBitmap::all(),
    };
    let mut import = Import { version, topology, faults };
    import.root(root)?;
    let nodes = import.topology[import.topology.root].sets.nodes.as_ref();
    if nodes.is_none_or(HwlocBitmap::is_empty) {
        legacy::add_numa_node(&mut import.topology);
    }
    Ok(import.topology)
}

/// The version that the root element says.
fn version(element: Node<'_, '_>) -> Result<Version, HwlocErrorKind> {
    match (name(&element), element.attribute("version")) {
        ("root", _) | ("topology", None) => Ok(Version::Legacy),
        ("topology", Some(text)) => match major(text) {
            Some(0 | 1) => Ok(Version::Legacy),
            Some(2) => Ok(Version::Two),
            _ => Err(HwlocErrorKind::Version(text.chars().take(20).collect())),
        },
        (other, _) => Err(HwlocErrorKind::Root(other.to_owned())),
    }
}

/// The M of `M.m`.
fn major(version: &str) -> Option<u32> {
    let (major, minor) = version.split_once('.')?;
    minor.parse::<u32>().ok()?;
    major.parse().ok()
}

fn name<'a>(element: &Node<'a, '_>) -> &'a str {
    element.tag_name().name()
}

/// Where an object hangs.
#[derive(Clone, Copy)]
struct Nesting {
    /// The nearest object above that is kept, or what stands for it.
    container: ObjectId,
    /// What the parent in the text is.
    parent: ObjectKind,
    depth: usize,
}

struct Import<'a, 'f> {
    version: Version,
    topology: Topology<'a>,
    faults: &'f mut Faults<ReadError>,
}

impl<'a> Import<'a, '_> {
    fn root(&mut self, element: Node<'a, '_>) -> Result<(), ReadError> {
        let mut entry = self.entry(element, Standing::Root)?;
        let kind = entry.identity.kind;
        let nodes_missing = entry.sets.nodes.as_ref().is_none_or(HwlocBitmap::is_empty);
        if self.version == Version::Two && nodes_missing {
            return Err(misplaced(&entry, "the root object must have a `nodeset` with a node"));
        }
        if entry.sets.processors.is_none() {
            return Err(misplaced(&entry, "the root object must have a `cpuset`"));
        }
        let allowed = (entry.allowed_processors.take(), entry.allowed_nodes.take());
        self.topology.allowed_processors = allowed.0.unwrap_or_else(HwlocBitmap::all);
        self.topology.allowed_nodes = allowed.1.unwrap_or_else(HwlocBitmap::all);
        if self.version == Version::Legacy && kind == ObjectKind::NumaNode {
            let machine = legacy::machine_above(&entry.identity, &entry.sets);
            self.topology.objects.push(machine);
            self.attach(entry, self.topology.root);
        } else {
            self.topology.objects.push(Object::new(entry.identity, entry.sets));
        }
        self.children(element, Nesting { container: self.topology.root, parent: kind, depth: 0 })?;
        if kind != ObjectKind::NumaNode {
            self.sort_children(self.topology.root);
        }
        Ok(())
    }

    /// Reads an element and checks the object by itself.
    fn entry(
        &self,
        element: Node<'a, '_>,
        standing: Standing,
    ) -> Result<ObjectEntry<'a>, ReadError> {
        let entry = ObjectEntry::read(element, self.version, standing)?;
        if let Some(problem) = entry.problem(self.version) {
            return Err(misplaced(&entry, problem));
        }
        Ok(entry)
    }

    /// As [`Import::entry`], for an object that also fits where it is.
    fn placed_entry(
        &self,
        element: Node<'a, '_>,
        nesting: Nesting,
    ) -> Result<ObjectEntry<'a>, ReadError> {
        let entry = self.entry(element, Standing::Below)?;
        match self.misfit(&entry, nesting) {
            Some(problem) => Err(misplaced(&entry, problem)),
            None => Ok(entry),
        }
    }

    fn children(&mut self, element: Node<'a, '_>, nesting: Nesting) -> Result<(), ReadError> {
        let mut before_objects = true;
        for child in element.children().filter(Node::is_element) {
            match name(&child) {
                "object" => {
                    before_objects = false;
                    self.object(child, nesting)?;
                }
                "info" | "page_type" | "userdata" if before_objects => {}
                "distances" if before_objects && self.version == Version::Legacy => {}
                other => {
                    let kind = HwlocErrorKind::Element(other.chars().take(80).collect());
                    self.faults.note((kind, Some(child.range().start)))?;
                }
            }
        }
        Ok(())
    }

    fn object(&mut self, element: Node<'a, '_>, nesting: Nesting) -> Result<(), ReadError> {
        let depth = nesting.depth + 1;
        if depth > MAX_NESTING {
            return Err((HwlocErrorKind::TooDeep, Some(element.range().start)));
        }
        let read = self.placed_entry(element, nesting);
        let Some(entry) = self.faults.keep(read)? else {
            // what is below it is looked at as if it stood in its place
            return self.children(element, Nesting { depth, ..nesting });
        };
        let parent = entry.identity.kind;
        if entry.is_dropped(self.version) {
            return self.children(element, Nesting { parent, depth, ..nesting });
        }
        if self.version == Version::Legacy && parent == ObjectKind::NumaNode {
            let container = self.legacy_container(&entry, nesting.container);
            self.attach(entry, container);
            return self.children(element, Nesting { container, parent, depth });
        }
        let container = self.attach(entry, nesting.container);
        self.children(element, Nesting { container, parent, depth })?;
        self.sort_children(container);
        Ok(())
    }

    /// What is wrong with an object where it is.
    fn misfit(&self, entry: &ObjectEntry<'_>, nesting: Nesting) -> Option<&'static str> {
        if self.version == Version::Two {
            match (entry.identity.kind.class(), nesting.parent.class()) {
                (
                    ObjectClass::Normal,
                    ObjectClass::Memory | ObjectClass::Io | ObjectClass::Misc,
                ) => {
                    return Some("it must not be below a memory, I/O or Misc object");
                }
                (ObjectClass::Memory, ObjectClass::Io | ObjectClass::Misc) => {
                    return Some("it must not be below an I/O or Misc object");
                }
                (ObjectClass::Io, ObjectClass::Misc) => {
                    return Some("it must not be below a Misc object");
                }
                (ObjectClass::Io, ObjectClass::Memory) => {
                    return Some("it must not be below a memory object");
                }
                _ => {}
            }
        }
        let above = &self.topology[nesting.container].sets;
        if entry.sets.processors.is_some() && above.processors.is_none() {
            return Some("it has a `cpuset`, so its parent must have one");
        }
        if entry.sets.nodes.is_some() && above.nodes.is_none() {
            return Some("it has a `nodeset`, so its parent must have one");
        }
        None
    }

    /// Where a NUMA node of hwloc 1.x and its children go.
    fn legacy_container(&mut self, entry: &ObjectEntry<'a>, parent: ObjectId) -> ObjectId {
        match legacy::group_above(&entry.identity, &entry.sets, &self.topology, parent) {
            Some(group) => self.append(group, parent),
            None => parent,
        }
    }

    fn attach(&mut self, entry: ObjectEntry<'a>, parent: ObjectId) -> ObjectId {
        self.widen_root(&entry);
        self.append(Object::new(entry.identity, entry.sets), parent)
    }

    /// The root has at least the processors and NUMA nodes of the document, whatever its own sets say: only what is
    /// allowed restricts.
    fn widen_root(&mut self, entry: &ObjectEntry<'_>) {
        let root = &mut self.topology.objects[self.topology.root.0].sets;
        match entry.identity.kind {
            ObjectKind::Pu => {
                let own = entry.sets.processors.as_ref();
                let Some(number) = entry.os_index.or(own.and_then(HwlocBitmap::lowest)) else {
                    return;
                };
                if own.is_some_and(|own| own.contains(number)) {
                    root.processors.get_or_insert_default().insert(number);
                }
                if let Some(complete) = &mut root.complete_processors {
                    complete.insert(number);
                }
            }
            ObjectKind::NumaNode => {
                if let Some(number) = entry.sets.nodes.as_ref().and_then(HwlocBitmap::lowest) {
                    root.nodes.get_or_insert_default().insert(number);
                }
            }
            _ => {}
        }
    }

    fn append(&mut self, object: Object<'a>, parent: ObjectId) -> ObjectId {
        let class = object.identity.kind.class();
        let id = ObjectId(self.topology.objects.len());
        self.topology.objects.push(object);
        let parent = &mut self.topology[parent];
        match class {
            ObjectClass::Normal => parent.normal.push(id),
            ObjectClass::Memory => parent.memory.push(id),
            ObjectClass::Io => parent.io.push(id),
            ObjectClass::Misc => {}
        }
        id
    }

    /// Orders normal children by their first processor; those without any come last. As in hwloc children that are
    /// equal in this keep their order only where nothing had to be moved, and are turned around otherwise.
    fn sort_children(&mut self, parent: ObjectId) {
        let first = |child: &ObjectId| {
            let sets = &self.topology[*child].sets;
            let processors = sets.complete_processors.as_ref().or(sets.processors.as_ref());
            processors.and_then(HwlocBitmap::lowest).unwrap_or(usize::MAX)
        };
        if self.topology[parent].normal.is_sorted_by_key(first) {
            return;
        }
        let mut normal = self.topology[parent].normal.clone();
        normal.reverse();
        normal.sort_by_cached_key(first);
        self.topology[parent].normal = normal;
    }
}

fn misplaced(entry: &ObjectEntry<'_>, problem: &'static str) -> ReadError {
    let object = entry.identity.kind.to_string();
    (HwlocErrorKind::Object { object, problem }, Some(entry.identity.offset))
}
