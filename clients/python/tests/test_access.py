"""Who may call, and how both clients show who they are, against real servers with TLS and tokens."""

import asyncio
import hashlib
import pickle
import tempfile
import types

import grpc
import pytest
from certificates import Authority
from conftest import running
from google.rpc import error_details_pb2, status_pb2

import fluxion
from fluxion import access, details, errors
from fluxion.client import AsyncFluxionClient, FluxionClient

FAR = "192.0.2.1:1"
"""Another machine, where nobody answers."""


def token(name):
    return f"flx_{name}_" + "x" * 43


def entry(name, role, more='graphs = ["*"]'):
    return f'[[token]]\nid = "{name}"\nsha256 = "{hashlib.sha256(token(name).encode()).hexdigest()}"\nrole = "{role}"\n{more}\n'


ENTRIES = (
    entry("root", "admin"),
    entry("reader", "read"),
    entry("old", "admin", 'graphs = ["*"]\nexpires = 2001-01-01'),
    entry("narrow", "admin", 'graphs = ["prod-*"]'),
    '[[certificate]]\ndns = "client"\nrole = "admin"\ngraphs = ["*"]\n',
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What servers and clients know, in files."""
    folder = tmp_path_factory.mktemp("access")
    authority, stranger = Authority(folder, "authority"), Authority(folder, "stranger")
    server_cert, server_key = authority.issue("server")
    client_cert, client_key = authority.issue("client")
    for name, text in {"auth.toml": "\n".join(ENTRIES), "token": token("reader") + "\n", "nobody": token("nobody"), "text": "no PEM"}.items():
        (folder / name).write_text(text)
    (folder / "binary").write_bytes(b"\xff")
    return types.SimpleNamespace(
        auth=str(folder / "auth.toml"),
        token=folder / "token",
        nobody=str(folder / "nobody"),
        text=str(folder / "text"),
        binary=str(folder / "binary"),
        none=str(folder / "none"),
        ca=authority.path,
        stranger=stranger.path,
        server=("--tls-cert", server_cert, "--tls-key", server_key, "--tls-client-ca", authority.path),
        cert=client_cert,
        key=client_key,
    )


@pytest.fixture(scope="module")
def places(files):
    """A server with tokens, and one with TLS beside them."""
    with tempfile.TemporaryDirectory() as folder:
        socket = f"unix:{folder}/a socket"
        tls = (*files.server, "--tls-client-auth", "optional")
        with (
            running("--auth-file", files.auth, "--listen", f"127.0.0.1:0,{socket}") as clear,
            running("--auth-file", files.auth, *tls) as secure,
        ):
            address = clear.split(", ")[0]
            yield {"clear": address, "http": f"http://{address}", "unix": socket, "tls": f"https://{secure}"}


def sync(host, call, **options):
    with fluxion.connect(host, timeout=30, **options) as server:
        return call(server)


def asynchronous(host, call, **options):
    async def run():
        async with fluxion.connect_async(host, timeout=30, **options) as server:
            return await call(server)

    return asyncio.run(run())


@pytest.fixture(params=[sync, asynchronous], ids=["sync", "asyncio"])
def calling(request):
    return request.param


def graphs(server):
    return server.graphs()


@pytest.mark.parametrize("place", ["clear", "http", "unix", "tls"])
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, errors.NO_CREDENTIAL),
        ({"token": ""}, errors.NO_CREDENTIAL),
        ({"token": token("nobody")}, errors.WRONG_CREDENTIAL),
        ({"token": token("old")}, errors.EXPIRED_CREDENTIAL),
        ({"token": token("reader")}, None),
        ({"token": token("nobody"), "token_file": "token"}, None),
    ],
    ids=["no", "an empty", "a wrong", "an expired", "the right", "one in a file"],
)
def test_tokens(calling, places, files, place, options, reason):
    options = dict(options, tls_ca=files.ca)
    if "token_file" in options:
        options["token_file"] = files.token
    if reason is None:
        assert calling(places[place], graphs, **options) == []
        return
    with pytest.raises(errors.UnauthenticatedError) as caught:
        calling(places[place], graphs, **options)
    assert caught.value.reason == reason
    assert pickle.loads(pickle.dumps(caught.value)).reason == reason


@pytest.mark.parametrize(
    ("name", "reason", "about"),
    [
        ("reader", errors.ROLE_TOO_SMALL, {"principal": "reader", "role": "read", "needed": "allocate"}),
        ("narrow", errors.GRAPH_OUT_OF_SCOPE, {"principal": "narrow", "graph": "a"}),
    ],
)
def test_what_a_caller_may_not(calling, places, name, reason, about):
    with pytest.raises(errors.PermissionDeniedError) as caught:
        calling(places["clear"], lambda s: s.graph("a").drop(), token=token(name))
    assert (caught.value.reason, caught.value.reason_metadata) == (reason, about)


def test_what_a_caller_may(calling, places):
    with pytest.raises(errors.UnknownGraphError):
        calling(places["clear"], lambda s: s.graph("prod-a").drop(), token=token("narrow"))


def test_too_many_wrong_credentials(files):
    reasons = set()
    with running("--auth-file", files.auth) as host, fluxion.connect(host, token=token("nobody")) as server:
        for _ in range(1000):
            with pytest.raises((errors.UnauthenticatedError, errors.LimitExceededError)) as caught:
                server.graphs()
            reasons.add(caught.value.reason)
            if isinstance(caught.value, errors.LimitExceededError):
                break
    assert reasons == {errors.WRONG_CREDENTIAL, errors.FAILED_ATTEMPTS}


def test_client_certificates(calling, places, files):
    shown = {"client_cert": files.cert, "client_key": files.key}
    assert calling(places["tls"], graphs, tls_ca=files.ca, **shown) == []
    with running(*files.server) as host:
        assert calling(f"https://{host}", graphs, tls_ca=files.ca, **shown) == []
        with pytest.raises(errors.UnavailableError):
            calling(f"https://{host}", graphs, tls_ca=files.ca)


def test_an_authority_that_does_not_know_the_server(calling, places, files):
    with pytest.raises(errors.UnavailableError, match="(?i)certificate"):
        calling(places["tls"], graphs, tls_ca=files.stranger, token=token("root"))


@pytest.mark.parametrize(
    ("host", "options", "error", "text"),
    [
        (FAR, {"token": "flx_a"}, errors.ClearTextTokenError, f"the token is not sent to {FAR} in clear text"),
        (f"http://{FAR}", {"token": "flx_a"}, errors.ClearTextTokenError, "use https://, or allow it"),
        (FAR, {"token": "flx_a", "insecure_token": False}, errors.ClearTextTokenError, "in clear text"),
        ("https://a:1", {}, errors.CredentialsError, "https needs the certificates of those who vouch for the server"),
        ("https://a:1", {"tls_ca": "text"}, errors.CredentialsError, "(?i)the credentials cannot be used: no.certificate"),
        ("https://a:1", {"tls_ca": "none"}, FileNotFoundError, "none"),
        ("a:1", {"tls_ca": "none"}, FileNotFoundError, "none"),
        ("a:1", {"token_file": "none"}, FileNotFoundError, "none"),
        ("a:1", {"token_file": "binary"}, errors.CredentialsError, "did not contain valid UTF-8"),
        ("a:1", {"token": "a\x01b"}, errors.CredentialsError, "characters that no token has"),
        ("a:1", {"client_cert": "cert"}, errors.CredentialsError, "neither of certificate and key"),
        ("a:1", {"client_key": "key"}, errors.CredentialsError, "neither of certificate and key"),
        ("a:1", {"client_cert": "cert", "client_key": "none"}, FileNotFoundError, "none"),
        ("a:1", {"client_cert": "cert", "client_key": "text"}, errors.CredentialsError, "cannot be used"),
        ("https://a", {}, errors.TargetError, "`https://a` is no target: expected `name:port`, say `localhost:4242`"),
    ],
)
def test_what_is_never_sent(calling, files, host, options, error, text):
    named = {key: getattr(files, str(value), value) for key, value in options.items()}
    with pytest.raises(error, match=text):
        calling(host, graphs, **named)


@pytest.mark.parametrize(("options", "variable"), [({"insecure_token": True}, ""), ({}, "On"), ({}, "1")])
def test_a_token_may_be_allowed_in_clear_text(calling, monkeypatch, options, variable):
    monkeypatch.setenv("FLUXION_INSECURE_TOKEN", variable)
    with pytest.raises((errors.TimedOutError, errors.UnavailableError)):
        calling(FAR, lambda s: s.graphs(timeout=0.05), token="flx_a", **options)


@pytest.mark.parametrize(
    ("place", "variables", "options", "error"),
    [
        (None, {"ADDRESS": "clear", "TOKEN": token("reader")}, {}, None),
        ("clear", {"ADDRESS": "https://nowhere", "TOKEN": token("reader")}, {}, None),
        ("clear", {"TOKEN": ""}, {}, errors.UnauthenticatedError),
        ("clear", {"TOKEN": token("nobody"), "TOKEN_FILE": "token"}, {}, None),
        ("clear", {"TOKEN": token("nobody"), "TOKEN_FILE": "none"}, {"token": token("reader")}, None),
        ("clear", {"TOKEN": token("reader")}, {"token_file": "nobody"}, errors.UnauthenticatedError),
        ("tls", {"TLS_CA": "ca", "CLIENT_CERT": "cert", "CLIENT_KEY": "key"}, {}, None),
        ("tls", {"TLS_CA": "ca", "CLIENT_CERT": "cert"}, {"client_key": "key"}, None),
        ("tls", {"TLS_CA": "ca"}, {"tls_ca": "none"}, FileNotFoundError),
        ("clear", {"CLIENT_CERT": "cert"}, {}, errors.CredentialsError),
        ("clear", {"INSECURE_TOKEN": "maybe"}, {}, errors.CredentialsError),
        ("clear", {"INSECURE_TOKEN": "no", "TOKEN": token("reader")}, {}, None),
    ],
)
def test_the_environment(calling, places, files, monkeypatch, place, variables, options, error):
    def meant(value):
        return str(places.get(value) or getattr(files, value, value))

    for name, value in variables.items():
        monkeypatch.setenv(f"FLUXION_{name}", meant(value))
    options = {key: meant(value) for key, value in options.items()}
    if error is None:
        assert calling(places.get(place), graphs, **options) == []
    else:
        with pytest.raises(error):
            calling(places.get(place), graphs, **options)


@pytest.mark.parametrize(
    ("text", "address", "secure", "near"),
    [
        ("localhost:4242", "localhost:4242", False, True),
        ("http://10.0.0.7:80/", "10.0.0.7:80", False, False),
        ("https://a:1", "a:1", True, False),
        ("[::1]:4242", "[::1]:4242", False, True),
        ("http://[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.1]:1", False, True),
        ("[2001:db8::1]:1", "[2001:db8::1]:1", False, False),
        ("localhost.example.org:1", "localhost.example.org:1", False, False),
        ("unix:/run/fluxion.sock", "unix:/run/fluxion.sock", False, True),
        ("unix:///run/a b.sock", "unix:/run/a%20b.sock", False, True),
        ("unix:fluxion.sock", "unix:fluxion.sock", False, True),
        ("dns:///localhost:1", "dns:///localhost:1", False, False),
    ],
)
def test_targets(text, address, secure, near):
    assert access.read_target(text) == access.Target(address, secure, near)


@pytest.mark.parametrize("text", ["https://a", "https://a:1/path", "https://", "http://a:b", "http://a b:1", "http://a:99999", "unix:", "unix://"])
def test_what_is_no_target(text):
    with pytest.raises(errors.TargetError, match="is no target"):
        access.read_target(text)


def test_the_default_address(monkeypatch):
    assert access.address(None) == "localhost:4242"
    monkeypatch.setenv("FLUXION_ADDRESS", "a:1")
    assert (access.address(None), access.address("b:2")) == ("a:1", "b:2")


def test_the_published_calls_show_a_token_too(places, files, graph):
    options = {"tls_ca": files.ca, "token": token("root"), "timeout": 30}
    with FluxionClient(places["tls"], **options) as client:
        client.init(graph)
        fluxion.Server(client).graph().drop()

    async def run():
        async with AsyncFluxionClient(places["tls"], **options) as client:
            await client.init(graph)
            await fluxion.AsyncServer(client).graph().drop()

    asyncio.run(run())


async def exported(g):
    return [piece async for piece in g.export_pieces()]


def test_request_ids(calling, host):
    def export(server):
        g = server.graph("nowhere")
        return list(g.export_pieces()) if isinstance(g, fluxion.Graph) else exported(g)

    for call in (lambda s: s.graph("nowhere").info(), lambda s: s.create_graph("a", "{"), export):
        with fluxion.request_id("mistaken"), fluxion.request_id("nightly 7"), pytest.raises(errors.FluxionError) as caught:
            calling(host, call)
        assert caught.value.request_id == "nightly 7"
        assert pickle.loads(pickle.dumps(caught.value)).request_id == "nightly 7"
    with pytest.raises(errors.UnknownGraphError) as caught:
        calling(host, lambda s: s.graph("nowhere").info())
    assert caught.value.request_id not in (None, "nightly 7")


@pytest.mark.parametrize("id", ["", "x" * 65, "\n", "ä"])
def test_what_is_no_request_id(id):
    with pytest.raises(ValueError, match="printable ASCII"), fluxion.request_id(id):
        pass


def test_secrets_are_not_printed():
    assert "SECRET" not in repr(access.Access(token="flx_a_SECRET"))


def test_a_full_queue_says_when_to_try_again():
    status = status_pb2.Status()
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason=errors.QUEUE_FULL))
    status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay={"seconds": 1}))
    failure = fluxion.MatchFailure(grpc.StatusCode.RESOURCE_EXHAUSTED, "full", details.parse_details(status.SerializeToString()))
    error = failure.error()
    assert (type(error), error.reason, error.retry_delay) == (errors.LimitExceededError, errors.QUEUE_FULL, 1.0)


@pytest.mark.parametrize(("silence", "times"), [(None, {}), (60, {"time": 60000, "timeout": 1500}), (0.5, {"time": 500, "timeout": 1500})])
def test_what_grpc_is_told_of_keepalive(silence, times):
    told = dict(access.keepalive_options(silence, 1.5))
    assert told.pop("grpc.http2.max_pings_without_data", None) == (None if silence is None else 0)
    assert told == {f"grpc.keepalive_{name}_ms": value for name, value in times.items()}


@pytest.mark.parametrize("silence", [None, 60])
def test_keepalive(calling, host, silence):
    assert isinstance(calling(host, graphs, keepalive=silence, keepalive_timeout=1), list)
