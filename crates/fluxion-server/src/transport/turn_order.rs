//! Whose turn comes next, in two steps: parties take turns, and the connections of a party take the turns of their party. So a party
//! with a hundred connections has no more turns than one with a single connection. Must not know what waits.

use std::collections::{BTreeMap, VecDeque};

/// From where a call came: calls of one connection keep their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin {
    /// The number of a party; 0 for the server itself.
    pub(crate) party: u64,
    /// The number of a connection.
    pub(crate) connection: u64,
}

impl Origin {
    /// The server itself.
    pub(crate) const SERVER: Self = Self { party: 0, connection: 0 };

    /// Of a call.
    pub(crate) fn of<T>(request: &tonic::Request<T>) -> Self {
        request.extensions().get().copied().unwrap_or_default()
    }
}

/// Origins that wait, each once.
#[derive(Debug, Default)]
pub(crate) struct TurnOrder {
    parties: VecDeque<u64>,
    /// The connections of each party that waits, in their order; no list is empty.
    connections: BTreeMap<u64, VecDeque<Origin>>,
}

impl TurnOrder {
    /// Whether nobody waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.parties.is_empty()
    }

    /// One more, behind the others of its party. O(log parties).
    pub(crate) fn push(&mut self, origin: Origin) {
        let connections = self.connections.entry(origin.party).or_default();
        if connections.is_empty() {
            self.parties.push_back(origin.party);
        }
        connections.push_back(origin);
    }

    /// Takes out the one whose turn it is; the rest of its party goes behind all other parties. O(log parties).
    pub(crate) fn pop(&mut self) -> Option<Origin> {
        let party = self.parties.pop_front()?;
        let connections = self.connections.get_mut(&party)?;
        let next = connections.pop_front();
        match connections.is_empty() {
            true => drop(self.connections.remove(&party)),
            false => self.parties.push_back(party),
        }
        next
    }

    /// Takes one out that does not wait any more. O(parties + connections of its party).
    pub(crate) fn remove(&mut self, origin: Origin) {
        let Some(connections) = self.connections.get_mut(&origin.party) else { return };
        connections.retain(|other| *other != origin);
        if connections.is_empty() {
            self.connections.remove(&origin.party);
            self.parties.retain(|other| *other != origin.party);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes `party.connection`, removes `-party.connection`, then takes all.
    #[track_caller]
    fn check(steps: &str, expected: &str) {
        let mut order = TurnOrder::default();
        for step in steps.split_whitespace() {
            let (party, connection) = step.trim_start_matches('-').split_once('.').unwrap();
            let number = |text: &str| text.parse().unwrap();
            let origin = Origin { party: number(party), connection: number(connection) };
            match step.starts_with('-') {
                true => order.remove(origin),
                false => order.push(origin),
            }
        }
        let taken = std::iter::from_fn(|| order.pop());
        let told = taken.map(|Origin { party, connection }| format!("{party}.{connection}"));
        assert_eq!(told.collect::<Vec<_>>().join(" "), expected, "{steps}");
        assert!(order.is_empty() && order.connections.is_empty(), "{steps}");
    }

    #[test]
    fn parties_take_turns_and_so_do_the_connections_of_each() {
        check("", "");
        check("1.1 2.2 3.3", "1.1 2.2 3.3");
        check("1.1 1.2 1.3 2.9", "1.1 2.9 1.2 1.3");
        check("1.1 1.2 2.8 1.3 2.9 3.5", "1.1 2.8 3.5 1.2 2.9 1.3");
    }

    #[test]
    fn who_leaves_lets_the_others_of_its_party_wait_where_they_did() {
        check("1.1 1.2 2.9 -1.1", "1.2 2.9");
        check("1.1 2.9 1.2 -2.9 -3.3 -1.5", "1.1 1.2");
        check("1.1 2.9 -1.1 1.1", "2.9 1.1");
    }
}
