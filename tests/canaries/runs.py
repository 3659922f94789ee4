"""Commands run as processes, with every byte that comes out of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matcher import Hit, Kind, Matcher
from wire import Proxy, Record

THOROUGH = os.environ.get("AIRLOCK_CANARIES") == "all"
"""Whether everything is tried, as `make canaries` does, or what differs most."""
HERE = Path(__file__).parent
_INSIDE = HERE / "inside"
_TIMEOUT_S = 120
_SAMPLE_S = 0.02
_DATA = ("base", "global", "pg_wal")
_SAID = ("ErrorResponse", "NoticeResponse", "ParameterStatus", "NotificationResponse")
_HANDED = frozenset({"pg_dump", "psql"})
"""Programs that are handed a password, in a variable that no other user sees."""


@dataclass(slots=True)
class Tally:
    """What was searched in one channel."""

    runs: int = 0
    bytes: int = 0
    found: int = 0

    def add(self, data: int, found: int) -> None:
        self.runs += 1
        self.bytes += data
        self.found += found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a run ended, and what was found in it."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str
    hits: dict[str, list[Hit]]
    """By channel; channels without a hit have an empty list."""
    wire: Record
    children: tuple[str, ...]
    """The names of the programs that it started."""

    @property
    def told(self) -> str:
        return f"airlock {' '.join(self.arguments)} → {self.code}\n{self.out}{self.err}"

    def leaks(self, *, except_for: Sequence[str] = ()) -> list[str]:
        """Return what came out, in words, by channel and canary."""
        found = (
            f"{channel}: {hit}"
            for channel, hits in self.hits.items()
            if channel not in except_for
            for hit in hits
        )
        return sorted(set(found))


@dataclass(slots=True, kw_only=True)
class Bench:
    """Runs commands, and searches what they leave."""

    matcher: Matcher
    home: Path
    outside: tuple[Path, ...]
    """Folders of the home that lie elsewhere: in memory, or where names have to be short."""
    proxy: Proxy
    flush: Callable[[], None] = lambda: None
    """Makes Airlock's servers write down what they have in memory alone."""
    since: int = field(default_factory=time.time_ns)
    tallies: dict[str, Tally] = field(default_factory=dict)

    def run(
        self,
        command: Sequence[str],
        *,
        project: Path,
        scratch: Path,
        variables: Mapping[str, str],
        arguments: Sequence[str] = (),
    ) -> Ran:
        """Run a command to its end and search all its channels; `arguments` are how it is told."""
        scratch.mkdir(exist_ok=True)
        children = scratch.with_name(f"{scratch.name}.children")
        children.unlink(missing_ok=True)
        before = _stamps(project)
        began = time.time_ns()
        environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "AIRLOCK_HOME": str(self.home),
            "PYTHONPATH": str(_INSIDE),
            "CANARY_CHILDREN": str(children),
            **variables,
        }
        self.proxy.taken(self.matcher)
        process = subprocess.Popen(
            command,
            cwd=project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        seen: set[bytes] = set()
        over = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, seen, over))
        watcher.start()
        try:
            out, err = process.communicate(timeout=_TIMEOUT_S)
        finally:
            over.set()
            watcher.join()
            process.kill()
        started = [*_started(children)]
        channels = {
            "stdout": out,
            "stderr": err,
            "argv": b"\n".join(sorted(seen | {_argv(each) for each in started})),
            "environment of children": b"\n".join(
                json.dumps(each["env"]).encode()
                for each in started
                if Path(each["program"]).name not in _HANDED
            ),
            "project files": _content(_changed(project, before)),
            "temporary files": _content(_files(scratch)),
            "AIRLOCK_HOME": _content(self._kept(began, data=False)),
        }
        hits = {name: self._search(name, data) for name, data in channels.items()}
        record = self.proxy.taken(self.matcher)
        return Ran(
            arguments=tuple(arguments or command),
            code=process.returncode,
            out=out.decode(errors="replace"),
            err=err.decode(errors="replace"),
            hits=hits,
            wire=record,
            children=tuple(Path(each["program"]).name for each in started),
        )

    def search_servers(self) -> list[Hit]:
        """Search all that was written since: logs, and the data of Airlock's servers.

        There a table's rows lie as they are, and hashes could be of anything.
        """
        self.flush()
        data = _content(self._kept(self.since, data=True))
        found = self.matcher.find(data, hashed=False)
        self.tally("data of Airlock's servers", len(data), len(found))
        return found

    def tally(self, channel: str, data: int, found: int) -> None:
        self.tallies.setdefault(channel, Tally()).add(data, found)

    def _search(self, channel: str, data: bytes) -> list[Hit]:
        found = self.matcher.find(data) if data else []
        self.tally(channel, len(data), len(found))
        return found

    def _kept(self, since: int, *, data: bool) -> Iterator[Path]:
        """Yield the files of the home that changed, among them the logs of its servers."""
        roots = (self.home, *self.outside)
        for root in (each for each in roots if not any(o in each.parents for o in roots)):
            for folder, below, names in os.walk(root):
                here = Path(folder)
                if not data and (here / "PG_VERSION").exists():
                    below[:] = [each for each in below if each not in _DATA]
                for name in names:
                    path = here / name
                    if _changed_since(path, since):
                        yield path


Run = Callable[..., Ran]
Clean = Callable[..., None]


def airlock(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "airlock", *arguments]


def inside(script: str, *arguments: str) -> list[str]:
    """Return the command of a script that stands beside this file."""
    return [sys.executable, str(_INSIDE / script), *arguments]


def permitted(canary_kind: Kind, message: str, *, deploying: bool) -> bool:
    """Whether a canary may cross the wire; no message that is shown may ever hold one."""
    match canary_kind:
        case Kind.LITERAL | Kind.TOKEN:
            return True
        case Kind.ROW:
            # What the server says of a statement that it refuses is not in Airlock's hands.
            return deploying and message in _SAID
    return False


def _watch(pid: int, seen: set[bytes], over: threading.Event) -> None:
    """Collect the command lines of a process and of all below it, as other users see them."""
    while not over.wait(_SAMPLE_S):
        waiting = [pid]
        while waiting:
            each = waiting.pop()
            try:
                seen.add(Path(f"/proc/{each}/cmdline").read_bytes())
                below = Path(f"/proc/{each}/task/{each}/children").read_text()
            except OSError:
                continue
            waiting += map(int, below.split())


def _started(children: Path) -> Iterator[dict[str, object]]:
    if children.exists():
        for line in children.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def _argv(started: Mapping[str, object]) -> bytes:
    return json.dumps(started["argv"]).encode()


def _stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: _stamp(path) for path in _files(folder)}


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _changed(folder: Path, before: Mapping[Path, tuple[int, int]]) -> list[Path]:
    return [path for path in _files(folder) if before.get(path) != _stamp(path)]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _changed_since(path: Path, since: int) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime_ns >= since
    except OSError:
        return False


def _content(paths: Iterator[Path] | Sequence[Path]) -> bytes:
    found = []
    for path in paths:
        try:
            found += [os.fsencode(path), path.read_bytes()]
        except OSError:
            continue
    return b"\n".join(found)
