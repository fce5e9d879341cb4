"""What a failed call raises: one class per kind of failure, all of them a `grpc.RpcError`; and what a client raises that is not
to be connected, which is a `ValueError`.

Knows gRPC status codes, and no calls.
"""

from __future__ import annotations

from typing import Any, Optional

import grpc

from fluxion.details import Details, FieldViolation, PreconditionViolation, ResourceInfo, read_details
from fluxion.explanations import Explanation

NOT_POSSIBLE = "Allocation was not possible"

NOTHING_FITS = "NOTHING_FITS"
QUEUE_FULL = "QUEUE_FULL"
FAILED_ATTEMPTS = "FAILED_ATTEMPTS"
NO_CREDENTIAL = "NO_CREDENTIAL"
WRONG_CREDENTIAL = "WRONG_CREDENTIAL"
EXPIRED_CREDENTIAL = "EXPIRED_CREDENTIAL"
ROLE_TOO_SMALL = "ROLE_TOO_SMALL"
GRAPH_OUT_OF_SCOPE = "GRAPH_OUT_OF_SCOPE"


class TargetError(ValueError):
    """The host names no service."""


class CredentialsError(ValueError):
    """A certificate, a key or the token cannot be used."""


class ClearTextTokenError(ValueError):
    """The token would go to another machine without TLS, where others could read it; nothing was sent."""


class FluxionError(grpc.RpcError):
    """A call failed. `code()` and `details()` say why, as on any `grpc.RpcError`; `__cause__` is the original."""

    def __init__(
        self,
        call: str,
        code: grpc.StatusCode,
        details: str,
        cause: Optional[grpc.RpcError] = None,
        more: Details = Details(),
    ) -> None:
        super().__init__(f"{call}: {details or 'no details'} ({code.name})")
        self.call = call
        self._code = code
        self._details = details
        self._cause = cause
        self._more = more

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.call, self._code, self._details, None, self._more)

    def code(self) -> grpc.StatusCode:
        """The gRPC status code."""
        return self._code

    def details(self) -> str:
        """What the service says is wrong, and where."""
        return self._details

    @property
    def violations(self) -> tuple[FieldViolation, ...]:
        """The fields that cannot be used, and why."""
        return self._more.violations

    @property
    def preconditions(self) -> tuple[PreconditionViolation, ...]:
        """What would have to hold first."""
        return self._more.preconditions

    @property
    def resource(self) -> Optional[ResourceInfo]:
        """What was not found or is there already."""
        return self._more.resource

    @property
    def retry_delay(self) -> Optional[float]:
        """Seconds after which trying again may help; None if it will not."""
        return self._more.retry_delay

    @property
    def reason(self) -> Optional[str]:
        """Why something is exhausted, NOTHING_FITS (nothing is free now), QUEUE_FULL, TOO_LARGE, ...; or the caller refused."""
        return self._more.reason

    @property
    def reason_metadata(self) -> dict[str, str]:
        """What the reason is about, by names such as `role`."""
        return dict(self._more.reason_metadata)

    @property
    def explanation(self) -> Optional[Explanation]:
        """Why a match was refused, if it was asked to `explain`."""
        return self._more.explanation

    @property
    def request_id(self) -> Optional[str]:
        """The name of the request in the log and the journal of the server; None if it did not get there."""
        return self._more.request_id

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
    """Nothing fits now; it may when a job is cancelled, or what is down comes back (RESOURCE_EXHAUSTED)."""


class NeverPossibleError(NotPossibleError):
    """The jobspec can never run on this graph (OUT_OF_RANGE)."""


class LimitExceededError(FluxionError):
    """A limit of the server is reached, say of sizes, searches or waiting requests (RESOURCE_EXHAUSTED); `reason` says which."""


class NotFoundError(FluxionError):
    """Something that a call names is not there (NOT_FOUND); `resource` says what."""


class UnknownGraphError(NotFoundError):
    """There is no graph of this name."""


class UnknownJobError(NotFoundError):
    """There is no such job, or it was cancelled before or has ended (NOT_FOUND)."""


class UnknownWindowError(NotFoundError):
    """There is no window of this name."""


class AlreadyExistsError(FluxionError):
    """There is a graph of this name, or a live job of this number or key (ALREADY_EXISTS)."""


class PreconditionError(FluxionError):
    """A job or a window is in the way, or a job does not hold what the call is about (FAILED_PRECONDITION); `preconditions` says which."""


class UnauthenticatedError(FluxionError):
    """The server does not know who calls (UNAUTHENTICATED); `reason` says why."""


class PermissionDeniedError(FluxionError):
    """The caller may not do this (PERMISSION_DENIED); `reason` and `reason_metadata` say why."""


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
    grpc.StatusCode.UNAUTHENTICATED: UnauthenticatedError,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDeniedError,
    grpc.StatusCode.UNAVAILABLE: UnavailableError,
    grpc.StatusCode.DEADLINE_EXCEEDED: TimedOutError,
}

_V1_CLASSES = {
    **_CLASSES,
    grpc.StatusCode.FAILED_PRECONDITION: PreconditionError,
    grpc.StatusCode.NOT_FOUND: NotFoundError,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExistsError,
}

_UNKNOWN = {"graph": UnknownGraphError, "job": UnknownJobError, "window": UnknownWindowError}


def wrap(call: str, error: grpc.RpcError) -> FluxionError:
    """The error of this module for one of gRPC."""
    more = _more(error)
    code, text = error.code(), error.details() or ""
    chosen = _CLASSES.get(code, FluxionError)
    if chosen is LimitExceededError and _is_for_now(text, more):
        chosen = NotPossibleNowError
    return chosen(call, code, text, error, more)


def _more(error: grpc.RpcError) -> Details:
    """What the metadata tell."""
    initial = getattr(error, "initial_metadata", tuple)
    return read_details(error.trailing_metadata(), initial())


def _is_for_now(text: str, more: Details) -> bool:
    """Whether nothing is free now; published services give no reason, but a text."""
    return more.reason == NOTHING_FITS or (more.reason is None and text.startswith(NOT_POSSIBLE))


def wrap_v1(call: str, error: grpc.RpcError) -> FluxionError:
    """The error of this module for one of gRPC that a call of `fluxion.v1` raised."""
    more = _more(error)
    code, text = error.code(), error.details() or ""
    return _v1_class(code, text, more)(call, code, text, error, more)


def failed_match(code: grpc.StatusCode, text: str, more: Details) -> FluxionError:
    """The error of a match of many, which an answer tells."""
    return _v1_class(code, text, more)("match", code, text, None, more)


def _v1_class(code: grpc.StatusCode, text: str, more: Details) -> type[FluxionError]:
    chosen = _V1_CLASSES.get(code, FluxionError)
    if chosen is LimitExceededError and _is_for_now(text, more):
        return NotPossibleNowError
    if chosen is NotFoundError and more.resource is not None:
        return _UNKNOWN.get(more.resource.type, NotFoundError)
    return chosen
