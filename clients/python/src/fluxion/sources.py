"""The text of a graph, from wherever it is, in pieces. Knows files, and no connections."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import AsyncIterable, Iterable, Iterator
from typing import IO, Any, Optional, Union

PIECE = 256 * 1024

Source = Union[str, bytes, "os.PathLike[str]", IO[str], IO[bytes], Iterable[str], Iterable[bytes]]
"""A graph: a text, the name of a file that exists, a path object, an open file, or the pieces of a text."""

AsyncSource = Union[Source, AsyncIterable[str], AsyncIterable[bytes]]
"""As `Source`; the pieces may come asynchronously too."""


def size(source: Any) -> Optional[int]:
    """How many bytes the source has, if that is known beforehand."""
    if _is_file(source):
        return os.stat(source).st_size
    if isinstance(source, (str, bytes)):
        return len(encoded(source))
    return None


def pieces(source: Source) -> Iterator[bytes]:
    """The bytes of the source."""
    if isinstance(source, os.PathLike) or (isinstance(source, str) and _is_file(source)):
        with open(source, "rb") as file:
            yield from _read(file)
    elif isinstance(source, (str, bytes)):
        yield from _read(io.BytesIO(encoded(source)))
    elif hasattr(source, "read"):
        yield from _read(source)
    else:
        for piece in source:
            yield from _read(io.BytesIO(encoded(piece)))


def encoded(piece: Union[str, bytes]) -> bytes:
    """A piece as bytes."""
    return piece.encode() if isinstance(piece, str) else bytes(piece)


def names_file(text: str) -> bool:
    """Whether a text is the name of a file; FileNotFoundError if there is no such file, and it is nothing else."""
    if "\n" in text or len(text) >= 4096:
        return False
    if os.path.isfile(text):
        return True
    start = text.lstrip("\ufeff \t")[:1]
    # No graph, jobspec or resource set is a single line without any of these.
    if text.strip() and start not in ("{", "[", "<") and ": " not in text:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), text)
    return False


def _is_file(source: Any) -> bool:
    if isinstance(source, str):
        return names_file(source)
    return isinstance(source, os.PathLike)


def _read(file: Any) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield encoded(piece)
