"""A plan's file: lossless, canonical, and refused once it is not what was written."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from airlock.model.migration import How
from airlock.plan.artifact import (
    FORMAT,
    Artifact,
    Copied,
    Evidence,
    FilePlan,
    Hazard,
    LockOn,
    PlannedGroup,
    PlannedRollback,
    PlannedStatement,
    Standpoint,
)
from airlock.plan.artifact_file import BadPlan, read, write

PLAN = Artifact(
    format=FORMAT,
    tool="airlock 1",
    environment="staging",
    postgres=18,
    made="2026-11-25T11:00:00+00:00",
    out_of_order=False,
    summary="+1 ~0 -0",
    source=Standpoint(exists=True, fingerprint="1:aa", objects={"table ü": "1", "schema a": "2"}),
    target=None,
    files=(
        FilePlan(
            version="1",
            path="1_a.sql",
            sha256="0",
            how=How.SEGMENTS,
            done=0,
            statements=(
                PlannedStatement(
                    line=1,
                    sql="drop table a",
                    running="transaction",
                    locks=(LockOn(lock="SHARE", on="a"),),
                    measured=True,
                    rewrites=("a", "b"),
                ),
            ),
            groups=(PlannedGroup(transactional=True, first=1, last=1, lock_timeout="4 s"),),
            rollback=PlannedRollback(
                path="r.sql",
                written=False,
                sql="create table a",
                sha256="1",
                grade="cannot",
                reservations=("a comes back empty",),
                proved=False,
                problem="it fails",
            ),
        ),
    ),
    hazards=(Hazard(object="table a", text="dropped", loses_data=True),),
    evidence=Evidence(
        server="Postgres 18", on=Copied.DUMP, same=True, converged=False, residue=("table b",)
    ),
)


def test_what_is_written_is_read() -> None:
    for plan in (PLAN, replace(PLAN, files=(), evidence=None, target="1:bb")):
        assert read(write(plan), shown="plan.json") == plan


def test_the_text_is_the_same_whatever_the_order_of_the_objects() -> None:
    objects = dict(reversed(PLAN.source.objects.items()))
    other = replace(PLAN, source=replace(PLAN.source, objects=objects))
    assert write(other) == write(PLAN)
    first, *_, last = json.loads(write(PLAN))
    assert (first, last) == ("what", "digest")


def test_white_space_and_the_order_of_keys_say_nothing() -> None:
    tree = json.loads(write(PLAN))
    text = json.dumps(dict(reversed(tree.items())), separators=(",", ":"))
    assert read(text, shown="plan.json") == PLAN


@pytest.mark.parametrize(
    "path",
    [
        ("environment",),
        ("source", "objects", "table ü"),
        ("files", 0, "sha256"),
        ("files", 0, "statements", 0, "locks", 0, "lock"),
        ("hazards", 0, "text"),
        ("evidence", "server"),
        ("digest",),
    ],
)
def test_every_edit_is_refused(path: tuple[str | int, ...]) -> None:
    tree = json.loads(write(PLAN))
    place = tree
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] += "x"
    with pytest.raises(BadPlan, match="was edited"):
        read(json.dumps(tree), shown="plan.json")


def test_every_beginning_is_refused() -> None:
    text = write(PLAN)
    for end in range(0, len(text) - 2, 7):
        with pytest.raises(BadPlan):
            read(text[:end], shown="plan.json")


def test_a_newer_one_is_refused_before_its_digest_is_looked_at() -> None:
    tree = json.loads(write(replace(PLAN, format=FORMAT + 1))) | {"more": 1}
    with pytest.raises(BadPlan, match="newer version") as error:
        read(json.dumps(tree), shown="plan.json")
    assert "pip install" in (error.value.hint or "")
