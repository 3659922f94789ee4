"""The server process: launched, waited for, and ended by its pid."""

from __future__ import annotations

import contextlib
import re
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from airlock.errors import ServerError
from airlock.server.privilege import Privilege
from airlock.server.processes import command_line, is_running, send, start_token, working_in
from airlock.server.state import State

_START_LIMIT_S = 120
_POLL_S = 0.005
_STATUS_LINE = 7
"""Of postmaster.pid: `ready` once connections are accepted (src/include/utils/pidfile.h)."""

# How long each signal may take: fast shutdown, immediate shutdown, kill.
_ENDINGS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))

_IN_USE = re.compile(r'lock file ".*" already exists|pre-existing shared memory block')


class PortTaken(ServerError):
    """Another program listens on the port."""


class StillInUse(ServerError):
    """Processes of an earlier server were at work on the data; they are ended by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmaster:
    """A running server process; `token` tells it from a later one of the same pid."""

    pid: int
    token: str


def launch(
    postgres: Path,
    arguments: Sequence[str],
    *,
    data: Path,
    sockets: Path,
    privilege: Privilege,
    log: Path,
) -> Postmaster:
    """Start a server that outlives this process and wait until it accepts connections.

    No server may be running there: what lies in `sockets` is taken for a leftover.

    Raises:
        PortTaken: the port is in use.
        StillInUse: another server worked on the data; trying again works.
        ServerError: it did not start; the message quotes what it said.
    """
    for leftover in sockets.glob(".s.PGSQL.*"):
        leftover.unlink()
    with contextlib.suppress(FileNotFoundError):
        log.replace(log.with_name(log.name + ".1"))
    started = privilege.run([str(postgres), *arguments], log=log)
    if started.returncode != 0:
        raise ServerError(f"{postgres} could not be run: {started.stdout.strip()[-300:]}")
    pid = int(started.stdout)
    token = start_token(pid)
    if token is None:
        clear_leftovers(data)
        raise _failure(log)
    postmaster = Postmaster(pid=pid, token=token)
    try:
        _wait_until_ready(postmaster, data, log)
    except BaseException:
        halt(postmaster, data)
        raise
    return postmaster


def _wait_until_ready(postmaster: Postmaster, data: Path, log: Path) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while not _is_ready(postmaster.pid, data):
        if not is_running(postmaster.pid, postmaster.token):
            raise _failure(log)
        if time.monotonic() > deadline:
            raise ServerError(
                f"Postgres did not accept connections within {_START_LIMIT_S} s",
                hint=f"Look at {log}.",
            )
        time.sleep(_POLL_S)


def _is_ready(pid: int, data: Path) -> bool:
    lines = _pid_file(data)
    return (
        len(lines) > _STATUS_LINE
        and lines[0].strip() == str(pid)
        and lines[_STATUS_LINE].strip() == "ready"
    )


def recorded_pid(data: Path) -> int | None:
    """Return the pid that the data directory's own lock file names."""
    lines = _pid_file(data)
    return int(lines[0]) if lines and lines[0].strip().isdecimal() else None


def found(data: Path) -> Postmaster | None:
    """Return the server that runs on a data directory though nobody noted it down."""
    pid = recorded_pid(data)
    if pid is None or str(data) not in command_line(pid):
        return None
    token = start_token(pid)
    return Postmaster(pid=pid, token=token) if token is not None else None


def running(state: State) -> Postmaster | None:
    """Return the server that a state speaks of, also one whose start was cut off."""
    if is_running(state.pid, state.token):
        return Postmaster(pid=state.pid, token=state.token)
    return found(state.data)


def halt(postmaster: Postmaster, data: Path) -> None:
    """End a server and every process it has left; what is committed is safe."""
    for number, limit in _ENDINGS:
        if is_running(postmaster.pid, postmaster.token):
            send(postmaster.pid, number)
            _wait_while(partial(is_running, postmaster.pid, postmaster.token), limit)
    clear_leftovers(data)


def clear_leftovers(data: Path) -> None:
    """Remove what a killed server leaves: its child processes and its lock file.

    Only for a data directory on which no server runs. A lock file whose pid belongs to another
    process by now would keep Postgres from starting.
    """
    pid_file = data / "postmaster.pid"
    if data.exists() and not pid_file.exists():
        return
    for pid in filter(_is_postgres, working_in(data)):
        token = start_token(pid)
        send(pid, signal.SIGKILL)
        if token is not None:
            _wait_while(partial(is_running, pid, token), 10.0)
    pid_file.unlink(missing_ok=True)


def _is_postgres(pid: int) -> bool:
    """Whether a process is a server's, and not somebody's shell in the same folder."""
    program = "".join(command_line(pid)[:1])
    # The children of a server write what they do in place of their arguments.
    return program.startswith("postgres: ") or Path(program).name == "postgres"


def _wait_while(condition: Callable[[], bool], limit: float) -> None:
    deadline = time.monotonic() + limit
    while condition() and time.monotonic() < deadline:
        time.sleep(_POLL_S)


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _failure(log: Path) -> ServerError:
    """Name the reason for which a server did not start, from what it logged."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        text = ""
    if "No space left on device" in text:
        return ServerError(
            "Postgres did not start: the disk is full",
            hint="Free some space and start the command again.",
        )
    if "could not create any TCP/IP sockets" in text:
        return PortTaken("Postgres did not start: its port is in use")
    if _IN_USE.search(text):
        return StillInUse("Postgres did not start: another server works on its data")
    lines = [line for line in text.splitlines() if "FATAL" in line or "PANIC" in line]
    reason = (lines or text.splitlines() or ["it said nothing"])[-1]
    return ServerError(
        f"Postgres did not start: {reason.partition('FATAL:')[2].strip() or reason}",
        hint=f"Look at {log}.",
    )
