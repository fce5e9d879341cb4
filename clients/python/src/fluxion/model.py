"""What the calls of `fluxion.v1` take and return: enums, and frozen dataclasses. Knows no connections.

Times are in seconds on the graph's own axis, whose start is 0, or since 1970 under `Clock.SYSTEM`; a revision grows with each change of a graph, and
an incarnation is another each time that a graph is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional, Union

import grpc

from fluxion.details import Details
from fluxion.errors import FluxionError, failed_match
from fluxion.named import Named
from fluxion.requests import Text


class GraphFormat(Named):
    """How a graph text is written."""

    UNSPECIFIED = 0
    JGF = 1
    JGF_SHORTHAND = 2
    GRUG = 3
    HWLOC = 4
    RV1EXEC = 5
    RV1EXEC_FORCE = 6


class ResourceFormat(Named):
    """How a resource set is printed; UNSPECIFIED is the format of the graph."""

    UNSPECIFIED = 0
    SIMPLE = 1
    PRETTY_SIMPLE = 2
    JGF = 3
    JGF_SHORTHAND = 4
    RLITE = 5
    RV1 = 6
    RV1_NOSCHED = 7
    RV1_SHORTHAND = 8
    JGF_FULL = 9


class SlotRule(Named):
    """Where the slots of a jobspec may stand; UNSPECIFIED is the default of the server."""

    UNSPECIFIED = 0
    PUBLISHED = 1
    DEEP = 2


class Clock(Named):
    """Who says what time it is on a graph: the clients, by the time of each match, or the server, in seconds since 1970.

    Under SYSTEM jobs begin and end by themselves, and no call brings a time. UNSPECIFIED is the default of the server.
    """

    UNSPECIFIED = 0
    MANUAL = 1
    SYSTEM = 2


class Expiry(Named):
    """What becomes of an allocation whose time is over: it holds what it has until it is cancelled, or gives everything back.

    RELEASE is for graphs whose clock is SYSTEM. UNSPECIFIED is the default of the server.
    """

    UNSPECIFIED = 0
    HOLD = 1
    RELEASE = 2


class ExportFormat(Named):
    """How a graph is exported; JGF is what `create_graph` reads again."""

    JGF = 1
    DOT = 2
    GRAPHML = 3


class Operation(Named):
    """What a match is for. The last three book nothing."""

    ALLOCATE = 1
    ALLOCATE_ORELSE_RESERVE = 2
    ALLOCATE_WITH_SATISFIABILITY = 3
    SATISFIABILITY = 4
    WITHOUT_ALLOCATING = 5
    WITHOUT_ALLOCATING_FUTURE = 6


class Outcome(Named):
    """How a match succeeded: booked from now, booked from later, found but not booked, could run."""

    UNSPECIFIED = 0
    ALLOCATED = 1
    RESERVED = 2
    MATCHED = 3
    SATISFIABLE = 4


class JobState(Named):
    """Whether a job holds resources from its match on, from a later time, or no more: cancelled, or as its time was over."""

    UNSPECIFIED = 0
    ALLOCATED = 1
    RESERVED = 2
    CANCELED = 3
    ENDED = 4


class Status(Named):
    """Whether a vertex is in service."""

    UNSPECIFIED = 0
    UP = 1
    DOWN = 2


class Durability(Named):
    """What is left of graphs and jobs after a restart of the server; UNSPECIFIED is an older one, which keeps nothing."""

    UNSPECIFIED = 0
    MEMORY = 1
    FSYNC = 2
    INTERVAL = 3
    NONE = 4


class ShrinkJobs(Named):
    """What becomes of jobs that hold something of what is removed."""

    REFUSE = 1
    RELEASE = 2


@dataclass(frozen=True)
class GraphOptions:
    """How a graph is served; what is empty takes the default of the server."""

    format: GraphFormat = GraphFormat.UNSPECIFIED
    policy: str = ""
    traverser: str = ""
    prune_filters: str = ""
    subsystems: str = ""
    resource_format: ResourceFormat = ResourceFormat.UNSPECIFIED
    allowlist: tuple[str, ...] = ()
    slots: SlotRule = SlotRule.UNSPECIFIED
    max_visits: int = 0
    clock: Clock = Clock.UNSPECIFIED
    expiry: Expiry = Expiry.UNSPECIFIED


@dataclass(frozen=True)
class Fork:
    """What a fork was made of, and, in seconds since 1970, until when it stays."""

    origin: str
    incarnation: str
    revision: int
    until: int


@dataclass(frozen=True)
class GraphInfo:
    """What is known about a graph without looking at its vertices."""

    name: str
    options: GraphOptions
    revision: int
    vertices: int
    edges: int
    live_jobs: int
    incarnation: str = ""
    fork: Optional[Fork] = None


@dataclass(frozen=True)
class GraphTime:
    """What time it is on a graph: `now`, in seconds since 1970, is 0 if the clients say it."""

    clock: Clock
    now: int
    revision: int
    incarnation: str = ""


@dataclass(frozen=True)
class Progress:
    """How far the loading of a graph is; `loading` once all its bytes have arrived."""

    received_bytes: int
    loading: bool = False


@dataclass(frozen=True)
class ResourceSet:
    """Resources, printed in a format."""

    text: str
    format: ResourceFormat = ResourceFormat.UNSPECIFIED

    def __str__(self) -> str:
        return self.text


Resources = Union[ResourceSet, Text]
"""A resource set as a call returned it, or a text (or file) in the format of the graph."""


@dataclass(frozen=True)
class MatchRequest:
    """One of many matches: the arguments of `Graph.match`."""

    jobspec: Text
    operation: Operation = Operation.ALLOCATE
    policy: str = ""
    format: ResourceFormat = ResourceFormat.UNSPECIFIED
    now: int = 0
    job_key: str = ""
    request_key: str = ""
    max_visits: int = 0
    explain: bool = False
    windows: tuple[str, ...] = ()
    inside_windows: bool = False


@dataclass(frozen=True)
class Match:
    """A match that succeeded; `job_id` is None if nothing was booked, `resources` if nothing was chosen."""

    job_id: Optional[int]
    outcome: Outcome
    at: int
    resources: Optional[ResourceSet]
    revision: int
    overhead: float
    incarnation: str = ""


@dataclass(frozen=True)
class MatchFailure:
    """A match of many that failed: what `Graph.match` would have raised, as a value."""

    code: grpc.StatusCode
    message: str
    details: Details = Details()

    def error(self) -> FluxionError:
        """The exception that `Graph.match` would have raised."""
        return failed_match(self.code, self.message, self.details)


@dataclass(frozen=True)
class Cancelled:
    """A job that was cancelled; `released` counts vertices."""

    job_id: int
    released: int
    revision: int
    incarnation: str = ""


@dataclass(frozen=True)
class PartlyCancelled:
    """A job that gave back a part; `cancelled` if nothing was left."""

    job_id: int
    cancelled: bool
    revision: int
    incarnation: str = ""


@dataclass(frozen=True)
class Retimed:
    """A job that ends at another time than before; `end` is not part of its time."""

    job_id: int
    start: int
    end: int
    revision: int
    incarnation: str = ""


@dataclass(frozen=True)
class Updated:
    """A job for which a given resource set was booked."""

    job_id: int
    resources: ResourceSet
    revision: int
    incarnation: str = ""


@dataclass(frozen=True)
class Unconfirmed:
    """How a job was booked that nobody has named since: how many seconds ago, under which key, what it holds.

    `held` counts vertices by type; only a list of the unconfirmed jobs has it.
    """

    seconds: float
    request_key: str
    held: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class HistoryRange:
    """From when to when, on the clock of the server, in seconds since 1970 as of `time.time()`; `until` is not part of it.

    From the beginning, and until now, where that is None.
    """

    since: Optional[float] = None
    until: Optional[float] = None


@dataclass(frozen=True)
class HeldUpBy:
    """What keeps a reservation from beginning although its time has come: a job; or, if `job_id` is None, what is down."""

    job_id: Optional[int]


@dataclass(frozen=True)
class Job:
    """A job; `end` is not part of its time. `Graph.job` alone fills in the resources, for live jobs."""

    job_id: int
    job_key: str
    state: JobState
    start: int
    end: int
    resources: Optional[ResourceSet] = None
    unconfirmed: Optional[Unconfirmed] = None
    booked_at: Optional[float] = None
    """When it was booked, on the clock of the server, in seconds since 1970; a history alone tells it, if it is known."""
    ended_at: Optional[float] = None
    """When it ended, likewise."""
    held_up_by: Optional[HeldUpBy] = None
    """Of a reservation whose time has come: what keeps it from beginning."""
    overruns: bool = False
    """Whether an allocation still holds what it has although its time is over."""
    holds_up: tuple[int, ...] = ()
    """The reservations that wait for it, the one first that was to begin first; of many the first 100."""


@dataclass(frozen=True)
class Found:
    """The resources that meet criteria; `resources.text` is empty if none do."""

    resources: ResourceSet
    revision: int
    incarnation: str = ""


@dataclass(frozen=True)
class VertexStatus:
    """A vertex's own status."""

    path: str
    status: Status


@dataclass(frozen=True)
class Change:
    """A change of resources; `vertices` counts those that were meant, came or went."""

    vertices: int
    revision: int
    incarnation: str = ""


@dataclass(frozen=True)
class Export:
    """A graph as a text, at a revision."""

    text: str
    revision: int
    incarnation: str = ""


@dataclass(frozen=True)
class Stats:
    """Figures of a graph: sizes, jobs by state, matches since it was loaded, and seconds."""

    revision: int
    vertices: int
    edges: int
    allocated: int
    reserved: int
    canceled: int
    matches_succeeded: int
    matches_failed: int
    load_seconds: float
    match_seconds: float
    longest_match_seconds: float
    vertices_by_type: Mapping[str, int] = field(default_factory=dict)
    incarnation: str = ""
    durability: Durability = Durability.UNSPECIFIED
    ended: int = 0
