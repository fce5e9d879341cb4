"""Makes the messages of the three calls from what a caller passes. Knows files, and no connections."""

from __future__ import annotations

import os
from typing import Optional, Union

from fluxion.protos.fluxion_pb2 import CancelRequest, InitRequest, MatchRequest
from fluxion.sources import names_file

Text = Union[str, "os.PathLike[str]"]
"""A text; or a file with it: the name of one that exists, or any path object."""

# Answers and graphs of large machines are far larger than the 4 MiB that gRPC allows by default.
CHANNEL_OPTIONS = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
)


def read(text: Text) -> str:
    """The content of the file that `text` names, else `text` itself; FileNotFoundError if it can only be a name."""
    if isinstance(text, str) and not names_file(text):
        return text
    with open(text, encoding="utf-8") as file:
        return file.read()


def init_request(jgf: Text, policy: str) -> InitRequest:
    """The message of an Init; ValueError if there is no graph."""
    graph = read(jgf) if jgf else ""
    if not graph:
        raise ValueError("Loaded cluster nodes are required")
    return InitRequest(jgf=graph, policy=policy)


def match_request(jobspec: Text, request: str, reservation: bool) -> MatchRequest:
    """The message of a Match."""
    return MatchRequest(jobspec=read(jobspec), request=request, reservation=reservation)


def cancel_request(jobid: Optional[int]) -> CancelRequest:
    """The message of a Cancel; ValueError if there is no job."""
    if not jobid:
        raise ValueError("A jobid is required")
    return CancelRequest(jobID=jobid)
