"""The calls of both clients, against the real server. The machine has 4 sockets with 18 cores each."""

import asyncio
import concurrent.futures
import json
import pathlib
import pickle
import socket

import grpc
import pytest

from fluxion import JobState, Operation, errors
from fluxion.client import AsyncFluxionClient, FluxionClient

CORES = """
version: 1
resources: [{type: slot, count: %d, label: default, with: [{type: core, count: 1}]}]
tasks: [{command: [app], slot: default, count: {per_slot: 1}}]
attributes: {system: {duration: 60}}
"""


class Blocking:
    """Makes AsyncFluxionClient answer as FluxionClient does, so that one table serves both."""

    def __init__(self, host, **options):
        self.loop = asyncio.new_event_loop()
        self.client = self.loop.run_until_complete(self.make(host, options))

    async def make(self, host, options):
        return await AsyncFluxionClient(host, **options).__aenter__()

    def __getattr__(self, name):
        method = getattr(self.client, name)
        return lambda *args, **options: self.loop.run_until_complete(method(*args, **options))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.loop.run_until_complete(self.client.__aexit__(None, None, None))
        self.loop.close()


@pytest.fixture(params=[FluxionClient, Blocking], ids=["sync", "asyncio"])
def kind(request):
    return request.param


@pytest.fixture
def client(kind, host):
    with kind(host, timeout=30) as client:
        yield client


def test_the_main_job(client, graph, jobspec):
    assert client.init(graph).status == 0
    matched = client.match(jobspec)
    assert (matched.at, matched.reserved, matched.status) == (0, False, 0)
    names = [node["metadata"]["name"] for node in json.loads(matched.allocation)["graph"]["nodes"]]
    assert len(names) == 5
    assert "tiny0" in names
    assert client.cancel(matched.jobid).jobID == matched.jobid


def test_files_paths_and_texts_are_the_same(client, graph, jobspec):
    client.init(pathlib.Path(graph).read_text())
    by_text = client.match(pathlib.Path(jobspec).read_text()).allocation
    client.init(pathlib.Path(graph))
    assert client.match(pathlib.Path(jobspec)).allocation == by_text


def test_the_policy_is_sent(client, graph, jobspec):
    def core(policy):
        client.init(graph, policy=policy)
        nodes = json.loads(client.match(jobspec).allocation)["graph"]["nodes"]
        return [node["metadata"]["paths"] for node in nodes if node["metadata"]["type"] == "core"]

    assert core("low") != core("high")


def test_a_reservation_starts_later(client, graph):
    client.init(graph)
    client.match(CORES % 72)
    with pytest.raises(errors.NotPossibleNowError):
        client.match(CORES % 1)
    for options in ({"reservation": True}, {"request": "allocate_orelse_reserve"}):
        matched = client.match(CORES % 72, **options)
        assert matched.reserved
        assert matched.at > 0


@pytest.mark.parametrize(
    ("call", "error", "code", "text"),
    [
        (lambda c: c.init("{"), errors.InvalidArgumentError, "INVALID_ARGUMENT", "line 1"),
        (lambda c: c.init("{}", policy="best"), errors.InvalidArgumentError, "INVALID_ARGUMENT", "best"),
        (lambda c: c.match("version: 1\n"), errors.InvalidArgumentError, "INVALID_ARGUMENT", "resource"),
        (lambda c: c.match(CORES % 1, "now"), errors.InvalidArgumentError, "INVALID_ARGUMENT", "now"),
        (
            lambda c: c.match(CORES % 73, "allocate_with_satisfiability"),
            errors.NeverPossibleError,
            "OUT_OF_RANGE",
            errors.NOT_POSSIBLE,
        ),
        (lambda c: c.cancel(77), errors.UnknownJobError, "NOT_FOUND", "77"),
    ],
)
def test_errors_say_what_is_wrong(client, graph, call, error, code, text):
    client.init(graph)
    with pytest.raises(error) as caught:
        call(client)
    assert isinstance(caught.value, grpc.RpcError)
    assert isinstance(caught.value.__cause__, grpc.RpcError)
    assert caught.value.code() == grpc.StatusCode[code]
    assert text in caught.value.details()
    assert caught.value.details() in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda c: c.init(""), "Loaded cluster nodes are required"),
        (lambda c: c.cancel(0), "A jobid is required"),
        (lambda c: c.cancel(None), "A jobid is required"),
    ],
)
def test_what_is_never_sent(client, call, text):
    with pytest.raises(ValueError, match=text):
        call(client)


@pytest.mark.parametrize("name", [pathlib.Path("no-such-graph.json"), "no-such-graph.json", "no such/graph", "graf"])
def test_a_file_that_does_not_exist(client, name):
    for call in (client.init, client.match):
        with pytest.raises(FileNotFoundError) as caught:
            call(name)
        assert caught.value.filename == str(name)


def test_names_of_enums():
    assert (Operation("allocate"), Operation("ALLOCATE"), Operation(1)) == (Operation.ALLOCATE,) * 3
    assert (str(JobState.CANCELED), f"{JobState.RESERVED}", f"{JobState.RESERVED:>9}") == ("canceled", "reserved", " reserved")
    with pytest.raises(ValueError, match="unknown Operation 'allocat': expected one of allocate, allocate_orelse_reserve, "):
        Operation("allocat")


def test_no_server(kind):
    with kind("127.0.0.1:1") as client, pytest.raises(errors.UnavailableError):
        client.cancel(1)


@pytest.mark.parametrize(
    ("client_timeout", "call_timeout"),
    [(0.05, None), (600, 0.05)],
    ids=["of the client", "of the call"],
)
def test_timeouts(kind, client_timeout, call_timeout):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        with kind(host, timeout=client_timeout) as client, pytest.raises(errors.TimedOutError):
            client.cancel(1, timeout=call_timeout)


def test_threads_share_a_client(host, graph):
    with FluxionClient(host) as client, concurrent.futures.ThreadPoolExecutor(8) as pool:
        client.init(graph)
        jobs = list(pool.map(lambda _: client.match(CORES % 1).jobid, range(40)))
        assert len(set(jobs)) == 40
        list(pool.map(client.cancel, jobs))


def test_tasks_share_a_client(host, graph):
    async def run():
        async with AsyncFluxionClient(host) as client:
            await client.init(graph)
            return await asyncio.gather(*(client.match(CORES % 1) for _ in range(40)))

    assert len({matched.jobid for matched in asyncio.run(run())}) == 40
