//! Policies: scores and sort orders (`docs/semantics/policies.md`).

use super::selection::Candidate;
use super::world::{Vertex, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preference {
    High,
    Low,
    Locality,
    Variation,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    pub(crate) preference: Preference,
    pub(crate) node_centric: bool,
    pub(crate) node_exclusive: bool,
    pub(crate) stops_early: bool,
}

/// Where a list is sorted (`docs/semantics/policies.md`, Sort orders).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Matched,
    SlotMembers,
}

impl Policy {
    /// A policy by name, or a well-formed custom string.
    pub(crate) fn named(name: &str) -> Self {
        let spelt_out = match name {
            "locality" => return Self::plain(Preference::Locality),
            "variation" => return Self::plain(Preference::Variation),
            "high" => "policy=high",
            "low" => "policy=low",
            "hinode" => "policy=high node_centric=true",
            "lonode" => "policy=low node_centric=true",
            "hinodex" => "policy=high node_centric=true node_exclusive=true",
            "lonodex" => "policy=low node_centric=true node_exclusive=true",
            "first" => "policy=high node_centric=true stop_on_1_matches=true",
            "firstnodex" => {
                "policy=high node_centric=true stop_on_1_matches=true node_exclusive=true"
            }
            custom => custom,
        };
        let says = |option: &str| spelt_out.split(' ').any(|o| o == option);
        let preference = if says("policy=high") { Preference::High } else { Preference::Low };
        Self {
            preference,
            node_centric: says("node_centric=true"),
            node_exclusive: says("node_exclusive=true"),
            stops_early: says("stop_on_1_matches=true"),
        }
    }

    fn plain(preference: Preference) -> Self {
        Self { preference, node_centric: false, node_exclusive: false, stops_early: false }
    }

    /// The score of a vertex that was reached through `above`.
    pub(crate) fn score(self, world: &World, vertex: usize, above: &[usize]) -> i64 {
        let v = &world.vertices[vertex];
        if self.preference == Preference::Variation {
            return 1 + performance_class(v);
        }
        let mut score = v.id + 2;
        if self.node_centric {
            for node in above.iter().map(|&a| &world.vertices[a]).filter(|a| a.ty == "node") {
                score += 10_000 * (node.id + 2) + (node.uniq_id % 10_000 - 1).abs();
            }
        }
        score
    }

    pub(crate) fn sort(self, list: &mut [Candidate], place: Place) {
        let descending = match self.preference {
            Preference::High | Preference::Locality => true,
            Preference::Low => false,
            Preference::Variation => place == Place::SlotMembers,
        };
        list.sort_by_key(|c| if descending { -c.score } else { c.score });
    }

    /// Sorts what is chosen from at the top; `seen` holds the scores met so far, these included.
    pub(crate) fn sort_at_top(self, list: &mut [Candidate], seen: &[i64]) {
        if self.preference == Preference::Locality {
            list.sort_by_key(|c| -lower_end(c.score, seen));
        } else {
            self.sort(list, Place::Matched);
        }
    }
}

/// Where the run of consecutive scores that a score belongs to begins.
fn lower_end(score: i64, scores: &[i64]) -> i64 {
    let mut low = score;
    while scores.contains(&(low - 1)) {
        low -= 1;
    }
    low
}

fn performance_class(vertex: &Vertex) -> i64 {
    let class = vertex.properties.iter().find(|(key, _)| key == "perf_class");
    let text = class.map_or("", |(_, value)| value);
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|&class| class <= 9999).unwrap_or(9999)
}
