"""How a server is started: clears away what was cut off, then copies, configures, launches."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from airlock.errors import ServerError
from airlock.server.builds import Build
from airlock.server.cluster import Cluster, Purpose
from airlock.server.files import full_disk_named, remove_tree
from airlock.server.home import disk_errors
from airlock.server.postmaster import (
    PortTaken,
    StillInUse,
    clear_leftovers,
    found,
    halt,
    launch,
    running,
)
from airlock.server.preparation import prepare, refresh
from airlock.server.pristine import PORT, copy_pristine
from airlock.server.processes import boot_id
from airlock.server.programs import Programs, programs
from airlock.server.quarters import Quarters
from airlock.server.settings import write_settings
from airlock.server.state import State, password, write_state

_FIRST_PORT = 54329
_PORTS_TRIED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One start of one server, by who holds the lock of its folder."""

    build: Build
    purpose: Purpose
    folder: Path
    quarters: Quarters
    content: str
    wish: int | None
    """The port that is asked for."""

    def run(self, before: State | None) -> State:
        """Start the server and note it down; `before` is what was noted down last."""
        data = before.data if before is not None else self._location()
        if self.purpose is Purpose.ENVIRONMENTS and data.exists():
            self._refuse_other_data(data, before)
        if left := (found(data) if before is None else running(before)):
            halt(left, data)
        clear_leftovers(data)
        ready = programs(self.build, quarters=self.quarters, shims_id=self.content)
        if self.purpose is Purpose.SHADOW and not self._is_usable(before):
            remove_tree(data)
            data = self._location()
        state = self._state(data, before)
        write_state(self.folder, state)
        for folder in (self.folder, data.parent):
            for leftover in folder.glob("*.new-*"):
                remove_tree(leftover)
        state = self._launched(state, ready)
        write_state(self.folder, state)
        return state

    def _launched(self, state: State, ready: Programs) -> State:
        """Start on the data directory, which is made first where there is none."""
        fresh = not state.data.exists()
        if fresh:
            self._copy(state.data, ready)
        try:
            with full_disk_named(state.data):
                return self._launch(state, ready)
        except ServerError:
            if fresh or self.purpose is Purpose.ENVIRONMENTS:
                raise
        # A throw-away server that does not come up again is made anew.
        remove_tree(state.data)
        self._copy(state.data, ready)
        return self._launch(state, ready)

    def _refuse_other_data(self, data: Path, before: State | None) -> None:
        """Raise when durable data cannot be served by the wanted build or from here."""
        major = _major(data)
        if major != self.build.major:
            raise ServerError(
                f"the environments on this machine live on Postgres {major} ({data}), "
                f"and Postgres {self.build.major} is wanted",
                hint="They can be made anew from migrations: move the old ones away "
                f"(mv {data} {data}-{major}), or set AIRLOCK_HOME to another folder.",
            )
        if before is not None and before.strategy is not self.quarters.privilege.strategy:
            raise ServerError(
                f"the environments in {data} were made with the strategy "
                f"{before.strategy}, and only {self.quarters.privilege.strategy} works here",
                hint="Set AIRLOCK_HOME to another folder to start with new ones.",
            )

    def _is_usable(self, before: State | None) -> bool:
        """Whether a shadow's data may serve once more."""
        return (
            before is not None
            and before.build.id == self.build.id
            and before.content == self.content
            and before.strategy is self.quarters.privilege.strategy
            # Without fsync the files of an earlier start of the machine may be torn.
            and before.boot == boot_id()
            and (before.data / "PG_VERSION").exists()
        )

    def _location(self) -> Path:
        """Return where the data of a server without any will lie."""
        name = self.folder.name
        memory = self.quarters.memory(name) if self.purpose is Purpose.SHADOW else None
        return (memory or self.quarters.folder("servers", name)) / "data"

    def _state(self, data: Path, before: State | None) -> State:
        return State(
            pid=0,
            token="",
            boot=boot_id(),
            port=before.port if before else 0,
            sockets=self.quarters.sockets(self.folder.name),
            data=data,
            content=self.content,
            strategy=self.quarters.privilege.strategy,
            build=self.build,
        )

    def _copy(self, data: Path, ready: Programs) -> None:
        copy_pristine(
            self.build,
            ready,
            data,
            quarters=self.quarters,
            content=self.content,
            prepare=prepare,
        )

    def _launch(self, state: State, ready: Programs) -> State:
        """Start on the first port that is free, or on the one that is asked for."""
        for port in self._ports(state.port):
            with contextlib.suppress(PortTaken):
                return self._launch_on(replace(state, port=port), ready)
        if self.wish is None:
            raise PortTaken(f"no port from {_FIRST_PORT} to {_FIRST_PORT + _PORTS_TRIED} is free")
        raise PortTaken(
            f"port {self.wish} on 127.0.0.1 is in use by another program",
            hint="Set another port under [server] in airlock.toml, or find out who listens there: "
            f"lsof -nP -iTCP:{self.wish} -sTCP:LISTEN",
        )

    def _ports(self, last: int) -> Iterator[int]:
        if self.purpose is Purpose.SHADOW:
            yield PORT
            return
        if self.wish is not None:
            wanted = iter((self.wish,))
        else:
            wanted = iter((*filter(None, (last,)), *range(_FIRST_PORT, _FIRST_PORT + _PORTS_TRIED)))
        yield from filter(_is_free, wanted)

    def _launch_on(self, state: State, ready: Programs) -> State:
        arguments = write_settings(
            self.quarters.folder("servers", self.folder.name),
            self.purpose,
            major=self.build.major,
            data=state.data,
            sockets=state.sockets,
            port=state.port,
            shims=ready.shims,
        )
        launched = partial(
            launch,
            ready.postgres,
            arguments,
            data=state.data,
            sockets=state.sockets,
            privilege=self.quarters.privilege,
            log=self.folder / "log",
        )
        try:
            postmaster = launched()
        except StillInUse:
            # Left by a start that was cut off before anyone noted its process down.
            postmaster = launched()
        state = replace(state, pid=postmaster.pid, token=postmaster.token)
        if self.purpose is Purpose.ENVIRONMENTS:
            try:
                refresh(self._cluster(state))
            except BaseException:
                halt(postmaster, state.data)
                raise
        return state

    def _cluster(self, state: State) -> Cluster:
        return Cluster(
            build=self.build,
            purpose=self.purpose,
            data=state.data,
            sockets=state.sockets,
            port=state.port,
            pid=state.pid,
            password=password(self.folder),
        )


def _major(data: Path) -> int:
    """Return the version of Postgres that a data directory belongs to."""
    with disk_errors(f"{data} cannot be read"):
        text = (data / "PG_VERSION").read_text().strip()
    if text.isdecimal():
        return int(text)
    raise ServerError(
        f"{data} is damaged: its PG_VERSION is not a number",
        hint=f"Move the folder away to start with new environments: mv {data} {data}.damaged",
    )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise ServerError(
                f"port {port} is not for this user: ports below 1024 are root's",
                hint="Ask for a port of 1024 or above.",
            ) from None
        except OSError:
            return False
    return True
