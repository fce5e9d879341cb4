"""Which revision of a graph answers are to be of. Knows no connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Optional

KEY = "fluxion-min-revision"

_least: ContextVar[Optional[int]] = ContextVar(KEY, default=None)


@contextmanager
def min_revision(revision: int) -> Iterator[None]:
    """Lets the calls that are begun inside, in this thread or task, see a graph as it was at this revision or a later one, as far as
    they only look at it.

    They fail with FAILED_PRECONDITION if no such revision is on its way. The `revision` of an answer, or of an event, goes here; 0 is for
    any revision, whatever changes the client has on their way.
    """
    if revision < 0:
        raise ValueError(f"a revision is no negative number: {revision}")
    before = _least.set(revision)
    try:
        yield
    finally:
        _least.reset(before)


def revision_metadata() -> tuple[tuple[str, str], ...]:
    """The metadata of a call that is begun now."""
    least = _least.get()
    return () if least is None else ((KEY, str(least)),)
