//! What the engine found, with the names of types and vertices.

use fluxion_engine::{
    Blocker, Bucket, Cause, ElementPath, Explanation, FunnelLevel, Hint, JobId, Necessity, Proof,
    Reason, Shortage, Verdict, VertexUse, WhyNot,
};
use fluxion_graph::{CONTAINMENT, Graph, TypeId, VertexId};
use fluxion_jobspec::{Constraint, Element, Jobspec};

use super::constraint_text::constraint_text;
use super::sentence::{Subject, sentence};

/// Why a request does not start now, and when it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedWhy {
    /// What a match would come to that may reserve.
    pub verdict: Verdict,
    /// What keeps the request from starting now; nothing if nothing does, or if it could not be found out.
    pub cause: Option<Cause>,
    /// How that is known.
    pub proof: Option<Proof>,
    /// The vertices of each type that is asked for, as the jobspec lists them.
    pub levels: Vec<ExplainedLevel>,
    /// The jobs that hold now what the request would get later, the last to end first.
    pub blockers: Vec<ExplainedBlocker>,
    /// Changes with which it fits now. Each was tried.
    pub hints: Vec<ExplainedHint>,
    /// What is to be said of the vertex that was asked about.
    pub why_not: Option<ExplainedVertex>,
    /// All of it for people, in a few words.
    pub sentence: String,
    /// Whether everything was done; if not, the budget was spent before.
    pub is_complete: bool,
    /// How many times vertices were looked at.
    pub visits: u64,
}

/// What there is of the type of one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedLevel {
    /// Which element, as `resources[0].with[1]`.
    pub element: String,
    /// Its type.
    pub ty: String,
    /// How many vertices the request needs at least.
    pub needed: u64,
    /// Whether every way to read the request needs them.
    pub necessity: Necessity,
    /// How many there are.
    pub total: u64,
    /// Why they could not serve, or that they could; the counts come to the total.
    pub buckets: Vec<ExplainedBucket>,
}

/// The vertices of a level with one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedBucket {
    /// The reason.
    pub reason: Reason,
    /// How many there are.
    pub count: u64,
    /// The paths of some of them.
    pub examples: Vec<String>,
    /// When the first of those that are held or reserved is free for long enough, in seconds, as far as is booked.
    pub free_from: Option<i64>,
    /// What those lack that are too small or short.
    pub shortages: Vec<ExplainedShortage>,
}

/// A type of which too little is below some vertices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedShortage {
    /// The type.
    pub ty: String,
    /// Units that are needed below each.
    pub needed: u64,
    /// The most that any of them has: in all if they are too small, free if they are short.
    pub most_free: u64,
    /// How many vertices lack it.
    pub vertices: u64,
}

/// A job in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExplainedBlocker {
    /// Its number.
    pub job: JobId,
    /// When it starts, in seconds.
    pub start: i64,
    /// When it ends, as booked.
    pub end: i64,
    /// How many of the vertices it has that the request would get.
    pub vertices: u64,
    /// Whether no other job in the way ends later.
    pub is_last: bool,
}

/// A change with which the request fits now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExplainedHint {
    /// A duration of so many seconds.
    DurationAtMost(i64),
    /// So many of an element.
    CountAtMost {
        /// Which, as `resources[0].with[1]`.
        element: String,
        /// Its type.
        ty: String,
        /// How many.
        count: u32,
    },
    /// Leaving this out of the constraint (RFC 31, JSON), or all of it.
    WithoutConstraint(String),
    /// The vertex at this path up.
    BringUp(String),
}

/// Why one vertex is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedVertex {
    /// Its path.
    pub path: String,
    /// The level that it stands at, by number; nothing if no element asks for its type.
    pub level: Option<usize>,
    /// Why it could not serve, or that it could.
    pub reason: Option<Reason>,
    /// When it is free for long enough, if it is held or reserved, as far as is booked.
    pub free_from: Option<i64>,
    /// Whether the match would use it, or what it would get later.
    pub usage: VertexUse,
}

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
        hints: explanation.hints.into_iter().map(|hint| names.hint(hint)).collect(),
        why_not: explanation.why_not.map(|why_not| names.vertex(why_not)),
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

fn blocker(blocker: Blocker) -> ExplainedBlocker {
    let Blocker { job, start, end, vertices, is_last } = blocker;
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
