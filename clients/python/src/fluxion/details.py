"""Reads the details of `google.rpc` that the status of a failed call carries. Knows no calls.

Source: the trailing metadata `grpc-status-details-bin`, a serialised `google.rpc.Status`, or the same bytes in an
answer of MatchMany.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Optional

from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from fluxion.explanations import Explanation, read_explanation
from fluxion.request_ids import KEY as REQUEST_ID
from fluxion.v1 import insight_pb2

KEY = "grpc-status-details-bin"
POSITION = re.compile(r"line (\d+),? column (\d+)")


@dataclass(frozen=True)
class FieldViolation:
    """A field that cannot be used; line and column, from 1, where it is a text and the place is known."""

    field: str
    description: str
    line: Optional[int] = None
    column: Optional[int] = None


@dataclass(frozen=True)
class PreconditionViolation:
    """Something that would have to hold first."""

    type: str
    subject: str
    description: str


@dataclass(frozen=True)
class ResourceInfo:
    """What was not found or is there already: its kind (`graph`, `job`, ...) and its name."""

    type: str
    name: str
    description: str


@dataclass(frozen=True)
class Details:
    """All that the status says beyond code and message."""

    violations: tuple[FieldViolation, ...] = ()
    preconditions: tuple[PreconditionViolation, ...] = ()
    resource: Optional[ResourceInfo] = None
    retry_delay: Optional[float] = None
    reason: Optional[str] = None
    reason_metadata: tuple[tuple[str, str], ...] = ()
    request_id: Optional[str] = None
    explanation: Optional[Explanation] = None


def read_details(trailing: Any, initial: Any = None) -> Details:
    """The details in the metadata of a call; empty where there are none."""
    told = {key: value for key, value in (*(initial or ()), *(trailing or ()))}
    return replace(parse_details(told.get(KEY, b"")), request_id=told.get(REQUEST_ID))


def parse_details(serialised: bytes) -> Details:
    """The details in a serialised `google.rpc.Status`; empty where they cannot be read."""
    try:
        return _details(status_pb2.Status.FromString(serialised))
    except DecodeError:
        return Details()


def _details(status: Any) -> Details:
    bad, failed = error_details_pb2.BadRequest(), error_details_pb2.PreconditionFailure()
    info, retry = error_details_pb2.ResourceInfo(), error_details_pb2.RetryInfo()
    error, why = error_details_pb2.ErrorInfo(), insight_pb2.ExplainResponse()
    has_info = has_retry = has_reason = has_why = False
    for detail in status.details:
        detail.Unpack(bad)
        detail.Unpack(failed)
        has_info = detail.Unpack(info) or has_info
        has_retry = detail.Unpack(retry) or has_retry
        has_reason = detail.Unpack(error) or has_reason
        has_why = detail.Unpack(why) or has_why
    return Details(
        tuple(_violation(each.field, each.description) for each in bad.field_violations),
        tuple(PreconditionViolation(each.type, each.subject, each.description) for each in failed.violations),
        ResourceInfo(info.resource_type, info.resource_name, info.description) if has_info else None,
        retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9 if has_retry else None,
        error.reason if has_reason else None,
        tuple(sorted(error.metadata.items())),
        explanation=read_explanation(why) if has_why else None,
    )


def _violation(field: str, description: str) -> FieldViolation:
    place = POSITION.search(description)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    return FieldViolation(field, description, line, column)
