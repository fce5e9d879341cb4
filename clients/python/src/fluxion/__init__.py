"""Client for Fluxion. `connect` and `connect_async` lead to all of it; `fluxion.client` has the three published calls.

The messages are in `fluxion.protos` and `fluxion.v1`, which are generated.
"""

from fluxion.async_server import AsyncGraph, AsyncServer, connect_async
from fluxion.model import (
    Clock,
    Durability,
    Expiry,
    ExportFormat,
    GraphFormat,
    HistoryRange,
    JobState,
    Match,
    MatchFailure,
    MatchRequest,
    Operation,
    Outcome,
    Progress,
    ResourceFormat,
    ResourceSet,
    ShrinkJobs,
    SlotRule,
    Status,
)
from fluxion.request_ids import request_id
from fluxion.server import Graph, Server, connect
from fluxion.watches import Cursor, GraphState, Watched
from fluxion.windows import FloatingLead, OnConflict, Recurrence, Window, WindowKind, WindowSpan, WindowTargets

__all__ = [
    "AsyncGraph",
    "AsyncServer",
    "Clock",
    "Cursor",
    "Durability",
    "Expiry",
    "ExportFormat",
    "FloatingLead",
    "Graph",
    "GraphFormat",
    "GraphState",
    "HistoryRange",
    "JobState",
    "Match",
    "MatchFailure",
    "MatchRequest",
    "OnConflict",
    "Operation",
    "Outcome",
    "Progress",
    "Recurrence",
    "ResourceFormat",
    "ResourceSet",
    "Server",
    "ShrinkJobs",
    "SlotRule",
    "Status",
    "Watched",
    "Window",
    "WindowKind",
    "WindowSpan",
    "WindowTargets",
    "connect",
    "connect_async",
    "request_id",
]
