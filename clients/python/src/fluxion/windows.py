"""Windows of the calendar: what is set, and what is told. Knows no calls and no connections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional, Union

from fluxion import requests
from fluxion.named import Named, member
from fluxion.v1 import calendar_pb2


class WindowKind(Named):
    """Whom a window lets in: nobody, or requests that name it, by the `windows` of a match."""

    UNSPECIFIED = 0
    MAINTENANCE = 1
    RESERVATION = 2


class OnConflict(Named):
    """What becomes of jobs that a new window meets.

    REFUSE: the window is not set. KEEP: they stay as they are, and are told as conflicts for as long as they last. TRUNCATE: they end when
    the window starts; for running jobs alone. CANCEL: they are cancelled. UNSPECIFIED is as REFUSE.
    """

    UNSPECIFIED = 0
    REFUSE = 1
    KEEP = 2
    TRUNCATE = 3
    CANCEL = 4


@dataclass(frozen=True)
class WindowSpan:
    """Once: from its start until before its end."""

    start: int
    end: int


@dataclass(frozen=True)
class Recurrence:
    """Again and again, for graphs whose clock is SYSTEM.

    `start` is the local time of the first, as `2026-12-01T02:00:00`, which gives each its time of day; `duration` is how long each lasts, in
    seconds. `rule` is a part of RFC 5545, 3.3.10, as `FREQ=MONTHLY;BYDAY=1SU`: FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT, UNTIL,
    BYMONTH, BYMONTHDAY, BYDAY, BYSETPOS, WKST. `time_zone` is one of the IANA, as `Europe/Berlin`, or UTC.
    """

    start: str
    duration: int
    rule: str
    time_zone: str = ""


@dataclass(frozen=True)
class FloatingLead:
    """From so many seconds after the present on, which moves on: no job may last longer."""

    seconds: int


WindowTime = Union[WindowSpan, Recurrence, FloatingLead]
"""When a window is."""


@dataclass(frozen=True)
class WindowTargets:
    """The vertices of a window, as they are when it is set: all that are named here in any way.

    All vertices at `paths`; the node of each of the `ranks`, `"0-3,7"` or numbers; what `find` finds by `criteria`; what a `jobspec`, a text or a
    file, gets for the time of the window, or of the first one: nobody has it then.
    """

    paths: Iterable[str] = ()
    ranks: Union[str, Iterable[int]] = ""
    criteria: str = ""
    jobspec: Optional[requests.Text] = None


@dataclass(frozen=True)
class Window:
    """A time during which vertices, with all that lies below them, are kept from most jobs. It holds nothing.

    `name` has letters, digits, `.`, `_` and `-`. With `overlap` it may share vertices and time with other windows that may, too. `note` is for
    people.
    """

    name: str
    kind: WindowKind
    targets: WindowTargets
    when: Optional[WindowTime]
    """None is told alone: of a kind that a newer server knows."""
    overlap: bool = False
    note: str = ""


@dataclass(frozen=True)
class WindowInfo(Window):
    """A window as it was set, and what is known of it.

    `vertices` counts those that are meant, without those below them, and `paths` are those of the first 1000; `next` is when it is, from the
    present on: the first 64 times, where it recurs.
    """

    paths: tuple[str, ...] = ()
    vertices: int = 0
    next: tuple[WindowSpan, ...] = ()


@dataclass(frozen=True)
class WindowConflict:
    """A job that holds something of a window during its time; `start` and `end` are as booked before, `path` is that of the first vertex
    that it holds there.

    `fate` is what becomes of it, and `new_end` when it ends if it is truncated.
    """

    job_id: int
    job_key: str
    start: int
    end: int
    path: str
    fate: OnConflict
    new_end: Optional[int] = None


@dataclass(frozen=True)
class CheckedWindow:
    """A window with the jobs that it meets, by number."""

    window: WindowInfo
    conflicts: tuple[WindowConflict, ...]
    revision: int
    incarnation: str = ""


def window_message(window: Window) -> calendar_pb2.Window:
    """The message of a window; reads the jobspec if it is a file. What is told alone is left out."""
    ranks, jobspec = window.targets.ranks, window.targets.jobspec
    targets = calendar_pb2.WindowTargets(
        paths=window.targets.paths,
        ranks=ranks if isinstance(ranks, str) else ",".join(map(str, ranks)),
        criteria=window.targets.criteria,
        jobspec=requests.read(jobspec) if jobspec else "",
    )
    message = calendar_pb2.Window(
        name=window.name,
        kind=WindowKind(window.kind),  # type: ignore[arg-type]
        targets=targets,
        overlap=window.overlap,
        note=window.note,
    )
    when = window.when
    if isinstance(when, WindowSpan):
        message.span.start, message.span.end = when.start, when.end
    elif isinstance(when, Recurrence):
        message.recurrence.CopyFrom(
            calendar_pb2.Recurrence(start=when.start, time_zone=when.time_zone, duration=when.duration, rule=when.rule)
        )
    elif when is not None:
        message.floating_lead = when.seconds
    return message


def read_window(told: calendar_pb2.Window) -> WindowInfo:
    """What is told of a window."""
    targets = WindowTargets(
        tuple(told.targets.paths), told.targets.ranks, told.targets.criteria, told.targets.jobspec or None
    )
    return WindowInfo(
        told.name,
        member(WindowKind, told.kind),
        targets,
        _when(told),
        told.overlap,
        told.note,
        tuple(told.paths),
        told.vertices,
        tuple(WindowSpan(each.start, each.end) for each in told.next),
    )


def read_checked(told: Union[calendar_pb2.SetWindowResponse, calendar_pb2.GetWindowResponse]) -> CheckedWindow:
    """What is told of a window with the jobs that it meets."""
    conflicts = tuple(_conflict(each) for each in told.conflicts)
    return CheckedWindow(read_window(told.window), conflicts, told.revision, told.incarnation)


def _when(told: calendar_pb2.Window) -> Optional[WindowTime]:
    if told.HasField("span"):
        return WindowSpan(told.span.start, told.span.end)
    if told.HasField("recurrence"):
        again = told.recurrence
        return Recurrence(again.start, again.duration, again.rule, again.time_zone)
    return FloatingLead(told.floating_lead) if told.HasField("floating_lead") else None


def _conflict(told: calendar_pb2.WindowConflict) -> WindowConflict:
    fate = member(OnConflict, told.fate)
    new_end = told.new_end if fate is OnConflict.TRUNCATE else None
    return WindowConflict(told.job_id, told.job_key, told.start, told.end, told.path, fate, new_end)
