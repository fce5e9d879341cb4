"""What a failed call raises: one class per reason, all of them a `grpc.RpcError`.

Knows gRPC status codes, and no calls.
"""

from __future__ import annotations

from typing import Any, Optional

import grpc

NOT_POSSIBLE = "Allocation was not possible"


class FluxionError(grpc.RpcError):
    """A call failed. `code()` and `details()` say why, as on any `grpc.RpcError`; `__cause__` is the original."""

    def __init__(self, call: str, code: grpc.StatusCode, details: str, cause: Optional[grpc.RpcError] = None) -> None:
        super().__init__(f"{call}: {details or 'no details'} ({code.name})")
        self.call = call
        self._code = code
        self._details = details
        self._cause = cause

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.call, self._code, self._details)

    def code(self) -> grpc.StatusCode:
        """The gRPC status code."""
        return self._code

    def details(self) -> str:
        """What the service says is wrong, and where."""
        return self._details

    def initial_metadata(self) -> Any:
        """The metadata before the answer."""
        return self._ask("initial_metadata")

    def trailing_metadata(self) -> Any:
        """The metadata after the answer."""
        return self._ask("trailing_metadata")

    def debug_error_string(self) -> Any:
        """What gRPC says about the failure beyond the details."""
        return self._ask("debug_error_string")

    def _ask(self, name: str) -> Any:
        method = getattr(self._cause, name, None)
        return method() if callable(method) else None


class InvalidArgumentError(FluxionError):
    """The graph, the policy, the jobspec or the operation is wrong (INVALID_ARGUMENT)."""


class NotReadyError(FluxionError):
    """No graph was loaded, or it lacks what the match format prints (FAILED_PRECONDITION)."""


class NotPossibleError(FluxionError):
    """Nothing fits the jobspec."""


class NotPossibleNowError(NotPossibleError):
    """Nothing fits now: try again later, or reserve (RESOURCE_EXHAUSTED)."""


class NeverPossibleError(NotPossibleError):
    """The jobspec can never run on this graph (OUT_OF_RANGE)."""


class LimitExceededError(FluxionError):
    """A message is too large, or the search too long (RESOURCE_EXHAUSTED)."""


class UnknownJobError(FluxionError):
    """There is no such job, or it was cancelled before (NOT_FOUND)."""


class UnavailableError(FluxionError):
    """The service cannot be reached (UNAVAILABLE)."""


class TimedOutError(FluxionError):
    """The timeout passed before the answer (DEADLINE_EXCEEDED)."""


_CLASSES = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidArgumentError,
    grpc.StatusCode.FAILED_PRECONDITION: NotReadyError,
    grpc.StatusCode.OUT_OF_RANGE: NeverPossibleError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: LimitExceededError,
    grpc.StatusCode.NOT_FOUND: UnknownJobError,
    grpc.StatusCode.UNAVAILABLE: UnavailableError,
    grpc.StatusCode.DEADLINE_EXCEEDED: TimedOutError,
}


def wrap(call: str, error: grpc.RpcError) -> FluxionError:
    """The error of this module for one of gRPC."""
    code = error.code()
    details = error.details() or ""
    chosen = _CLASSES.get(code, FluxionError)
    if chosen is LimitExceededError and details.startswith(NOT_POSSIBLE):
        chosen = NotPossibleNowError
    return chosen(call, code, details, error)
