"""Prepare the next file while the server works on this one.

Cutting and hashing a file takes about as long as a server takes to run a small one, and whoever
waits for a server has nothing else to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Self, TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


class Ahead(Generic[_T, _R]):
    """An iterator over `work(item)` for each item, in order; `step` does it for the next one early.

    What `work` raises is raised when its item's turn comes.
    """

    def __init__(self, work: Callable[[_T], _R], items: Sequence[_T]) -> None:
        self._work = work
        self._items = iter(items)
        self._ready: list[_R | Exception] = []

    def step(self) -> None:
        """Do the work for the next item, unless that is done or there is none."""
        if self._ready:
            return
        for item in self._items:
            try:
                self._ready.append(self._work(item))
            except Exception as error:
                self._ready.append(error)
            return

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> _R:
        self.step()
        if not self._ready:
            raise StopIteration
        result = self._ready.pop()
        if isinstance(result, Exception):
            raise result
        return result
