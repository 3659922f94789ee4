"""Airlock's own servers: one that keeps environments, one for throw-away databases."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import assert_never
from urllib.parse import quote

from airlock.errors import ConnectionFailed
from airlock.server.address import Address
from airlock.server.builds import Build
from airlock.server.files import locked, remove_tree
from airlock.server.home import Home, disk_errors
from airlock.server.postmaster import halt, recorded_pid, running
from airlock.server.privilege import Strategy, choose_privilege
from airlock.server.processes import is_running
from airlock.server.quarters import Quarters, remove_empty
from airlock.server.registry import DATABASE, FORMAT, Registry
from airlock.server.settings import Purpose
from airlock.server.state import State, password, read_state, write_state

__all__ = [
    "Cluster",
    "ClusterStatus",
    "DatabaseStatus",
    "Purpose",
    "content_id",
    "start",
    "status",
    "stop",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A running server."""

    build: Build
    purpose: Purpose
    data: Path
    sockets: Path
    port: int
    pid: int
    password: str = field(repr=False, default="")
    """Of the roles that may come in over TCP; the socket asks for none."""

    def address(
        self,
        database: str,
        *,
        label: str | None = None,
        role: str = "supabase_admin",
        tcp: bool = False,
    ) -> Address:
        """Return where a database of this server is; with `tcp`, as other programs reach it."""
        assert self.purpose is Purpose.ENVIRONMENTS or not tcp, "shadows have a socket only"
        user, name = quote(role, safe=""), quote(database, safe="")
        if tcp:
            login = f"{user}:{quote(self.password, safe='')}"
            url = f"postgresql://{login}@127.0.0.1:{self.port}/{name}?sslmode=disable"
        else:
            host = quote(str(self.sockets), safe="/")
            url = f"postgresql://{user}@/{name}?host={host}&port={self.port}"
        return Address(label=label or database, url=url, embedded=True, data=self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStatus:
    """One database that Airlock made; `purpose` as the registry has it."""

    name: str
    purpose: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStatus:
    """One server; `pid` is None while it does not run, `port` where it has a socket only."""

    purpose: Purpose
    build: Build
    pid: int | None
    port: int | None
    data: Path
    bytes: int
    databases: tuple[DatabaseStatus, ...]


def start(
    build: Build,
    purpose: Purpose,
    *,
    home: Home,
    port: int | None = None,
    strategy: Strategy | None = None,
) -> Cluster:
    """Return the running server of this home, started when it is not.

    Processes that start it at once get one server. `port` is a wish for environments: a server
    that listens elsewhere is moved there. `strategy` asks for a certain way to run as root.

    Raises:
        ServerError: the port is in use, the disk is full, the data belongs to another version
            of Postgres, or the server does not start.
    """
    assert purpose is Purpose.ENVIRONMENTS or port is None, "shadows have a socket only"
    content = content_id()
    folder = _folder(purpose, build, home)
    if state := _serving(folder, build, content, port):
        return _cluster(state, purpose, folder)
    from airlock.server.starting import Start  # noqa: PLC0415 - a running server needs none of it

    with disk_errors(f"the folder {folder} cannot be created"):
        folder.mkdir(mode=0o700, exist_ok=True)
    with locked(folder / "lock"):
        state = _serving(folder, build, content, port)
        if state is None:
            state = Start(
                build=build,
                purpose=purpose,
                folder=folder,
                quarters=Quarters(home=home, privilege=choose_privilege(strategy)),
                content=content,
                wish=port,
            ).run(read_state(folder))
        return _cluster(state, purpose, folder)


def stop(home: Home, *, purpose: Purpose | None = None) -> bool:
    """Stop this home's servers of a purpose, or all; return whether one was running.

    A stopped shadow server gives back the memory that its data lies in.
    """
    stopped = False
    for folder in _folders(home):
        if purpose in (None, _purpose(folder)):
            with locked(folder / "lock"):
                stopped |= _stop(home, folder)
    return stopped


def status(home: Home) -> tuple[ClusterStatus, ...]:
    """Return every server that this home has made, running or not, by name."""
    found = ((folder, read_state(folder)) for folder in _folders(home))
    return tuple(_status(folder, state) for folder, state in found if state is not None)


def _status(folder: Path, state: State) -> ClusterStatus:
    purpose = _purpose(folder)
    postmaster = running(state)
    databases: tuple[DatabaseStatus, ...] = ()
    if postmaster is not None and state.pid:
        # It may be starting or stopping right now.
        with contextlib.suppress(ConnectionFailed):
            databases = _databases(_cluster(state, purpose, folder))
    return ClusterStatus(
        purpose=purpose,
        build=state.build,
        pid=postmaster.pid if postmaster is not None else None,
        port=state.port if purpose is Purpose.ENVIRONMENTS else None,
        data=state.data,
        bytes=_size(state.data),
        databases=databases,
    )


def _databases(cluster: Cluster) -> tuple[DatabaseStatus, ...]:
    from airlock.server.connect import connect  # noqa: PLC0415 - it imports the driver

    with connect(cluster.address(DATABASE), acting=False) as session:
        return tuple(
            DatabaseStatus(name=name, purpose=kind, bytes=size)
            for name, kind, size in Registry(session).sizes()
        )


def _size(root: Path) -> int:
    """Return the bytes of a folder; what vanishes while it is counted is left out."""
    total = 0
    for folder, _, files in os.walk(root):
        for name in files:
            with contextlib.suppress(OSError):
                total += (Path(folder) / name).stat().st_size
    return total


def content_id() -> str:
    """Return a text that changes with what is put into a new server: baseline, shims, registry."""
    from airlock.server.baseline import Baseline, baseline_id  # noqa: PLC0415 - most need none

    return f"{baseline_id(Baseline.SUPABASE, expose_new_tables=False)}-{FORMAT}"


def _stop(home: Home, folder: Path) -> bool:
    state = read_state(folder)
    if state is None:
        return False
    postmaster = running(state)
    if postmaster is not None:
        halt(postmaster, state.data)
    if _purpose(folder) is Purpose.SHADOW:
        remove_tree(state.data)
        (folder / "state.json").unlink()
    else:
        write_state(folder, state.stopped())
    remove_empty(home, state.data.parent, state.sockets)
    return postmaster is not None


def _serving(folder: Path, build: Build, content: str, port: int | None) -> State | None:
    """Return the server of this folder if it runs and is the one that is wanted.

    This is on the way of every command, so it looks at files and starts nothing.
    """
    state = read_state(folder)
    if state is None or state.build.id != build.id or state.content != content:
        return None
    fits = (
        port in (None, state.port)
        and is_running(state.pid, state.token)
        and recorded_pid(state.data) == state.pid
        and state.socket.exists()
        # Its programs may have gone with a virtual environment.
        and (state.build.bindir / "postgres").exists()
    )
    return state if fits else None


def _cluster(state: State, purpose: Purpose, folder: Path) -> Cluster:
    return Cluster(
        build=state.build,
        purpose=purpose,
        data=state.data,
        sockets=state.sockets,
        port=state.port,
        pid=state.pid,
        password=password(folder) if purpose is Purpose.ENVIRONMENTS else "",
    )


def _folder(purpose: Purpose, build: Build, home: Home) -> Path:
    """Return the server's folder: environments stay on one server, shadows have one per major."""
    match purpose:
        case Purpose.ENVIRONMENTS:
            return home.servers / purpose
        case Purpose.SHADOW:
            return home.servers / f"{purpose}-{build.major}"
        case _:
            assert_never(purpose)


def _purpose(folder: Path) -> Purpose:
    return Purpose(folder.name.partition("-")[0])


def _folders(home: Home) -> list[Path]:
    folders = (path for path in home.servers.iterdir() if path.is_dir())
    return sorted(path for path in folders if path.name.partition("-")[0] in set(Purpose))
