"""The clients: `FluxionClient`, and `AsyncFluxionClient` for asyncio. One client holds one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Optional, TypeVar

import grpc
import grpc.aio

from fluxion import access, requests
from fluxion.access import DEFAULT_HOST, KEEPALIVE, KEEPALIVE_TIMEOUT, Access, File
from fluxion.errors import (
    FluxionError,
    InvalidArgumentError,
    LimitExceededError,
    NeverPossibleError,
    NotPossibleError,
    NotPossibleNowError,
    NotReadyError,
    PermissionDeniedError,
    TimedOutError,
    UnauthenticatedError,
    UnavailableError,
    UnknownJobError,
    wrap,
)
from fluxion.protos.fluxion_pb2 import CancelResponse, InitResponse, MatchResponse
from fluxion.protos.fluxion_pb2_grpc import FluxionServiceStub
from fluxion.request_ids import request_metadata
from fluxion.revisions import revision_metadata
from fluxion.requests import Text

__all__ = [
    "DEFAULT_HOST",
    "AsyncFluxionClient",
    "FluxionClient",
    "FluxionError",
    "InvalidArgumentError",
    "LimitExceededError",
    "NeverPossibleError",
    "NotPossibleError",
    "NotPossibleNowError",
    "NotReadyError",
    "PermissionDeniedError",
    "TimedOutError",
    "UnauthenticatedError",
    "UnavailableError",
    "UnknownJobError",
]

_Response = TypeVar("_Response")


class _Connection:
    """What both clients have: where the service is, and how long a call may take. `_kind` is `grpc` or `grpc.aio`."""

    _kind: Any
    _stub: Any

    def __init__(
        self,
        host: Optional[str] = None,
        *,
        timeout: Optional[float] = None,
        credentials: Optional[grpc.ChannelCredentials] = None,
        tls_ca: Optional[File] = None,
        client_cert: Optional[File] = None,
        client_key: Optional[File] = None,
        token: Optional[str] = None,
        token_file: Optional[File] = None,
        insecure_token: Optional[bool] = None,
        keepalive: Optional[float] = KEEPALIVE,
        keepalive_timeout: float = KEEPALIVE_TIMEOUT,
        options: Sequence[tuple[str, Any]] = (),
    ) -> None:
        told = Access(tls_ca, client_cert, client_key, token, token_file, insecure_token)
        every = [*access.keepalive_options(keepalive, keepalive_timeout), *options]
        self.host = access.address(host)
        self.timeout = timeout
        self._channel, self._shown = access.open_channel(self._kind, self.host, credentials, told, every)
        self._stub = FluxionServiceStub(self._channel)

    @property
    def metadata(self) -> access.Metadata:
        """What a call that is begun now has to say: the token, the request id, the least revision. For calls over `channel` by other stubs."""
        return (*self._shown, *request_metadata(), *revision_metadata())

    def _limit(self, timeout: Optional[float]) -> Optional[float]:
        """The limit of a call that was given `timeout`."""
        return self.timeout if timeout is None else timeout


class FluxionClient(_Connection):
    """Calls the service at `host`; safe to share between threads.

    `host` is `name:port`, `https://name:port` or `unix:PATH`; the variable FLUXION_ADDRESS by default, or else `localhost:4242`.
    `timeout` limits each call, in seconds (None: no limit); a call's own `timeout` wins.

    `tls_ca` names a file with the certificates, in PEM, of those who vouch for the server, which `https://` needs;
    `client_cert` and `client_key` those that the client shows. `token`, or the text in `token_file`, which wins, is shown with
    each call; an empty token is none. It is sent to other machines over TLS alone, unless `insecure_token` allows more. What
    is None is as the environment says: FLUXION_TLS_CA, FLUXION_CLIENT_CERT, FLUXION_CLIENT_KEY, FLUXION_TOKEN,
    FLUXION_TOKEN_FILE, FLUXION_INSECURE_TOKEN.

    After `keepalive` seconds of silence (None: never) a server that owes an answer is asked whether it is there; calls fail if
    it does not say so within `keepalive_timeout`. `credentials` secure the connection instead of the certificates, whatever
    `host` begins with. `options` are further options of the gRPC channel.
    """

    _kind = grpc
    _stub: FluxionServiceStub

    @property
    def channel(self) -> grpc.Channel:
        """The connection, for other services of the same server; their calls take `metadata=` as `metadata` tells it."""
        channel: grpc.Channel = self._channel
        return channel

    def init(self, jgf: Text, *, policy: str = "", timeout: Optional[float] = None) -> InitResponse:
        """Loads a graph in JSON Graph Format; all jobs of the one before are forgotten."""
        request = requests.init_request(jgf, policy)
        return self._call("init", self._stub.Init, request, timeout)

    def match(
        self,
        jobspec: Text,
        request: str = "allocate",
        *,
        reservation: bool = False,
        timeout: Optional[float] = None,
    ) -> MatchResponse:
        """Finds resources for a jobspec and books them; with `reservation`, later if nothing fits now."""
        message = requests.match_request(jobspec, request, reservation)
        return self._call("match", self._stub.Match, message, timeout)

    def cancel(self, jobid: Optional[int], *, timeout: Optional[float] = None) -> CancelResponse:
        """Releases what a job holds."""
        return self._call("cancel", self._stub.Cancel, requests.cancel_request(jobid), timeout)

    def close(self) -> None:
        """Ends the connection, and the calls in flight."""
        self._channel.close()

    def __enter__(self) -> FluxionClient:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def _call(
        self, name: str, method: Callable[..., _Response], request: Any, timeout: Optional[float]
    ) -> _Response:
        try:
            return method(request, timeout=self._limit(timeout), metadata=self.metadata)
        except grpc.RpcError as error:
            raise wrap(name, error) from error


class AsyncFluxionClient(_Connection):
    """`FluxionClient` for asyncio: the same calls, awaited. To be made inside a running event loop."""

    _kind = grpc.aio

    @property
    def channel(self) -> grpc.aio.Channel:
        """The connection, for other services of the same server; their calls take `metadata=` as `metadata` tells it."""
        channel: grpc.aio.Channel = self._channel
        return channel

    async def init(self, jgf: Text, *, policy: str = "", timeout: Optional[float] = None) -> InitResponse:
        """Loads a graph in JSON Graph Format; all jobs of the one before are forgotten."""
        request = await asyncio.to_thread(requests.init_request, jgf, policy)
        return await self._call("init", self._stub.Init, request, timeout)

    async def match(
        self,
        jobspec: Text,
        request: str = "allocate",
        *,
        reservation: bool = False,
        timeout: Optional[float] = None,
    ) -> MatchResponse:
        """Finds resources for a jobspec and books them; with `reservation`, later if nothing fits now."""
        message = await asyncio.to_thread(requests.match_request, jobspec, request, reservation)
        return await self._call("match", self._stub.Match, message, timeout)

    async def cancel(self, jobid: Optional[int], *, timeout: Optional[float] = None) -> CancelResponse:
        """Releases what a job holds."""
        return await self._call("cancel", self._stub.Cancel, requests.cancel_request(jobid), timeout)

    async def close(self) -> None:
        """Ends the connection, and the calls in flight."""
        await self._channel.close()

    async def __aenter__(self) -> AsyncFluxionClient:
        return self

    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        await self.close()

    async def _call(
        self, name: str, method: Callable[..., Awaitable[_Response]], request: Any, timeout: Optional[float]
    ) -> _Response:
        try:
            return await method(request, timeout=self._limit(timeout), metadata=self.metadata)
        except grpc.RpcError as error:
            raise wrap(name, error) from error
