"""`--watch`: do it again whenever a file that it is about changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from airlock.cli.command import Call
from airlock.cli.screen import write
from airlock.errors import AirlockError
from airlock.report.values.base import Report

_LOOK_EVERY_S = 0.2
_SETTLES_S = 0.05
"""Editors write a file in several steps; a check in between would see half of it."""

Stamps = Mapping[Path, tuple[int, int]]


def watch(call: Call, run: Callable[[], Report], paths: Sequence[Path]) -> None:
    """Show the report, and anew after each change below the paths, until Ctrl-C.

    An error is shown and waited out: the next change may mend it.
    """
    import sys

    with suppress(KeyboardInterrupt):
        seen: Stamps | None = None
        while True:
            if (now := stamps(paths)) == seen:
                time.sleep(_LOOK_EVERY_S)
                continue
            if seen is not None:
                time.sleep(_SETTLES_S)
                now = stamps(paths)
            seen = now
            try:
                report = run()
            except AirlockError as error:
                call.progress.done()
                call.screen.error(error)
            else:
                call.progress.done()
                call.screen.report(report)
            write(sys.stderr, "waiting for a change, Ctrl-C ends\n")


def stamps(paths: Sequence[Path]) -> Stamps:
    """Return time and size of every SQL and TOML file at or below the paths."""
    found: dict[Path, tuple[int, int]] = {}
    for path in paths:
        for file in _files(path):
            with suppress(OSError):
                status = file.stat()
                found[file] = (status.st_mtime_ns, status.st_size)
    return found


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from path.rglob("*.sql")
    else:
        yield path
