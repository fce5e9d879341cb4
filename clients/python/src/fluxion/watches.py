"""Watches of a graph: what they are asked, how answers are read, and when another connection may help. Knows no connections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Optional

import grpc

from fluxion.v1 import insight_pb2, jobs_pb2
from fluxion.windows import WindowInfo, read_window

# after so many seconds a stream is begun anew: its connection may be dead, and nobody says so
LIFE = 600.0

FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0

_PASSING = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.CANCELLED,
    # its life was over
    grpc.StatusCode.DEADLINE_EXCEEDED,
)


@dataclass(frozen=True)
class Cursor:
    """A place in what happens to a graph: after a revision of one load of it."""

    incarnation: str
    revision: int


@dataclass(frozen=True)
class GraphState:
    """What there is in a graph beside its vertices: jobs that hold something, or will, vertices that are marked down, and windows."""

    jobs: tuple[jobs_pb2.Job, ...] = ()
    down: tuple[insight_pb2.DownVertex, ...] = ()
    windows: tuple[WindowInfo, ...] = ()


@dataclass(frozen=True)
class Watched:
    """What a watch tells. `cursor` is where to go on after it; without `state` and `event` it only says that all until there was told."""

    cursor: Cursor
    state: Optional[GraphState] = None
    event: Optional[insight_pb2.Event] = None


@dataclass
class Place:
    """How far a watch has come."""

    graph: str
    after: Optional[Cursor]
    state: bool
    kinds: tuple[int, ...]
    bookmarks: int
    patience: float
    _cursor: Optional[Cursor] = None
    _jobs: list[jobs_pb2.Job] = field(default_factory=list)
    _down: list[insight_pb2.DownVertex] = field(default_factory=list)
    _windows: list[WindowInfo] = field(default_factory=list)
    _waited: float = 0.0
    _wait: float = FIRST_WAIT

    @classmethod
    def of(
        cls,
        graph: str,
        after: Optional[Cursor],
        state: bool,
        kinds: Iterable[int],
        bookmarks: int,
        patience: float,
    ) -> Place:
        """Where a watch begins; ValueError if it begins with both."""
        if after is not None and state:
            raise ValueError("a watch begins after a cursor or with the state, and not with both")
        return cls(graph, after, state, tuple(kinds), bookmarks, patience)

    def request(self) -> insight_pb2.WatchRequest:
        """What to ask for on a new connection."""
        self._jobs, self._down, self._windows = [], [], []
        request = insight_pb2.WatchRequest(graph=self.graph, bookmark_seconds=self.bookmarks)
        request.kinds.extend(self.kinds)  # type: ignore[arg-type]
        after = self._cursor or self.after
        if after is not None:
            request.after.incarnation, request.after.revision = after.incarnation, after.revision
        elif self.state:
            request.with_state = True
        else:
            request.now = True
        return request

    def hear(self, answer: insight_pb2.WatchResponse) -> Optional[Watched]:
        """What an answer tells; None if more of it has to come."""
        self._waited, self._wait = 0.0, FIRST_WAIT
        told: Optional[Watched] = None
        if answer.HasField("state"):
            self._jobs.extend(answer.state.jobs)
            self._down.extend(answer.state.down)
            self._windows.extend(map(read_window, answer.state.windows))
        elif answer.HasField("synced") and self._cursor is None:
            state = GraphState(tuple(self._jobs), tuple(self._down), tuple(self._windows))
            told = Watched(_cursor(answer.synced), state if self.state else None)
        elif answer.HasField("event"):
            told = Watched(_cursor(answer.event.cursor), None, answer.event)
        elif answer.HasField("bookmark"):
            told = Watched(_cursor(answer.bookmark))
        if told is not None:
            self._cursor = told.cursor
        return told

    def wait(self, error: grpc.RpcError) -> Optional[float]:
        """After how many seconds to try again; None if that does not help, or patience has ended."""
        if error.code() not in _PASSING or self._waited + self._wait > self.patience:
            return None
        wait = self._wait
        self._waited += wait
        self._wait = min(2 * wait, LONGEST_WAIT)
        return wait


def _cursor(told: insight_pb2.Cursor) -> Cursor:
    return Cursor(told.incarnation, told.revision)
