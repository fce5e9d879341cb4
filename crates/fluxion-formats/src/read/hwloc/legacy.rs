//! What hwloc 1.x writes otherwise than 2.x: NUMA nodes have children, and may be missing (step N2).

use super::bitmap::HwlocBitmap;
use super::kind::ObjectKind;
use super::topology::{Identity, Object, ObjectId, Sets, Topology};

/// The `kind` of groups that are there for a NUMA node.
const FOR_MEMORY: u64 = 1001;

/// The machine above a NUMA node that is the root of the document.
pub(super) fn machine_above<'a>(node: &Identity<'a>, sets: &Sets) -> Object<'a> {
    let identity =
        Identity { infos: node.infos, ..Identity::bare(ObjectKind::Machine, node.offset) };
    Object::new(identity, sets.clone())
}

/// The group to put between a NUMA node and its parent, if it is not where its parent is. As in hwloc what the node
/// has is all that the group could have: without processors of its own it comes last.
pub(super) fn group_above(
    node: &Identity<'_>,
    sets: &Sets,
    topology: &Topology<'_>,
    parent: ObjectId,
) -> Option<Object<'static>> {
    let above = &topology[parent];
    if sets.complete_processors == above.sets.complete_processors {
        return None;
    }
    let empty = sets.processors.as_ref().is_some_and(HwlocBitmap::is_empty);
    // Knights Landing: fast memory belongs where the plain memory is.
    if let [sibling] = above.memory[..]
        && node.subtype == Some("MCDRAM")
        && empty
        && topology[sibling].identity.subtype.is_none()
    {
        return None;
    }
    let kind = ObjectKind::Group { kind: FOR_MEMORY, subkind: 0 };
    let sets = Sets { complete_processors: sets.processors.clone(), ..sets.clone() };
    Some(Object::new(Identity::bare(kind, node.offset), sets))
}

/// Adds the NUMA node of a machine that has no nodesets, at the topmost object below the root that has all its
/// processors, or else at the root.
pub(super) fn add_numa_node(topology: &mut Topology<'_>) {
    let root = &topology[topology.root];
    let (processors, offset) = (root.sets.available(), root.identity.offset);
    let place = processors.as_ref().and_then(|all| topmost_with(topology, all));
    let place = place.unwrap_or(topology.root);
    let sets = Sets {
        complete_processors: processors.clone(),
        processors,
        nodes: Some(HwlocBitmap::first_only()),
    };
    let id = ObjectId(topology.objects.len());
    topology.objects.push(Object::new(Identity::bare(ObjectKind::NumaNode, offset), sets));
    topology[place].memory.push(id);
}

fn topmost_with(topology: &Topology<'_>, all: &HwlocBitmap) -> Option<ObjectId> {
    let mut at = topology.root;
    loop {
        let processors = |id: ObjectId| topology[id].sets.processors.as_ref();
        let covers = |id: &ObjectId| processors(*id).is_some_and(|own| own.covers(all));
        at = topology[at].normal.iter().copied().find(covers)?;
        if processors(at) == Some(all) {
            return (topology[at].identity.kind != ObjectKind::Pu).then_some(at);
        }
    }
}
