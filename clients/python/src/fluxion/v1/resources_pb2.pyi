from fluxion.v1 import jobs_pb2 as _jobs_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Status(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATUS_UNSPECIFIED: _ClassVar[Status]
    STATUS_UP: _ClassVar[Status]
    STATUS_DOWN: _ClassVar[Status]

class ShrinkJobs(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SHRINK_JOBS_UNSPECIFIED: _ClassVar[ShrinkJobs]
    SHRINK_JOBS_REFUSE: _ClassVar[ShrinkJobs]
    SHRINK_JOBS_RELEASE: _ClassVar[ShrinkJobs]

class Durability(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DURABILITY_UNSPECIFIED: _ClassVar[Durability]
    DURABILITY_MEMORY: _ClassVar[Durability]
    DURABILITY_FSYNC: _ClassVar[Durability]
    DURABILITY_INTERVAL: _ClassVar[Durability]
    DURABILITY_NONE: _ClassVar[Durability]
STATUS_UNSPECIFIED: Status
STATUS_UP: Status
STATUS_DOWN: Status
SHRINK_JOBS_UNSPECIFIED: ShrinkJobs
SHRINK_JOBS_REFUSE: ShrinkJobs
SHRINK_JOBS_RELEASE: ShrinkJobs
DURABILITY_UNSPECIFIED: Durability
DURABILITY_MEMORY: Durability
DURABILITY_FSYNC: Durability
DURABILITY_INTERVAL: Durability
DURABILITY_NONE: Durability

class Target(_message.Message):
    __slots__ = ("path", "ranks")
    PATH_FIELD_NUMBER: _ClassVar[int]
    RANKS_FIELD_NUMBER: _ClassVar[int]
    path: str
    ranks: str
    def __init__(self, path: _Optional[str] = ..., ranks: _Optional[str] = ...) -> None: ...

class FindRequest(_message.Message):
    __slots__ = ("graph", "criteria", "now")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    CRITERIA_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    graph: str
    criteria: str
    now: int
    def __init__(self, graph: _Optional[str] = ..., criteria: _Optional[str] = ..., now: _Optional[int] = ...) -> None: ...

class FindResponse(_message.Message):
    __slots__ = ("resources", "revision", "incarnation")
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    resources: _jobs_pb2.ResourceSet
    revision: int
    incarnation: str
    def __init__(self, resources: _Optional[_Union[_jobs_pb2.ResourceSet, _Mapping]] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ("graph", "target")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    graph: str
    target: Target
    def __init__(self, graph: _Optional[str] = ..., target: _Optional[_Union[Target, _Mapping]] = ...) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("vertices", "revision", "incarnation")
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    vertices: _containers.RepeatedCompositeFieldContainer[VertexStatus]
    revision: int
    incarnation: str
    def __init__(self, vertices: _Optional[_Iterable[_Union[VertexStatus, _Mapping]]] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class VertexStatus(_message.Message):
    __slots__ = ("path", "status")
    PATH_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    path: str
    status: Status
    def __init__(self, path: _Optional[str] = ..., status: _Optional[_Union[Status, str]] = ...) -> None: ...

class SetStatusRequest(_message.Message):
    __slots__ = ("graph", "target", "status", "subtree", "request_key", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SUBTREE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    target: Target
    status: Status
    subtree: bool
    request_key: str
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., target: _Optional[_Union[Target, _Mapping]] = ..., status: _Optional[_Union[Status, str]] = ..., subtree: bool = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class SetStatusResponse(_message.Message):
    __slots__ = ("vertices", "revision", "incarnation")
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    vertices: int
    revision: int
    incarnation: str
    def __init__(self, vertices: _Optional[int] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class GetPropertiesRequest(_message.Message):
    __slots__ = ("graph", "path")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    graph: str
    path: str
    def __init__(self, graph: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class GetPropertiesResponse(_message.Message):
    __slots__ = ("properties", "revision", "incarnation")
    class PropertiesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROPERTIES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    properties: _containers.ScalarMap[str, str]
    revision: int
    incarnation: str
    def __init__(self, properties: _Optional[_Mapping[str, str]] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class SetPropertyRequest(_message.Message):
    __slots__ = ("graph", "path", "key", "value", "request_key", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    path: str
    key: str
    value: str
    request_key: str
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., path: _Optional[str] = ..., key: _Optional[str] = ..., value: _Optional[str] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class SetPropertyResponse(_message.Message):
    __slots__ = ("vertices", "revision", "incarnation")
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    vertices: int
    revision: int
    incarnation: str
    def __init__(self, vertices: _Optional[int] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class GrowRequest(_message.Message):
    __slots__ = ("graph", "jgf", "request_key", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    JGF_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    jgf: str
    request_key: str
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., jgf: _Optional[str] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class GrowResponse(_message.Message):
    __slots__ = ("vertices", "revision", "incarnation")
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    vertices: int
    revision: int
    incarnation: str
    def __init__(self, vertices: _Optional[int] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class ShrinkRequest(_message.Message):
    __slots__ = ("graph", "target", "jobs", "request_key", "incarnation")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    JOBS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_KEY_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    graph: str
    target: Target
    jobs: ShrinkJobs
    request_key: str
    incarnation: str
    def __init__(self, graph: _Optional[str] = ..., target: _Optional[_Union[Target, _Mapping]] = ..., jobs: _Optional[_Union[ShrinkJobs, str]] = ..., request_key: _Optional[str] = ..., incarnation: _Optional[str] = ...) -> None: ...

class ShrinkResponse(_message.Message):
    __slots__ = ("vertices", "revision", "incarnation")
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    vertices: int
    revision: int
    incarnation: str
    def __init__(self, vertices: _Optional[int] = ..., revision: _Optional[int] = ..., incarnation: _Optional[str] = ...) -> None: ...

class GetStatsRequest(_message.Message):
    __slots__ = ("graph",)
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    graph: str
    def __init__(self, graph: _Optional[str] = ...) -> None: ...

class GetStatsResponse(_message.Message):
    __slots__ = ("revision", "incarnation", "vertices", "edges", "vertices_by_type", "allocated", "reserved", "canceled", "ended", "matches_succeeded", "matches_failed", "load_seconds", "match_seconds", "longest_match_seconds", "memory_bytes", "server_memory_bytes", "server_memory_limit", "durability")
    class VerticesByTypeEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    VERTICES_FIELD_NUMBER: _ClassVar[int]
    EDGES_FIELD_NUMBER: _ClassVar[int]
    VERTICES_BY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ALLOCATED_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    CANCELED_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    MATCHES_SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FAILED_FIELD_NUMBER: _ClassVar[int]
    LOAD_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MATCH_SECONDS_FIELD_NUMBER: _ClassVar[int]
    LONGEST_MATCH_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    SERVER_MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    SERVER_MEMORY_LIMIT_FIELD_NUMBER: _ClassVar[int]
    DURABILITY_FIELD_NUMBER: _ClassVar[int]
    revision: int
    incarnation: str
    vertices: int
    edges: int
    vertices_by_type: _containers.ScalarMap[str, int]
    allocated: int
    reserved: int
    canceled: int
    ended: int
    matches_succeeded: int
    matches_failed: int
    load_seconds: float
    match_seconds: float
    longest_match_seconds: float
    memory_bytes: int
    server_memory_bytes: int
    server_memory_limit: int
    durability: Durability
    def __init__(self, revision: _Optional[int] = ..., incarnation: _Optional[str] = ..., vertices: _Optional[int] = ..., edges: _Optional[int] = ..., vertices_by_type: _Optional[_Mapping[str, int]] = ..., allocated: _Optional[int] = ..., reserved: _Optional[int] = ..., canceled: _Optional[int] = ..., ended: _Optional[int] = ..., matches_succeeded: _Optional[int] = ..., matches_failed: _Optional[int] = ..., load_seconds: _Optional[float] = ..., match_seconds: _Optional[float] = ..., longest_match_seconds: _Optional[float] = ..., memory_bytes: _Optional[int] = ..., server_memory_bytes: _Optional[int] = ..., server_memory_limit: _Optional[int] = ..., durability: _Optional[_Union[Durability, str]] = ...) -> None: ...
