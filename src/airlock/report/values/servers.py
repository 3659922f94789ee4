"""Reports of `airlock db`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from airlock.report.values.base import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSize:
    """One database that Airlock made; `kind` is environment, shadow, template or baseline."""

    name: str
    kind: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """One of Airlock's servers."""

    purpose: str
    build: str
    running: bool
    port: int | None
    """None where there is a socket only."""
    pid: int | None
    data: str
    bytes: int = 0
    databases: tuple[DatabaseSize, ...] = ()
    """Of a running server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServersReport(Report):
    """`airlock db status`, `start` and `stop`."""

    command: ClassVar[str] = "db status"
    home: str
    servers: tuple[ServerStatus, ...]
    message: str | None = None
    """What was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlReport(Report):
    """`airlock db url`: a connection string with the local password."""

    command: ClassVar[str] = "db url"
    environment: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallReport(Report):
    """`airlock db install`."""

    command: ClassVar[str] = "db install"
    version: str
    place: str
