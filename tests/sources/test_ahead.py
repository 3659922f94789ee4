"""Preparing ahead: order, distance, errors in their turn."""

from __future__ import annotations

import pytest

from airlock.sources.ahead import Ahead


@pytest.mark.parametrize("count", [0, 1, 2, 3, 100])
@pytest.mark.parametrize("steps", [0, 1, 2])
def test_keeps_the_order(count: int, steps: int) -> None:
    prepared = Ahead(str, range(count))
    found = []
    for text in prepared:
        found.append(text)
        for _ in range(steps):
            prepared.step()
    assert found == [str(number) for number in range(count)]


def test_goes_one_further_and_no_more() -> None:
    done: list[int] = []
    prepared = Ahead(done.append, range(1_000))
    next(prepared)
    assert done == [0]
    prepared.step()
    prepared.step()
    assert done == [0, 1]


def test_raises_when_the_turn_comes() -> None:
    def work(number: int) -> int:
        return 10 // number

    prepared = Ahead(work, (5, 0, 1))
    assert next(prepared) == 2
    prepared.step()
    with pytest.raises(ZeroDivisionError):
        next(prepared)


def test_an_interrupt_does_not_wait_for_its_turn() -> None:
    def work(number: int) -> None:
        raise KeyboardInterrupt(number)

    prepared = Ahead(work, (1, 2))
    with pytest.raises(KeyboardInterrupt):
        prepared.step()
