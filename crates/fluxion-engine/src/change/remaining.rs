//! What a job keeps when it loses a part of what it holds: given back, or gone with the graph.

use fluxion_graph::VertexId;
use rustc_hash::FxHashSet;

use crate::decision::Grant;

/// The grants that are left, children first as before, without those of the vertices in `lost`; a vertex in `lost`
/// that is not gone stays passed through while something below it is kept. Vertices that were only passed through
/// on the way to lost ones go too. Nothing, if the job holds nothing for itself any more. O(grants).
pub(crate) fn remaining(grants: &[Grant], lost: &FxHashSet<VertexId>) -> Vec<Grant> {
    /// What there was below the grant to come, and is still.
    #[derive(Clone, Copy, Default)]
    struct Below {
        any: bool,
        kept: bool,
    }
    let mut below: Vec<Below> = Vec::new();
    let mut kept = Vec::with_capacity(grants.len());
    for &grant in grants {
        let depth = grant.depth as usize;
        if below.len() < depth + 2 {
            below.resize(depth + 2, Below::default());
        }
        let children = std::mem::take(&mut below[depth + 1]);
        let is_lost = lost.contains(&grant.vertex);
        let exclusive = grant.exclusive && !is_lost;
        let stands_alone = !is_lost && !children.any;
        let keeps = exclusive || children.kept || stands_alone;
        below[depth].any = true;
        below[depth].kept |= keeps;
        if keeps {
            let unlisted = exclusive && grant.unlisted;
            kept.push(Grant { exclusive, unlisted, ..grant });
        }
    }
    if kept.iter().any(|g| g.exclusive) { kept } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Grants as `vertex@depth`, `!` behind the exclusive ones, children first.
    fn check(grants: &str, lost: &[u32], expected: &str) {
        let parse = |word: &str| {
            let (vertex, depth) = word.trim_end_matches('!').split_once('@').unwrap();
            let vertex = VertexId(vertex.parse().unwrap());
            Grant {
                vertex,
                depth: depth.parse().unwrap(),
                exclusive: word.ends_with('!'),
                unlisted: false,
            }
        };
        let parse_all = |text: &str| text.split_whitespace().map(parse).collect::<Vec<_>>();
        let lost = lost.iter().copied().map(VertexId).collect();
        assert_eq!(remaining(&parse_all(grants), &lost), parse_all(expected), "{grants}");
    }

    #[test]
    fn what_a_job_keeps() {
        let two_nodes = "3@3! 2@2 5@3! 4@2 1@1";
        check(two_nodes, &[2, 3], "5@3! 4@2 1@1");
        check(two_nodes, &[3], "5@3! 4@2 1@1");
        check(two_nodes, &[2, 3, 4, 5], "");
        check("3@3! 2@2! 1@1", &[3], "2@2! 1@1");
        check("3@3! 6@3 2@2 1@1", &[6], "3@3! 2@2 1@1");
        check("3@3! 6@3 2@2 1@1", &[3], "");
        check("6@2 3@3! 2@2 1@1", &[9], "6@2 3@3! 2@2 1@1");
    }

    #[test]
    fn what_is_given_back_may_still_be_passed_through() {
        check("3@3! 4@3! 2@2! 1@1", &[2], "3@3! 4@3! 2@2 1@1");
        check("3@3! 4@3! 2@2! 1@1", &[2, 3], "4@3! 2@2 1@1");
        check("3@3! 4@3! 2@2! 1@1", &[2, 3, 4], "");
        check("3@3! 2@2! 1@1!", &[2, 3], "1@1!");
    }
}
