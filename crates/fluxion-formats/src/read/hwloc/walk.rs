//! From objects to vertices (`docs/semantics/readers.md`, hwloc).

use fluxion_budget::Budget;
use fluxion_graph::{
    CONTAINMENT, Graph, GraphError, PathId, Status, Vertex, VertexId, check_name, check_property,
};

use super::allowlist::Allowlist;
use super::error::ReadError;
use super::error::{HwlocErrorKind, WalkFault};
use super::kind::{Device, Holds, ObjectKind};
use super::number;
use super::topology::{Object, ObjectId, Topology};
use crate::read::faults::Faults;
use crate::read::hostname::{self, TrailingNumber};

/// The rank of the machine. Everything else has none: -1.
const NODE_RANK: i32 = 0;

/// Sizes of block devices are given in kB and kept in GB.
const KB_PER_GB: i64 = 1_000_000;

/// The cluster alone.
pub(super) fn cluster(budget: &Budget) -> Result<Graph, ReadError> {
    Ok(Walker::new(&Allowlist::of(&[]), budget)?.graph)
}

/// Makes a graph of all objects that are allowed and stand for a resource.
///
/// # Errors
/// [`HwlocErrorKind::Walk`], after the whole walk.
pub(super) fn walk(
    topology: &Topology<'_>,
    allowlist: &Allowlist<'_>,
    budget: &Budget,
    faults: &mut Faults<ReadError>,
) -> Result<Graph, ReadError> {
    let mut walker = Walker::new(allowlist, budget)?;
    walker.visit(topology, topology.root, walker.root)?;
    let first = walker.faults.first().map(|(offset, _)| *offset);
    match (faults, first) {
        (Faults::First, Some(_)) => {
            let all = walker.faults.into_iter().map(|(_, fault)| fault).collect();
            Err((HwlocErrorKind::Walk(all), first))
        }
        (faults, _) => {
            for (offset, fault) in walker.faults {
                faults.note((HwlocErrorKind::Walk(vec![fault]), Some(offset)))?;
            }
            Ok(walker.graph)
        }
    }
}

/// A vertex and its path.
type Parent = (VertexId, PathId);

struct Walker<'l> {
    graph: Graph,
    root: Parent,
    allowlist: &'l Allowlist<'l>,
    /// Each with its place in the text.
    faults: Vec<(usize, WalkFault)>,
}

/// A vertex in the making.
struct Draft<'a> {
    ty: &'static str,
    basename: &'a str,
    /// `None`: the basename and the id.
    name: Option<&'a str>,
    id: i64,
    size: u32,
    rank: i32,
    /// Its property `LinuxDeviceID`.
    device_id: Option<&'a str>,
}

impl<'a> Draft<'a> {
    fn new(ty: &'static str, id: i64) -> Self {
        Self { ty, basename: ty, name: None, id, size: 1, rank: -1, device_id: None }
    }
}

impl<'l> Walker<'l> {
    fn new(allowlist: &'l Allowlist<'l>, budget: &Budget) -> Result<Self, ReadError> {
        let mut graph = Graph::within(budget);
        let top = graph.intern_path("");
        let root = add_vertex(&mut graph, &Draft::new("cluster", 0), top)?;
        graph.set_root(CONTAINMENT, root.0).map_err(unplaced)?;
        Ok(Self { graph, root, allowlist, faults: Vec::new() })
    }

    /// Visits a subtree. Its depth is bounded by the import.
    fn visit(
        &mut self,
        topology: &Topology<'_>,
        id: ObjectId,
        parent: Parent,
    ) -> Result<(), ReadError> {
        let object = &topology[id];
        let place = match self.draft(object) {
            Ok(None) => parent,
            Ok(Some(draft)) => {
                let placed = |(kind, _)| (kind, Some(object.identity.offset));
                let child = add_vertex(&mut self.graph, &draft, parent.1).map_err(placed)?;
                self.graph.add_edge(parent.0, child.0, CONTAINMENT).map_err(unplaced)?;
                child
            }
            Err(fault) => {
                self.faults.push((object.identity.offset, fault));
                parent
            }
        };
        object.children().try_for_each(|child| self.visit(topology, child, place))
    }

    /// The vertex of an object, if it has one and its word is allowed.
    fn draft<'a>(&self, object: &Object<'a>) -> Result<Option<Draft<'a>>, WalkFault> {
        let identity = &object.identity;
        let Some(word) = word(object).filter(|word| self.allowlist.allows(word)) else {
            return Ok(None);
        };
        let plain = Draft::new(word, object.logical);
        match identity.kind {
            ObjectKind::Machine => node(identity.infos.host_name.unwrap_or_default()).map(Some),
            ObjectKind::Cache { .. } => {
                // Modulo 2^32 as in the reference; no cache is that large.
                let size = (identity.cache_size / 1024) as u32;
                Ok(Some(Draft { ty: "cache", size, ..plain }))
            }
            ObjectKind::OsDevice(Device::Block) => storage(object, plain).map(Some),
            ObjectKind::OsDevice(_) => Ok(Some(Draft { id: gpu_id(object), ..plain })),
            _ => Ok(Some(plain)),
        }
    }
}

/// The word of the allowlist for an object: the type of its vertex, of a cache its basename. `None`: it stands
/// for no resource.
fn word(object: &Object<'_>) -> Option<&'static str> {
    let identity = &object.identity;
    Some(match identity.kind {
        ObjectKind::Machine if identity.infos.host_name.is_some() => "node",
        ObjectKind::Group { .. } => "group",
        ObjectKind::NumaNode => "numanode",
        ObjectKind::Package => "socket",
        ObjectKind::Cache { level: 1, holds: Holds::Data } => "L1cache",
        ObjectKind::Cache { level: 2, holds: Holds::Data } => "L2cache",
        ObjectKind::Cache { level: 3, holds: Holds::Data } => "L3cache",
        ObjectKind::Core => "core",
        ObjectKind::Pu => "pu",
        ObjectKind::OsDevice(Device::Coprocessor) => "gpu",
        ObjectKind::OsDevice(Device::Gpu)
            if identity.name.is_some_and(|n| n.starts_with("rsmi")) =>
        {
            "gpu"
        }
        ObjectKind::OsDevice(Device::Block) => "storage",
        _ => return None,
    })
}

fn node(host: &str) -> Result<Draft<'_>, WalkFault> {
    let (basename, number) = hostname::split(host);
    let id = match number {
        TrailingNumber::None => -1,
        TrailingNumber::Number(id) => id,
        TrailingNumber::TooLarge => return Err(WalkFault::HostNumber(host.to_owned())),
    };
    Ok(Draft { basename, name: Some(host), rank: NODE_RANK, ..Draft::new("node", id) })
}

/// The id of a GPU (`docs/semantics/readers.md`, hwloc). Ids of several makes may coincide; both vertices are
/// wanted.
fn gpu_id(object: &Object<'_>) -> i64 {
    let name = object.identity.name.unwrap_or_default();
    let digits = match name.strip_prefix("cuda").or_else(|| name.strip_prefix("rsmi")) {
        Some(digits) => Some(digits),
        None => name.strip_prefix("opencl").and_then(|rest| rest.split_once('d')).map(|(_, d)| d),
    };
    // As `atoi`, which keeps the low 32 bits.
    digits.map_or(object.logical, |digits| i64::from(number::signed(digits) as i32))
}

fn storage<'a>(object: &Object<'a>, plain: Draft<'a>) -> Result<Draft<'a>, WalkFault> {
    let device = || object.identity.name.unwrap_or_default().to_owned();
    let infos = object.identity.infos;
    let Some(value) = infos.size else { return Err(WalkFault::NoSize(device())) };
    match number::signed(value) {
        0 | i64::MIN | i64::MAX => {
            Err(WalkFault::Size { device: device(), value: value.chars().take(80).collect() })
        }
        // Modulo 2^32 as in the reference.
        kb => Ok(Draft {
            size: (kb / KB_PER_GB) as u32,
            device_id: Some(infos.device_id.unwrap_or("-1")),
            ..plain
        }),
    }
}

fn add_vertex(graph: &mut Graph, draft: &Draft<'_>, above: PathId) -> Result<Parent, ReadError> {
    check_name(draft.name.unwrap_or_default()).map_err(unplaced)?;
    let ty = graph.add_type(draft.ty).map_err(unplaced)?;
    let basename = graph.intern(draft.basename);
    let name = match draft.name.filter(|name| !name.is_empty()) {
        Some(name) => graph.intern(name),
        None if draft.id == -1 => basename,
        None => graph.numbered_name(basename, draft.id),
    };
    let stem = graph.stem(basename, graph.empty_symbol());
    let vertex = graph.push_vertex(Vertex {
        id: draft.id,
        uniq_id: graph.vertices().len() as i64,
        name,
        stem,
        path: None,
        rank: draft.rank,
        size: draft.size,
        ty,
        status: Status::Up,
    });
    let vertex = vertex.map_err(unplaced)?;
    let path = graph.child_path(above, name);
    graph.set_path_id(vertex, CONTAINMENT, path);
    if let Some(device_id) = draft.device_id {
        check_property("LinuxDeviceID", device_id).map_err(unplaced)?;
        graph.set_property(vertex, "LinuxDeviceID", device_id);
    }
    Ok((vertex, path))
}

fn unplaced(error: GraphError) -> ReadError {
    (HwlocErrorKind::Graph(error), None)
}
