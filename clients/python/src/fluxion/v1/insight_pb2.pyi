from fluxion.v1 import calendar_pb2 as _calendar_pb2
from fluxion.v1 import jobs_pb2 as _jobs_pb2
from fluxion.v1 import resources_pb2 as _resources_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_FITS_NOW: _ClassVar[Verdict]
    VERDICT_FITS_LATER: _ClassVar[Verdict]
    VERDICT_NOT_FORESEEN: _ClassVar[Verdict]
    VERDICT_NEVER: _ClassVar[Verdict]

class Cause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CAUSE_UNSPECIFIED: _ClassVar[Cause]
    CAUSE_SHAPE: _ClassVar[Cause]
    CAUSE_CONSTRAINT: _ClassVar[Cause]
    CAUSE_DOWN: _ClassVar[Cause]
    CAUSE_WINDOW: _ClassVar[Cause]
    CAUSE_BUSY: _ClassVar[Cause]
    CAUSE_RESERVED: _ClassVar[Cause]
    CAUSE_FRAGMENTED: _ClassVar[Cause]
    CAUSE_LIMIT: _ClassVar[Cause]

class Proof(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROOF_UNSPECIFIED: _ClassVar[Proof]
    PROOF_COUNTS: _ClassVar[Proof]
    PROOF_SEARCH: _ClassVar[Proof]
    PROOF_BUDGET: _ClassVar[Proof]

class VertexReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERTEX_REASON_UNSPECIFIED: _ClassVar[VertexReason]
    VERTEX_REASON_TOO_SMALL: _ClassVar[VertexReason]
    VERTEX_REASON_CONSTRAINT: _ClassVar[VertexReason]
    VERTEX_REASON_DOWN: _ClassVar[VertexReason]
    VERTEX_REASON_WINDOW: _ClassVar[VertexReason]
    VERTEX_REASON_HELD: _ClassVar[VertexReason]
    VERTEX_REASON_RESERVED: _ClassVar[VertexReason]
    VERTEX_REASON_SHORT: _ClassVar[VertexReason]
    VERTEX_REASON_FITS: _ClassVar[VertexReason]

class PreemptionOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREEMPTION_OUTCOME_UNSPECIFIED: _ClassVar[PreemptionOutcome]
    PREEMPTION_OUTCOME_NEEDED: _ClassVar[PreemptionOutcome]
    PREEMPTION_OUTCOME_ENOUGH: _ClassVar[PreemptionOutcome]
    PREEMPTION_OUTCOME_IN_VAIN: _ClassVar[PreemptionOutcome]

class EventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_KIND_UNSPECIFIED: _ClassVar[EventKind]
    EVENT_KIND_JOB_BOOKED: _ClassVar[EventKind]
    EVENT_KIND_JOB_CANCELED: _ClassVar[EventKind]
    EVENT_KIND_JOB_ENDED: _ClassVar[EventKind]
    EVENT_KIND_JOB_BEGUN: _ClassVar[EventKind]
    EVENT_KIND_JOB_RELEASED: _ClassVar[EventKind]
    EVENT_KIND_JOB_RETIMED: _ClassVar[EventKind]
    EVENT_KIND_STATUS_SET: _ClassVar[EventKind]
    EVENT_KIND_PROPERTY_SET: _ClassVar[EventKind]
    EVENT_KIND_GROWN: _ClassVar[EventKind]
    EVENT_KIND_SHRUNK: _ClassVar[EventKind]
    EVENT_KIND_WINDOW_SET: _ClassVar[EventKind]
    EVENT_KIND_WINDOW_ENDED: _ClassVar[EventKind]
VERDICT_UNSPECIFIED: Verdict
VERDICT_FITS_NOW: Verdict
VERDICT_FITS_LATER: Verdict
VERDICT_NOT_FORESEEN: Verdict
VERDICT_NEVER: Verdict
CAUSE_UNSPECIFIED: Cause
CAUSE_SHAPE: Cause
CAUSE_CONSTRAINT: Cause
CAUSE_DOWN: Cause
CAUSE_WINDOW: Cause
CAUSE_BUSY: Cause
CAUSE_RESERVED: Cause
CAUSE_FRAGMENTED: Cause
CAUSE_LIMIT: Cause
PROOF_UNSPECIFIED: Proof
PROOF_COUNTS: Proof
PROOF_SEARCH: Proof
PROOF_BUDGET: Proof
VERTEX_REASON_UNSPECIFIED: VertexReason
VERTEX_REASON_TOO_SMALL: VertexReason
VERTEX_REASON_CONSTRAINT: VertexReason
VERTEX_REASON_DOWN: VertexReason
VERTEX_REASON_WINDOW: VertexReason
VERTEX_REASON_HELD: VertexReason
VERTEX_REASON_RESERVED: VertexReason
VERTEX_REASON_SHORT: VertexReason
VERTEX_REASON_FITS: VertexReason
PREEMPTION_OUTCOME_UNSPECIFIED: PreemptionOutcome
PREEMPTION_OUTCOME_NEEDED: PreemptionOutcome
PREEMPTION_OUTCOME_ENOUGH: PreemptionOutcome
PREEMPTION_OUTCOME_IN_VAIN: PreemptionOutcome
EVENT_KIND_UNSPECIFIED: EventKind
EVENT_KIND_JOB_BOOKED: EventKind
EVENT_KIND_JOB_CANCELED: EventKind
EVENT_KIND_JOB_ENDED: EventKind
EVENT_KIND_JOB_BEGUN: EventKind
EVENT_KIND_JOB_RELEASED: EventKind
EVENT_KIND_JOB_RETIMED: EventKind
EVENT_KIND_STATUS_SET: EventKind
EVENT_KIND_PROPERTY_SET: EventKind
EVENT_KIND_GROWN: EventKind
EVENT_KIND_SHRUNK: EventKind
EVENT_KIND_WINDOW_SET: EventKind
EVENT_KIND_WINDOW_ENDED: EventKind

class ExplainRequest(_message.Message):
    __slots__ = ("graph", "jobspec", "job", "now", "policy", "windows", "hints", "examples", "budget_visits", "why_not", "preempt")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    JOBSPEC_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    HINTS_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    BUDGET_VISITS_FIELD_NUMBER: _ClassVar[int]
    WHY_NOT_FIELD_NUMBER: _ClassVar[int]
    PREEMPT_FIELD_NUMBER: _ClassVar[int]
    graph: str
    jobspec: str
    job: _jobs_pb2.JobReference
    now: int
    policy: str
    windows: _containers.RepeatedScalarFieldContainer[str]
    hints: bool
    examples: int
    budget_visits: int
    why_not: _resources_pb2.Target
    preempt: Preempt
    def __init__(self, graph: _Optional[str] = ..., jobspec: _Optional[str] = ..., job: _Optional[_Union[_jobs_pb2.JobReference, _Mapping]] = ..., now: _Optional[int] = ..., policy: _Optional[str] = ..., windows: _Optional[_Iterable[str]] = ..., hints: bool = ..., examples: _Optional[int] = ..., budget_visits: _Optional[int] = ..., why_not: _Optional[_Union[_resources_pb2.Target, _Mapping]] = ..., preempt: _Optional[_Union[Preempt, _Mapping]] = ...) -> None: ...

class Preempt(_message.Message):
    __slots__ = ("costs", "default_cost")
    COSTS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_COST_FIELD_NUMBER: _ClassVar[int]
    costs: _containers.RepeatedCompositeFieldContainer[JobCost]
    default_cost: int
    def __init__(self, costs: _Optional[_Iterable[_Union[JobCost, _Mapping]]] = ..., default_cost: _Optional[int] = ...) -> None: ...

class JobCost(_message.Message):
    __slots__ = ("job_id", "cost")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    cost: int
    def __init__(self, job_id: _Optional[int] = ..., cost: _Optional[int] = ...) -> None: ...

class ExplainResponse(_message.Message):
    __slots__ = ("verdict", "at", "cause", "proof", "levels", "blockers", "hints", "sentence", "revision", "complete", "seconds", "why_not", "incarnation", "preemption")
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    BLOCKERS_FIELD_NUMBER: _ClassVar[int]
    HINTS_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    WHY_NOT_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    PREEMPTION_FIELD_NUMBER: _ClassVar[int]
    verdict: Verdict
    at: int
    cause: Cause
    proof: Proof
    levels: _containers.RepeatedCompositeFieldContainer[Level]
    blockers: _containers.RepeatedCompositeFieldContainer[Blocker]
    hints: _containers.RepeatedCompositeFieldContainer[Hint]
    sentence: str
    revision: int
    complete: bool
    seconds: float
    why_not: WhyNot
    incarnation: str
    preemption: Preemption
    def __init__(self, verdict: _Optional[_Union[Verdict, str]] = ..., at: _Optional[int] = ..., cause: _Optional[_Union[Cause, str]] = ..., proof: _Optional[_Union[Proof, str]] = ..., levels: _Optional[_Iterable[_Union[Level, _Mapping]]] = ..., blockers: _Optional[_Iterable[_Union[Blocker, _Mapping]]] = ..., hints: _Optional[_Iterable[_Union[Hint, _Mapping]]] = ..., sentence: _Optional[str] = ..., revision: _Optional[int] = ..., complete: bool = ..., seconds: _Optional[float] = ..., why_not: _Optional[_Union[WhyNot, _Mapping]] = ..., incarnation: _Optional[str] = ..., preemption: _Optional[_Union[Preemption, _Mapping]] = ...) -> None: ...

class Preemption(_message.Message):
    __slots__ = ("outcome", "jobs", "total_cost")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    JOBS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COST_FIELD_NUMBER: _ClassVar[int]
    outcome: PreemptionOutcome
    jobs: _containers.RepeatedCompositeFieldContainer[PreemptedJob]
    total_cost: int
    def __init__(self, outcome: _Optional[_Union[PreemptionOutcome, str]] = ..., jobs: _Optional[_Iterable[_Union[PreemptedJob, _Mapping]]] = ..., total_cost: _Optional[int] = ...) -> None: ...

class PreemptedJob(_message.Message):
    __slots__ = ("job_id", "job_key", "cost")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_KEY_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    job_key: str
    cost: int
    def __init__(self, job_id: _Optional[int] = ..., job_key: _Optional[str] = ..., cost: _Optional[int] = ...) -> None: ...

class Level(_message.Message):
    __slots__ = ("element", "type", "needed", "total", "buckets", "alternative")
    ELEMENT_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    NEEDED_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    BUCKETS_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVE_FIELD_NUMBER: _ClassVar[int]
    element: str
    type: str
    needed: int
    total: int
    buckets: _containers.RepeatedCompositeFieldContainer[Bucket]
    alternative: bool
    def __init__(self, element: _Optional[str] = ..., type: _Optional[str] = ..., needed: _Optional[int] = ..., total: _Optional[int] = ..., buckets: _Optional[_Iterable[_Union[Bucket, _Mapping]]] = ..., alternative: bool = ...) -> None: ...

class Bucket(_message.Message):
    __slots__ = ("reason", "count", "examples", "free_from", "shortages")
    REASON_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    FREE_FROM_FIELD_NUMBER: _ClassVar[int]
    SHORTAGES_FIELD_NUMBER: _ClassVar[int]
    reason: VertexReason
    count: int
    examples: _containers.RepeatedScalarFieldContainer[str]
    free_from: int
    shortages: _containers.RepeatedCompositeFieldContainer[Shortage]
    def __init__(self, reason: _Optional[_Union[VertexReason, str]] = ..., count: _Optional[int] = ..., examples: _Optional[_Iterable[str]] = ..., free_from: _Optional[int] = ..., shortages: _Optional[_Iterable[_Union[Shortage, _Mapping]]] = ...) -> None: ...

class Shortage(_message.Message):
    __slots__ = ("type", "needed", "most_free", "vertices")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    NEEDED_FIELD_NUMBER: _ClassVar[int]
    MOST_FREE_FIELD_NUMBER: _ClassVar[int]
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    type: str
    needed: int
    most_free: int
    vertices: int
    def __init__(self, type: _Optional[str] = ..., needed: _Optional[int] = ..., most_free: _Optional[int] = ..., vertices: _Optional[int] = ...) -> None: ...

class Blocker(_message.Message):
    __slots__ = ("job_id", "job_key", "window", "start", "end", "vertices", "last")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_KEY_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    job_key: str
    window: str
    start: int
    end: int
    vertices: int
    last: bool
    def __init__(self, job_id: _Optional[int] = ..., job_key: _Optional[str] = ..., window: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., vertices: _Optional[int] = ..., last: bool = ...) -> None: ...

class Hint(_message.Message):
    __slots__ = ("duration_at_most", "count_at_most", "without_constraint", "bring_up", "without_window", "element")
    DURATION_AT_MOST_FIELD_NUMBER: _ClassVar[int]
    COUNT_AT_MOST_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_CONSTRAINT_FIELD_NUMBER: _ClassVar[int]
    BRING_UP_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_WINDOW_FIELD_NUMBER: _ClassVar[int]
    ELEMENT_FIELD_NUMBER: _ClassVar[int]
    duration_at_most: int
    count_at_most: int
    without_constraint: str
    bring_up: str
    without_window: str
    element: str
    def __init__(self, duration_at_most: _Optional[int] = ..., count_at_most: _Optional[int] = ..., without_constraint: _Optional[str] = ..., bring_up: _Optional[str] = ..., without_window: _Optional[str] = ..., element: _Optional[str] = ...) -> None: ...

class WhyNot(_message.Message):
    __slots__ = ("path", "element", "reason", "free_from", "used")
    PATH_FIELD_NUMBER: _ClassVar[int]
    ELEMENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FREE_FROM_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    path: str
    element: str
    reason: VertexReason
    free_from: int
    used: bool
    def __init__(self, path: _Optional[str] = ..., element: _Optional[str] = ..., reason: _Optional[_Union[VertexReason, str]] = ..., free_from: _Optional[int] = ..., used: bool = ...) -> None: ...

class WatchRequest(_message.Message):
    __slots__ = ("graph", "after", "now", "with_state", "kinds", "bookmark_seconds")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    WITH_STATE_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    BOOKMARK_SECONDS_FIELD_NUMBER: _ClassVar[int]
    graph: str
    after: Cursor
    now: bool
    with_state: bool
    kinds: _containers.RepeatedScalarFieldContainer[EventKind]
    bookmark_seconds: int
    def __init__(self, graph: _Optional[str] = ..., after: _Optional[_Union[Cursor, _Mapping]] = ..., now: bool = ..., with_state: bool = ..., kinds: _Optional[_Iterable[_Union[EventKind, str]]] = ..., bookmark_seconds: _Optional[int] = ...) -> None: ...

class Cursor(_message.Message):
    __slots__ = ("incarnation", "revision")
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    incarnation: str
    revision: int
    def __init__(self, incarnation: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class WatchResponse(_message.Message):
    __slots__ = ("state", "synced", "event", "bookmark")
    STATE_FIELD_NUMBER: _ClassVar[int]
    SYNCED_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    BOOKMARK_FIELD_NUMBER: _ClassVar[int]
    state: GraphState
    synced: Cursor
    event: Event
    bookmark: Cursor
    def __init__(self, state: _Optional[_Union[GraphState, _Mapping]] = ..., synced: _Optional[_Union[Cursor, _Mapping]] = ..., event: _Optional[_Union[Event, _Mapping]] = ..., bookmark: _Optional[_Union[Cursor, _Mapping]] = ...) -> None: ...

class GraphState(_message.Message):
    __slots__ = ("jobs", "down", "windows")
    JOBS_FIELD_NUMBER: _ClassVar[int]
    DOWN_FIELD_NUMBER: _ClassVar[int]
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[_jobs_pb2.Job]
    down: _containers.RepeatedCompositeFieldContainer[DownVertex]
    windows: _containers.RepeatedCompositeFieldContainer[_calendar_pb2.Window]
    def __init__(self, jobs: _Optional[_Iterable[_Union[_jobs_pb2.Job, _Mapping]]] = ..., down: _Optional[_Iterable[_Union[DownVertex, _Mapping]]] = ..., windows: _Optional[_Iterable[_Union[_calendar_pb2.Window, _Mapping]]] = ...) -> None: ...

class DownVertex(_message.Message):
    __slots__ = ("path", "rank")
    PATH_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    path: str
    rank: int
    def __init__(self, path: _Optional[str] = ..., rank: _Optional[int] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("cursor", "now", "principal", "request_id", "job_booked", "job_canceled", "job_ended", "job_begun", "job_released", "job_retimed", "status_set", "property_set", "grown", "shrunk", "window_set", "window_ended")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_BOOKED_FIELD_NUMBER: _ClassVar[int]
    JOB_CANCELED_FIELD_NUMBER: _ClassVar[int]
    JOB_ENDED_FIELD_NUMBER: _ClassVar[int]
    JOB_BEGUN_FIELD_NUMBER: _ClassVar[int]
    JOB_RELEASED_FIELD_NUMBER: _ClassVar[int]
    JOB_RETIMED_FIELD_NUMBER: _ClassVar[int]
    STATUS_SET_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_SET_FIELD_NUMBER: _ClassVar[int]
    GROWN_FIELD_NUMBER: _ClassVar[int]
    SHRUNK_FIELD_NUMBER: _ClassVar[int]
    WINDOW_SET_FIELD_NUMBER: _ClassVar[int]
    WINDOW_ENDED_FIELD_NUMBER: _ClassVar[int]
    cursor: Cursor
    now: int
    principal: str
    request_id: str
    job_booked: JobBooked
    job_canceled: JobCanceled
    job_ended: JobEnded
    job_begun: JobBegun
    job_released: JobReleased
    job_retimed: JobRetimed
    status_set: StatusSet
    property_set: PropertySet
    grown: Grown
    shrunk: Shrunk
    window_set: WindowSet
    window_ended: WindowEnded
    def __init__(self, cursor: _Optional[_Union[Cursor, _Mapping]] = ..., now: _Optional[int] = ..., principal: _Optional[str] = ..., request_id: _Optional[str] = ..., job_booked: _Optional[_Union[JobBooked, _Mapping]] = ..., job_canceled: _Optional[_Union[JobCanceled, _Mapping]] = ..., job_ended: _Optional[_Union[JobEnded, _Mapping]] = ..., job_begun: _Optional[_Union[JobBegun, _Mapping]] = ..., job_released: _Optional[_Union[JobReleased, _Mapping]] = ..., job_retimed: _Optional[_Union[JobRetimed, _Mapping]] = ..., status_set: _Optional[_Union[StatusSet, _Mapping]] = ..., property_set: _Optional[_Union[PropertySet, _Mapping]] = ..., grown: _Optional[_Union[Grown, _Mapping]] = ..., shrunk: _Optional[_Union[Shrunk, _Mapping]] = ..., window_set: _Optional[_Union[WindowSet, _Mapping]] = ..., window_ended: _Optional[_Union[WindowEnded, _Mapping]] = ...) -> None: ...

class WindowSet(_message.Message):
    __slots__ = ("name", "kind", "vertices", "spans", "floating_lead", "canceled", "truncated")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    SPANS_FIELD_NUMBER: _ClassVar[int]
    FLOATING_LEAD_FIELD_NUMBER: _ClassVar[int]
    CANCELED_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: _calendar_pb2.WindowKind
    vertices: int
    spans: _containers.RepeatedCompositeFieldContainer[_calendar_pb2.WindowSpan]
    floating_lead: int
    canceled: _containers.RepeatedScalarFieldContainer[int]
    truncated: _containers.RepeatedCompositeFieldContainer[JobRetimed]
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[_calendar_pb2.WindowKind, str]] = ..., vertices: _Optional[int] = ..., spans: _Optional[_Iterable[_Union[_calendar_pb2.WindowSpan, _Mapping]]] = ..., floating_lead: _Optional[int] = ..., canceled: _Optional[_Iterable[int]] = ..., truncated: _Optional[_Iterable[_Union[JobRetimed, _Mapping]]] = ...) -> None: ...

class WindowEnded(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class JobBooked(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _jobs_pb2.Job
    def __init__(self, job: _Optional[_Union[_jobs_pb2.Job, _Mapping]] = ...) -> None: ...

class JobCanceled(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    def __init__(self, job_id: _Optional[int] = ...) -> None: ...

class JobEnded(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    def __init__(self, job_id: _Optional[int] = ...) -> None: ...

class JobBegun(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    def __init__(self, job_id: _Optional[int] = ...) -> None: ...

class JobReleased(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    def __init__(self, job_id: _Optional[int] = ...) -> None: ...

class JobRetimed(_message.Message):
    __slots__ = ("job_id", "end")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    end: int
    def __init__(self, job_id: _Optional[int] = ..., end: _Optional[int] = ...) -> None: ...

class StatusSet(_message.Message):
    __slots__ = ("target", "subtree", "status", "vertices")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    SUBTREE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    target: _resources_pb2.Target
    subtree: bool
    status: _resources_pb2.Status
    vertices: int
    def __init__(self, target: _Optional[_Union[_resources_pb2.Target, _Mapping]] = ..., subtree: bool = ..., status: _Optional[_Union[_resources_pb2.Status, str]] = ..., vertices: _Optional[int] = ...) -> None: ...

class PropertySet(_message.Message):
    __slots__ = ("path", "key", "value", "vertices")
    PATH_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    path: str
    key: str
    value: str
    vertices: int
    def __init__(self, path: _Optional[str] = ..., key: _Optional[str] = ..., value: _Optional[str] = ..., vertices: _Optional[int] = ...) -> None: ...

class Grown(_message.Message):
    __slots__ = ("vertices", "paths")
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    PATHS_FIELD_NUMBER: _ClassVar[int]
    vertices: int
    paths: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, vertices: _Optional[int] = ..., paths: _Optional[_Iterable[str]] = ...) -> None: ...

class Shrunk(_message.Message):
    __slots__ = ("target", "vertices", "canceled", "released")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    CANCELED_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    target: _resources_pb2.Target
    vertices: int
    canceled: _containers.RepeatedScalarFieldContainer[int]
    released: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, target: _Optional[_Union[_resources_pb2.Target, _Mapping]] = ..., vertices: _Optional[int] = ..., canceled: _Optional[_Iterable[int]] = ..., released: _Optional[_Iterable[int]] = ...) -> None: ...
