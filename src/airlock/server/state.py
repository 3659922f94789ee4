"""What is noted down about a server, so that the next command finds it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from airlock.server.builds import Build
from airlock.server.files import write_whole
from airlock.server.privilege import Strategy

_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A server: who it is, where it listens, what it was started from.

    It is written before the start with a pid of 0, so that a start that is cut off leaves word
    of its data directory.
    """

    pid: int
    token: str
    """Tells the process from a later one of the same pid, see `processes.start_token`."""
    boot: str
    """The start of the machine during which it was started."""
    port: int
    sockets: Path
    data: Path
    content: str
    """Changes with the baseline and the shims that the server was started with."""
    strategy: Strategy
    build: Build

    @property
    def socket(self) -> Path:
        """The socket file that clients open."""
        return self.sockets / f".s.PGSQL.{self.port}"

    def stopped(self) -> State:
        """Return the same without a process."""
        return replace(self, pid=0, token="")


def read_state(folder: Path) -> State | None:
    """Return what `folder` says about its server; None when it says nothing that can be used."""
    try:
        fields = json.loads((folder / "state.json").read_text())
        if fields["format"] != _FORMAT:
            return None
        return State(
            pid=int(fields["pid"]),
            token=str(fields["token"]),
            boot=str(fields["boot"]),
            port=int(fields["port"]),
            sockets=Path(fields["sockets"]),
            data=Path(fields["data"]),
            content=str(fields["content"]),
            strategy=Strategy(fields["strategy"]),
            build=Build.from_json(fields["build"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_state(folder: Path, state: State) -> None:
    """Note a server down, all at once."""
    fields = {
        "format": _FORMAT,
        "pid": state.pid,
        "token": state.token,
        "boot": state.boot,
        "port": state.port,
        "sockets": str(state.sockets),
        "data": str(state.data),
        "content": state.content,
        "strategy": state.strategy.value,
        "build": state.build.as_json(),
    }
    write_whole(folder / "state.json", json.dumps(fields, indent=1))


def password(folder: Path) -> str:
    """Return the password of a server's roles, made at random when there is none yet."""
    path = folder / "password"
    try:
        return path.read_text()
    except FileNotFoundError:
        write_whole(path, secrets.token_urlsafe(24))
        return path.read_text()
