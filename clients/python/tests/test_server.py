"""Every call of `fluxion.v1`, by both clients, against the real server.

The machine has 4 sockets with 18 cores each.
"""

import asyncio
import io
import json
import pathlib
import pickle
import socket

import grpc
import pytest

import fluxion
from fluxion import (
    Durability,
    ExportFormat,
    GraphFormat,
    HistoryRange,
    JobState,
    MatchFailure,
    MatchRequest,
    Operation,
    Outcome,
    Progress,
    ResourceFormat,
    ResourceSet,
    ShrinkJobs,
    Status,
    details,
    errors,
)
from fluxion.client import FluxionClient

CORES = """
version: 1
resources: [{type: slot, count: %d, label: default, with: [{type: core, count: 1}]}]
tasks: [{command: [app], slot: default, count: {per_slot: 1}}]
attributes: {system: {duration: 60}}
"""

RACK = "/tiny0/rack0"
NODE = "/tiny0/rack0/node0"


def below(text, path):
    """What of a JGF text lies at a path and below it."""
    graph = json.loads(text)["graph"]
    nodes = [node for node in graph["nodes"] if node["metadata"]["paths"]["containment"].startswith(path)]
    names = {node["id"] for node in nodes}
    edges = [edge for edge in graph["edges"] if {edge["source"], edge["target"]} <= names]
    return json.dumps({"graph": {"nodes": nodes, "edges": edges}})


def give_back(g, root):
    jobspec = root / "examples/two_nodes.yaml"
    resources = g.match(jobspec, job_key="two", format=ResourceFormat.JGF).resources
    part = g.partial_cancel(below(resources.text, NODE), key="two", format=ResourceFormat.JGF)
    rest = g.partial_cancel(ResourceSet(below(resources.text, "/tiny0/rack0/node1"), ResourceFormat.JGF), part.job_id)
    return part.cancelled, rest.cancelled, [job.state for job in g.jobs()]


def book_again(g, _):
    first = g.match(CORES % 2, format=ResourceFormat.JGF)
    g.cancel(first.job_id)
    booked = g.update(70, first.resources, duration=10, start=5, job_key="again")
    job = g.job(key="again")
    return booked.job_id, job.start, job.end, job.resources == booked.resources


def change_status(g, _):
    changed = g.set_status(Status.DOWN, path=NODE, subtree=True).vertices
    return changed, [each.status for each in g.status(path=NODE)], [each.status for each in g.status(path=RACK)]


def change_property(g, _):
    return g.set_property(RACK, "room", "7").vertices, g.properties(RACK)


def shrink_under_a_job(g, root):
    g.match(root / "examples/two_nodes.yaml")
    with pytest.raises(errors.PreconditionError) as caught:
        g.shrink(path=NODE)
    released = g.shrink(path=NODE, jobs=ShrinkJobs.RELEASE)
    return caught.value.preconditions[0].type, released.vertices


def figures(g, _):
    g.match(CORES % 1)
    stats = g.stats()
    return stats.vertices, stats.vertices_by_type["core"], stats.allocated, stats.matches_succeeded, stats.canceled


def repeat(g, _):
    first, second = (g.match(CORES % 1, request_key="r") for _ in range(2))
    return first == second, len(list(g.jobs()))


def repeat_of_graphs(g, root):
    def make():
        return g.server.create_graph("again", root / "examples/cluster.json", request_key=f"c-{g.name}", replace=True)

    make().match(CORES % 1)
    again = make()
    live = again.info().live_jobs
    for _ in range(2):
        again.drop(request_key=f"d-{g.name}")
    return live


def incarnations(g, root):
    def refusal(change):
        with pytest.raises(errors.PreconditionError) as refused:
            change()
        return refused.value.preconditions[0].type

    first = g.info().incarnation
    meant = g.server.graph(g.name, incarnation=first)
    told = {meant.match(CORES % 1).incarnation, meant.cancel(1).incarnation, meant.stats().incarnation}
    text = root / "examples/cluster.json"
    g.server.create_graph(g.name, text, replace=True, incarnation=first)
    changes = (lambda: meant.match(CORES % 1), lambda: meant.grow("{}"), lambda: meant.drop())
    refused = {refusal(change) for change in changes}
    many = [answer.code for answer in meant.match_many([CORES % 1])]
    return told == {first}, refused, many, g.info().incarnation != first


def unconfirmed(g, _):
    g.match(CORES % 2, request_key="r")
    (job,) = g.jobs(unconfirmed=True)
    told = job.unconfirmed
    g.job(1)
    return told.request_key, dict(told.held), told.seconds >= 0, list(g.jobs(unconfirmed=True))


def past_of_a_server_in_memory(g, _):
    with pytest.raises(errors.PreconditionError) as refused:
        list(g.jobs(history=HistoryRange(since=0.0)))
    return refused.value.preconditions[0].type, g.stats().durability


def list_jobs(g, _):
    list(g.match_many([CORES % 1] * 5))
    g.cancel(2)
    every = [job.job_id for job in g.jobs(page_size=2)]
    return every, [job.job_id for job in g.jobs(JobState.CANCELED)], [job.job_id for job in g.jobs(JobState.RESERVED)]


def many(g, _):
    requests = [CORES % 1, MatchRequest(CORES % 73, job_key="k"), "version: [", MatchRequest(CORES % 71, now=3)]
    answers = list(g.match_many(iter(requests)))
    return [each.code.name if isinstance(each, MatchFailure) else each.job_id for each in answers]


def export(g, _):
    exported = g.export()
    return len(json.loads(exported.text)["graph"]["nodes"]), exported.revision


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda g, _: (g.info().vertices, g.info().options.policy, g.info().options.format, g.info().options.slots), (100, "low", 1, 2)),
        (lambda g, _: g.info().name in [each.name for each in g.server.graphs()], True),
        (export, (100, 1)),
        (lambda g, _: g.export(ExportFormat.DOT).text[:7], "digraph"),
        (lambda g, _: b"".join(g.export_pieces()).decode() == g.export().text, True),
        (lambda g, _: "<graphml" in g.export(ExportFormat.GRAPHML).text, True),
        (many, [1, "RESOURCE_EXHAUSTED", "INVALID_ARGUMENT", 3]),
        (lambda g, _: (g.match(CORES % 1).job_id, g.cancel(1).released > 0), (1, True)),
        (lambda g, _: (g.match(CORES % 1, job_key="a").job_id, g.cancel(key="a").job_id), (1, 1)),
        (give_back, (False, True, [JobState.CANCELED])),
        (book_again, (70, 5, 15, True)),
        (unconfirmed, ("r", {"core": 2}, True, [])),
        (past_of_a_server_in_memory, ("MEMORY_ONLY", Durability.MEMORY)),
        (list_jobs, ([1, 2, 3, 4, 5], [2], [])),
        (lambda g, _: (g.match(CORES % 1).job_id, g.job(1).state, g.job(1).end), (1, JobState.ALLOCATED, 60)),
        (lambda g, _: g.find("status=down").resources.text, ""),
        (lambda g, _: "core" in g.find("sched-now=free").resources.text, True),
        (change_status, (49, [Status.DOWN], [Status.UP])),
        (change_property, (1, {"room": "7"})),
        (lambda g, root: g.grow(root / "examples/node2.json").vertices, 4),
        (shrink_under_a_job, ("HELD", 49)),
        (figures, (100, 72, 1, 1, 0)),
        (repeat, (True, 1)),
        (repeat_of_graphs, 1),
        (incarnations, (True, {"OTHER_INCARNATION"}, [grpc.StatusCode.FAILED_PRECONDITION], True)),
    ],
)
def test_every_call(machine, root, call, expected):
    assert call(machine, root) == expected


@pytest.mark.parametrize(
    ("operation", "outcome", "booked"),
    [
        (Operation.ALLOCATE, Outcome.ALLOCATED, True),
        (Operation.ALLOCATE_ORELSE_RESERVE, Outcome.ALLOCATED, True),
        (Operation.ALLOCATE_WITH_SATISFIABILITY, Outcome.ALLOCATED, True),
        (Operation.SATISFIABILITY, Outcome.SATISFIABLE, False),
        (Operation.WITHOUT_ALLOCATING, Outcome.MATCHED, False),
        (Operation.WITHOUT_ALLOCATING_FUTURE, Outcome.MATCHED, False),
    ],
)
def test_every_operation(machine, operation, outcome, booked):
    matched = machine.match(CORES % 1, operation)
    assert (matched.outcome, matched.job_id is not None, len(list(machine.jobs()))) == (outcome, booked, booked)
    assert (matched.resources is None) == (outcome is Outcome.SATISFIABLE)


def test_a_reservation_a_policy_and_a_format(machine):
    by_low, by_high = (
        machine.match(CORES % 1, Operation.WITHOUT_ALLOCATING, policy=policy, format=ResourceFormat.SIMPLE)
        for policy in ("low", "high")
    )
    assert by_low.resources.text != by_high.resources.text
    machine.match(CORES % 72, now=5)
    reserved = machine.match(CORES % 1, Operation.ALLOCATE_ORELSE_RESERVE, now=6)
    assert (reserved.outcome, reserved.at) == (Outcome.RESERVED, 65)


@pytest.mark.parametrize(
    ("call", "error", "code", "more"),
    [
        (lambda g: g.server.create_graph(g.name, "{}"), errors.AlreadyExistsError, "ALREADY_EXISTS", "graph"),
        (lambda g: g.server.create_graph("a b", "{}"), errors.InvalidArgumentError, "INVALID_ARGUMENT", "header.name"),
        (lambda g: g.server.create_graph("a", "{\n?"), errors.InvalidArgumentError, "INVALID_ARGUMENT", ("text", 2, 1)),
        (lambda g: g.server.graph("no").info(), errors.UnknownGraphError, "NOT_FOUND", "graph"),
        (lambda g: g.server.graph("no").export(), errors.UnknownGraphError, "NOT_FOUND", "graph"),
        (lambda g: list(g.server.graph("no").export_pieces()), errors.UnknownGraphError, "NOT_FOUND", "graph"),
        (lambda g: g.server.graph("no").drop(), errors.UnknownGraphError, "NOT_FOUND", "graph"),
        (lambda g: g.server.graph("no").stats(), errors.UnknownGraphError, "NOT_FOUND", "graph"),
        (lambda g: list(g.server.graph("no").jobs()), errors.UnknownGraphError, "NOT_FOUND", "graph"),
        (lambda g: g.match("version: 1\nb: c: d"), errors.InvalidArgumentError, "INVALID_ARGUMENT", ("jobspec", 2, 5)),
        (lambda g: g.match(CORES % 1, policy="best"), errors.InvalidArgumentError, "INVALID_ARGUMENT", "policy"),
        (lambda g: g.match(CORES % 73), errors.NotPossibleNowError, "RESOURCE_EXHAUSTED", 1.0),
        (lambda g: g.match(CORES % 1, max_visits=1), errors.LimitExceededError, "RESOURCE_EXHAUSTED", None),
        (lambda g: g.match(CORES % 73, Operation.SATISFIABILITY), errors.NeverPossibleError, "OUT_OF_RANGE", None),
        (
            lambda g: [g.match(CORES % 1, job_key="a") for _ in range(2)],
            errors.AlreadyExistsError,
            "ALREADY_EXISTS",
            "job",
        ),
        (lambda g: g.cancel(77), errors.UnknownJobError, "NOT_FOUND", "job"),
        (lambda g: g.cancel(key="no"), errors.UnknownJobError, "NOT_FOUND", "job"),
        (lambda g: g.job(77), errors.UnknownJobError, "NOT_FOUND", "job"),
        (lambda g: g.partial_cancel("{}", 77), errors.UnknownJobError, "NOT_FOUND", "job"),
        (lambda g: g.update(0, "{}", duration=1), errors.InvalidArgumentError, "INVALID_ARGUMENT", "job_id"),
        (lambda g: book_twice(g, 70, 70), errors.AlreadyExistsError, "ALREADY_EXISTS", "job"),
        (lambda g: book_twice(g, 70, 71), errors.PreconditionError, "FAILED_PRECONDITION", "TAKEN"),
        (lambda g: give_back_what_another_holds(g), errors.PreconditionError, "FAILED_PRECONDITION", "NOT_HELD"),
        (lambda g: g.find("x="), errors.InvalidArgumentError, "INVALID_ARGUMENT", "criteria"),
        (lambda g: g.status(path="/x"), errors.NotFoundError, "NOT_FOUND", "path"),
        (lambda g: g.status(ranks=[0, 9]), errors.NotFoundError, "NOT_FOUND", "rank"),
        (lambda g: g.set_status(Status.UP, ranks="0-3"), errors.NotFoundError, "NOT_FOUND", "rank"),
        (lambda g: g.properties("/x"), errors.NotFoundError, "NOT_FOUND", "path"),
        (lambda g: g.set_property("/x", "a", "b"), errors.NotFoundError, "NOT_FOUND", "path"),
        (lambda g: g.grow("{\n?"), errors.InvalidArgumentError, "INVALID_ARGUMENT", ("jgf", 2, 1)),
        (lambda g: g.shrink(path="/x"), errors.NotFoundError, "NOT_FOUND", "path"),
        (lambda g: g.shrink(path="/tiny0"), errors.PreconditionError, "FAILED_PRECONDITION", "NOT_REMOVABLE"),
    ],
)
def test_errors_say_what_is_wrong(machine, call, error, code, more):
    with pytest.raises(errors.FluxionError) as caught:
        call(machine)
    raised = caught.value
    assert type(raised) is error
    assert raised.code() == grpc.StatusCode[code]
    assert details_of(raised) in (more, more if isinstance(more, tuple) else (more, None, None))
    copy = pickle.loads(pickle.dumps(raised))
    assert (str(copy), copy.violations, copy.resource) == (str(raised), raised.violations, raised.resource)


def details_of(error):
    """The one detail that a status of this server carries, in short."""
    for violation in error.violations:
        return violation.field, violation.line, violation.column
    for precondition in error.preconditions:
        return precondition.type
    return error.resource.type if error.resource else error.retry_delay


def book_twice(g, first, second):
    resources = g.match(CORES % 1, Operation.WITHOUT_ALLOCATING, format=ResourceFormat.JGF).resources
    for job in (first, second):
        g.update(job, resources, duration=10)


def give_back_what_another_holds(g):
    first, second = (g.match(CORES % 1, format=ResourceFormat.JGF) for _ in range(2))
    g.partial_cancel(first.resources, second.job_id)


def in_pieces(text, kind):
    return [kind(text[start : start + 1000]) for start in range(0, len(text), 1000)]


@pytest.mark.parametrize(
    "source",
    [
        str,
        pathlib.Path,
        lambda path: pathlib.Path(path).read_text(),
        lambda path: pathlib.Path(path).read_bytes(),
        lambda path: io.StringIO(pathlib.Path(path).read_text()),
        lambda path: io.BytesIO(pathlib.Path(path).read_bytes()),
        lambda path: iter(in_pieces(pathlib.Path(path).read_text(), str)),
        lambda path: in_pieces(pathlib.Path(path).read_bytes(), bytes),
    ],
    ids=["name", "path", "text", "bytes", "text file", "binary file", "texts", "pieces"],
)
def test_sources(server, graph, source):
    seen = []
    made = server.create_graph("sources", source(graph), replace=True, format=GraphFormat.JGF, progress=seen.append)
    assert made.info().vertices == 100
    assert seen[-1] == Progress(pathlib.Path(graph).stat().st_size, loading=True)
    made.drop()


def failing():
    yield CORES % 1
    raise ArithmeticError("in the middle")


@pytest.mark.parametrize(
    "call",
    [
        lambda g: g.server.create_graph("failing", failing()),
        lambda g: list(g.match_many(failing())),
        lambda g: list(g.match_many([pathlib.Path("no-such-file")])),
    ],
)
def test_what_the_callers_iterator_raises_is_raised(machine, call):
    with pytest.raises((ArithmeticError, FileNotFoundError)):
        call(machine)


@pytest.mark.parametrize(
    "call",
    [
        lambda g: g.cancel(),
        lambda g: g.job(1, key="a"),
        lambda g: g.status(),
        lambda g: g.shrink(path="/", ranks="0"),
    ],
)
def test_what_is_never_sent(server, call):
    with pytest.raises(ValueError, match="not by both"):
        call(server.graph())


def test_a_stream_may_be_left_early(machine):
    answers = machine.match_many(CORES % 1 for _ in iter(int, 1))
    assert next(answers).job_id == 1
    answers.close()
    assert machine.info().name == machine.name


def test_no_server_and_a_timeout(connect):
    with pytest.raises(errors.UnavailableError):
        connect("127.0.0.1:1").graphs()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(errors.TimedOutError):
            connect(host).graphs(timeout=0.05)
        with pytest.raises(errors.TimedOutError):
            connect(host, timeout=0.05).create_graph("late", "{}")


def test_the_published_calls_share_the_connection(host, graph):
    with FluxionClient(host) as client:
        client.init(graph)
        job = client.match(CORES % 1).jobid
        assert fluxion.Server(client).graph().job(job).job_id == job
    with fluxion.connect(host) as server:
        assert server.client.cancel(job).jobID == job


def served(server):
    """The server, once it has read what it keeps."""
    while True:
        try:
            server.graphs()
            return server
        except errors.UnavailableError:
            pass


def test_jobs_of_the_past(connect, kept_host, graph):
    server = served(connect(kept_host))
    g = server.create_graph("g", pathlib.Path(graph))
    g.match(CORES % 1, job_key="early")
    g.match(CORES % 1)
    g.cancel(1)
    jobs = list(g.jobs(history=HistoryRange()))
    assert [(job.job_id, job.job_key, job.state) for job in jobs] == [
        (1, "early", JobState.CANCELED),
        (2, "", JobState.ALLOCATED),
    ]
    assert 0 < jobs[0].booked_at < jobs[1].booked_at < jobs[0].ended_at
    assert jobs[1].ended_at is None
    assert list(g.jobs(JobState.CANCELED, history=HistoryRange(), page_size=1)) == jobs[:1]
    assert list(g.jobs(history=HistoryRange(until=jobs[0].booked_at - 1))) == []
    assert g.stats().durability == Durability.FSYNC
    first = g.info().incarnation
    g.drop()
    gone = server.graph("g", incarnation=first).jobs(history=HistoryRange(since=jobs[0].booked_at - 1))
    assert [job.job_id for job in gone] == [1, 2]


def test_a_failure_becomes_the_error_of_a_single_match():
    busy = MatchFailure(grpc.StatusCode.RESOURCE_EXHAUSTED, f"{errors.NOT_POSSIBLE}: busy")
    assert type(busy.error()) is errors.NotPossibleNowError
    assert type(MatchFailure(grpc.StatusCode.OUT_OF_RANGE, "").error()) is errors.NeverPossibleError


@pytest.mark.parametrize("jobspec", [CORES % 73, "version: ["])
def test_a_failure_of_many_is_that_of_a_single_match(machine, jobspec):
    with pytest.raises(errors.FluxionError) as single:
        machine.match(jobspec)
    (failed,) = machine.match_many([jobspec])
    error = failed.error()
    assert (type(error), error.args, error.violations) == (type(single.value), single.value.args, single.value.violations)
    assert error.retry_delay == single.value.retry_delay
    assert error.violations or error.retry_delay == 1.0


@pytest.mark.parametrize("metadata", [None, (), [(details.KEY, b"\xff")], [("other", "text")]])
def test_details_that_cannot_be_read_are_none(metadata):
    assert details.read_details(metadata) == details.Details()


def test_a_cancelled_task_ends_its_call(host, graph):
    async def run():
        async with fluxion.connect_async(host, timeout=30) as server:
            made = await server.create_graph("tasks", graph, replace=True)
            asked = asyncio.Event()

            async def never():
                asked.set()
                await asyncio.Event().wait()
                yield CORES % 1

            async def matches():
                return [answer async for answer in made.match_many(never())]

            task = asyncio.ensure_future(matches())
            await asked.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            matched = await asyncio.gather(*(made.match(CORES % 1) for _ in range(40)))
            await made.drop()
            return sorted(each.job_id for each in matched)

    assert asyncio.run(run()) == list(range(1, 41))


def test_the_text_waits_until_the_header_is_accepted(host):
    read = []

    async def text():
        read.append(True)
        yield "{}"

    async def run():
        async with fluxion.connect_async(host, timeout=30) as server:
            with pytest.raises(errors.InvalidArgumentError, match="header.name"):
                await server.create_graph("a b", text())
            assert not read
            with pytest.raises(errors.InvalidArgumentError, match="text"):
                await server.create_graph("a", text())
            assert read

    asyncio.run(run())


def test_asynchronous_sources(host, graph):
    async def pieces():
        for piece in in_pieces(pathlib.Path(graph).read_text(), str):
            yield piece

    async def run():
        async with fluxion.connect_async(host, timeout=30) as server:
            made = await server.create_graph("pieces", pieces(), replace=True)
            vertices = (await made.info()).vertices
            await made.drop()
            return vertices

    assert asyncio.run(run()) == 100
