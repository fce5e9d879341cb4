//! How a machine may be served.

/// Policies, by name and spelt out.
pub(crate) const POLICIES: [&str; 15] = [
    "low",
    "high",
    "first",
    "firstnodex",
    "lonode",
    "hinode",
    "lonodex",
    "hinodex",
    "locality",
    "variation",
    "policy=low stop_on_1_matches=true",
    "policy=low node_centric=true stop_on_1_matches=true",
    "policy=high stop_on_1_matches=true node_exclusive=true",
    "policy=low node_exclusive=true",
    "policy=high node_centric=false",
];

/// Pruning filters; the usual ones first.
pub(crate) const FILTERS: [&str; 6] = [
    "ALL:core,ALL:node",
    "ALL:core",
    "ALL:core,ALL:node,ALL:gpu,ALL:memory",
    "cluster:node,rack:node,node:core",
    "node:core,ALL:memory,cluster:gpu",
    "ALL:gpu,ALL:node",
];
