"""Prepare the next files while the server works on this one.

Cutting and hashing a file takes about as long as a server takes to run a small one, and whoever
waits for a server has nothing else to do.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Generic, Self, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_T = TypeVar("_T")
_R = TypeVar("_R")

_DISTANCE = 32
_FEW = 3
_SWITCH_S = 0.0005
"""How long preparing may keep whoever has the server's answer; Python's own is ten times that."""


class Ahead(Generic[_T, _R]):
    """An iterator over `work(item)` for each item, in order, prepared up to 32 items ahead.

    A context manager: work begins on entry, and none is under way after it. What `work` raises
    is raised when its item's turn comes.
    """

    def __init__(self, work: Callable[[_T], _R], items: Sequence[_T]) -> None:
        self._work = work
        self._items = iter(items)
        self._few = len(items) < _FEW
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: deque[Future[_R]] = deque()
        self._interval = sys.getswitchinterval()

    def __enter__(self) -> Self:
        if not self._few:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - few need threads

            sys.setswitchinterval(_SWITCH_S)
            self._pool = ThreadPoolExecutor(max_workers=1)
            self._submit(_DISTANCE)
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            sys.setswitchinterval(self._interval)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> _R:
        if self._pool is None:
            return self._work(next(self._items))
        if not self._under_way:
            raise StopIteration
        result = self._under_way.popleft().result()
        self._submit(1)
        return result

    def _submit(self, count: int) -> None:
        assert self._pool is not None
        for item in islice(self._items, count):
            self._under_way.append(self._pool.submit(self._work, item))
