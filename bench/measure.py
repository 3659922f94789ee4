"""Running a command and saying what it took, on both sides of the connection."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_COUNTED = {"Pss": 1, "Pss_Shmem": -1}


class CommandFailed(Exception):
    """A measured command ended with an exit code that was not expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run; `accepts` are the exit codes that count as done."""

    words: Sequence[str]
    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    accepts: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run: seconds of wall clock and of processor time, and the client's peak memory."""

    seconds: float
    client_cpu: float | None = None
    server_cpu: float | None = None
    """Of the server that the command talks to; None where the system does not tell."""
    peak_mb: float | None = None


def run(command: Command, *, server: int | None = None) -> Sample:
    """Run a command to its end; `server` is the pid of the postmaster whose work counts too.

    Raises:
        CommandFailed: it ended otherwise than expected; the message has its last lines.
    """
    with tempfile.TemporaryFile() as output:
        before = server_cpu(server)
        began = time.perf_counter()
        process = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env=_environment(command.variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        after = server_cpu(server)
        if process.returncode not in command.accepts:
            output.seek(0)
            last = output.read().decode(errors="replace").strip().splitlines()[-3:]
            raise CommandFailed(f"exit code {process.returncode}: " + " / ".join(last))
    return Sample(
        seconds=seconds,
        client_cpu=usage.ru_utime + usage.ru_stime,
        server_cpu=None if before is None or after is None else after - before,
        peak_mb=usage.ru_maxrss / (1024 if os.uname().sysname == "Linux" else 1024 * 1024),
    )


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what a command sees of our variables: enough to run, nothing that steers it."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "NO_COLOR": "1", **variables}


def server_cpu(postmaster: int | None) -> float | None:
    """Return the processor time that a server has taken so far, finished backends included."""
    if postmaster is None or not _PROC.is_dir():
        return None
    return sum(_cpu(pid) for pid in _tree(postmaster))


def server_mb(postmaster: int) -> float | None:
    """Return what a server's processes take beside the memory they share.

    What they share is allocated once, but each maps only the part that it has touched, so that
    after a backend has ended its pages belong to nobody: the caller adds the whole of it.
    """
    if not (_PROC / "self" / "smaps_rollup").exists():
        return None
    total = 0
    for pid in _tree(postmaster):
        with contextlib.suppress(OSError):
            for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                name, _, value = line.partition(":")
                if sign := _COUNTED.get(name):
                    total += sign * int(value.split()[0])
    return total / 1024


def folder_mb(folder: Path) -> float:
    """Return the room that a folder takes on its disk."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*")) / 1024 / 1024


def _tree(root: int) -> Iterator[int]:
    yield root
    for task in (_PROC / str(root) / "task").glob("*"):
        with contextlib.suppress(OSError):
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


def _cpu(pid: int) -> float:
    """Return the time of a process and of its children that ended (proc(5), stat)."""
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / _TICKS
