//! Matches on a machine with many windows: most are weeks ahead and over everything, some keep nodes from requests now.

use std::sync::Arc;

use anyhow::Context as _;
use fluxion_context::{
    Action, Change, Context, MatchOperation, TimeWindow, VertexId, Window, WindowKind,
    WindowOverlap, WindowTimes,
};

use super::counted::{MACHINE, submit_all};
use crate::benches::kit::{self, Expected};
use crate::jobspecs::Job;

/// How many windows there are, and how many of them begin while the requests last.
const WINDOWS: usize = 64;
const SOON: usize = 4;

const WEEK: i64 = 7 * 24 * 3600;

/// Cores, one after the other, as without windows.
pub(super) fn cores(policy: &str) -> anyhow::Result<()> {
    let mut context = kit::machine(MACHINE, policy)?;
    set_windows(&mut context)?;
    let jobs = vec![Job::units(1, 0).json(); 1000];
    submit_all(&mut context, MatchOperation::Allocate, &jobs, Expected::Yes)
}

/// Windows soon over a sixteenth of the nodes each, and over all nodes in each of the next weeks.
fn set_windows(context: &mut Context) -> anyhow::Result<()> {
    let graph = context.graph();
    let is_node = |v: &VertexId| graph.type_name(graph.vertex(*v).ty) == "node";
    let nodes: Vec<VertexId> = graph.vertex_ids().filter(is_node).collect();
    let share = nodes.len() / 16;
    for number in 0..WINDOWS {
        let soon = number < SOON;
        let roots = if soon { &nodes[number * share..(number + 1) * share] } else { &nodes[..] };
        let start = if soon { 60 } else { number as i64 * WEEK };
        set(context, &format!("window {number}"), roots, start)?;
    }
    Ok(())
}

fn set(context: &mut Context, name: &str, roots: &[VertexId], start: i64) -> anyhow::Result<()> {
    let span = TimeWindow { start, end: start + WEEK / 7 };
    let window = Window {
        name: name.into(),
        kind: WindowKind::Maintenance,
        roots: roots.into(),
        times: WindowTimes::Spans([span].into()),
        overlap: WindowOverlap::Allowed,
        about: Arc::default(),
    };
    let (truncated, cancelled) = (Vec::new(), Vec::new());
    let action = Action::SetWindow { window: Arc::new(window), truncated, cancelled };
    let change = Change { action: Some(action), ..Change::default() };
    context.apply(&change).context("a window was not set")
}
