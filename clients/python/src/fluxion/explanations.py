"""Why a jobspec does not start now, or a job not earlier: what is asked, and what is told. Knows no calls and no connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional

from fluxion.named import Named, member
from fluxion.v1 import insight_pb2


class Verdict(Named):
    """What a match would come to that may reserve; UNSPECIFIED is not known, as the budget was spent before."""

    UNSPECIFIED = 0
    FITS_NOW = 1
    FITS_LATER = 2
    NOT_FORESEEN = 3
    NEVER = 4


class Cause(Named):
    """What keeps a jobspec from starting now: the first of these that does, each taken together with those before it."""

    UNSPECIFIED = 0
    SHAPE = 1
    CONSTRAINT = 2
    DOWN = 3
    WINDOW = 4
    BUSY = 5
    RESERVED = 6
    FRAGMENTED = 7
    LIMIT = 8


class Proof(Named):
    """How a cause is known: by counting, by search, or not, as the budget was spent before."""

    UNSPECIFIED = 0
    COUNTS = 1
    SEARCH = 2
    BUDGET = 3


class VertexReason(Named):
    """Why a vertex could not serve now: the first that applies, what is above it regarded."""

    UNSPECIFIED = 0
    TOO_SMALL = 1
    CONSTRAINT = 2
    DOWN = 3
    WINDOW = 4
    HELD = 5
    RESERVED = 6
    SHORT = 7
    FITS = 8


class PreemptionOutcome(Named):
    """What is known of the jobs that would have to go.

    NEEDED: without them the jobspec fits now, and none of them could stay while the others go. ENOUGH: without them it fits now;
    whether one of them could stay is not known. IN_VAIN: it does not fit now even if all jobs go that may. UNSPECIFIED: nothing.
    """

    UNSPECIFIED = 0
    NEEDED = 1
    ENOUGH = 2
    IN_VAIN = 3


@dataclass(frozen=True)
class Preempt:
    """Which jobs may be told to go, and what that costs whoever asks; a job whose cost is None stays. Nothing is taken from them."""

    costs: Mapping[int, Optional[int]] = field(default_factory=dict)
    others: Optional[int] = 1


@dataclass(frozen=True)
class Shortage:
    """A type of which too little is below some vertices."""

    type: str
    needed: int
    most_free: int
    vertices: int


@dataclass(frozen=True)
class Bucket:
    """The vertices of a level with one reason; `free_from` is when the first that is held or reserved is free for long enough."""

    reason: VertexReason
    count: int
    examples: tuple[str, ...] = ()
    free_from: Optional[int] = None
    shortages: tuple[Shortage, ...] = ()


@dataclass(frozen=True)
class Level:
    """What there is of the type of one element of a jobspec, say `resources[0].with[1]`; the counts of `buckets` come to `total`."""

    element: str
    type: str
    needed: int
    total: int
    buckets: tuple[Bucket, ...]
    alternative: bool = False


@dataclass(frozen=True)
class Blocker:
    """A job in the way, or a `window` of this name, whose `job_id` is None; `last` if no other one in the way ends later."""

    job_id: Optional[int]
    job_key: str
    start: int
    end: int
    vertices: int
    last: bool
    window: str = ""


@dataclass(frozen=True)
class Hint:
    """A change with which the jobspec fits now; one of these is set, `element` says of what there are so many."""

    duration_at_most: Optional[int] = None
    count_at_most: Optional[int] = None
    element: str = ""
    without_constraint: Optional[str] = None
    bring_up: Optional[str] = None
    without_window: Optional[str] = None


@dataclass(frozen=True)
class WhyNot:
    """Why one vertex is not used; `used` if the match would use it, now or later."""

    path: str
    element: str
    reason: VertexReason
    free_from: Optional[int]
    used: bool


@dataclass(frozen=True)
class PreemptedJob:
    """A job that would have to go."""

    job_id: int
    job_key: str
    cost: int


@dataclass(frozen=True)
class Preemption:
    """Which jobs would have to go so that a jobspec fits now, the cheapest first."""

    outcome: PreemptionOutcome
    jobs: tuple[PreemptedJob, ...]
    total_cost: int


@dataclass(frozen=True)
class Explanation:
    """Why a jobspec does not start now, or a job not earlier, when it does (`at`), and what would help.

    `sentence` says all of it to people. Unless it is `complete`, not everything was looked at or told; what is told is true.
    """

    verdict: Verdict
    at: Optional[int]
    cause: Cause
    proof: Proof
    levels: tuple[Level, ...]
    blockers: tuple[Blocker, ...]
    hints: tuple[Hint, ...]
    why_not: Optional[WhyNot]
    preemption: Optional[Preemption]
    sentence: str
    complete: bool
    revision: int
    incarnation: str
    seconds: float


def preempt_message(preempt: Preempt) -> insight_pb2.Preempt:
    """The message of what is asked of jobs."""
    costs = [insight_pb2.JobCost(job_id=job, cost=cost) for job, cost in preempt.costs.items()]
    return insight_pb2.Preempt(costs=costs, default_cost=preempt.others)


def read_explanation(told: insight_pb2.ExplainResponse) -> Explanation:
    """What an answer tells."""
    verdict = member(Verdict, told.verdict)
    return Explanation(
        verdict,
        told.at if verdict in (Verdict.FITS_NOW, Verdict.FITS_LATER) else None,
        member(Cause, told.cause),
        member(Proof, told.proof),
        tuple(_level(each) for each in told.levels),
        tuple(_blocker(each) for each in told.blockers),
        tuple(_hint(each) for each in told.hints),
        _why_not(told.why_not) if told.HasField("why_not") else None,
        _preemption(told.preemption) if told.HasField("preemption") else None,
        told.sentence,
        told.complete,
        told.revision,
        told.incarnation,
        told.seconds,
    )


def _level(level: insight_pb2.Level) -> Level:
    buckets = tuple(_bucket(each) for each in level.buckets)
    return Level(level.element, level.type, level.needed, level.total, buckets, level.alternative)


def _bucket(bucket: insight_pb2.Bucket) -> Bucket:
    return Bucket(
        member(VertexReason, bucket.reason),
        bucket.count,
        tuple(bucket.examples),
        bucket.free_from or None,
        tuple(Shortage(each.type, each.needed, each.most_free, each.vertices) for each in bucket.shortages),
    )


def _blocker(told: insight_pb2.Blocker) -> Blocker:
    job = told.job_id or None
    return Blocker(job, told.job_key, told.start, told.end, told.vertices, told.last, told.window)


def _hint(hint: insight_pb2.Hint) -> Hint:
    change = hint.WhichOneof("change")
    return Hint(element=hint.element, **({change: getattr(hint, change)} if change else {}))


def _why_not(told: insight_pb2.WhyNot) -> WhyNot:
    return WhyNot(told.path, told.element, member(VertexReason, told.reason), told.free_from or None, told.used)


def _preemption(told: insight_pb2.Preemption) -> Preemption:
    jobs = tuple(PreemptedJob(each.job_id, each.job_key, each.cost) for each in told.jobs)
    return Preemption(member(PreemptionOutcome, told.outcome), jobs, told.total_cost)
