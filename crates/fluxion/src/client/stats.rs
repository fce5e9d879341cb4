//! `stats`: the figures of a graph.

use std::collections::BTreeMap;

use clap::Args;
use fluxion_client::v1::Durability;
use serde_json::json;

use super::answer::Answer;
use super::options::Common;
use crate::table::pairs;

/// No options of its own.
#[derive(Debug, Args)]
pub(crate) struct NoArgs {}

pub(super) async fn stats(common: &Common, _: &NoArgs) -> anyhow::Result<Answer> {
    let stats = common.graph().await?.stats().await?;
    let by_type: BTreeMap<_, _> = stats.vertices_by_type.iter().collect();
    let types: Vec<_> = by_type.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let text = pairs([
        ("vertices", format!("{} ({})", stats.vertices, types.join(", ")).into()),
        ("edges", stats.edges.into()),
        ("revision", stats.revision.into()),
        ("incarnation", stats.incarnation.as_str().into()),
        ("allocated", stats.allocated.into()),
        ("reserved", stats.reserved.into()),
        ("canceled", stats.canceled.into()),
        ("ended", stats.ended.into()),
        (
            "matches",
            format!("{} found, {} not", stats.matches_succeeded, stats.matches_failed).into(),
        ),
        ("kept", kept(stats.durability()).into()),
    ]);
    let json = json!({
        "revision": stats.revision, "incarnation": stats.incarnation,
        "vertices": stats.vertices, "edges": stats.edges,
        "vertices_by_type": by_type,
        "allocated": stats.allocated, "reserved": stats.reserved, "canceled": stats.canceled,
        "ended": stats.ended,
        "matches_succeeded": stats.matches_succeeded, "matches_failed": stats.matches_failed,
        "load_seconds": stats.load_seconds, "match_seconds": stats.match_seconds,
        "longest_match_seconds": stats.longest_match_seconds,
        "memory_bytes": stats.memory_bytes,
        "server_memory_bytes": stats.server_memory_bytes,
        "server_memory_limit": stats.server_memory_limit,
        "durability": word(stats.durability()),
    });
    Ok(Answer::new(text, json))
}

/// What is left after a restart, for people.
fn kept(durability: Durability) -> &'static str {
    match durability {
        Durability::Unspecified | Durability::Memory => "memory only",
        Durability::Fsync => "on disk, synced before each answer",
        Durability::Interval => "on disk, synced now and then",
        Durability::None => "on disk, never synced",
    }
}

/// The same, as the option of the server has it.
fn word(durability: Durability) -> &'static str {
    match durability {
        Durability::Unspecified | Durability::Memory => "memory",
        Durability::Fsync => "fsync",
        Durability::Interval => "interval",
        Durability::None => "none",
    }
}
