from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BackupRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class BackupResponse(_message.Message):
    __slots__ = ("piece", "hash", "manifest")
    PIECE_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_FIELD_NUMBER: _ClassVar[int]
    piece: bytes
    hash: bytes
    manifest: BackupManifest
    def __init__(self, piece: _Optional[bytes] = ..., hash: _Optional[bytes] = ..., manifest: _Optional[_Union[BackupManifest, _Mapping]] = ...) -> None: ...

class BackupPiece(_message.Message):
    __slots__ = ("graph", "frames", "snapshot", "part")
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    graph: BackupGraph
    frames: BackupFrames
    snapshot: BackupSnapshot
    part: bytes
    def __init__(self, graph: _Optional[_Union[BackupGraph, _Mapping]] = ..., frames: _Optional[_Union[BackupFrames, _Mapping]] = ..., snapshot: _Optional[_Union[BackupSnapshot, _Mapping]] = ..., part: _Optional[bytes] = ...) -> None: ...

class BackupGraph(_message.Message):
    __slots__ = ("id", "name", "incarnation", "dropped", "last_record", "hash")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    LAST_RECORD_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    id: int
    name: str
    incarnation: int
    dropped: bool
    last_record: int
    hash: bytes
    def __init__(self, id: _Optional[int] = ..., name: _Optional[str] = ..., incarnation: _Optional[int] = ..., dropped: bool = ..., last_record: _Optional[int] = ..., hash: _Optional[bytes] = ...) -> None: ...

class BackupFrames(_message.Message):
    __slots__ = ("frames",)
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    frames: _containers.RepeatedCompositeFieldContainer[BackupFrame]
    def __init__(self, frames: _Optional[_Iterable[_Union[BackupFrame, _Mapping]]] = ...) -> None: ...

class BackupFrame(_message.Message):
    __slots__ = ("first_record", "last_record", "epoch", "time", "revision", "previous_hash", "hash", "body")
    FIRST_RECORD_FIELD_NUMBER: _ClassVar[int]
    LAST_RECORD_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_HASH_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    first_record: int
    last_record: int
    epoch: int
    time: int
    revision: int
    previous_hash: bytes
    hash: bytes
    body: bytes
    def __init__(self, first_record: _Optional[int] = ..., last_record: _Optional[int] = ..., epoch: _Optional[int] = ..., time: _Optional[int] = ..., revision: _Optional[int] = ..., previous_hash: _Optional[bytes] = ..., hash: _Optional[bytes] = ..., body: _Optional[bytes] = ...) -> None: ...

class BackupSnapshot(_message.Message):
    __slots__ = ("record", "revision", "time", "parts", "hash", "fingerprint", "fingerprints")
    RECORD_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINTS_FIELD_NUMBER: _ClassVar[int]
    record: int
    revision: int
    time: int
    parts: int
    hash: bytes
    fingerprint: int
    fingerprints: int
    def __init__(self, record: _Optional[int] = ..., revision: _Optional[int] = ..., time: _Optional[int] = ..., parts: _Optional[int] = ..., hash: _Optional[bytes] = ..., fingerprint: _Optional[int] = ..., fingerprints: _Optional[int] = ...) -> None: ...

class BackupManifest(_message.Message):
    __slots__ = ("pieces", "hash")
    PIECES_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    pieces: int
    hash: bytes
    def __init__(self, pieces: _Optional[int] = ..., hash: _Optional[bytes] = ...) -> None: ...
