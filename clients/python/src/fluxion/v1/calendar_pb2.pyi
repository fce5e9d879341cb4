from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WindowKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WINDOW_KIND_UNSPECIFIED: _ClassVar[WindowKind]
    WINDOW_KIND_MAINTENANCE: _ClassVar[WindowKind]
    WINDOW_KIND_RESERVATION: _ClassVar[WindowKind]

class OnConflict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ON_CONFLICT_UNSPECIFIED: _ClassVar[OnConflict]
    ON_CONFLICT_REFUSE: _ClassVar[OnConflict]
    ON_CONFLICT_KEEP: _ClassVar[OnConflict]
    ON_CONFLICT_TRUNCATE: _ClassVar[OnConflict]
    ON_CONFLICT_CANCEL: _ClassVar[OnConflict]
WINDOW_KIND_UNSPECIFIED: WindowKind
WINDOW_KIND_MAINTENANCE: WindowKind
WINDOW_KIND_RESERVATION: WindowKind
ON_CONFLICT_UNSPECIFIED: OnConflict
ON_CONFLICT_REFUSE: OnConflict
ON_CONFLICT_KEEP: OnConflict
ON_CONFLICT_TRUNCATE: OnConflict
ON_CONFLICT_CANCEL: OnConflict

class Window(_message.Message):
    __slots__ = ("name", "kind", "targets", "span", "recurrence", "floating_lead", "overlap", "note", "paths", "vertices", "next")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    SPAN_FIELD_NUMBER: _ClassVar[int]
    RECURRENCE_FIELD_NUMBER: _ClassVar[int]
    FLOATING_LEAD_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    PATHS_FIELD_NUMBER: _ClassVar[int]
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: WindowKind
    targets: WindowTargets
    span: WindowSpan
    recurrence: Recurrence
    floating_lead: int
    overlap: bool
    note: str
    paths: _containers.RepeatedScalarFieldContainer[str]
    vertices: int
    next: _containers.RepeatedCompositeFieldContainer[WindowSpan]
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[WindowKind, str]] = ..., targets: _Optional[_Union[WindowTargets, _Mapping]] = ..., span: _Optional[_Union[WindowSpan, _Mapping]] = ..., recurrence: _Optional[_Union[Recurrence, _Mapping]] = ..., floating_lead: _Optional[int] = ..., overlap: bool = ..., note: _Optional[str] = ..., paths: _Optional[_Iterable[str]] = ..., vertices: _Optional[int] = ..., next: _Optional[_Iterable[_Union[WindowSpan, _Mapping]]] = ...) -> None: ...

class WindowTargets(_message.Message):
    __slots__ = ("paths", "ranks", "criteria", "jobspec")
    PATHS_FIELD_NUMBER: _ClassVar[int]
    RANKS_FIELD_NUMBER: _ClassVar[int]
    CRITERIA_FIELD_NUMBER: _ClassVar[int]
    JOBSPEC_FIELD_NUMBER: _ClassVar[int]
    paths: _containers.RepeatedScalarFieldContainer[str]
    ranks: str
    criteria: str
    jobspec: str
    def __init__(self, paths: _Optional[_Iterable[str]] = ..., ranks: _Optional[str] = ..., criteria: _Optional[str] = ..., jobspec: _Optional[str] = ...) -> None: ...

class WindowSpan(_message.Message):
    __slots__ = ("start", "end")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    start: int
    end: int
    def __init__(self, start: _Optional[int] = ..., end: _Optional[int] = ...) -> None: ...

class Recurrence(_message.Message):
    __slots__ = ("start", "time_zone", "duration", "rule")
    START_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    start: str
    time_zone: str
    duration: int
    rule: str
    def __init__(self, start: _Optional[str] = ..., time_zone: _Optional[str] = ..., duration: _Optional[int] = ..., rule: _Optional[str] = ...) -> None: ...

class WindowConflict(_message.Message):
    __slots__ = ("job_id", "job_key", "start", "end", "path", "fate", "new_end")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_KEY_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    FATE_FIELD_NUMBER: _ClassVar[int]
    NEW_END_FIELD_NUMBER: _ClassVar[int]
    job_id: int
    job_key: str
    start: int
    end: int
    path: str
    fate: OnConflict
    new_end: int
    def __init__(self, job_id: _Optional[int] = ..., job_key: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., path: _Optional[str] = ..., fate: _Optional[_Union[OnConflict, str]] = ..., new_end: _Optional[int] = ...) -> None: ...

class SetWindowRequest(_message.Message):
    __slots__ = ("graph", "window", "running", "reserved", "dry_run", "now", "request_key", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    window: Window
    running: OnConflict
    reserved: OnConflict
    dry_run: bool
    now: int
    request_key: str
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., window: _Optional[_Union[Window, _Mapping]] = ..., running: _Optional[_Union[OnConflict, str]] = ..., reserved: _Optional[_Union[OnConflict, str]] = ..., dry_run: bool = ..., now: _Optional[int] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class SetWindowResponse(_message.Message):
    __slots__ = ("window", "conflicts", "revision", "incarnation")
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    CONFLICTS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    window: Window
    conflicts: _containers.RepeatedCompositeFieldContainer[WindowConflict]
    revision: int
    incarnation: str
    def __init__(self, window: _Optional[_Union[Window, _Mapping]] = ..., conflicts: _Optional[_Iterable[_Union[WindowConflict, _Mapping]]] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class DropWindowRequest(_message.Message):
    __slots__ = ("graph", "name", "request_key", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    name: str
    request_key: str
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., name: _Optional[str] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class DropWindowResponse(_message.Message):
    __slots__ = ("revision", "incarnation")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    incarnation: str
    def __init__(self, revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class GetWindowRequest(_message.Message):
    __slots__ = ("graph", "name", "now")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    graph: str
    name: str
    now: int
    def __init__(self, graph: _Optional[str] = ..., name: _Optional[str] = ..., now: _Optional[int] = ...) -> None: ...

class GetWindowResponse(_message.Message):
    __slots__ = ("window", "conflicts", "revision", "incarnation")
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    CONFLICTS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    window: Window
    conflicts: _containers.RepeatedCompositeFieldContainer[WindowConflict]
    revision: int
    incarnation: str
    def __init__(self, window: _Optional[_Union[Window, _Mapping]] = ..., conflicts: _Optional[_Iterable[_Union[WindowConflict, _Mapping]]] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class ListWindowsRequest(_message.Message):
    __slots__ = ("graph", "now")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    graph: str
    now: int
    def __init__(self, graph: _Optional[str] = ..., now: _Optional[int] = ...) -> None: ...

class ListWindowsResponse(_message.Message):
    __slots__ = ("windows", "revision", "incarnation")
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    windows: _containers.RepeatedCompositeFieldContainer[Window]
    revision: int
    incarnation: str
    def __init__(self, windows: _Optional[_Iterable[_Union[Window, _Mapping]]] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...
