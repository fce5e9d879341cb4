from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GraphFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GRAPH_FORMAT_UNSPECIFIED: _ClassVar[GraphFormat]
    GRAPH_FORMAT_JGF: _ClassVar[GraphFormat]
    GRAPH_FORMAT_JGF_SHORTHAND: _ClassVar[GraphFormat]
    GRAPH_FORMAT_GRUG: _ClassVar[GraphFormat]
    GRAPH_FORMAT_HWLOC: _ClassVar[GraphFormat]
    GRAPH_FORMAT_RV1EXEC: _ClassVar[GraphFormat]
    GRAPH_FORMAT_RV1EXEC_FORCE: _ClassVar[GraphFormat]

class ResourceFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESOURCE_FORMAT_UNSPECIFIED: _ClassVar[ResourceFormat]
    RESOURCE_FORMAT_SIMPLE: _ClassVar[ResourceFormat]
    RESOURCE_FORMAT_PRETTY_SIMPLE: _ClassVar[ResourceFormat]
    RESOURCE_FORMAT_JGF: _ClassVar[ResourceFormat]
    RESOURCE_FORMAT_JGF_SHORTHAND: _ClassVar[ResourceFormat]
    RESOURCE_FORMAT_RLITE: _ClassVar[ResourceFormat]
    RESOURCE_FORMAT_RV1: _ClassVar[ResourceFormat]
    RESOURCE_FORMAT_RV1_NOSCHED: _ClassVar[ResourceFormat]
    RESOURCE_FORMAT_RV1_SHORTHAND: _ClassVar[ResourceFormat]
    RESOURCE_FORMAT_JGF_FULL: _ClassVar[ResourceFormat]

class SlotRule(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SLOT_RULE_UNSPECIFIED: _ClassVar[SlotRule]
    SLOT_RULE_PUBLISHED: _ClassVar[SlotRule]
    SLOT_RULE_DEEP: _ClassVar[SlotRule]

class Clock(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLOCK_UNSPECIFIED: _ClassVar[Clock]
    CLOCK_MANUAL: _ClassVar[Clock]
    CLOCK_SYSTEM: _ClassVar[Clock]

class Expiry(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPIRY_UNSPECIFIED: _ClassVar[Expiry]
    EXPIRY_HOLD: _ClassVar[Expiry]
    EXPIRY_RELEASE: _ClassVar[Expiry]

class ExportFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPORT_FORMAT_UNSPECIFIED: _ClassVar[ExportFormat]
    EXPORT_FORMAT_JGF: _ClassVar[ExportFormat]
    EXPORT_FORMAT_DOT: _ClassVar[ExportFormat]
    EXPORT_FORMAT_GRAPHML: _ClassVar[ExportFormat]
GRAPH_FORMAT_UNSPECIFIED: GraphFormat
GRAPH_FORMAT_JGF: GraphFormat
GRAPH_FORMAT_JGF_SHORTHAND: GraphFormat
GRAPH_FORMAT_GRUG: GraphFormat
GRAPH_FORMAT_HWLOC: GraphFormat
GRAPH_FORMAT_RV1EXEC: GraphFormat
GRAPH_FORMAT_RV1EXEC_FORCE: GraphFormat
RESOURCE_FORMAT_UNSPECIFIED: ResourceFormat
RESOURCE_FORMAT_SIMPLE: ResourceFormat
RESOURCE_FORMAT_PRETTY_SIMPLE: ResourceFormat
RESOURCE_FORMAT_JGF: ResourceFormat
RESOURCE_FORMAT_JGF_SHORTHAND: ResourceFormat
RESOURCE_FORMAT_RLITE: ResourceFormat
RESOURCE_FORMAT_RV1: ResourceFormat
RESOURCE_FORMAT_RV1_NOSCHED: ResourceFormat
RESOURCE_FORMAT_RV1_SHORTHAND: ResourceFormat
RESOURCE_FORMAT_JGF_FULL: ResourceFormat
SLOT_RULE_UNSPECIFIED: SlotRule
SLOT_RULE_PUBLISHED: SlotRule
SLOT_RULE_DEEP: SlotRule
CLOCK_UNSPECIFIED: Clock
CLOCK_MANUAL: Clock
CLOCK_SYSTEM: Clock
EXPIRY_UNSPECIFIED: Expiry
EXPIRY_HOLD: Expiry
EXPIRY_RELEASE: Expiry
EXPORT_FORMAT_UNSPECIFIED: ExportFormat
EXPORT_FORMAT_JGF: ExportFormat
EXPORT_FORMAT_DOT: ExportFormat
EXPORT_FORMAT_GRAPHML: ExportFormat

class GraphOptions(_message.Message):
    __slots__ = ("format", "policy", "traverser", "prune_filters", "subsystems", "resource_format", "allowlist", "slots", "max_visits", "clock", "expiry")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    TRAVERSER_FIELD_NUMBER: _ClassVar[int]
    PRUNE_FILTERS_FIELD_NUMBER: _ClassVar[int]
    SUBSYSTEMS_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FORMAT_FIELD_NUMBER: _ClassVar[int]
    ALLOWLIST_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    MAX_VISITS_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_FIELD_NUMBER: _ClassVar[int]
    format: GraphFormat
    policy: str
    traverser: str
    prune_filters: str
    subsystems: str
    resource_format: ResourceFormat
    allowlist: _containers.RepeatedScalarFieldContainer[str]
    slots: SlotRule
    max_visits: int
    clock: Clock
    expiry: Expiry
    def __init__(self, format: _Optional[_Union[GraphFormat, str]] = ..., policy: _Optional[str] = ..., traverser: _Optional[str] = ..., prune_filters: _Optional[str] = ..., subsystems: _Optional[str] = ..., resource_format: _Optional[_Union[ResourceFormat, str]] = ..., allowlist: _Optional[_Iterable[str]] = ..., slots: _Optional[_Union[SlotRule, str]] = ..., max_visits: _Optional[int] = ..., clock: _Optional[_Union[Clock, str]] = ..., expiry: _Optional[_Union[Expiry, str]] = ...) -> None: ...

class CreateGraphRequest(_message.Message):
    __slots__ = ("header", "text")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    header: CreateGraphHeader
    text: bytes
    def __init__(self, header: _Optional[_Union[CreateGraphHeader, _Mapping]] = ..., text: _Optional[bytes] = ...) -> None: ...

class CreateGraphHeader(_message.Message):
    __slots__ = ("name", "options", "replace", "text_bytes", "request_key", "incarnation")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    REPLACE_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    name: str
    options: GraphOptions
    replace: bool
    text_bytes: int
    request_key: str
    incarnation: str
    def __init__(self, name: _Optional[str] = ..., options: _Optional[_Union[GraphOptions, _Mapping]] = ..., replace: bool = ..., text_bytes: _Optional[int] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class CreateGraphResponse(_message.Message):
    __slots__ = ("received_bytes", "loading", "graph")
    RECEIVED_BYTES_FIELD_NUMBER: _ClassVar[int]
    LOADING_FIELD_NUMBER: _ClassVar[int]
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    received_bytes: int
    loading: Loading
    graph: Graph
    def __init__(self, received_bytes: _Optional[int] = ..., loading: _Optional[_Union[Loading, _Mapping]] = ..., graph: _Optional[_Union[Graph, _Mapping]] = ...) -> None: ...

class Loading(_message.Message):
    __slots__ = ("text_bytes",)
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    text_bytes: int
    def __init__(self, text_bytes: _Optional[int] = ...) -> None: ...

class ListGraphsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListGraphsResponse(_message.Message):
    __slots__ = ("graphs",)
    GRAPHS_FIELD_NUMBER: _ClassVar[int]
    graphs: _containers.RepeatedCompositeFieldContainer[Graph]
    def __init__(self, graphs: _Optional[_Iterable[_Union[Graph, _Mapping]]] = ...) -> None: ...

class GetGraphRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetTimeRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetTimeResponse(_message.Message):
    __slots__ = ("clock", "now", "revision", "incarnation")
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    clock: Clock
    now: int
    revision: int
    incarnation: str
    def __init__(self, clock: _Optional[_Union[Clock, str]] = ..., now: _Optional[int] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class Graph(_message.Message):
    __slots__ = ("name", "options", "revision", "incarnation", "vertices", "edges", "live_jobs", "fork")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    EDGES_FIELD_NUMBER: _ClassVar[int]
    LIVE_JOBS_FIELD_NUMBER: _ClassVar[int]
    FORK_FIELD_NUMBER: _ClassVar[int]
    name: str
    options: GraphOptions
    revision: int
    incarnation: str
    vertices: int
    edges: int
    live_jobs: int
    fork: Fork
    def __init__(self, name: _Optional[str] = ..., options: _Optional[_Union[GraphOptions, _Mapping]] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ..., vertices: _Optional[int] = ..., edges: _Optional[int] = ..., live_jobs: _Optional[int] = ..., fork: _Optional[_Union[Fork, _Mapping]] = ...) -> None: ...

class Fork(_message.Message):
    __slots__ = ("origin", "incarnation", "revision", "until")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    origin: str
    incarnation: str
    revision: int
    until: int
    def __init__(self, origin: _Optional[str] = ..., incarnation: _Optional[str] = ..., revision: _Optional[int] = ..., until: _Optional[int] = ...) -> None: ...

class ForkRequest(_message.Message):
    __slots__ = ("graph", "name", "seconds")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    graph: str
    name: str
    seconds: int
    def __init__(self, graph: _Optional[str] = ..., name: _Optional[str] = ..., seconds: _Optional[int] = ...) -> None: ...

class ExportGraphRequest(_message.Message):
    __slots__ = ("name", "format")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    name: str
    format: ExportFormat
    def __init__(self, name: _Optional[str] = ..., format: _Optional[_Union[ExportFormat, str]] = ...) -> None: ...

class ExportGraphResponse(_message.Message):
    __slots__ = ("text", "revision", "incarnation")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    text: bytes
    revision: int
    incarnation: str
    def __init__(self, text: _Optional[bytes] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class SnapshotGraphRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class SnapshotGraphResponse(_message.Message):
    __slots__ = ("revision", "incarnation")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    incarnation: str
    def __init__(self, revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class DropGraphRequest(_message.Message):
    __slots__ = ("name", "request_key", "incarnation")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    name: str
    request_key: str
    incarnation: str
    def __init__(self, name: _Optional[str] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class DropGraphResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
