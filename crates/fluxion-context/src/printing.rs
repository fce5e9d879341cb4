//! Decisions as text, in the match format of the context or another.

use fluxion_budget::Budget;
use fluxion_engine::Decision;
use fluxion_formats::write::{self, Printed, WriteError};
use fluxion_graph::VertexId;
use fluxion_jobspec::{Element, Jobspec};
use rustc_hash::FxHashMap;

use crate::context::Context;
use crate::options::MatchFormat;

impl Context {
    /// Prints what was chosen for a jobspec.
    pub(crate) fn print(
        &self,
        decision: &Decision,
        jobspec: &Jobspec,
        format: MatchFormat,
        budget: &Budget,
    ) -> Result<String, WriteError> {
        let labels = labels_of(&jobspec.resources);
        let graph = self.engine.graph();
        let label =
            |vertex: VertexId| labels.get(graph.type_name(graph.vertex(vertex).ty)).copied();
        let queue = jobspec.queue.as_deref();
        let mut printed = Printed { queue, ..self.printed(decision, budget) };
        if !labels.is_empty() {
            printed.labels = Some(&label);
        }
        text(format, &printed)
    }

    /// Prints what was not chosen for a jobspec: without labels and queue.
    pub(crate) fn print_decision(
        &self,
        decision: &Decision,
        format: MatchFormat,
        budget: &Budget,
    ) -> Result<String, WriteError> {
        text(format, &self.printed(decision, budget))
    }

    fn printed<'a>(&'a self, decision: &'a Decision, budget: &'a Budget) -> Printed<'a> {
        Printed {
            graph: self.engine.graph(),
            tree: self.engine.tree(),
            selection: &decision.selection,
            window: decision.window,
            queue: None,
            labels: None,
            aggregates: None,
            budget,
        }
    }
}

/// Few texts are shorter.
const USUAL_LENGTH: usize = 256;

fn text(format: MatchFormat, printed: &Printed<'_>) -> Result<String, WriteError> {
    let mut text = String::with_capacity(USUAL_LENGTH);
    write::write(format.into(), printed, &mut text)?;
    Ok(text)
}

/// Labels of elements other than slots, by type.
fn labels_of(resources: &[Element]) -> FxHashMap<&str, &str> {
    let mut labels = FxHashMap::default();
    enter_labels(resources, &mut labels);
    labels
}

fn enter_labels<'a>(elements: &'a [Element], labels: &mut FxHashMap<&'a str, &'a str>) {
    for element in elements {
        if let Some(label) = element.label.as_deref().filter(|l| !l.is_empty())
            && !matches!(element.ty.as_str(), "slot" | "xor_slot")
        {
            labels.insert(element.ty.as_str(), label);
        }
        enter_labels(&element.with, labels);
    }
}
