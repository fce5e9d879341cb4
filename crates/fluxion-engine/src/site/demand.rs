//! How many units of each type a list of elements needs at least (`docs/semantics/jobspec.md`, Demand).

use fluxion_graph::TypeId;

use super::counted_types::CountedTypes;

/// Units that must be free below a vertex, by column of the counted types.
pub(crate) type Needs = Vec<(usize, u64)>;

/// Units per type, sorted by type. Sums saturate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    units: Vec<(TypeId, u64)>,
}

impl Demand {
    pub(crate) fn add(&mut self, ty: TypeId, units: u64) {
        match self.units.binary_search_by_key(&ty, |&(t, _)| t) {
            Ok(at) => self.units[at].1 = self.units[at].1.saturating_add(units),
            Err(at) => self.units.insert(at, (ty, units)),
        }
    }

    /// Forgets a type.
    pub(crate) fn remove(&mut self, ty: TypeId) {
        self.units.retain(|&(t, _)| t != ty);
    }

    /// Adds another demand, so many times.
    pub(crate) fn add_times(&mut self, other: &Self, times: u32) {
        for &(ty, units) in &other.units {
            self.add(ty, units.saturating_mul(u64::from(times)));
        }
    }

    /// Per type the least over the alternatives; a type that one of them does not need is not needed.
    pub(crate) fn least(alternatives: impl Iterator<Item = Self>) -> Self {
        let least = alternatives.reduce(|mut a, b| {
            a.units = a.units.iter().map(|&(ty, n)| (ty, n.min(b.of(ty)))).collect();
            a
        });
        let mut least = least.unwrap_or_default();
        least.units.retain(|&(_, n)| n > 0);
        least
    }

    pub(crate) fn of(&self, ty: TypeId) -> u64 {
        self.units.binary_search_by_key(&ty, |&(t, _)| t).map_or(0, |at| self.units[at].1)
    }

    /// What of it is counted, by column.
    pub(crate) fn needs(&self, counted: &CountedTypes) -> Needs {
        self.iter().filter_map(|(ty, units)| Some((counted.column(ty)?, units))).collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (TypeId, u64)> + '_ {
        self.units.iter().copied()
    }
}
