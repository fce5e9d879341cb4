"""The calls of `fluxion.v1` as values: which method, which message, how to read the answer. Knows no connections.

The clients, sync and asyncio, differ only in how they carry a call out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Callable, Generic, Optional, TypeVar, Union

import grpc

from fluxion import explanations, model, requests
from fluxion.details import parse_details
from fluxion.named import member
from fluxion.v1 import (
    calendar_pb2_grpc,
    graphs_pb2,
    graphs_pb2_grpc,
    insight_pb2,
    insight_pb2_grpc,
    jobs_pb2,
    jobs_pb2_grpc,
    resources_pb2,
    resources_pb2_grpc,
)

T = TypeVar("T")


class Stubs:
    """The services on one connection."""

    def __init__(self, channel: Any) -> None:
        self.graphs: Any = graphs_pb2_grpc.GraphServiceStub(channel)
        self.jobs: Any = jobs_pb2_grpc.JobServiceStub(channel)
        self.resources: Any = resources_pb2_grpc.ResourceServiceStub(channel)
        self.insight: Any = insight_pb2_grpc.InsightServiceStub(channel)
        self.calendar: Any = calendar_pb2_grpc.CalendarServiceStub(channel)


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call with one answer; `name` is what errors call it."""

    name: str
    method: Callable[[Stubs], Callable[..., Any]]
    request: Any
    read: Callable[[Any], T]


def job_reference(id: Optional[int], key: Optional[str]) -> jobs_pb2.JobReference:
    """A job by number or by key; ValueError unless it is one of them."""
    if (id is None) == (key is None):
        raise ValueError("a job is named by its number or by key=, and not by both")
    return jobs_pb2.JobReference(job_id=id) if id is not None else jobs_pb2.JobReference(job_key=key or "")


def target(path: Optional[str], ranks: Union[str, Iterable[int], None]) -> resources_pb2.Target:
    """Vertices by path or by ranks; ValueError unless it is one of them."""
    if (path is None) == (ranks is None):
        raise ValueError("vertices are named by path= or by ranks=, and not by both")
    if ranks is None:
        return resources_pb2.Target(path=path or "")
    return resources_pb2.Target(ranks=ranks if isinstance(ranks, str) else ",".join(map(str, ranks)))


def resource_set(resources: model.Resources, format: Optional[model.ResourceFormat]) -> jobs_pb2.ResourceSet:
    """The message of a resource set; `format` wins over that of the set."""
    if isinstance(resources, model.ResourceSet):
        chosen = resources.format if format is None else model.ResourceFormat(format)
        return jobs_pb2.ResourceSet(format=chosen, text=resources.text)  # type: ignore[arg-type]
    return jobs_pb2.ResourceSet(format=model.ResourceFormat(format or 0), text=requests.read(resources))  # type: ignore[arg-type]


def create_header(
    name: str, options: model.GraphOptions, replace: bool, text_bytes: Optional[int], request_key: str, incarnation: str
) -> graphs_pb2.CreateGraphRequest:
    """The first message of a CreateGraph."""
    message = graphs_pb2.GraphOptions(
        format=model.GraphFormat(options.format),  # type: ignore[arg-type]
        policy=options.policy,
        traverser=options.traverser,
        prune_filters=options.prune_filters,
        subsystems=options.subsystems,
        resource_format=model.ResourceFormat(options.resource_format),  # type: ignore[arg-type]
        allowlist=options.allowlist,
        slots=model.SlotRule(options.slots),  # type: ignore[arg-type]
        max_visits=options.max_visits,
        clock=model.Clock(options.clock),  # type: ignore[arg-type]
        expiry=model.Expiry(options.expiry),  # type: ignore[arg-type]
    )
    header = graphs_pb2.CreateGraphHeader(
        name=name,
        options=message,
        replace=replace,
        text_bytes=text_bytes or 0,
        request_key=request_key,
        incarnation=incarnation,
    )
    return graphs_pb2.CreateGraphRequest(header=header)


def read_progress(event: graphs_pb2.CreateGraphResponse) -> Optional[model.Progress]:
    """What an event of CreateGraph tells; None for the last one."""
    if event.HasField("graph"):
        return None
    if event.HasField("loading"):
        return model.Progress(event.loading.text_bytes, loading=True)
    return model.Progress(event.received_bytes)


def list_graphs() -> Call[list[model.GraphInfo]]:
    """ListGraphs."""
    message = graphs_pb2.ListGraphsRequest()
    return Call("graphs", lambda s: s.graphs.ListGraphs, message, lambda a: [_graph(each) for each in a.graphs])


def get_graph(name: str) -> Call[model.GraphInfo]:
    """GetGraph."""
    return Call("info", lambda s: s.graphs.GetGraph, graphs_pb2.GetGraphRequest(name=name), _graph)


def get_time(name: str) -> Call[model.GraphTime]:
    """GetTime."""
    return Call(
        "time",
        lambda s: s.graphs.GetTime,
        graphs_pb2.GetTimeRequest(name=name),
        lambda a: model.GraphTime(member(model.Clock, a.clock), a.now, a.revision, a.incarnation),
    )


def fork_graph(graph: str, name: str, seconds: Optional[float]) -> Call[str]:
    """Fork; the name of the copy."""
    whole = 0 if seconds is None else max(1, math.ceil(seconds))
    message = graphs_pb2.ForkRequest(graph=graph, name=name, seconds=whole)
    return Call("fork", lambda s: s.graphs.Fork, message, lambda a: a.name)


def export_request(name: str, format: model.ExportFormat) -> graphs_pb2.ExportGraphRequest:
    """The message of an ExportGraph."""
    return graphs_pb2.ExportGraphRequest(name=name, format=model.ExportFormat(format))  # type: ignore[arg-type]


def read_export(answers: Sequence[graphs_pb2.ExportGraphResponse]) -> model.Export:
    """All answers of an ExportGraph as one text."""
    text = b"".join(answer.text for answer in answers).decode()
    last = answers[-1] if answers else graphs_pb2.ExportGraphResponse()
    return model.Export(text, last.revision, last.incarnation)


def snapshot_graph(name: str) -> Call[int]:
    """SnapshotGraph."""
    message = graphs_pb2.SnapshotGraphRequest(name=name)
    return Call("snapshot", lambda s: s.graphs.SnapshotGraph, message, lambda a: a.revision)


def drop_graph(name: str, request_key: str) -> Call[None]:
    """DropGraph."""
    message = graphs_pb2.DropGraphRequest(name=name, request_key=request_key)
    return Call("drop", lambda s: s.graphs.DropGraph, message, lambda _: None)


def match_message(graph: str, request: model.MatchRequest, incarnation: str) -> jobs_pb2.MatchRequest:
    """The message of a Match; reads the jobspec if it is a file."""
    return jobs_pb2.MatchRequest(
        graph=graph,
        operation=model.Operation(request.operation),  # type: ignore[arg-type]
        jobspec=requests.read(request.jobspec),
        resource_format=model.ResourceFormat(request.format),  # type: ignore[arg-type]
        now=request.now,
        windows=request.windows,
        inside_windows=request.inside_windows,
        job_key=request.job_key,
        request_key=request.request_key,
        policy=request.policy,
        max_visits=request.max_visits,
        explain=request.explain,
        incarnation=incarnation,
    )


def match(graph: str, request: model.MatchRequest, incarnation: str) -> Call[model.Match]:
    """Match."""
    return Call("match", lambda s: s.jobs.Match, match_message(graph, request, incarnation), _match)


def read_answer(answer: jobs_pb2.MatchManyResponse) -> Union[model.Match, model.MatchFailure]:
    """One answer of MatchMany."""
    if answer.HasField("match"):
        return _match(answer.match)
    codes = {code.value[0]: code for code in grpc.StatusCode}
    code = codes.get(answer.failure.code, grpc.StatusCode.UNKNOWN)
    return model.MatchFailure(code, answer.failure.message, parse_details(answer.failure.status_details))


def cancel(graph: str, job: jobs_pb2.JobReference, request_key: str) -> Call[model.Cancelled]:
    """Cancel."""
    message = jobs_pb2.CancelRequest(graph=graph, job=job, request_key=request_key)
    return Call(
        "cancel",
        lambda s: s.jobs.Cancel,
        message,
        lambda a: model.Cancelled(a.job_id, a.released, a.revision, a.incarnation),
    )


def partial_cancel(
    graph: str, job: jobs_pb2.JobReference, resources: jobs_pb2.ResourceSet, request_key: str
) -> Call[model.PartlyCancelled]:
    """PartialCancel."""
    message = jobs_pb2.PartialCancelRequest(graph=graph, job=job, resources=resources, request_key=request_key)
    return Call(
        "partial_cancel",
        lambda s: s.jobs.PartialCancel,
        message,
        lambda a: model.PartlyCancelled(a.job_id, a.cancelled, a.revision, a.incarnation),
    )


def retime(
    graph: str,
    job: jobs_pb2.JobReference,
    end: Optional[int],
    duration: Optional[int],
    later_by: Optional[int],
    request_key: str,
) -> Call[model.Retimed]:
    """Retime; ValueError unless the new end is told in one way."""
    if [end, duration, later_by].count(None) != 2:
        raise ValueError("the new end of a job is one of end=, duration= and later_by=")
    message = jobs_pb2.RetimeRequest(
        graph=graph, job=job, end=end, duration=duration, later_by=later_by, request_key=request_key
    )
    return Call(
        "retime",
        lambda s: s.jobs.Retime,
        message,
        lambda a: model.Retimed(a.job_id, a.start, a.end, a.revision, a.incarnation),
    )


def update(message: jobs_pb2.UpdateRequest) -> Call[model.Updated]:
    """Update."""
    return Call(
        "update",
        lambda s: s.jobs.Update,
        message,
        lambda a: model.Updated(a.job_id, _resources(a.resources), a.revision, a.incarnation),
    )


def list_jobs(
    graph: str,
    states: Sequence[model.JobState],
    unconfirmed: bool,
    history: Optional[model.HistoryRange],
    incarnation: str,
    page_size: int,
    page_token: str,
) -> Call[tuple[list[model.Job], str]]:
    """One page of ListJobs, and the token of the next."""
    message = jobs_pb2.ListJobsRequest(
        graph=graph,
        states=states,  # type: ignore[arg-type]
        page_size=page_size,
        page_token=page_token,
        unconfirmed=unconfirmed,
        history=None if history is None else jobs_pb2.HistoryRange(since=history.since, until=history.until),
        incarnation="" if history is None else incarnation,
    )
    return Call(
        "jobs", lambda s: s.jobs.ListJobs, message, lambda a: ([_job(each) for each in a.jobs], a.next_page_token)
    )


def get_job(graph: str, job: jobs_pb2.JobReference) -> Call[model.Job]:
    """GetJob."""
    return Call("job", lambda s: s.jobs.GetJob, jobs_pb2.GetJobRequest(graph=graph, job=job), _job)


def explain(
    graph: str,
    jobspec: requests.Text,
    now: int,
    policy: str,
    hints: bool,
    examples: int,
    max_visits: int,
    why_not: Optional[str],
    preempt: Optional[explanations.Preempt],
    windows: Iterable[str],
) -> Call[explanations.Explanation]:
    """Explain of a jobspec; reads it if it is a file."""
    message = insight_pb2.ExplainRequest(
        graph=graph,
        jobspec=requests.read(jobspec),
        now=now,
        policy=policy,
        windows=windows,
        hints=hints,
        examples=examples,
        budget_visits=max_visits,
        why_not=None if why_not is None else resources_pb2.Target(path=why_not),
        preempt=None if preempt is None else explanations.preempt_message(preempt),
    )
    return Call("explain", lambda s: s.insight.Explain, message, explanations.read_explanation)


def explain_job(graph: str, job: jobs_pb2.JobReference, now: int) -> Call[explanations.Explanation]:
    """Explain of a job."""
    message = insight_pb2.ExplainRequest(graph=graph, job=job, now=now)
    return Call("explain_job", lambda s: s.insight.Explain, message, explanations.read_explanation)


def find(graph: str, criteria: str, now: int) -> Call[model.Found]:
    """Find."""
    message = resources_pb2.FindRequest(graph=graph, criteria=criteria, now=now)
    return Call(
        "find",
        lambda s: s.resources.Find,
        message,
        lambda a: model.Found(_resources(a.resources), a.revision, a.incarnation),
    )


def get_status(graph: str, where: resources_pb2.Target) -> Call[list[model.VertexStatus]]:
    """GetStatus."""
    message = resources_pb2.GetStatusRequest(graph=graph, target=where)

    def read(answer: resources_pb2.GetStatusResponse) -> list[model.VertexStatus]:
        return [model.VertexStatus(each.path, member(model.Status, each.status)) for each in answer.vertices]

    return Call("status", lambda s: s.resources.GetStatus, message, read)


def set_status(
    graph: str, where: resources_pb2.Target, status: model.Status, subtree: bool, request_key: str
) -> Call[model.Change]:
    """SetStatus."""
    message = resources_pb2.SetStatusRequest(
        graph=graph,
        target=where,
        status=model.Status(status),  # type: ignore[arg-type]
        subtree=subtree,
        request_key=request_key,
    )
    return Call("set_status", lambda s: s.resources.SetStatus, message, _change)


def get_properties(graph: str, path: str) -> Call[dict[str, str]]:
    """GetProperties."""
    message = resources_pb2.GetPropertiesRequest(graph=graph, path=path)
    return Call("properties", lambda s: s.resources.GetProperties, message, lambda a: dict(a.properties))


def set_property(graph: str, path: str, key: str, value: str, request_key: str) -> Call[model.Change]:
    """SetProperty."""
    message = resources_pb2.SetPropertyRequest(graph=graph, path=path, key=key, value=value, request_key=request_key)
    return Call("set_property", lambda s: s.resources.SetProperty, message, _change)


def grow(graph: str, jgf: requests.Text, request_key: str) -> Call[model.Change]:
    """Grow; reads the subgraph if it is a file."""
    message = resources_pb2.GrowRequest(graph=graph, jgf=requests.read(jgf), request_key=request_key)
    return Call("grow", lambda s: s.resources.Grow, message, _change)


def shrink(
    graph: str, where: resources_pb2.Target, jobs: model.ShrinkJobs, request_key: str
) -> Call[model.Change]:
    """Shrink."""
    message = resources_pb2.ShrinkRequest(
        graph=graph,
        target=where,
        jobs=model.ShrinkJobs(jobs),  # type: ignore[arg-type]
        request_key=request_key,
    )
    return Call("shrink", lambda s: s.resources.Shrink, message, _change)


def get_stats(graph: str) -> Call[model.Stats]:
    """GetStats."""
    return Call("stats", lambda s: s.resources.GetStats, resources_pb2.GetStatsRequest(graph=graph), _stats)


def _graph(graph: graphs_pb2.Graph) -> model.GraphInfo:
    options = model.GraphOptions(
        member(model.GraphFormat, graph.options.format),
        graph.options.policy,
        graph.options.traverser,
        graph.options.prune_filters,
        graph.options.subsystems,
        member(model.ResourceFormat, graph.options.resource_format),
        tuple(graph.options.allowlist),
        member(model.SlotRule, graph.options.slots),
        graph.options.max_visits,
        member(model.Clock, graph.options.clock),
        member(model.Expiry, graph.options.expiry),
    )
    fork = None
    if graph.HasField("fork"):
        fork = model.Fork(graph.fork.origin, graph.fork.incarnation, graph.fork.revision, graph.fork.until)
    return model.GraphInfo(
        graph.name, options, graph.revision, graph.vertices, graph.edges, graph.live_jobs, graph.incarnation, fork
    )


def _resources(resources: jobs_pb2.ResourceSet) -> model.ResourceSet:
    return model.ResourceSet(resources.text, member(model.ResourceFormat, resources.format))


def _match(answer: jobs_pb2.MatchResponse) -> model.Match:
    return model.Match(
        answer.job_id or None,
        member(model.Outcome, answer.outcome),
        answer.at,
        _resources(answer.resources) if answer.HasField("resources") else None,
        answer.revision,
        answer.overhead,
        answer.incarnation,
    )


def _job(job: jobs_pb2.Job) -> model.Job:
    resources = _resources(job.resources) if job.HasField("resources") else None
    told = job.unconfirmed
    unconfirmed = model.Unconfirmed(told.seconds, told.request_key, dict(told.held))
    return model.Job(
        job.job_id,
        job.job_key,
        member(model.JobState, job.state),
        job.start,
        job.end,
        resources,
        unconfirmed if job.HasField("unconfirmed") else None,
        job.booked_at if job.HasField("booked_at") else None,
        job.ended_at if job.HasField("ended_at") else None,
        model.HeldUpBy(job.held_up_by.job_id or None) if job.HasField("held_up_by") else None,
        job.overruns,
        tuple(job.holds_up),
    )


def _change(answer: Any) -> model.Change:
    return model.Change(answer.vertices, answer.revision, answer.incarnation)


def _stats(answer: resources_pb2.GetStatsResponse) -> model.Stats:
    others = ("vertices_by_type", "durability")
    names = [field.name for field in answer.DESCRIPTOR.fields if field.name not in others]
    known = {name: getattr(answer, name) for name in names if name in model.Stats.__dataclass_fields__}
    durability = member(model.Durability, answer.durability)
    return model.Stats(**known, vertices_by_type=dict(answer.vertices_by_type), durability=durability)
