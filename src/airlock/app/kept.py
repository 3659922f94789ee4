"""Answers about texts, kept in Airlock's home under a hash of all that they hang on.

A broken or foreign store costs the answers, never the command: they are worked out again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

_NAME = "examined.sqlite"
_MOST = 50_000
_BATCH = 500
_WAIT_S = 0.5


class Kept:
    """A table of texts by key in one file."""

    def __init__(self, home: Path) -> None:
        self._path = home / _NAME

    def get(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Return the answers that are there."""
        found: dict[str, str] = {}
        if not self._path.exists():
            return found
        with suppress(sqlite3.Error), closing(self._open()) as store:
            for start in range(0, len(keys), _BATCH):
                some = keys[start : start + _BATCH]
                marks = ",".join("?" * len(some))
                rows = store.execute(f"select key, value from kept where key in ({marks})", some)
                found.update(rows)
        return found

    def put(self, answers: Iterable[tuple[str, str]]) -> None:
        """Keep answers; the oldest go when there are too many."""
        with suppress(sqlite3.Error, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with closing(self._open()) as store, store:
                store.execute("create table if not exists kept (key text primary key, value text)")
                store.executemany("insert or replace into kept values (?, ?)", answers)
                store.execute(
                    "delete from kept where rowid <= (select max(rowid) from kept) - ?", (_MOST,)
                )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=_WAIT_S)
