"""Every case directory, in both directions and in both styles, judged by pg_dump and by ourselves.

A case is a folder with `old.sql` and `new.sql`, under that of the kind it is about; `since` holds
the first major that it needs.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from crossing import NEW, OLD, Crossing, Ground, cross

from airlock.kinds import registry
from airlock.model.node import Id
from airlock.model.plan import Plan
from airlock.model.step import Lock, Step, Verb
from airlock.plan.planner import plan
from airlock.server.cluster import Cluster

FOLDER = Path(__file__).parent / "cases"
UNSEEN = frozenset({"language-changed"})
"""Differences of which pg_dump says nothing: what is in pg_catalog it takes for granted."""
CASES = sorted(path.parent for path in FOLDER.glob(f"*/*/{OLD}"))


@pytest.fixture(scope="module")
def ground(cluster: Cluster, other_cluster: Cluster) -> Ground:
    return Ground(left=cluster, right=other_cluster)


def case(path: Path) -> tuple[str, str]:
    return (path / OLD).read_text(), (path / NEW).read_text()


def check(crossing: Crossing, *, unseen: bool = False) -> None:
    fine = {"ok", "needless"} if unseen else {"ok"}
    assert crossing.status in fine, f"{crossing.detail}\n\n{crossing.text}"
    assert crossing.surprises == ()
    assert crossing.plan is not None
    for step in crossing.plan.steps:
        allowed = registry()[step.target.kind].locks.get(step.verb, Lock.NONE)
        assert step.lock <= allowed, f"{step.lock.sql} is more than its kind says: {step.text}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_case_converges_both_ways(path: Path, ground: Ground) -> None:
    since = path / "since"
    if since.exists() and int(since.read_text()) > ground.left.build.major:
        pytest.skip(f"needs Postgres {since.read_text().strip()}")
    for crossing in ground.every_way(*case(path)):
        check(crossing, unseen=f"{path.parent.name}-{path.name}" in UNSEEN)


def test_a_check_from_the_parents_becomes_the_tables_own(ground: Ground) -> None:
    """Back there is no way in place, and what is left is named."""
    base = "create table base (id int constraint positive check (id > 0));"
    theirs = f"{base} create table child () inherits (base);"
    own = f"{base} create table child (constraint positive check (id > 0)) inherits (base);"
    there, back = ground.both_ways(theirs, own)
    check(there)
    assert back.status == "residue"
    assert "constraint public.child.positive own: is True" in back.detail


def test_a_partitions_not_null_keeps_its_name(ground: Ground) -> None:
    """Postgres renames no constraint that is inherited; what is left is named."""
    if ground.left.build.major < 18:
        pytest.skip("needs Postgres 18")
    whole = "create table whole (id int not null) partition by list (id);"
    theirs = f"{whole} create table part partition of whole for values in (1);"
    own = f"{whole} create table part (id int not null);"
    own += "alter table whole attach partition part for values in (1);"
    for crossing in ground.both_ways(theirs, own):
        assert crossing.status == "residue"
        assert "column public.part.id not_null_name: is" in crossing.detail


def test_every_case_has_two_sides() -> None:
    assert CASES
    for path in FOLDER.glob("*/*"):
        assert {OLD, NEW} <= {file.name for file in path.iterdir()}, path


def test_a_crossing_that_does_not_arrive_is_seen(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ground.sides("create table here (a int)", "create table here (a int, b int)") as sides:
        old, new = sides
        expected = new.dumped()
        monkeypatch.setattr("crossing.plan", lambda *_, **__: Plan(steps=()))
        crossing = cross(old, new.catalog, expected)
    assert crossing.status == "residue"
    assert "b integer" in crossing.detail


def test_what_only_the_dump_sees_is_silent(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    with ground.sides("create table here (a int)", "create table here (a int, b int)") as sides:
        old, new = sides
        crossing = cross(old, old.catalog, new.dumped())
    assert crossing.status == "silent"


def test_a_plan_between_what_pg_dump_calls_equal_is_needless(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Step(
        sql="create schema if not exists public",
        verb=Verb.CREATE,
        target=Id("schema", ("public",)),
    )
    plans = iter([Plan(steps=(step,)), Plan(steps=())] * 2)
    monkeypatch.setattr("crossing.plan", lambda *_, **__: next(plans))
    there, back = ground.both_ways("create table t ()", "create table t ()")
    assert there.status == back.status == "needless"


def test_equal_schemas_need_no_plan(ground: Ground) -> None:
    text = "create table here (a int primary key, b text default 'x')"
    with ground.sides(text, text) as (old, new):
        assert not plan(old.catalog, new.catalog)
