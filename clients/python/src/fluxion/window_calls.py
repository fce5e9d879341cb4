"""The calls of the calendar as values. Knows no connections."""

from __future__ import annotations

from fluxion import windows
from fluxion.calls import Call
from fluxion.v1 import calendar_pb2


def set_window(
    graph: str,
    window: windows.Window,
    running: windows.OnConflict,
    reserved: windows.OnConflict,
    dry_run: bool,
    now: int,
    request_key: str,
) -> Call[windows.CheckedWindow]:
    """SetWindow; reads the jobspec of the window if it is a file."""
    message = calendar_pb2.SetWindowRequest(
        graph=graph,
        window=windows.window_message(window),
        running=windows.OnConflict(running),  # type: ignore[arg-type]
        reserved=windows.OnConflict(reserved),  # type: ignore[arg-type]
        dry_run=dry_run,
        now=now,
        request_key=request_key,
    )
    return Call("set_window", lambda s: s.calendar.SetWindow, message, windows.read_checked)


def drop_window(graph: str, name: str, request_key: str) -> Call[int]:
    """DropWindow; the revision after it."""
    message = calendar_pb2.DropWindowRequest(graph=graph, name=name, request_key=request_key)
    return Call("drop_window", lambda s: s.calendar.DropWindow, message, lambda a: a.revision)


def get_window(graph: str, name: str, now: int) -> Call[windows.CheckedWindow]:
    """GetWindow."""
    message = calendar_pb2.GetWindowRequest(graph=graph, name=name, now=now)
    return Call("window", lambda s: s.calendar.GetWindow, message, windows.read_checked)


def list_windows(graph: str, now: int) -> Call[list[windows.WindowInfo]]:
    """ListWindows."""
    message = calendar_pb2.ListWindowsRequest(graph=graph, now=now)
    return Call(
        "windows", lambda s: s.calendar.ListWindows, message, lambda a: [windows.read_window(each) for each in a.windows]
    )
