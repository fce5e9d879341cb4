//! Why a topology cannot be loaded.

use std::fmt;

use fluxion_graph::GraphError;

use crate::read::Position;
use crate::read::limits::MAX_TOPOLOGY_TEXT;

/// Deepest nesting of objects; with the objects that steps N1 and N2 add, paths stay within
/// [`MAX_PATH_DEPTH`](crate::read::limits::MAX_PATH_DEPTH).
pub(super) const MAX_NESTING: usize = 100;

/// Why a topology cannot be loaded: what, and where in the text if that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HwlocError {
    kind: HwlocErrorKind,
    position: Option<Position>,
}

/// What is wrong with a topology.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HwlocErrorKind {
    /// The text is not XML.
    #[error("not XML: {0}")]
    Xml(String),
    /// The root element is not one of hwloc.
    #[error("expected an element `topology` or `root`, not `{0}`")]
    Root(String),
    /// The version is not supported.
    #[error("`version` of `topology` must be 2.x, or absent for hwloc 1, not `{0}`")]
    Version(String),
    /// The topology does not start with its root object.
    #[error("`topology` must start with an `object`")]
    NoObject,
    /// An object without a type at its start.
    #[error("the first attribute of an `object` must be `type`")]
    NoType,
    /// A type that does not exist or is ambiguous.
    #[error("`type` must be an object type of hwloc such as Machine, Package or PU, not `{0}`")]
    Type(String),
    /// An element that cannot be where it is.
    #[error(
        "an `object` may have info, page_type, userdata, in hwloc 1 distances, and then objects: \
         `{0}` is out of place"
    )]
    Element(String),
    /// A set of processors or NUMA nodes is not one.
    #[error(
        "`{attribute}` must be hexadecimal words such as 0x00000001,0xffffffff and stay below 65536, not `{value}`"
    )]
    Set {
        /// The attribute.
        attribute: &'static str,
        /// Its value, or the start of it.
        value: String,
    },
    /// An object contradicts itself or does not fit where it is.
    #[error("{object}: {problem}")]
    Object {
        /// The type of the object.
        object: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// Nothing is left that could compute.
    #[error(
        "no allowed processor: `cpuset` and `allowed_cpuset` of the root object have none in common"
    )]
    NoProcessor,
    /// No memory is left.
    #[error(
        "no allowed NUMANode: the topology needs one whose `nodeset` is within `allowed_nodeset`"
    )]
    NoNumaNode,
    /// Objects that cannot become resources; each is named in [`WalkFault`].
    #[error("{}", describe(.0))]
    Walk(Vec<WalkFault>),
    /// The objects are nested beyond the limit.
    #[error("objects are nested too deeply: at most {MAX_NESTING} levels are supported")]
    TooDeep,
    /// Ordering the levels would take too long.
    #[error("too many objects on too many levels")]
    TooLarge,
    /// The text is longer than the limit.
    #[error("the text is too long: at most {MAX_TOPOLOGY_TEXT} bytes are supported")]
    TooLong,
    /// The graph cannot hold it.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

/// What is wrong with a topology, and the offset in the text where that has a place.
pub(super) type ReadError = (HwlocErrorKind, Option<usize>);

/// An object that cannot become a resource.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalkFault {
    /// The number at the end of a host name is beyond 2^63 − 1.
    #[error("host `{0}`: the number at its end must be below 2^63")]
    HostNumber(String),
    /// A block device without a size.
    #[error("block device `{0}`: an `info` of the name Size must give its size in kB")]
    NoSize(String),
    /// A block device whose size is not one.
    #[error(
        "block device `{device}`: Size must be a number of kB other than 0, within 64 bits, not `{value}`"
    )]
    Size {
        /// The name of the device.
        device: String,
        /// Its size in the text.
        value: String,
    },
}

fn describe(faults: &[WalkFault]) -> String {
    let mut text = faults.first().map_or_else(String::new, WalkFault::to_string);
    if faults.len() > 1 {
        text += &format!(" (and {} more objects)", faults.len() - 1);
    }
    text
}

impl HwlocError {
    pub(super) fn new(kind: HwlocErrorKind, position: Option<Position>) -> Self {
        Self { kind, position }
    }

    /// What is wrong.
    pub fn kind(&self) -> &HwlocErrorKind {
        &self.kind
    }

    /// Where, if it is known; of several faults, the first.
    pub fn position(&self) -> Option<Position> {
        self.position
    }
}

impl fmt::Display for HwlocError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        match self.position {
            Some(position) => write!(f, " ({position})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for HwlocError {}
