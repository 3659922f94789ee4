"""The one order of steps."""

from __future__ import annotations

import pytest

from airlock.plan.order import Cycle, Graph, ordered


def graph(*edges: tuple[int, int], soft: tuple[tuple[int, int], ...] = ()) -> Graph:
    made = Graph()
    for first, then in edges:
        made.add(first, then)
    for first, then in soft:
        made.add(first, then, soft=True)
    return made


def test_the_least_key_comes_first_where_nothing_forbids_it() -> None:
    assert ordered([3, 1, 2], graph()) == [1, 2, 0]


def test_what_waits_comes_after_what_it_waits_for() -> None:
    assert ordered([1, 2, 3], graph((2, 0), (0, 1))) == [2, 0, 1]


def test_a_soft_edge_counts() -> None:
    assert ordered([1, 2], graph(soft=((1, 0),))) == [1, 0]


def test_a_soft_edge_gives_way_to_a_ring() -> None:
    assert ordered([1, 2, 3], graph((0, 1), soft=((1, 0), (2, 0)))) == [2, 0, 1]


def test_a_hard_edge_over_a_soft_one_stays() -> None:
    made = graph((1, 0), soft=((1, 0),))
    assert made.soft == set()
    made.add(0, 1, soft=True)
    assert ordered([1, 2], made) == [1, 0]


def test_a_ring_is_an_error_that_names_its_members() -> None:
    with pytest.raises(Cycle) as caught:
        ordered([1, 2, 3, 4], graph((0, 1), (1, 2), (2, 1), (2, 3)))
    assert sorted(caught.value.members) == [1, 2]
