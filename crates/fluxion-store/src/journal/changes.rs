//! What happens to a graph and its jobs, as it is written down, and back.

use std::sync::Arc;

use fluxion_context::{
    Action, AddedEdge, AddedPath, AddedVertex, Addition, Carried, Hold, JobId, JobRecord, JobState,
    Status, SubsystemId, TimeWindow, VertexId, Weighing,
};

use crate::journal::error::DecodeError;
use crate::journal::runs;
use crate::journal::windows::{put_window, window};
use crate::journal::wire::{self, record::Kind};

/// The relation that most edges have.
const USUAL: &str = "contains";

// --- what is carried ---

/// Nothing where nothing is carried.
pub(super) fn put_carried(carried: &Carried) -> Option<wire::Carried> {
    (!carried.is_empty()).then(|| wire::Carried {
        next_job: carried.next.map(|job| job.0),
        weight_runs: runs::put_weights(&carried.weights).into(),
    })
}

pub(super) fn carried(carried: Option<wire::Carried>) -> Result<Carried, DecodeError> {
    let Some(wire::Carried { next_job, weight_runs }) = carried else {
        return Ok(Carried::default());
    };
    Ok(Carried { next: next_job.map(JobId), weights: runs::weights(&weight_runs)? })
}

// --- actions ---

/// An action with the weights that edges got by it; none if it was not settled before.
pub(super) fn put_action(action: Option<&Action>, job_key: &str) -> Option<Kind> {
    let Some(action) = action else { return Some(Kind::Noted(wire::Noted {})) };
    Some(match action {
        Action::Book { job, record, weighing } => {
            Kind::Booked(put_booked(*job, job_key, record, weighing)?)
        }
        Action::Cancel { job } => Kind::Cancelled(wire::Cancelled { job: job.0 }),
        Action::Begin { job } => Kind::Begun(wire::Begun { job: job.0 }),
        Action::End { job } => Kind::Ended(wire::Ended { job: job.0 }),
        Action::Retime { job, end } => Kind::Retimed(wire::Retimed { job: job.0, end: *end }),
        Action::Keep { job, grants } => {
            let grant_runs = runs::put_grants(grants).into();
            Kind::Released(wire::Released { job: job.0, grant_runs })
        }
        Action::Mark { vertices, status } => {
            let vertex_runs = runs::put_vertices(vertices).into();
            Kind::Marked(wire::Marked { vertex_runs, down: *status == Status::Down })
        }
        Action::SetProperty { vertices, key, value } => {
            let vertex_runs = runs::put_vertices(vertices).into();
            let (key, value) = (key.clone(), value.clone());
            Kind::PropertySet(wire::PropertySet { vertex_runs, key, value })
        }
        Action::Grow(addition) => Kind::Grown(put_addition(addition)),
        Action::Shrink(vertices) => {
            Kind::Shrunk(wire::Shrunk { vertex_runs: runs::put_vertices(vertices).into() })
        }
        Action::SetWindow { window, truncated, cancelled } => {
            let retimed = |&(job, end): &(JobId, i64)| wire::Retimed { job: job.0, end };
            Kind::WindowSet(wire::WindowSet {
                window: Some(put_window(window)),
                truncated: truncated.iter().map(retimed).collect(),
                cancelled: cancelled.iter().map(|job| job.0).collect(),
            })
        }
        Action::DropWindow { name } => {
            Kind::WindowDropped(wire::WindowDropped { name: name.to_string() })
        }
    })
}

fn put_booked(
    job: JobId,
    job_key: &str,
    record: &JobRecord,
    weighing: &Weighing,
) -> Option<wire::Booked> {
    let weights = match weighing {
        Weighing::None => &[][..],
        Weighing::Given(weights) => weights,
        Weighing::Match { .. } | Weighing::Update { .. } => return None,
    };
    Some(wire::Booked {
        job: job.0,
        job_key: job_key.to_owned(),
        start: record.window.start,
        end: record.window.end,
        state: put_state(record.state).into(),
        hold: put_hold(record.hold).into(),
        grant_runs: runs::put_grants(&record.grants).into(),
        weight_runs: runs::put_weights(weights).into(),
    })
}

/// An action, with the key of the job that it books; none where only what is carried is recorded.
pub(super) fn action(kind: Kind) -> Result<(Option<Action>, String), DecodeError> {
    let action = match kind {
        Kind::Booked(booked) => return self::booked(booked),
        Kind::Noted(_) => return Ok((None, String::new())),
        Kind::Cancelled(wire::Cancelled { job }) => Action::Cancel { job: JobId(job) },
        Kind::Begun(wire::Begun { job }) => Action::Begin { job: JobId(job) },
        Kind::Ended(wire::Ended { job }) => Action::End { job: JobId(job) },
        Kind::Retimed(wire::Retimed { job, end }) => Action::Retime { job: JobId(job), end },
        Kind::Released(wire::Released { job, grant_runs }) => {
            Action::Keep { job: JobId(job), grants: runs::grants(&grant_runs)?.into() }
        }
        Kind::Marked(wire::Marked { vertex_runs, down }) => {
            let status = if down { Status::Down } else { Status::Up };
            Action::Mark { vertices: runs::vertices(&vertex_runs)?, status }
        }
        Kind::PropertySet(wire::PropertySet { vertex_runs, key, value }) => {
            Action::SetProperty { vertices: runs::vertices(&vertex_runs)?, key, value }
        }
        Kind::Grown(grown) => Action::Grow(Arc::new(addition(grown)?)),
        Kind::Shrunk(wire::Shrunk { vertex_runs }) => {
            Action::Shrink(runs::vertices(&vertex_runs)?.into())
        }
        Kind::WindowSet(wire::WindowSet { window, truncated, cancelled }) => {
            let missing = DecodeError::Malformed("a window that is missing");
            Action::SetWindow {
                window: self::window(window.ok_or(missing)?)?,
                truncated: truncated.into_iter().map(|told| (JobId(told.job), told.end)).collect(),
                cancelled: cancelled.into_iter().map(JobId).collect(),
            }
        }
        Kind::WindowDropped(wire::WindowDropped { name }) => {
            Action::DropWindow { name: name.into() }
        }
        Kind::Created(_) | Kind::Dropped(_) => {
            return Err(DecodeError::Malformed("a record of the whole graph"));
        }
    };
    Ok((Some(action), String::new()))
}

fn booked(booked: wire::Booked) -> Result<(Option<Action>, String), DecodeError> {
    let state = state(booked.state())?;
    if !state.is_live() {
        return Err(DecodeError::Malformed("a job that is booked and holds nothing"));
    }
    let record = JobRecord {
        state,
        window: TimeWindow { start: booked.start, end: booked.end },
        grants: runs::grants(&booked.grant_runs)?.into(),
        hold: hold(booked.hold())?,
    };
    let weights = runs::weights(&booked.weight_runs)?;
    let weighing = if weights.is_empty() { Weighing::None } else { Weighing::Given(weights) };
    Ok((Some(Action::Book { job: JobId(booked.job), record, weighing }), booked.job_key))
}

// --- jobs ---

pub(super) fn put_state(state: JobState) -> wire::JobState {
    match state {
        JobState::Allocated => wire::JobState::Allocated,
        JobState::Reserved => wire::JobState::Reserved,
        JobState::Canceled => wire::JobState::Canceled,
        JobState::Ended => wire::JobState::Ended,
    }
}

pub(super) fn state(state: wire::JobState) -> Result<JobState, DecodeError> {
    match state {
        wire::JobState::Allocated => Ok(JobState::Allocated),
        wire::JobState::Reserved => Ok(JobState::Reserved),
        wire::JobState::Canceled => Ok(JobState::Canceled),
        wire::JobState::Ended => Ok(JobState::Ended),
        wire::JobState::Unspecified => Err(DecodeError::UnknownKind("a job")),
    }
}

pub(super) fn put_hold(hold: Hold) -> wire::Hold {
    match hold {
        Hold::Allocation => wire::Hold::Allocation,
        Hold::Reservation => wire::Hold::Reservation,
        Hold::Unlisted => wire::Hold::Unlisted,
    }
}

pub(super) fn hold(hold: wire::Hold) -> Result<Hold, DecodeError> {
    match hold {
        wire::Hold::Allocation => Ok(Hold::Allocation),
        wire::Hold::Reservation => Ok(Hold::Reservation),
        wire::Hold::Unlisted => Ok(Hold::Unlisted),
        wire::Hold::Unspecified => Err(DecodeError::UnknownKind("a job")),
    }
}

// --- growing ---

fn put_addition(addition: &Addition) -> wire::Grown {
    wire::Grown {
        after: addition.after,
        subsystems: addition.subsystems.clone(),
        vertices: addition.vertices.iter().map(put_vertex).collect(),
        edges: addition.edges.iter().map(put_edge).collect(),
    }
}

fn put_vertex(added: &AddedVertex) -> wire::AddedVertex {
    let path = |path: &AddedPath| wire::AddedPath {
        subsystem: path.subsystem.0.into(),
        path: path.path.clone(),
        is_root: path.is_root,
    };
    let property =
        |(key, value): &(String, String)| wire::Property { key: key.clone(), value: value.clone() };
    wire::AddedVertex {
        r#type: added.ty.to_string(),
        basename: added.basename.to_string(),
        name: added.name.to_string(),
        unit: added.unit.to_string(),
        id: added.id,
        uniq_id: added.uniq_id,
        rank: added.rank,
        size: added.size,
        down: added.status == Status::Down,
        paths: added.paths.iter().map(path).collect(),
        properties: added.properties.iter().map(property).collect(),
    }
}

fn put_edge(added: &AddedEdge) -> wire::AddedEdge {
    let is_usual = &*added.relation == USUAL;
    let relation = if is_usual { String::new() } else { added.relation.to_string() };
    wire::AddedEdge {
        source: added.source.0,
        target: added.target.0,
        subsystem: added.subsystem.0.into(),
        relation,
    }
}

fn subsystem(number: u32) -> Result<SubsystemId, DecodeError> {
    let number = u8::try_from(number);
    number.map(SubsystemId).map_err(|_| DecodeError::Malformed("a number that is out of range"))
}

fn addition(grown: wire::Grown) -> Result<Addition, DecodeError> {
    Ok(Addition {
        after: grown.after,
        subsystems: grown.subsystems,
        vertices: grown.vertices.into_iter().map(vertex).collect::<Result<_, _>>()?,
        edges: grown.edges.into_iter().map(edge).collect::<Result<_, _>>()?,
    })
}

fn vertex(added: wire::AddedVertex) -> Result<AddedVertex, DecodeError> {
    let path = |path: wire::AddedPath| {
        let subsystem = subsystem(path.subsystem)?;
        Ok::<_, DecodeError>(AddedPath { subsystem, path: path.path, is_root: path.is_root })
    };
    Ok(AddedVertex {
        ty: added.r#type.into(),
        basename: added.basename.into(),
        name: added.name.into(),
        unit: added.unit.into(),
        id: added.id,
        uniq_id: added.uniq_id,
        rank: added.rank,
        size: added.size,
        status: if added.down { Status::Down } else { Status::Up },
        paths: added.paths.into_iter().map(path).collect::<Result<_, _>>()?,
        properties: added.properties.into_iter().map(|p| (p.key, p.value)).collect(),
    })
}

fn edge(added: wire::AddedEdge) -> Result<AddedEdge, DecodeError> {
    let relation = if added.relation.is_empty() { USUAL.into() } else { added.relation.into() };
    Ok(AddedEdge {
        source: VertexId(added.source),
        target: VertexId(added.target),
        subsystem: subsystem(added.subsystem)?,
        relation,
    })
}

#[cfg(test)]
mod tests {
    use fluxion_context::{EdgeId, EdgeWeight, Grant};
    use proptest::prelude::*;

    use super::*;

    fn vertices() -> impl Strategy<Value = Vec<VertexId>> {
        prop::collection::vec((0u32..99).prop_map(VertexId), 0..9)
    }

    fn grants() -> impl Strategy<Value = Arc<[Grant]>> {
        let grant = |(vertex, depth, exclusive, unlisted)| Grant {
            vertex: VertexId(vertex),
            depth,
            exclusive,
            unlisted,
        };
        let any_grant = (any::<u32>(), any::<u16>(), any::<bool>(), any::<bool>());
        prop::collection::vec(any_grant.prop_map(grant), 0..9).prop_map(Arc::from)
    }

    fn weighing() -> impl Strategy<Value = Weighing> {
        let weight = |(edge, weight)| EdgeWeight { edge: EdgeId(edge), weight };
        let weights = prop::collection::vec((0u32..9, any::<u64>()).prop_map(weight), 0..5);
        weights.prop_map(|weights| match weights.is_empty() {
            true => Weighing::None,
            false => Weighing::Given(weights),
        })
    }

    fn book() -> impl Strategy<Value = Action> {
        let states = prop::sample::select(vec![JobState::Allocated, JobState::Reserved]);
        let holds = vec![Hold::Allocation, Hold::Reservation, Hold::Unlisted];
        let record = (states, any::<[i64; 2]>(), grants(), prop::sample::select(holds));
        (any::<u64>(), record, weighing()).prop_map(|(job, record, weighing)| {
            let (state, [start, end], grants, hold) = record;
            let window = TimeWindow { start, end };
            Action::Book {
                job: JobId(job),
                record: JobRecord { state, window, grants, hold },
                weighing,
            }
        })
    }

    fn added_vertex() -> impl Strategy<Value = AddedVertex> {
        let texts = prop::array::uniform6(".{0,3}");
        (texts, any::<[i64; 2]>(), any::<i32>(), any::<u32>(), any::<bool>(), any::<u8>()).prop_map(
            |([ty, basename, name, unit, path, key], [id, uniq_id], rank, size, flag, number)| {
                let value = name.clone();
                let subsystem = SubsystemId(number);
                AddedVertex {
                    ty: ty.into(),
                    basename: basename.into(),
                    name: name.into(),
                    unit: unit.into(),
                    id,
                    uniq_id,
                    rank,
                    size,
                    status: if flag { Status::Down } else { Status::Up },
                    paths: vec![AddedPath { subsystem, path, is_root: flag }],
                    properties: vec![(key, value)],
                }
            },
        )
    }

    fn grow() -> impl Strategy<Value = Action> {
        let edge = |(source, target, subsystem, is_usual)| AddedEdge {
            source: VertexId(source),
            target: VertexId(target),
            subsystem: SubsystemId(subsystem),
            relation: if is_usual { "contains" } else { "holds" }.into(),
        };
        let edges = (any::<u32>(), any::<u32>(), any::<u8>(), any::<bool>()).prop_map(edge);
        let vertices = prop::collection::vec(added_vertex(), 0..3);
        (
            any::<u32>(),
            prop::collection::vec(".{0,3}", 0..3),
            vertices,
            prop::collection::vec(edges, 0..3),
        )
            .prop_map(|(after, subsystems, vertices, edges)| {
                Action::Grow(Arc::new(Addition { after, subsystems, vertices, edges }))
            })
    }

    fn set_window() -> impl Strategy<Value = Action> {
        use fluxion_context::{Window, WindowKind, WindowOverlap, WindowTimes};
        let span = any::<[i64; 2]>().prop_map(|[start, end]| TimeWindow { start, end });
        let spans = prop::collection::vec(span, 0..5);
        let times = prop_oneof![
            spans.prop_map(|spans| WindowTimes::Spans(spans.into())),
            (1i64..9).prop_map(|lead| WindowTimes::Floating { lead }),
        ];
        let jobs = prop::collection::vec(any::<u64>().prop_map(JobId), 0..4);
        let truncated = prop::collection::vec(
            (any::<u64>(), any::<i64>()).prop_map(|(j, t)| (JobId(j), t)),
            0..4,
        );
        (vertices(), times, any::<[bool; 2]>(), ".{0,9}", jobs, truncated).prop_map(
            |(roots, times, [one, other], name, cancelled, truncated)| {
                let kind = if one { WindowKind::Maintenance } else { WindowKind::Reservation };
                let overlap = if other { WindowOverlap::Allowed } else { WindowOverlap::Refused };
                let about = name.as_bytes().into();
                let (roots, name) = (roots.into(), name.into());
                let window = Window { name, kind, roots, times, overlap, about };
                Action::SetWindow { window: Arc::new(window), truncated, cancelled }
            },
        )
    }

    fn any_action() -> impl Strategy<Value = Action> {
        let status = prop::sample::select(vec![Status::Up, Status::Down]);
        prop_oneof![
            book(),
            grow(),
            any::<u64>().prop_map(|job| Action::Cancel { job: JobId(job) }),
            (any::<u64>(), grants())
                .prop_map(|(job, grants)| Action::Keep { job: JobId(job), grants }),
            (vertices(), status).prop_map(|(vertices, status)| Action::Mark { vertices, status }),
            (vertices(), ".{0,9}", ".{0,9}")
                .prop_map(|(vertices, key, value)| Action::SetProperty { vertices, key, value }),
            vertices().prop_map(|vertices| Action::Shrink(vertices.into())),
            set_window(),
            ".{0,9}".prop_map(|name| Action::DropWindow { name: name.into() }),
        ]
    }

    proptest! {
        #[test]
        fn actions_come_back(written in any_action(), key in ".{0,5}") {
            let is_booked = matches!(written, Action::Book { .. });
            let key = if is_booked { key } else { String::new() };
            let read = put_action(Some(&written), &key).map(action);
            prop_assert_eq!(read, Some(Ok((Some(written), key))));
        }
    }

    #[test]
    fn a_booking_that_was_not_settled_is_not_written() {
        let record = JobRecord {
            state: JobState::Allocated,
            window: TimeWindow { start: 0, end: 1 },
            grants: Arc::default(),
            hold: Hold::Allocation,
        };
        let weighing = Weighing::Match { now: 0, edges: Vec::new() };
        let book = Action::Book { job: JobId(1), record, weighing };
        assert_eq!(put_action(Some(&book), ""), None);
    }
}
