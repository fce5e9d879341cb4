"""The clients: `FluxionClient`, and `AsyncFluxionClient` for asyncio. One client holds one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Optional, TypeVar

import grpc
import grpc.aio

from fluxion import requests
from fluxion.errors import (
    FluxionError,
    InvalidArgumentError,
    LimitExceededError,
    NeverPossibleError,
    NotPossibleError,
    NotPossibleNowError,
    NotReadyError,
    TimedOutError,
    UnavailableError,
    UnknownJobError,
    wrap,
)
from fluxion.protos.fluxion_pb2 import CancelResponse, InitResponse, MatchResponse
from fluxion.protos.fluxion_pb2_grpc import FluxionServiceStub
from fluxion.requests import CHANNEL_OPTIONS, Text

__all__ = [
    "AsyncFluxionClient",
    "FluxionClient",
    "FluxionError",
    "InvalidArgumentError",
    "LimitExceededError",
    "NeverPossibleError",
    "NotPossibleError",
    "NotPossibleNowError",
    "NotReadyError",
    "TimedOutError",
    "UnavailableError",
    "UnknownJobError",
]

DEFAULT_HOST = "localhost:4242"

_Response = TypeVar("_Response")


class _Connection:
    """What both clients have: where the service is, and how long a call may take. `kind` is `grpc` or `grpc.aio`."""

    def __init__(
        self,
        kind: Any,
        host: str,
        timeout: Optional[float],
        credentials: Optional[grpc.ChannelCredentials],
        options: Sequence[tuple[str, Any]],
    ) -> None:
        self.host = host
        self.timeout = timeout
        every = [*CHANNEL_OPTIONS, *options]
        if credentials is None:
            self._channel = kind.insecure_channel(host, options=every)
        else:
            self._channel = kind.secure_channel(host, credentials, options=every)

    def _limit(self, timeout: Optional[float]) -> Optional[float]:
        """The limit of a call that was given `timeout`."""
        return self.timeout if timeout is None else timeout


class FluxionClient(_Connection):
    """Calls the service at `host`, `name:port`; safe to share between threads.

    `timeout` limits each call, in seconds (None: no limit); a call's own `timeout` wins. `credentials` secure
    the connection, which is plain text by default. `options` are further options of the gRPC channel.
    """

    def __init__(
        self,
        host: str = DEFAULT_HOST,
        *,
        timeout: Optional[float] = None,
        credentials: Optional[grpc.ChannelCredentials] = None,
        options: Sequence[tuple[str, Any]] = (),
    ) -> None:
        super().__init__(grpc, host, timeout, credentials, options)
        self._stub = FluxionServiceStub(self._channel)

    @property
    def channel(self) -> grpc.Channel:
        """The connection, for other services of the same server."""
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
            return method(request, timeout=self._limit(timeout))
        except grpc.RpcError as error:
            raise wrap(name, error) from error


class AsyncFluxionClient(_Connection):
    """`FluxionClient` for asyncio: the same calls, awaited. To be made inside a running event loop."""

    def __init__(
        self,
        host: str = DEFAULT_HOST,
        *,
        timeout: Optional[float] = None,
        credentials: Optional[grpc.ChannelCredentials] = None,
        options: Sequence[tuple[str, Any]] = (),
    ) -> None:
        super().__init__(grpc.aio, host, timeout, credentials, options)
        self._stub: Any = FluxionServiceStub(self._channel)

    @property
    def channel(self) -> grpc.aio.Channel:
        """The connection, for other services of the same server."""
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
            return await method(request, timeout=self._limit(timeout))
        except grpc.RpcError as error:
            raise wrap(name, error) from error
