"""What has moved is named, and parts of what came or went are not."""

from __future__ import annotations

from airlock.deploy.agreement import TargetMoved, moved

BEFORE = {
    "table public.orders": "1",
    "column public.orders.id": "1",
    "owner of table public.orders": "1",
    "comment of column public.orders.id": "1",
    "policy public.users.own": "1",
    "schema public": "1",
}


def names(now: dict[str, str]) -> list[tuple[str, str]]:
    return [(each.what, each.object) for each in moved(BEFORE, now)]


def test_nothing() -> None:
    assert names(BEFORE) == []


def test_a_whole_stands_for_its_parts() -> None:
    left = {key: BEFORE[key] for key in ("schema public", "policy public.users.own")}
    assert names(left) == [("removed", "table public.orders")]
    added = BEFORE | {
        "schema app": "1",
        "table app.items": "1",
        "column app.items.id": "1",
        "grant of schema app": "1",
        "column public.orders.note": "1",
        'comment of column public.orders."of"': "1",
    }
    assert names(added) == [
        ("added", "column public.orders.note"),
        ("added", 'comment of column public.orders."of"'),
        ("added", "schema app"),
    ]


def test_a_part_that_changed_is_named() -> None:
    now = BEFORE | {"column public.orders.id": "2", "table public.orders": "2"}
    assert names(now) == [
        ("changed", "column public.orders.id"),
        ("changed", "table public.orders"),
    ]


def test_numbers_in_words() -> None:
    one = list(moved(BEFORE, BEFORE | {"schema public": "2"}))
    assert "one object differs" in TargetMoved("staging", one).message
    assert "its fingerprint is another" in TargetMoved("staging", ()).message
