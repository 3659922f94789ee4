"""Preparing ahead: order, distance, errors in their turn, nothing left under way."""

from __future__ import annotations

import sys
import threading

import pytest

from airlock.sources.ahead import Ahead


@pytest.mark.parametrize("count", [0, 1, 2, 3, 100])
def test_keeps_the_order(count: int) -> None:
    with Ahead(str, range(count)) as prepared:
        assert list(prepared) == [str(number) for number in range(count)]


def test_goes_no_further_than_it_may() -> None:
    done: list[int] = []
    with Ahead(done.append, range(1_000)) as prepared:
        next(prepared)
    assert 1 <= len(done) <= 33


def test_raises_when_the_turn_comes() -> None:
    def work(number: int) -> int:
        return 10 // number

    with Ahead(work, (5, 2, 0, 1)) as prepared:
        assert (next(prepared), next(prepared)) == (2, 5)
        with pytest.raises(ZeroDivisionError):
            next(prepared)


def test_leaves_nothing_behind() -> None:
    threads, interval = threading.active_count(), sys.getswitchinterval()
    prepared = Ahead(str, range(50))
    with pytest.raises(KeyboardInterrupt), prepared:
        _interrupted_after(prepared)
    assert (threading.active_count(), sys.getswitchinterval()) == (threads, interval)


def _interrupted_after(prepared: Ahead[int, str]) -> None:
    next(prepared)
    raise KeyboardInterrupt
