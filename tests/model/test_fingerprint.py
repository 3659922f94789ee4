"""The fingerprint: equal where a comparison finds nothing, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from airlock.diff.compare import compare
from airlock.model.catalog import Catalog, catalog_of
from airlock.model.fingerprint import FORMULA, Fingerprint, fingerprint
from airlock.model.node import Id, Node, OnChange, attr
from airlock.model.shape import NO_BLANK, blank

PUBLIC = Id("schema", ("public",))
USERS = Id("table", ("public", "users"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing(Node):
    type: str = attr()
    note: str | None = attr(OnChange.ALTER, default=None)
    flag: bool = attr(OnChange.ALTER, default=False)
    number: int | None = attr(default=None)
    names: tuple[str, ...] = attr(default=())
    place: int = attr(OnChange.IGNORE, default=1)


USER = Thing(id=USERS, parent=PUBLIC, type="text")
AUTH = Thing(id=Id("table", ("auth", "users")), parent=Id("schema", ("auth",)), type="text")


def catalog(*things: Node) -> Catalog:
    return catalog_of(things)


@pytest.mark.parametrize(
    "other",
    [
        replace(USER, type=""),
        replace(USER, note=""),
        replace(USER, note="x"),
        replace(USER, flag=True),
        replace(USER, number=0),
        replace(USER, names=("a", "b")),
        replace(USER, names=("a,b",)),
        replace(USER, names=('a","b',)),
        replace(USER, id=Id("view", USERS.path)),
        replace(USER, id=Id("table", ("public.users",))),
    ],
)
def test_every_difference_is_seen(other: Thing) -> None:
    assert list(compare(catalog(USER), catalog(other)))
    assert fingerprint(catalog(USER)) != fingerprint(catalog(other))


@pytest.mark.parametrize(
    "other",
    [replace(USER, place=2), replace(USER, needs=(Id("role", ("app",)),))],
)
def test_what_makes_no_difference_is_no_part(other: Thing) -> None:
    assert not list(compare(catalog(USER), catalog(other)))
    assert fingerprint(catalog(USER)) == fingerprint(catalog(other))


def test_the_order_of_reading_is_no_part() -> None:
    assert fingerprint(catalog(USER, AUTH)) == fingerprint(catalog(AUTH, USER))


def test_the_formula_stands_in_front() -> None:
    assert fingerprint(catalog()).startswith(f"{FORMULA}:")


def test_a_schema_has_its_own() -> None:
    before = Fingerprint(catalog=catalog(USER, AUTH)).roots
    after = Fingerprint(catalog=catalog(replace(USER, flag=True), AUTH)).roots
    assert list(before) == [Id("schema", ("auth",)), PUBLIC]
    assert {id for id in before if before[id] != after[id]} == {PUBLIC}


def test_a_child_counts_in_the_outermost_parent() -> None:
    child = Thing(id=Id("comment", ("table", *USERS.path)), parent=USERS, type="x")
    roots = Fingerprint(catalog=catalog(USER, child)).roots
    assert set(roots) == {PUBLIC}


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (str, ""),
        (bool, False),
        (str | None, None),
        (tuple[str, ...], ()),
        (tuple[tuple[str, str], ...] | None, None),
        (int, NO_BLANK),
        (Id, NO_BLANK),
        (tuple[str, str], NO_BLANK),
    ],
)
def test_what_need_not_be_written(hint: object, value: object) -> None:
    assert blank(hint) is value or blank(hint) == value


def test_what_is_equal_need_not_be_hashed_again() -> None:
    other = replace(USER, flag=True)
    before = Fingerprint(catalog=catalog(USER, AUTH))
    after = before.like(catalog(other, AUTH), {USER.id})
    assert after.whole == fingerprint(catalog(other, AUTH)) != before.whole
