from fluxion.v1 import graphs_pb2 as _graphs_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MatchOperation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MATCH_OPERATION_UNSPECIFIED: _ClassVar[MatchOperation]
    MATCH_OPERATION_ALLOCATE: _ClassVar[MatchOperation]
    MATCH_OPERATION_ALLOCATE_ORELSE_RESERVE: _ClassVar[MatchOperation]
    MATCH_OPERATION_ALLOCATE_WITH_SATISFIABILITY: _ClassVar[MatchOperation]
    MATCH_OPERATION_SATISFIABILITY: _ClassVar[MatchOperation]
    MATCH_OPERATION_WITHOUT_ALLOCATING: _ClassVar[MatchOperation]
    MATCH_OPERATION_WITHOUT_ALLOCATING_FUTURE: _ClassVar[MatchOperation]

class JobState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JOB_STATE_UNSPECIFIED: _ClassVar[JobState]
    JOB_STATE_ALLOCATED: _ClassVar[JobState]
    JOB_STATE_RESERVED: _ClassVar[JobState]
    JOB_STATE_CANCELED: _ClassVar[JobState]
    JOB_STATE_ENDED: _ClassVar[JobState]

class MatchOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MATCH_OUTCOME_UNSPECIFIED: _ClassVar[MatchOutcome]
    MATCH_OUTCOME_ALLOCATED: _ClassVar[MatchOutcome]
    MATCH_OUTCOME_RESERVED: _ClassVar[MatchOutcome]
    MATCH_OUTCOME_MATCHED: _ClassVar[MatchOutcome]
    MATCH_OUTCOME_SATISFIABLE: _ClassVar[MatchOutcome]
MATCH_OPERATION_UNSPECIFIED: MatchOperation
MATCH_OPERATION_ALLOCATE: MatchOperation
MATCH_OPERATION_ALLOCATE_ORELSE_RESERVE: MatchOperation
MATCH_OPERATION_ALLOCATE_WITH_SATISFIABILITY: MatchOperation
MATCH_OPERATION_SATISFIABILITY: MatchOperation
MATCH_OPERATION_WITHOUT_ALLOCATING: MatchOperation
MATCH_OPERATION_WITHOUT_ALLOCATING_FUTURE: MatchOperation
JOB_STATE_UNSPECIFIED: JobState
JOB_STATE_ALLOCATED: JobState
JOB_STATE_RESERVED: JobState
JOB_STATE_CANCELED: JobState
JOB_STATE_ENDED: JobState
MATCH_OUTCOME_UNSPECIFIED: MatchOutcome
MATCH_OUTCOME_ALLOCATED: MatchOutcome
MATCH_OUTCOME_RESERVED: MatchOutcome
MATCH_OUTCOME_MATCHED: MatchOutcome
MATCH_OUTCOME_SATISFIABLE: MatchOutcome

class JobReference(_message.Message):
    __slots__ = ("job_id", "job_key")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_KEY_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    job_key: str
    def __init__(self, job_id: _Optional[int] = ..., job_key: _Optional[str] = ...) -> None: ...

class ResourceSet(_message.Message):
    __slots__ = ("format", "text")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    format: _graphs_pb2.ResourceFormat
    text: str
    def __init__(self, format: _Optional[_Union[_graphs_pb2.ResourceFormat, str]] = ..., text: _Optional[str] = ...) -> None: ...

class MatchRequest(_message.Message):
    __slots__ = ("graph", "operation", "jobspec", "resource_format", "now", "job_key", "request_key", "incarnation", "policy", "max_visits", "explain", "windows", "inside_windows")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    JOBSPEC_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FORMAT_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    JOB_KEY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    MAX_VISITS_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    INSIDE_WINDOWS_FIELD_NUMBER: _ClassVar[int]
    graph: str
    operation: MatchOperation
    jobspec: str
    resource_format: _graphs_pb2.ResourceFormat
    now: int
    job_key: str
    request_key: str
    incarnation: str
    policy: str
    max_visits: int
    explain: bool
    windows: _containers.RepeatedScalarFieldContainer[str]
    inside_windows: bool
    def __init__(self, graph: _Optional[str] = ..., operation: _Optional[_Union[MatchOperation, str]] = ..., jobspec: _Optional[str] = ..., resource_format: _Optional[_Union[_graphs_pb2.ResourceFormat, str]] = ..., now: _Optional[int] = ..., job_key: _Optional[str] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ..., policy: _Optional[str] = ..., max_visits: _Optional[int] = ..., explain: bool = ..., windows: _Optional[_Iterable[str]] = ..., inside_windows: bool = ...) -> None: ...

class MatchResponse(_message.Message):
    __slots__ = ("job_id", "outcome", "at", "resources", "revision", "incarnation", "overhead")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    OVERHEAD_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    outcome: MatchOutcome
    at: int
    resources: ResourceSet
    revision: int
    incarnation: str
    overhead: float
    def __init__(self, job_id: _Optional[int] = ..., outcome: _Optional[_Union[MatchOutcome, str]] = ..., at: _Optional[int] = ..., resources: _Optional[_Union[ResourceSet, _Mapping]] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ..., overhead: _Optional[float] = ...) -> None: ...

class MatchManyResponse(_message.Message):
    __slots__ = ("match", "failure")
    MATCH_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    match: MatchResponse
    failure: MatchFailure
    def __init__(self, match: _Optional[_Union[MatchResponse, _Mapping]] = ..., failure: _Optional[_Union[MatchFailure, _Mapping]] = ...) -> None: ...

class MatchFailure(_message.Message):
    __slots__ = ("code", "message", "status_details")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_DETAILS_FIELD_NUMBER: _ClassVar[int]
    code: int
    message: str
    status_details: bytes
    def __init__(self, code: _Optional[int] = ..., message: _Optional[str] = ..., status_details: _Optional[bytes] = ...) -> None: ...

class CancelRequest(_message.Message):
    __slots__ = ("graph", "job", "request_key", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    job: JobReference
    request_key: str
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., job: _Optional[_Union[JobReference, _Mapping]] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class CancelResponse(_message.Message):
    __slots__ = ("job_id", "released", "revision", "incarnation")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    released: int
    revision: int
    incarnation: str
    def __init__(self, job_id: _Optional[int] = ..., released: _Optional[int] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class PartialCancelRequest(_message.Message):
    __slots__ = ("graph", "job", "resources", "request_key", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    job: JobReference
    resources: ResourceSet
    request_key: str
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., job: _Optional[_Union[JobReference, _Mapping]] = ..., resources: _Optional[_Union[ResourceSet, _Mapping]] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class PartialCancelResponse(_message.Message):
    __slots__ = ("job_id", "cancelled", "revision", "incarnation")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    cancelled: bool
    revision: int
    incarnation: str
    def __init__(self, job_id: _Optional[int] = ..., cancelled: bool = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class RetimeRequest(_message.Message):
    __slots__ = ("graph", "job", "end", "duration", "later_by", "request_key", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    LATER_BY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    job: JobReference
    end: int
    duration: int
    later_by: int
    request_key: str
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., job: _Optional[_Union[JobReference, _Mapping]] = ..., end: _Optional[int] = ..., duration: _Optional[int] = ..., later_by: _Optional[int] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class RetimeResponse(_message.Message):
    __slots__ = ("job_id", "start", "end", "revision", "incarnation")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    start: int
    end: int
    revision: int
    incarnation: str
    def __init__(self, job_id: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class UpdateRequest(_message.Message):
    __slots__ = ("graph", "job_id", "job_key", "resources", "start", "duration", "request_key", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_KEY_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    job_id: int
    job_key: str
    resources: ResourceSet
    start: int
    duration: int
    request_key: str
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., job_id: _Optional[int] = ..., job_key: _Optional[str] = ..., resources: _Optional[_Union[ResourceSet, _Mapping]] = ..., start: _Optional[int] = ..., duration: _Optional[int] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class UpdateResponse(_message.Message):
    __slots__ = ("job_id", "resources", "revision", "incarnation")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    resources: ResourceSet
    revision: int
    incarnation: str
    def __init__(self, job_id: _Optional[int] = ..., resources: _Optional[_Union[ResourceSet, _Mapping]] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class ListJobsRequest(_message.Message):
    __slots__ = ("graph", "states", "page_size", "page_token", "unconfirmed", "history", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    UNCONFIRMED_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    states: _containers.RepeatedScalarFieldContainer[JobState]
    page_size: int
    page_token: str
    unconfirmed: bool
    history: HistoryRange
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., states: _Optional[_Iterable[_Union[JobState, str]]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., unconfirmed: bool = ..., history: _Optional[_Union[HistoryRange, _Mapping]] = ..., incarnation: _Optional[str] = ...) -> None: ...

class HistoryRange(_message.Message):
    __slots__ = ("since", "until")
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    since: float
    until: float
    def __init__(self, since: _Optional[float] = ..., until: _Optional[float] = ...) -> None: ...

class ListJobsResponse(_message.Message):
    __slots__ = ("jobs", "next_page_token", "revision", "incarnation")
    JOBS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[Job]
    next_page_token: str
    revision: int
    incarnation: str
    def __init__(self, jobs: _Optional[_Iterable[_Union[Job, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class GetJobRequest(_message.Message):
    __slots__ = ("graph", "job")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    graph: str
    job: JobReference
    def __init__(self, graph: _Optional[str] = ..., job: _Optional[_Union[JobReference, _Mapping]] = ...) -> None: ...

class Job(_message.Message):
    __slots__ = ("job_id", "job_key", "state", "start", "end", "resources", "unconfirmed", "booked_at", "ended_at", "held_up_by", "overruns", "holds_up")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_KEY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    UNCONFIRMED_FIELD_NUMBER: _ClassVar[int]
    BOOKED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    HELD_UP_BY_FIELD_NUMBER: _ClassVar[int]
    OVERRUNS_FIELD_NUMBER: _ClassVar[int]
    HOLDS_UP_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    job_key: str
    state: JobState
    start: int
    end: int
    resources: ResourceSet
    unconfirmed: Unconfirmed
    booked_at: float
    ended_at: float
    held_up_by: HeldUpBy
    overruns: bool
    holds_up: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, job_id: _Optional[int] = ..., job_key: _Optional[str] = ..., state: _Optional[_Union[JobState, str]] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., resources: _Optional[_Union[ResourceSet, _Mapping]] = ..., unconfirmed: _Optional[_Union[Unconfirmed, _Mapping]] = ..., booked_at: _Optional[float] = ..., ended_at: _Optional[float] = ..., held_up_by: _Optional[_Union[HeldUpBy, _Mapping]] = ..., overruns: bool = ..., holds_up: _Optional[_Iterable[int]] = ...) -> None: ...

class HeldUpBy(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    def __init__(self, job_id: _Optional[int] = ...) -> None: ...

class Unconfirmed(_message.Message):
    __slots__ = ("seconds", "request_key", "held")
    class HeldEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    seconds: float
    request_key: str
    held: _containers.ScalarMap[str, int]
    def __init__(self, seconds: _Optional[float] = ..., request_key: _Optional[str] = ..., held: _Optional[_Mapping[str, int]] = ...) -> None: ...
