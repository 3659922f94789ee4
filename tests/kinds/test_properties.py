"""Properties of random schemas: read twice they are equal, and each can be turned into another.

`make converge` runs the same at length.
"""

from __future__ import annotations

from random import Random

import pytest
from crossing import Ground
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemas.pairs import Pair, draw_pair, render

from airlock.diff.compare import compare
from airlock.kinds._spec import Style
from airlock.server.cluster import Cluster

_BOUNDED = settings(
    derandomize=True,
    deadline=None,
    database=None,
    # A failure is shrunk by `make converge`, which knows what the statements mean.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SEEDS = st.integers(min_value=0, max_value=2**32)


@pytest.fixture(scope="module")
def ground(cluster: Cluster, other_cluster: Cluster) -> Ground:
    return Ground(left=cluster, right=other_cluster)


def drawn(seed: int, ground: Ground, **sizes: int) -> Pair:
    return draw_pair(Random(seed), major=ground.left.build.major, **sizes)


@settings(_BOUNDED, max_examples=8)
@given(seed=SEEDS)
def test_a_schema_is_equal_to_itself(seed: int, ground: Ground) -> None:
    text = render(drawn(seed, ground, size=60).old, ground.left.build.major)
    with ground.sides(text, text) as (left, right):
        assert list(compare(left.catalog, right.catalog)) == []


@settings(_BOUNDED, max_examples=16)
@given(seed=SEEDS, style=st.sampled_from(Style))
def test_a_plan_arrives_and_so_does_the_way_back(seed: int, style: Style, ground: Ground) -> None:
    old, new = (
        render(side, ground.left.build.major) for side in drawn(seed, ground, size=30, edits=8)
    )
    for crossing in ground.both_ways(old, new, style=style):
        told = f"seed {seed}, {style.value}: {crossing.status}\n{crossing.detail}"
        assert crossing.status == "ok", (
            f"{told}\n\n{old}\n-- new\n\n{new}\n-- plan\n\n{crossing.text}"
        )


def test_a_thing_falls_away_with_what_it_needs() -> None:
    pair = draw_pair(Random(1))
    table = next(thing for thing in pair.old if thing.sort == "table")
    rest = tuple(thing for thing in pair.old if thing.key != table.key)
    assert f'"{table.name}"' in render(pair.old)
    assert f'table "public"."{table.name}"' not in render(rest)


def test_drawing_is_repeatable() -> None:
    assert draw_pair(Random(7)) == draw_pair(Random(7))
