"""How a channel comes about: where the service is, whom a client trusts, and how it shows who it is. Knows files and the
environment, and no calls.
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Optional, TypedDict, Union
from urllib.parse import quote

import grpc

from fluxion.errors import ClearTextTokenError, CredentialsError, TargetError
from fluxion.requests import CHANNEL_OPTIONS

DEFAULT_HOST = "localhost:4242"
KEEPALIVE = 30.0
KEEPALIVE_TIMEOUT = 20.0

File = Union[str, "os.PathLike[str]"]
Metadata = tuple[tuple[str, str], ...]

_AUTHORITY = re.compile(r"((\[[^\]\[\s/?#@]+\]|[^\]\[\s/?#@:]+):([0-9]{1,5}))/?")
_YES = ("y", "yes", "t", "true", "on", "1")
_NO = ("n", "no", "f", "false", "off", "0")


class Arguments(TypedDict, total=False):
    """What a client takes beside the host, for those who hand it on."""

    timeout: Optional[float]
    credentials: Optional[grpc.ChannelCredentials]
    tls_ca: Optional[File]
    client_cert: Optional[File]
    client_key: Optional[File]
    token: Optional[str]
    token_file: Optional[File]
    insecure_token: Optional[bool]
    keepalive: Optional[float]
    keepalive_timeout: float
    options: Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Access:
    """What the caller says; what is None is for the environment to say. All but the token are names of files in PEM."""

    tls_ca: Optional[File] = None
    client_cert: Optional[File] = None
    client_key: Optional[File] = None
    token: Optional[str] = field(default=None, repr=False)
    token_file: Optional[File] = None
    insecure_token: Optional[bool] = None


@dataclass(frozen=True)
class Target:
    """Where a service is, as gRPC calls it; whether TLS is asked for, and whether what is sent stays on this machine."""

    address: str
    secure: bool
    near: bool


def address(host: Optional[str]) -> str:
    """Where the service is, by what the caller says, or the environment, or by default."""
    return host or os.environ.get("FLUXION_ADDRESS") or DEFAULT_HOST


def open_channel(
    kind: Any,
    host: str,
    credentials: Optional[grpc.ChannelCredentials],
    access: Access,
    options: Sequence[tuple[str, Any]],
) -> tuple[Any, Metadata]:
    """A channel, and the metadata that every call over it needs. `kind` is `grpc` or `grpc.aio`."""
    token = _token(access)
    trusted = _certificates(access) if credentials is None else {}
    target = read_target(host)
    allowed = _insecure_token(access)
    if token is not None and credentials is None and not (target.secure or target.near or allowed):
        raise ClearTextTokenError(
            f"the token is not sent to {host} in clear text, where others could read it on its way: use https://, or allow it"
        )
    if target.secure and credentials is None:
        if "root_certificates" not in trusted:
            raise _unusable("https needs the certificates of those who vouch for the server")
        credentials = grpc.ssl_channel_credentials(**trusted)
    every = [*CHANNEL_OPTIONS, *_authority(target), *options]
    shown = () if token is None else (("authorization", f"Bearer {token}"),)
    if credentials is None:
        return kind.insecure_channel(target.address, options=every), shown
    return kind.secure_channel(target.address, credentials, options=every), shown


def _authority(target: Target) -> list[tuple[str, Any]]:
    """By itself gRPC calls the server at a socket by the path, which is no name of a server."""
    return [("grpc.default_authority", "localhost")] if target.address.startswith("unix:") else []


def keepalive_options(silence: Optional[float], answer: float) -> list[tuple[str, Any]]:
    """Ask a server that owes an answer after so many seconds of silence, if not None, and give up after so many more."""
    if silence is None:
        return []
    return [
        ("grpc.keepalive_time_ms", round(silence * 1000)),
        ("grpc.keepalive_timeout_ms", round(answer * 1000)),
        ("grpc.http2.max_pings_without_data", 0),
    ]


def read_target(text: str) -> Target:
    """Reads `name:port`, with `http://` or `https://` before it or nothing, or `unix:PATH`; anything else is left to gRPC."""
    if text.startswith("unix:"):
        path = text[len("unix:") :]
        path = path[2:] if path.startswith("//") else path
        if not path:
            raise _no_target(text)
        return Target("unix:" + quote(path), secure=False, near=True)
    for scheme in ("https://", "http://"):
        if text.startswith(scheme):
            found = _AUTHORITY.fullmatch(text[len(scheme) :])
            if found is None or int(found[3]) > 65535:
                raise _no_target(text)
            return Target(found[1], scheme == "https://", _is_near(found[2]))
    found = _AUTHORITY.fullmatch(text)
    return Target(text, secure=False, near=found is not None and _is_near(found[2]))


def _is_near(host: str) -> bool:
    """Whether a name is this machine whatever a name server says."""
    if host == "localhost":
        return True
    try:
        number = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    return (mapped or number).is_loopback


def _no_target(text: str) -> TargetError:
    return TargetError(f"`{text}` is no target: expected `name:port`, say `localhost:4242`")


def _unusable(reason: str) -> CredentialsError:
    return CredentialsError(f"the credentials cannot be used: {reason}")


def _token(access: Access) -> Optional[str]:
    token, file = access.token, access.token_file
    if token is None and file is None:
        token, file = os.environ.get("FLUXION_TOKEN"), os.environ.get("FLUXION_TOKEN_FILE") or None
    if file is not None:
        token = _read(file)
    elif not token:
        return None
    token = token.strip()
    if not all(" " <= letter <= "~" for letter in token):
        raise _unusable("the token has characters that no token has")
    return token


def _insecure_token(access: Access) -> bool:
    if access.insecure_token is not None:
        return access.insecure_token
    said = os.environ.get("FLUXION_INSECURE_TOKEN", "")
    if said and said.lower() not in _YES + _NO:
        raise _unusable(f"invalid value '{said}' for FLUXION_INSECURE_TOKEN: value was not a boolean")
    return said.lower() in _YES


def _certificates(access: Access) -> dict[str, bytes]:
    """Those that `grpc.ssl_channel_credentials` takes. Read also where they are not needed: a mistake shows at once."""
    authorities = access.tls_ca or os.environ.get("FLUXION_TLS_CA")
    certificate = access.client_cert or os.environ.get("FLUXION_CLIENT_CERT")
    key = access.client_key or os.environ.get("FLUXION_CLIENT_KEY")
    if bool(certificate) != bool(key):
        raise _unusable("neither of certificate and key of the client comes without the other")
    found = {}
    if authorities:
        found["root_certificates"] = _read(authorities).encode()
    if certificate and key:
        found.update(certificate_chain=_read(certificate).encode(), private_key=_read(key).encode())
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if authorities:
            context.load_verify_locations(authorities)
        if certificate and key:
            # a password would be asked for at the terminal
            context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        raise _unusable(f"{error.reason or error}") from error
    return found


def _read(file: File) -> str:
    try:
        with open(file, encoding="utf-8") as opened:
            return opened.read()
    except UnicodeDecodeError as error:
        raise _unusable(f"cannot read {os.fspath(file)}: stream did not contain valid UTF-8") from error
