"""What every kind has to be, asked of the registry: a new kind is asked without another edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from crossing import NEW, OLD, Ground

from airlock.kinds import registry
from airlock.kinds._spec import KindSpec
from airlock.model.node import Node
from airlock.server.address import Address
from airlock.server.builds import MAJORS
from airlock.server.cluster import Cluster
from airlock.server.connect import connect

CASES = Path(__file__).parent / "cases"
KINDS = list(registry().values())

each_kind = pytest.mark.parametrize("spec", KINDS, ids=lambda spec: spec.name.replace(" ", "_"))


def folder(spec: KindSpec[Any]) -> Path:
    return CASES / spec.name.replace(" ", "_")


@each_kind
def test_the_query_runs_as_somebody_without_rights(
    spec: KindSpec[Any], empty_database: Address
) -> None:
    with connect(empty_database) as session:
        session.act_as("anon")
        (rows,) = session.snapshot([spec.query(session.server_major)])
    assert isinstance(rows, list)


@each_kind
def test_the_query_has_an_oid_first(spec: KindSpec[Any], empty_database: Address) -> None:
    with connect(empty_database, acting=False) as session:
        session.execute("set search_path = pg_catalog")
        cursor = session.connection.execute(spec.query(session.server_major).encode())
        assert cursor.description is not None
        assert cursor.description[0].name == "oid"


@each_kind
def test_the_query_exists_for_every_major(spec: KindSpec[Any]) -> None:
    for major in MAJORS:
        if major >= spec.since:
            assert "select" in spec.query(major).lower()


@each_kind
def test_it_has_cases(spec: KindSpec[Any]) -> None:
    assert list(folder(spec).glob(f"*/{OLD}")), f"no case directory {folder(spec)}"


def test_every_case_is_of_a_kind() -> None:
    assert {path.name for path in CASES.iterdir()} <= {folder(spec).name for spec in KINDS}


@each_kind
def test_attributes_say_what_their_change_means(spec: KindSpec[Any]) -> None:
    assert issubclass(spec.node, Node)
    for field in fields(spec.node):
        assert "on_change" in field.metadata, f"{field.name} is declared without attr()"
    assert spec.node.__doc__


@each_kind
def test_its_values_are_frozen_and_hashable(spec: KindSpec[Any]) -> None:
    assert spec.node.__dataclass_params__.frozen
    assert "__dict__" not in dir(spec.node), "slots=True is missing"


@each_kind
def test_it_comes_after_its_parents(spec: KindSpec[Any]) -> None:
    assert 0 < spec.order < 100
    assert [s.order for s in KINDS] == sorted(s.order for s in KINDS)


@pytest.fixture(scope="module")
def ground(cluster: Cluster, other_cluster: Cluster) -> Ground:
    return Ground(left=cluster, right=other_cluster)


def cases(spec: KindSpec[Any], major: int) -> Iterator[tuple[str, str]]:
    for path in sorted(folder(spec).glob(f"*/{OLD}")):
        since = path.parent / "since"
        if not since.exists() or int(since.read_text()) <= major:
            yield path.read_text(), (path.parent / NEW).read_text()


@each_kind
def test_its_cases_hold_it(spec: KindSpec[Any], ground: Ground) -> None:
    for old, new in cases(spec, ground.left.build.major):
        with ground.sides(old, new) as (left, right):
            if any(node.id.kind == spec.name for node in (*left.catalog, *right.catalog)):
                return
    pytest.fail(f"no case of {folder(spec).name} holds a {spec.name}")
