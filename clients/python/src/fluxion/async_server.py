"""`Server` and `Graph` for asyncio: the same calls, awaited; iterators are read by `async for`.

A server is to be connected inside a running event loop. A call whose task is cancelled is cancelled on the server.

`timeout`, in seconds, limits a call, streams as a whole; that of the server holds unless a call has its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar, Union

import grpc

from fluxion import calls, sources, window_calls
from fluxion.access import Arguments
from fluxion.client import AsyncFluxionClient
from fluxion.errors import wrap_v1
from fluxion.explanations import Explanation, Preempt
from fluxion.model import (
    Cancelled,
    Change,
    Clock,
    Expiry,
    Export,
    ExportFormat,
    Found,
    GraphFormat,
    GraphInfo,
    GraphOptions,
    GraphTime,
    HistoryRange,
    Job,
    JobState,
    Match,
    MatchFailure,
    MatchRequest,
    Operation,
    PartlyCancelled,
    Progress,
    ResourceFormat,
    Resources,
    Retimed,
    ShrinkJobs,
    SlotRule,
    Stats,
    Status,
    Updated,
    VertexStatus,
)
from fluxion.requests import Text
from fluxion.watches import LIFE, Cursor, Place, Watched
from fluxion.v1 import graphs_pb2, jobs_pb2
from fluxion.windows import CheckedWindow, OnConflict, Window, WindowInfo

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")


def connect_async(host: Optional[str] = None, **arguments: Unpack[Arguments]) -> AsyncServer:
    """The server at `host`; the arguments are those of `AsyncFluxionClient`."""
    return AsyncServer(AsyncFluxionClient(host, **arguments))


class AsyncServer:
    """A server with graphs by name. Shares the connection of `client`, the client of the three published calls."""

    def __init__(self, client: AsyncFluxionClient) -> None:
        self.client = client
        self._stubs = calls.Stubs(client.channel)

    async def graphs(self, *, timeout: Optional[float] = None) -> list[GraphInfo]:
        """The graphs, by name."""
        return await self._call(calls.list_graphs(), timeout)

    def graph(self, name: str = "default", *, incarnation: str = "") -> AsyncGraph:
        """The graph of a name. Asks nothing: a graph that is not there shows with the first call.

        With an `incarnation`, as answers tell it, changes are refused once the graph was loaded anew.
        """
        return AsyncGraph(self, name, incarnation)

    async def create_graph(
        self,
        name: str,
        source: sources.AsyncSource,
        *,
        format: GraphFormat = GraphFormat.UNSPECIFIED,
        policy: str = "",
        traverser: str = "",
        prune_filters: str = "",
        subsystems: str = "",
        resource_format: ResourceFormat = ResourceFormat.UNSPECIFIED,
        allowlist: Sequence[str] = (),
        slots: SlotRule = SlotRule.UNSPECIFIED,
        max_visits: int = 0,
        clock: Clock = Clock.UNSPECIFIED,
        expiry: Expiry = Expiry.UNSPECIFIED,
        replace: bool = False,
        request_key: str = "",
        incarnation: str = "",
        progress: Optional[Callable[[Progress], object]] = None,
        timeout: Optional[float] = None,
    ) -> AsyncGraph:
        """Loads a graph in pieces; with `replace`, instead of one of this name (and `incarnation`). `progress` hears how far it is."""
        options = GraphOptions(
            format,
            policy,
            traverser,
            prune_filters,
            subsystems,
            resource_format,
            tuple(allowlist),
            slots,
            max_visits,
            clock,
            expiry,
        )
        header = calls.create_header(
            name, options, replace, sources.size(source), request_key, incarnation
        )
        accepted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        sent = _Sent(_create_requests(header, source, accepted))
        try:
            async for event in self._stream("create_graph", self._stubs.graphs.CreateGraph, sent, timeout):
                _settle(accepted, True)
                now = calls.read_progress(event)
                if now is not None and progress is not None:
                    progress(now)
        finally:
            _settle(accepted, False)
        return AsyncGraph(self, name)

    async def close(self) -> None:
        """Ends the connection, and the calls in flight."""
        await self.client.close()

    async def __aenter__(self) -> AsyncServer:
        return self

    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        await self.close()

    async def _call(self, call: calls.Call[T], timeout: Optional[float]) -> T:
        try:
            answer = await call.method(self._stubs)(
                call.request, timeout=self.client._limit(timeout), metadata=self.client.metadata
            )
        except grpc.RpcError as error:
            raise wrap_v1(call.name, error) from error
        return call.read(answer)

    async def _stream(self, name: str, method: Any, request: Any, timeout: Optional[float]) -> AsyncIterator[Any]:
        answers = method(request, timeout=self.client._limit(timeout), metadata=self.client.metadata)
        try:
            async for answer in answers:
                yield answer
        except (grpc.RpcError, asyncio.CancelledError) as error:
            if isinstance(request, _Sent) and request.error is not None:
                raise request.error from None
            if isinstance(error, asyncio.CancelledError):
                raise
            raise wrap_v1(name, error) from error
        finally:
            answers.cancel()


class AsyncGraph:
    """A graph on a server, by name.

    A job is named by its number or by `key`, the `job_key` of its match. A call that changes something may be
    repeated safely with the same `request_key`.
    """

    def __init__(self, server: AsyncServer, name: str, incarnation: str = "") -> None:
        self.server = server
        self.name = name
        self.incarnation = incarnation

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    async def _change(self, call: calls.Call[T], timeout: Optional[float]) -> T:
        call.request.incarnation = self.incarnation
        return await self.server._call(call, timeout)

    async def info(self, *, timeout: Optional[float] = None) -> GraphInfo:
        """The graph's size, how it is served, its revision."""
        return await self.server._call(calls.get_graph(self.name), timeout)

    async def time(self, *, timeout: Optional[float] = None) -> GraphTime:
        """What time it is on the graph, and who says so."""
        return await self.server._call(calls.get_time(self.name), timeout)

    async def export(self, format: ExportFormat = ExportFormat.JGF, *, timeout: Optional[float] = None) -> Export:
        """The graph as a text, without its jobs."""
        return calls.read_export([answer async for answer in self._exported(format, timeout)])

    async def export_pieces(
        self, format: ExportFormat = ExportFormat.JGF, *, timeout: Optional[float] = None
    ) -> AsyncIterator[bytes]:
        """As `export`, in pieces that may end anywhere: for graphs that are better not held in memory."""
        async for answer in self._exported(format, timeout):
            yield answer.text

    def _exported(self, format: ExportFormat, timeout: Optional[float]) -> AsyncIterator[Any]:
        request = calls.export_request(self.name, format)
        return self.server._stream("export", self.server._stubs.graphs.ExportGraph, request, timeout)

    async def snapshot(self, *, timeout: Optional[float] = None) -> int:
        """Writes down all that there is of the graph, for the next start of its server; the revision that was written."""
        return await self.server._call(calls.snapshot_graph(self.name), timeout)

    async def fork(
        self, name: str = "", *, seconds: Optional[float] = None, timeout: Optional[float] = None
    ) -> AsyncGraph:
        """A copy of the graph as it is, with its jobs, under a name of its own, which the server makes if it is empty.

        It is dropped after so many seconds, or after ten minutes.
        """
        return self.server.graph(await self.server._call(calls.fork_graph(self.name, name, seconds), timeout))

    async def drop(self, *, request_key: str = "", timeout: Optional[float] = None) -> None:
        """Forgets the graph with all its jobs."""
        await self._change(calls.drop_graph(self.name, request_key), timeout)

    async def match(
        self,
        jobspec: Text,
        operation: Operation = Operation.ALLOCATE,
        *,
        policy: str = "",
        format: ResourceFormat = ResourceFormat.UNSPECIFIED,
        now: int = 0,
        windows: Iterable[str] = (),
        inside_windows: bool = False,
        job_key: str = "",
        request_key: str = "",
        max_visits: int = 0,
        explain: bool = False,
        timeout: Optional[float] = None,
    ) -> Match:
        """Finds resources for a jobspec and, as the operation says, books them for a new job.

        With `explain`, the error of a match that is refused because nothing fits tells why, as its `explanation`.
        `now` is the time of the match; a graph whose clock is SYSTEM takes its own, and refuses any other than 0.
        `windows` are reservations of the calendar that let it in, by name; with `inside_windows` it takes nothing but what lies in one of
        them, during its time.
        """
        named = tuple(windows)
        request = MatchRequest(
            jobspec, operation, policy, format, now, job_key, request_key, max_visits, explain, named, inside_windows
        )
        call = await asyncio.to_thread(calls.match, self.name, request, self.incarnation)
        return await self.server._call(call, timeout)

    async def explain(
        self,
        jobspec: Text,
        *,
        now: int = 0,
        policy: str = "",
        hints: bool = True,
        examples: int = 4,
        max_visits: int = 0,
        why_not: Optional[str] = None,
        preempt: Optional[Preempt] = None,
        windows: Iterable[str] = (),
        timeout: Optional[float] = None,
    ) -> Explanation:
        """Why a jobspec does not start now, when it does, and what would help. Changes nothing; that it does not fit is no error.

        `hints` are changes with which it fits now, `why_not` is the path of a vertex of which it is told why it is not used, and
        `preempt` asks which jobs would have to go; `windows` are those that let it in, as for `match`.
        """
        call = await asyncio.to_thread(
            calls.explain, self.name, jobspec, now, policy, hints, examples, max_visits, why_not, preempt, windows
        )
        return await self.server._call(call, timeout)

    async def explain_job(
        self, id: Optional[int] = None, *, key: Optional[str] = None, now: int = 0, timeout: Optional[float] = None
    ) -> Explanation:
        """When a job starts, and which jobs are in the way until then."""
        call = calls.explain_job(self.name, calls.job_reference(id, key), now)
        return await self.server._call(call, timeout)

    async def match_many(
        self,
        requests: Union[Iterable[Union[MatchRequest, Text]], AsyncIterable[Union[MatchRequest, Text]]],
        *,
        timeout: Optional[float] = None,
    ) -> AsyncIterator[Union[Match, MatchFailure]]:
        """Many matches over one stream: an answer for each, in order, a failure as a value.

        Starts with the first answer that is asked for. `requests`, of either kind, is read as fast as
        the server takes them; what it raises is raised here. An iterator that is closed early ends the stream.
        """
        sent = _Sent(_match_requests(self, requests))
        async for answer in self.server._stream("match_many", self.server._stubs.jobs.MatchMany, sent, timeout):
            yield calls.read_answer(answer)

    async def watch(
        self,
        *,
        after: Optional[Cursor] = None,
        state: bool = False,
        kinds: Iterable[int] = (),
        bookmarks: int = 5,
        patience: float = 300.0,
    ) -> AsyncIterator[Watched]:
        """What happens to the graph, as it happens, from now on or `after` a cursor; or the `state` of now first.

        If the connection is lost, or the server ends, it goes on with the next one after what it has told last: nothing is told twice, and
        nothing is left out; for `patience` seconds it tries to. `kinds` are the values of `insight_pb2.EventKind` that are told, all if there
        is none. A bookmark, which has neither state nor event, comes after so many seconds without anything else. An
        error ends it: the graph was dropped, or not all after the cursor is known any more (`OutOfRange`).
        """
        place = Place.of(self.name, after, state, kinds, bookmarks, patience)
        while True:
            try:
                async for answer in self.server._stream("watch", self.server._stubs.insight.Watch, place.request(), LIFE):
                    if (told := place.hear(answer)) is not None:
                        yield told
            except grpc.RpcError as error:
                if (wait := place.wait(error)) is None:
                    raise
                await asyncio.sleep(wait)

    async def cancel(
        self,
        id: Optional[int] = None,
        *,
        key: Optional[str] = None,
        request_key: str = "",
        timeout: Optional[float] = None,
    ) -> Cancelled:
        """Releases all that a job holds, or will hold."""
        return await self._change(calls.cancel(self.name, calls.job_reference(id, key), request_key), timeout)

    async def partial_cancel(
        self,
        resources: Resources,
        id: Optional[int] = None,
        *,
        key: Optional[str] = None,
        format: Optional[ResourceFormat] = None,
        request_key: str = "",
        timeout: Optional[float] = None,
    ) -> PartlyCancelled:
        """Gives back a part of what a job holds: JGF, or RV1 of whole ranks."""
        job = calls.job_reference(id, key)
        given = await asyncio.to_thread(calls.resource_set, resources, format)
        return await self._change(calls.partial_cancel(self.name, job, given, request_key), timeout)

    async def retime(
        self,
        id: Optional[int] = None,
        *,
        key: Optional[str] = None,
        end: Optional[int] = None,
        duration: Optional[int] = None,
        later_by: Optional[int] = None,
        request_key: str = "",
        timeout: Optional[float] = None,
    ) -> Retimed:
        """Lets a job end at another time: at `end`, `duration` after its start, or later, earlier if negative, by `later_by`.

        Raises `PreconditionError` if it would meet another job: then one of the `preconditions` of the error has the `type`
        MEETS_JOB, and the number of that job as its `subject`.
        """
        job = calls.job_reference(id, key)
        return await self._change(calls.retime(self.name, job, end, duration, later_by, request_key), timeout)

    async def update(
        self,
        id: int,
        resources: Resources,
        *,
        duration: int,
        start: int = 0,
        job_key: str = "",
        format: Optional[ResourceFormat] = None,
        request_key: str = "",
        timeout: Optional[float] = None,
    ) -> Updated:
        """Books a resource set that was chosen elsewhere, say before a restart, for a job of this number."""
        given = await asyncio.to_thread(calls.resource_set, resources, format)
        message = jobs_pb2.UpdateRequest(
            graph=self.name,
            job_id=id,
            job_key=job_key,
            resources=given,
            start=start,
            duration=duration,
            request_key=request_key,
        )
        return await self._change(calls.update(message), timeout)

    async def jobs(
        self,
        *states: JobState,
        unconfirmed: bool = False,
        history: Optional[HistoryRange] = None,
        page_size: int = 0,
        timeout: Optional[float] = None,
    ) -> AsyncIterator[Job]:
        """The jobs by number, of these states or of any; asks for the next page when it is needed.

        With `unconfirmed`, only those that hold resources and that nobody has named since a match booked them.
        With `history`, those to which something happened in that time, also when the graph has forgotten them since, with
        when they were booked and ended; a graph with an incarnation then means that load of it, also when it is gone.
        """
        token = ""
        while True:
            call = calls.list_jobs(
                self.name, states, unconfirmed, history, self.incarnation, page_size, token
            )
            page, token = await self.server._call(call, timeout)
            for job in page:
                yield job
            if not token:
                return

    async def job(
        self, id: Optional[int] = None, *, key: Optional[str] = None, timeout: Optional[float] = None
    ) -> Job:
        """One job, with what it holds."""
        return await self.server._call(calls.get_job(self.name, calls.job_reference(id, key)), timeout)

    async def find(self, criteria: str, *, now: int = 0, timeout: Optional[float] = None) -> Found:
        """The resources that meet criteria, say `sched-now=free and property=ssd`."""
        return await self.server._call(calls.find(self.name, criteria, now), timeout)

    async def status(
        self,
        *,
        path: Optional[str] = None,
        ranks: Union[str, Iterable[int], None] = None,
        timeout: Optional[float] = None,
    ) -> list[VertexStatus]:
        """The status of the vertices at a path or of ranks, `"0-3,7"` or numbers."""
        return await self.server._call(calls.get_status(self.name, calls.target(path, ranks)), timeout)

    async def set_status(
        self,
        status: Status,
        *,
        path: Optional[str] = None,
        ranks: Union[str, Iterable[int], None] = None,
        subtree: bool = False,
        request_key: str = "",
        timeout: Optional[float] = None,
    ) -> Change:
        """Takes vertices, with `subtree` all below them too, out of service or back into it."""
        where = calls.target(path, ranks)
        return await self._change(calls.set_status(self.name, where, status, subtree, request_key), timeout)

    async def properties(self, path: str, *, timeout: Optional[float] = None) -> dict[str, str]:
        """The properties of the vertices at a path."""
        return await self.server._call(calls.get_properties(self.name, path), timeout)

    async def set_property(
        self, path: str, key: str, value: str, *, request_key: str = "", timeout: Optional[float] = None
    ) -> Change:
        """Sets a property of the vertices at a path."""
        return await self._change(calls.set_property(self.name, path, key, value, request_key), timeout)

    async def grow(self, jgf: Text, *, request_key: str = "", timeout: Optional[float] = None) -> Change:
        """Attaches a subgraph, with the path from the root to it."""
        call = await asyncio.to_thread(calls.grow, self.name, jgf, request_key)
        return await self._change(call, timeout)

    async def shrink(
        self,
        *,
        path: Optional[str] = None,
        ranks: Union[str, Iterable[int], None] = None,
        jobs: ShrinkJobs = ShrinkJobs.REFUSE,
        request_key: str = "",
        timeout: Optional[float] = None,
    ) -> Change:
        """Removes vertices with all that lies below them."""
        return await self._change(calls.shrink(self.name, calls.target(path, ranks), jobs, request_key), timeout)

    async def set_window(
        self,
        window: Window,
        *,
        running: OnConflict = OnConflict.REFUSE,
        reserved: OnConflict = OnConflict.REFUSE,
        dry_run: bool = False,
        now: int = 0,
        request_key: str = "",
        timeout: Optional[float] = None,
    ) -> CheckedWindow:
        """Sets a window, in place of an earlier one of its name; with `dry_run` it is only told what would be.

        `running` is what becomes of jobs that have started and that it meets, `reserved` of reservations; `now` is as for `match`. Raises
        `PreconditionError` if jobs are in the way: its `preconditions` have the `type` WINDOW_CONFLICT, and the number of a job as `subject`,
        of the first 50; or another window where one of both must not overlap, WINDOW_OVERLAP, with its name.
        """
        call = await asyncio.to_thread(
            window_calls.set_window, self.name, window, running, reserved, dry_run, now, request_key
        )
        return await self._change(call, timeout)

    async def drop_window(self, name: str, *, request_key: str = "", timeout: Optional[float] = None) -> int:
        """Ends a window, now and for ever; the revision after it."""
        return await self._change(window_calls.drop_window(self.name, name, request_key), timeout)

    async def window(self, name: str, *, now: int = 0, timeout: Optional[float] = None) -> CheckedWindow:
        """One window, with the jobs that it meets: they were there before it, or were let in."""
        return await self.server._call(window_calls.get_window(self.name, name, now), timeout)

    async def windows(self, *, now: int = 0, timeout: Optional[float] = None) -> list[WindowInfo]:
        """All windows, by name."""
        return await self.server._call(window_calls.list_windows(self.name, now), timeout)

    async def stats(self, *, timeout: Optional[float] = None) -> Stats:
        """Figures of the graph: sizes, jobs, matches."""
        return await self.server._call(calls.get_stats(self.name), timeout)


class _Sent:
    """The requests of a stream; keeps what their iterator raised, which gRPC would swallow."""

    def __init__(self, messages: AsyncIterator[Any]) -> None:
        self._messages = messages
        self.error: Optional[Exception] = None

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        try:
            return await self._messages.__anext__()
        except StopAsyncIteration:
            raise
        except Exception as error:
            self.error = error
            raise


async def _each(source: Union[Iterable[T], AsyncIterable[T]]) -> AsyncIterator[T]:
    """The items of an iterable of either kind; one that blocks, such as a file, is read in a thread."""
    if isinstance(source, AsyncIterable):
        async for item in source:
            yield item
        return
    items, end = iter(source), object()
    while (item := await asyncio.to_thread(next, items, end)) is not end:  # type: ignore[arg-type]
        yield item


def _settle(future: asyncio.Future[bool], value: bool) -> None:
    if not future.done():
        future.set_result(value)


async def _create_requests(
    header: graphs_pb2.CreateGraphRequest, source: sources.AsyncSource, accepted: asyncio.Future[bool]
) -> AsyncIterator[graphs_pb2.CreateGraphRequest]:
    yield header
    # gRPC for asyncio may lose the status of a call that the server ends while the client sends
    if not await accepted:
        return
    if isinstance(source, AsyncIterable):
        async for piece in source:
            for part in sources.pieces(piece if isinstance(piece, bytes) else piece.encode()):
                yield graphs_pb2.CreateGraphRequest(text=part)
        return
    async for part in _each(sources.pieces(source)):
        yield graphs_pb2.CreateGraphRequest(text=part)


async def _match_requests(
    graph: AsyncGraph, requests: Union[Iterable[Union[MatchRequest, Text]], AsyncIterable[Union[MatchRequest, Text]]]
) -> AsyncIterator[jobs_pb2.MatchRequest]:
    async for request in _each(requests):
        whole = request if isinstance(request, MatchRequest) else MatchRequest(request)
        yield await asyncio.to_thread(calls.match_message, graph.name, whole, graph.incarnation)
