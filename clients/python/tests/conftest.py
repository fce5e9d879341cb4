"""Starts the real server on a free port, once for most tests, and connects to it. FLUXION_SERVER names another binary than the
newest build.
"""

import asyncio
import contextlib
import os
import pathlib
import subprocess
import uuid

import pytest
from blocking import Blocking

import fluxion

VARIABLES = ("ADDRESS", "TLS_CA", "CLIENT_CERT", "CLIENT_KEY", "TOKEN_FILE", "TOKEN", "INSECURE_TOKEN")
ROOT = pathlib.Path(__file__).resolve().parents[3]


def server_command():
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    builds = [target / kind / name for kind in ("debug", "release") for name in ("fluxion", "server")]
    named = os.environ.get("FLUXION_SERVER")
    found = [pathlib.Path(named)] if named else [path for path in [ROOT / "bin" / "server", *builds] if path.is_file()]
    if not found:
        pytest.exit("no server to test against: run `make server`, or set FLUXION_SERVER to the binary", returncode=1)
    newest = max(found, key=lambda path: path.stat().st_mtime)
    return [str(newest)] + (["serve"] if newest.name == "fluxion" else [])


@contextlib.contextmanager
def running(*options):
    command = [*server_command(), "--host", "127.0.0.1", "--port", "0", "--log", "off", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline()
            assert " listening on " in line, f"{command} printed {line!r}"
            yield line.partition(" listening on ")[2].strip()
        finally:
            server.terminate()


@pytest.fixture(autouse=True, scope="session")
def nothing_is_said_by_variables():
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(f"FLUXION_{name}", raising=False)
        yield


@pytest.fixture(scope="session")
def host():
    with running() as host:
        yield host


@pytest.fixture
def new_host():
    """A server of its own, where the numbers of jobs begin with 1."""
    with running() as host:
        yield host


@pytest.fixture
def kept_host(tmp_path):
    """A server of its own that keeps its graphs in a directory."""
    with running("--data-dir", str(tmp_path / "data")) as host:
        yield host


@pytest.fixture
def graph():
    return str(ROOT / "examples" / "cluster.json")


@pytest.fixture
def jobspec():
    return str(ROOT / "examples" / "jobspec.yaml")


@pytest.fixture
def root():
    return ROOT


async def connect_inside(host, options):
    return fluxion.connect_async(host, **options)


@pytest.fixture(params=["sync", "asyncio"])
def connect(request):
    opened = []

    def opening(host, **options):
        if request.param == "sync":
            opened.append(fluxion.connect(host, **options))
        else:
            loop = asyncio.new_event_loop()
            opened.append(Blocking(loop, loop.run_until_complete(connect_inside(host, options))))
        return opened[-1]

    yield opening
    for server in opened:
        server.close()
        if isinstance(server, Blocking):
            server.loop.run_until_complete(server.loop.shutdown_default_executor())
            server.loop.close()


@pytest.fixture
def server(connect, host):
    return connect(host, timeout=30)


@pytest.fixture
def machine(server, graph):
    made = server.create_graph(f"g-{uuid.uuid4().hex}", pathlib.Path(graph), policy="low")
    yield made
    if any(each.name == made.name for each in server.graphs()):
        made.drop()
