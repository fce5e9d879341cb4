//! The scores that the vertices of the graph offer to one kind of request. They are kept from one decision to
//! the next, since the order of policy `locality` depends on all candidates at once
//! (`docs/semantics/policies.md`, Locality).
//!
//! Updated lazily: what changed is noted, and looked at again when the table is next asked for. What a vertex
//! offers is found out by the search.

mod max_tree;
mod runs;
mod subtree_kinds;
pub(crate) mod table;

use fluxion_graph::{TypeId, VertexId};
use fluxion_jobspec::{Count, Exclusivity};

use self::subtree_kinds::SubtreeKinds;
use self::table::{ChangeReach, ScoreTable};
use crate::decision::Grant;
use crate::request::List;
use crate::site::Site;

/// How many tables are remembered.
const MOST_TABLES: usize = 16;

/// What a request looks for, and under which constraint: requests with equal keys are offered the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScoreTableKey {
    /// The elements in the order of the request.
    pub(crate) elements: Vec<KeyElement>,
    /// The serial number of the constraint.
    pub(crate) constraint: Option<u64>,
    /// That of what windows bar.
    pub(crate) barred: Option<u64>,
}

/// What of an element decides what is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyElement {
    pub(crate) ty: Option<TypeId>,
    pub(crate) is_slot: bool,
    pub(crate) count: Count,
    pub(crate) exclusivity: Exclusivity,
    pub(crate) with: List,
}

/// The tables that were asked for last.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScoreTables {
    tables: Vec<(ScoreTableKey, ScoreTable)>,
    subtree_kinds: SubtreeKinds,
}

impl ScoreTables {
    /// Takes out the table of a key; [`ScoreTables::put`] brings it back.
    pub(crate) fn take(&mut self, key: &ScoreTableKey) -> Option<ScoreTable> {
        let at = self.tables.iter().position(|(known, _)| known == key)?;
        Some(self.tables.remove(at).1)
    }

    /// Keeps a table; the one that was not asked for longest gives way.
    pub(crate) fn put(&mut self, key: ScoreTableKey, table: ScoreTable) {
        if self.tables.len() == MOST_TABLES {
            self.tables.remove(0);
        }
        self.tables.push((key, table));
    }

    /// Says that what a vertex offers may have changed.
    #[inline]
    pub(crate) fn note(&mut self, site: &Site, vertex: VertexId, reach: ChangeReach) {
        if let Some(position) = site.tree.position(vertex) {
            for (_, table) in &mut self.tables {
                table.note(site, position, reach);
            }
        }
    }

    /// Says that what the vertices of a job offer may have changed.
    pub(crate) fn note_grants(&mut self, site: &Site, grants: &[Grant]) {
        if self.tables.is_empty() {
            return;
        }
        let mut noted = 0..0;
        for grant in grants {
            let Some(position) = site.tree.position(grant.vertex) else { continue };
            if noted.contains(&position) {
                continue;
            }
            let reach = if grant.exclusive { ChangeReach::Subtree } else { ChangeReach::Vertex };
            noted = 0..u32::MAX;
            for (_, table) in &mut self.tables {
                let of_table = table.note(site, position, reach);
                noted = noted.start.max(of_table.start)..noted.end.min(of_table.end);
            }
        }
    }

    /// Whether each table agrees with itself.
    pub(crate) fn are_consistent(&self) -> bool {
        self.tables.iter().all(|(_, table)| table.is_consistent())
    }

    /// The kind of subtree that a provider has, if it is one of those that are remembered.
    pub(crate) fn subtree_kind(&mut self, site: &Site, provider: VertexId) -> Option<u32> {
        self.subtree_kinds.kind(site, provider)
    }
}
