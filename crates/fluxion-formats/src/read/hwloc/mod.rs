//! hwloc: the topology of one machine as XML, of hwloc 1.x or 2.x (`docs/semantics/readers.md`, hwloc).
//!
//! The text becomes a tree of objects (`import`), which loses what may not be used (`restrict`) and the
//! levels that add nothing (`levels`), so that objects are numbered as hwloc numbers them; what is left
//! becomes vertices (`walk`). See `docs/semantics/readers.md`, hwloc.
//!
//! Where the reference is in error (`docs/semantics/compatibility.md`, Reading and printing): any well-formed
//! XML will do, and an OS device without a name, or with half an OpenCL name, is one of an unknown kind.
//!
//! ```
//! let graph = fluxion_formats::read::hwloc::load(
//!     r#"<topology version="2.0">
//!          <object type="Machine" cpuset="0x3" complete_cpuset="0x3" nodeset="0x1">
//!            <info name="HostName" value="node7"/>
//!            <object type="NUMANode" cpuset="0x3" complete_cpuset="0x3" nodeset="0x1"/>
//!            <object type="Core" cpuset="0x1" complete_cpuset="0x1"/>
//!            <object type="Core" cpuset="0x2" complete_cpuset="0x2"/>
//!          </object>
//!        </topology>"#,
//!     &["node", "core"],
//! )?;
//! assert_eq!(graph.vertices_at("/cluster0/node7/core1").len(), 1);
//! # Ok::<(), fluxion_formats::read::hwloc::HwlocError>(())
//! ```

mod allowlist;
mod bitmap;
mod error;
mod import;
mod kind;
mod legacy;
mod levels;
mod number;
mod object_entry;
mod restrict;
mod topology;
mod walk;

#[cfg(test)]
mod tests;

use fluxion_budget::Budget;
use fluxion_graph::{Graph, GraphError};
use roxmltree::Document;

use self::allowlist::Allowlist;
use self::error::ReadError;
pub use self::error::{HwlocError, HwlocErrorKind, WalkFault};
use crate::read::Position;
use crate::read::faults::{Faults, Places};
use crate::read::limits::MAX_TOPOLOGY_TEXT;
use crate::read::xml;

/// What the trees of elements and objects take for each byte of the text, at most.
const TREE: u64 = 24;

/// Loads a topology below a cluster; no text at all makes the cluster alone. `allowlist` has the words of
/// `docs/semantics/readers.md`, hwloc; empty words do not count, and without any word everything is loaded.
/// O(length of the text · log objects).
///
/// # Errors
/// See [`HwlocErrorKind`].
pub fn load(text: &str, allowlist: &[&str]) -> Result<Graph, HwlocError> {
    load_within(text, allowlist, &Budget::UNLIMITED)
}

/// As [`load`], within a budget.
///
/// # Errors
/// See [`HwlocErrorKind`].
pub fn load_within(text: &str, allowlist: &[&str], budget: &Budget) -> Result<Graph, HwlocError> {
    if text.len() > MAX_TOPOLOGY_TEXT {
        return Err(HwlocError::new(HwlocErrorKind::TooLong, None));
    }
    let positioned = |(kind, offset): ReadError| {
        HwlocError::new(kind, offset.map(|offset| Position::at(text, offset)))
    };
    if text.is_empty() {
        return walk::cluster(budget).map_err(positioned);
    }
    let needed = (text.len() as u64).saturating_mul(TREE);
    let exhausted =
        |refusal| HwlocError::new(HwlocErrorKind::Graph(GraphError::from(refusal)), None);
    budget.take(needed).map_err(exhausted)?;
    let document = parse(text)?;
    let allowlist = Allowlist::of(allowlist);
    read(&document, &allowlist, budget, &mut Faults::First).map_err(positioned)
}

/// Everything that is wrong with a topology; nothing if it can be loaded. What may follow from another fault is left
/// out: a faulty root object hides all below it. O(length of the text · log objects).
pub fn faults(text: &str) -> Vec<HwlocError> {
    if text.len() > MAX_TOPOLOGY_TEXT {
        return vec![HwlocError::new(HwlocErrorKind::TooLong, None)];
    }
    if text.is_empty() {
        return Vec::new();
    }
    let document = match parse(text) {
        Ok(document) => document,
        Err(error) => return vec![error],
    };
    let (allowlist, budget) = (Allowlist::of(&[]), Budget::UNLIMITED);
    let found = Faults::all(|faults| read(&document, &allowlist, &budget, faults));
    let mut places = Places::of(text);
    let mut placed =
        |(kind, offset): ReadError| HwlocError::new(kind, offset.map(|offset| places.at(offset)));
    found.into_iter().map(&mut placed).collect()
}

fn parse(text: &str) -> Result<Document<'_>, HwlocError> {
    xml::parse(text)
        .map_err(|error| HwlocError::new(HwlocErrorKind::Xml(error.message), Some(error.position)))
}

fn read(
    document: &Document<'_>,
    allowlist: &Allowlist<'_>,
    budget: &Budget,
    faults: &mut Faults<ReadError>,
) -> Result<Graph, ReadError> {
    let mut topology = import::read(document, faults)?;
    if faults.any() {
        return Ok(Graph::new());
    }
    restrict::restrict(&mut topology).map_err(|kind| (kind, None))?;
    levels::number(&mut topology).map_err(|kind| (kind, None))?;
    walk::walk(&topology, allowlist, budget, faults)
}
