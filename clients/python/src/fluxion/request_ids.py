"""How calls are named in the log and the journal of the server. Knows no connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Optional

KEY = "fluxion-request-id"
LONGEST = 64

_current: ContextVar[Optional[str]] = ContextVar(KEY, default=None)


@contextmanager
def request_id(id: str) -> Iterator[None]:
    """Names the calls that are begun inside, in this thread or task, with up to 64 printable ASCII characters.

    A call without a name gets one from the server; `FluxionError.request_id` tells it.
    """
    if not (1 <= len(id) <= LONGEST and all(" " <= letter <= "~" for letter in id)):
        raise ValueError(f"a request id has 1 to {LONGEST} printable ASCII characters: {id!r}")
    before = _current.set(id)
    try:
        yield
    finally:
        _current.reset(before)


def request_metadata() -> tuple[tuple[str, str], ...]:
    """The metadata of a call that is begun now."""
    id = _current.get()
    return () if id is None else ((KEY, id),)
