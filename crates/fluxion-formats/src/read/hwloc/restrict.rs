//! Removing what may not be used (step N3) and what stands for nothing.

use super::bitmap::HwlocBitmap;
use super::error::HwlocErrorKind;
use super::kind::{ObjectClass, ObjectKind, Use};
use super::topology::{ObjectId, Topology};

/// Removes objects without allowed processors, NUMA nodes without allowed memory, and bridges that lead nowhere.
/// Sets stay as they are; none is needed later.
///
/// # Errors
/// No processor or no NUMA node is left.
pub(super) fn restrict(topology: &mut Topology<'_>) -> Result<(), HwlocErrorKind> {
    let allowed = topology.allowed_processors.clone();
    let root = topology.root;
    let available = topology[root].sets.available();
    topology[root].sets.processors = available;
    let own = topology[root].sets.processors.as_ref().map(|own| own.intersection(&allowed));
    if own.is_none_or(|own| own.is_empty()) {
        return Err(HwlocErrorKind::NoProcessor);
    }
    let mut restriction = Restriction { topology, numa_nodes: 0 };
    restriction.stays(root, &allowed);
    match restriction.numa_nodes {
        0 => Err(HwlocErrorKind::NoNumaNode),
        _ => Ok(()),
    }
}

struct Restriction<'t, 'a> {
    topology: &'t mut Topology<'a>,
    numa_nodes: usize,
}

impl Restriction<'_, '_> {
    /// Restricts a subtree to processors; whether anything of it stays. Its depth is bounded by the import.
    fn stays(&mut self, id: ObjectId, processors: &HwlocBitmap) -> bool {
        let own = self.topology[id].sets.processors.as_ref();
        let own = own.map_or_else(|| processors.clone(), |own| own.intersection(processors));
        let object = &mut self.topology[id];
        let normal = std::mem::take(&mut object.normal);
        let memory = std::mem::take(&mut object.memory);
        let io = std::mem::take(&mut object.io);
        let mut filter = |list: Vec<ObjectId>| -> Vec<ObjectId> {
            list.into_iter().filter(|&child| self.stays(child, &own)).collect()
        };
        let (normal, memory, io) = (filter(normal), filter(memory), filter(io));
        let nodes = &self.topology.allowed_nodes;
        let object = &self.topology[id];
        let in_use = match object.identity.kind.class() {
            ObjectClass::Normal => !own.is_empty(),
            ObjectClass::Memory => {
                let nodes = object.sets.nodes.as_ref().map(|own| own.intersection(nodes));
                nodes.is_some_and(|nodes| !nodes.is_empty())
            }
            ObjectClass::Io | ObjectClass::Misc => !matches!(
                object.identity.kind,
                ObjectKind::Bridge | ObjectKind::PciDevice(Use::Passage)
            ),
        };
        let stays = in_use || !(normal.is_empty() && memory.is_empty() && io.is_empty());
        if stays && object.identity.kind == ObjectKind::NumaNode {
            self.numa_nodes += 1;
        }
        let object = &mut self.topology[id];
        (object.normal, object.memory, object.io) = (normal, memory, io);
        stays
    }
}
