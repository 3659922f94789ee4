"""Whether a process that was noted down still runs, and is still the same one."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
_LINUX = sys.platform == "linux"


def start_token(pid: int) -> str | None:
    """Return a text that tells this process from a later one of the same pid; None when dead.

    On Linux it is the start time in clock ticks since boot (proc(5), stat, field 22).
    """
    if not _LINUX:
        return _start_token_elsewhere(pid)
    try:
        fields = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    state, started = fields[0], fields[19]
    return None if state in b"ZX" else started.decode()


def is_running(pid: int, token: str) -> bool:
    """Whether the process that had this token when it was noted down still runs."""
    return start_token(pid) == token


def command_line(pid: int) -> tuple[str, ...]:
    """Return the arguments with which a process was started; empty when it is gone."""
    if not _LINUX:
        return _command_line_elsewhere(pid)
    try:
        raw = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ()
    return tuple(os.fsdecode(part) for part in raw.rstrip(b"\0").split(b"\0"))


def boot_id() -> str:
    """Return a text that changes when the machine starts anew."""
    if not _LINUX:
        return str(int(_psutil().boot_time()))
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()


def working_in(folder: Path) -> Iterator[int]:
    """Yield the processes whose working directory is `folder`, as that of a server's is.

    It may have been removed under them.
    """
    if not _LINUX:
        yield from _working_in_elsewhere(folder)
        return
    wanted = {str(folder.resolve()), f"{folder.resolve()} (deleted)"}
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if str((entry / "cwd").readlink()) in wanted:
                    yield int(entry.name)


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal; a process that is gone already is no error."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _start_token_elsewhere(pid: int) -> str | None:
    psutil = _psutil()
    try:
        process = psutil.Process(pid)
        dead = process.status() == psutil.STATUS_ZOMBIE
        return None if dead else f"{process.create_time():.2f}"
    except psutil.Error:
        return None


def _command_line_elsewhere(pid: int) -> tuple[str, ...]:
    psutil = _psutil()
    try:
        return tuple(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ()


def _working_in_elsewhere(folder: Path) -> Iterator[int]:
    wanted = str(folder.resolve())
    for process in _psutil().process_iter(["pid", "cwd"]):
        if process.info["cwd"] == wanted:
            yield process.info["pid"]


def _psutil() -> Any:
    """Return a library that costs 35 ms to import; it comes with the embedded Postgres."""
    import psutil  # type: ignore[import-untyped] # noqa: PLC0415 - for macOS alone

    return psutil
