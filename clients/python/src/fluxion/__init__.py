"""Client for Fluxion. `connect` and `connect_async` lead to all of it; `fluxion.client` has the three published calls.

The messages are in `fluxion.protos` and `fluxion.v1`, which are generated.
"""

from fluxion.async_server import AsyncGraph, AsyncServer, connect_async
from fluxion.explanations import Cause, Explanation, Preempt, PreemptionOutcome, Proof, Verdict, VertexReason
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
from fluxion.revisions import min_revision
from fluxion.server import Graph, Server, connect
from fluxion.watches import Cursor, GraphState, Watched
from fluxion.windows import FloatingLead, OnConflict, Recurrence, Window, WindowKind, WindowSpan, WindowTargets

__all__ = [
    "AsyncGraph",
    "AsyncServer",
    "Cause",
    "Clock",
    "Cursor",
    "Durability",
    "Expiry",
    "Explanation",
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
    "Preempt",
    "PreemptionOutcome",
    "Progress",
    "Proof",
    "Recurrence",
    "ResourceFormat",
    "ResourceSet",
    "Server",
    "ShrinkJobs",
    "SlotRule",
    "Status",
    "Verdict",
    "VertexReason",
    "Watched",
    "Window",
    "WindowKind",
    "WindowSpan",
    "WindowTargets",
    "connect",
    "connect_async",
    "min_revision",
    "request_id",
]
