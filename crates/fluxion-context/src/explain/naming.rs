//! From what the engine found to what is told: numbers become names, and the sentence is made.

use fluxion_engine::{
    BlockingJob, Bucket, ElementPath, Explanation, FunnelLevel, Hint, Shortage, WhyNot,
};
use fluxion_graph::{CONTAINMENT, Graph, TypeId, VertexId};
use fluxion_jobspec::{Constraint, Element, Jobspec};

use super::constraint_text::constraint_text;
use super::sentence::{Subject, sentence};
use super::told::{
    ExplainedBlocker, ExplainedBucket, ExplainedHint, ExplainedLevel, ExplainedShortage,
    ExplainedVertex, ExplainedWhy,
};

/// Names what was found; of a job there is no jobspec.
pub(super) fn tell(
    graph: &Graph,
    jobspec: Option<&Jobspec>,
    explanation: Explanation,
) -> ExplainedWhy {
    let resources = jobspec.map_or(&[][..], |jobspec| &jobspec.resources);
    let names = Names { graph, resources };
    let constraint = jobspec.and_then(|jobspec| jobspec.constraint.as_ref());
    let notes = explanation.notes.to_string();
    let mut why = ExplainedWhy {
        verdict: explanation.verdict,
        cause: explanation.cause,
        proof: explanation.proof,
        levels: explanation.levels.into_iter().map(|level| names.level(level)).collect(),
        blockers: explanation.blockers.into_iter().map(blocker).collect(),
        windows: explanation.windows,
        hints: explanation.hints.into_iter().map(|hint| names.hint(hint)).collect(),
        why_not: explanation.why_not.map(|why_not| names.vertex(why_not)),
        preemption: explanation.preemption,
        sentence: String::new(),
        is_complete: explanation.is_complete,
        visits: explanation.visits,
    };
    let subject = if jobspec.is_some() { Subject::Request } else { Subject::Job };
    why.sentence = sentence(&why, subject, constraint, &notes);
    why
}

/// The names of a graph, and of a request.
struct Names<'a> {
    graph: &'a Graph,
    resources: &'a [Element],
}

impl Names<'_> {
    fn level(&self, level: FunnelLevel) -> ExplainedLevel {
        let FunnelLevel { element, needed, necessity, total, buckets, ty: _ } = level;
        ExplainedLevel {
            ty: self.type_asked(&element),
            element: element_text(&element),
            needed,
            necessity,
            total,
            buckets: buckets.into_iter().map(|bucket| self.bucket(bucket)).collect(),
        }
    }

    fn bucket(&self, bucket: Bucket) -> ExplainedBucket {
        let Bucket { reason, count, examples, free_from, shortages } = bucket;
        ExplainedBucket {
            reason,
            count,
            examples: examples.into_iter().map(|vertex| self.path(vertex)).collect(),
            free_from,
            shortages: shortages.into_iter().map(|shortage| self.shortage(shortage)).collect(),
        }
    }

    fn shortage(&self, shortage: Shortage) -> ExplainedShortage {
        let Shortage { ty, needed, most_free, vertices } = shortage;
        ExplainedShortage { ty: self.type_name(ty), needed, most_free, vertices }
    }

    fn hint(&self, hint: Hint) -> ExplainedHint {
        match hint {
            Hint::DurationAtMost(seconds) => ExplainedHint::DurationAtMost(seconds),
            Hint::CountAtMost { element, count } => ExplainedHint::CountAtMost {
                ty: self.type_asked(&element),
                element: element_text(&element),
                count,
            },
            Hint::WithoutConstraint(constraint) => without(&constraint),
            Hint::BringUp(vertex) => ExplainedHint::BringUp(self.path(vertex)),
            Hint::WithoutWindow(name) => ExplainedHint::WithoutWindow(name),
        }
    }

    fn vertex(&self, why_not: WhyNot) -> ExplainedVertex {
        let WhyNot { vertex, level, reason, free_from, usage } = why_not;
        ExplainedVertex { path: self.path(vertex), level, reason, free_from, usage }
    }

    fn type_name(&self, ty: TypeId) -> String {
        self.graph.type_name(ty).to_owned()
    }

    /// The type that an element asks for, whether the graph knows it or not.
    fn type_asked(&self, ElementPath(path): &ElementPath) -> String {
        let (mut list, mut ty) = (self.resources, "");
        for &at in path {
            let Some(element) = list.get(at) else { break };
            (list, ty) = (&element.with, &element.ty);
        }
        ty.to_owned()
    }

    /// The path of a vertex, or its name if it has none.
    fn path(&self, vertex: VertexId) -> String {
        let graph = self.graph;
        let own = graph.path(vertex, CONTAINMENT);
        let any = || graph.paths_of(vertex).next().map(|(_, path)| path);
        match own.or_else(any) {
            Some(path) => graph.path_text(path),
            None => graph.text(graph.vertex(vertex).name).to_owned(),
        }
    }
}

fn blocker(blocker: BlockingJob) -> ExplainedBlocker {
    let BlockingJob { job, start, end, vertices, is_last } = blocker;
    ExplainedBlocker { job, start, end, vertices, is_last }
}

fn without(constraint: &Constraint) -> ExplainedHint {
    ExplainedHint::WithoutConstraint(constraint_text(constraint))
}

fn element_text(ElementPath(path): &ElementPath) -> String {
    let mut text = String::new();
    for (depth, at) in path.iter().enumerate() {
        text += &match depth {
            0 => format!("resources[{at}]"),
            _ => format!(".with[{at}]"),
        };
    }
    text
}
